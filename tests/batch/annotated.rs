//! `--annotate`: the list itself, with the outcome after each row.

use super::market_calls;
use crate::harness::{World, sandbox};
use calamine::{Data, DataType, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::{Format, Workbook};

#[test]
fn a_csv_comes_back_with_every_row_and_what_was_found() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write(
        "list.csv",
        "供应商名单\n序号,企业名称,金额\n1,仅有一条企业,\"1,5\"\n\n2,无,3\n3,仅有一条企业,\n4,,7\n5,查无此企业,00012\n,,\n",
    );
    let arguments = ["dishonest", "-i", "list.csv", "--suspicious", "skip", "--annotate", "back.csv"];
    world.run(arguments).exits_with(0);
    let text = std::fs::read_to_string(world.path("back.csv")).expect("the list");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "供应商名单,,,,,,,,,");
    assert_eq!(
        lines[1],
        "序号,企业名称,金额,hecha_status,hecha_records,hecha_matched,hecha_other,hecha_undecided,hecha_latest,hecha_error"
    );
    assert!(lines[2].starts_with("1,仅有一条企业,\"1,5\",ok,1,"), "{text}");
    assert_eq!(lines[3], ",,,skipped,0,0,0,0,,blank");
    assert!(lines[4].starts_with("2,无,3,skipped,0,0,0,0,,\"keyword: "), "{text}");
    assert!(lines[5].starts_with("3,仅有一条企业,,ok,1,"), "{text}");
    assert_eq!(lines[6], "4,,7,skipped,0,0,0,0,,blank");
    assert_eq!(lines[7], "5,查无此企业,00012,empty,0,0,0,0,,");
    assert_eq!(lines[8], ",,,skipped,0,0,0,0,,blank");
    assert_eq!((lines.len(), market_calls(&sandbox)), (9, 2));
}

#[test]
fn the_columns_of_an_earlier_run_are_replaced_and_others_stay() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let text = |list: &str| {
        world.run(["dishonest", "-i", list, "--annotate", "back.csv"]).exits_with(0);
        std::fs::read_to_string(world.path("back.csv")).expect("the list")
    };
    world.write("list.csv", "供应商名单\n企业名称,金额\n仅有一条企业,5\n查无此企业,6\n");
    let first = text("list.csv");
    world.write("again.csv", &first);
    assert_eq!(text("again.csv"), first);
    // A column that was added behind them is the owner's.
    let mut noted: Vec<_> = first.lines().map(|line| format!("{line},")).collect();
    noted[1].push_str("批注");
    noted[3].push_str("已核");
    world.write("noted.csv", noted.join("\n"));
    let again = text("noted.csv");
    let lines: Vec<_> = again.lines().collect();
    assert!(lines[1].starts_with("企业名称,金额,批注,hecha_status,"), "{again}");
    assert!(lines[3].starts_with("查无此企业,6,已核,empty,"), "{again}");
    assert_eq!(again.matches("hecha_status").count(), 1, "{again}");
}

#[test]
fn a_list_without_headings_gets_names_for_the_new_columns() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "仅有一条企业\n查无此企业\n");
    let text = |list: &str| {
        world.run(["dishonest", "-i", list, "--annotate", "back.csv"]).exits_with(0);
        std::fs::read_to_string(world.path("back.csv")).expect("the list")
    };
    let first = text("list.txt");
    let lines: Vec<_> = first.lines().collect();
    assert!(lines[0].starts_with(",hecha_status,hecha_records,"), "{first}");
    assert!(lines[1].starts_with("仅有一条企业,ok,1,"), "{first}");
    assert_eq!((lines.len(), lines[2]), (3, "查无此企业,empty,0,0,0,0,,"));
    // What comes back is a list with headings.
    world.write("again.csv", &first);
    assert_eq!(text("again.csv").lines().count(), 3);
}

#[test]
fn an_empty_row_between_a_title_and_the_headings_is_no_row_of_the_list() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.csv", "供应商名单,\n\n企业名称,备注\n\n查无此企业,\n");
    let arguments = ["dishonest", "-i", "list.csv", "--annotate", "back.csv", "--report", "report.csv"];
    world.run(arguments).exits_with(0);
    let text = std::fs::read_to_string(world.path("back.csv")).expect("the list");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!((lines[0], lines[1]), ("供应商名单,,,,,,,,", ",,,,,,,,"));
    assert!(lines[2].starts_with("企业名称,备注,hecha_status,"), "{text}");
    assert_eq!((lines[3], lines[4]), (",,skipped,0,0,0,0,,blank", "查无此企业,,empty,0,0,0,0,,"));
    let report = std::fs::read_to_string(world.path("report.csv")).expect("the report");
    let rows: Vec<_> =
        report.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default()).collect();
    assert_eq!(rows, ["4", "5"]);
}

#[test]
fn a_reason_that_all_providers_share_is_given_once() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.csv", "企业名称,备注\n合计,\n查无此企业,\n");
    let arguments = ["copyright", "-i", "list.csv", "--provider", "all", "--suspicious", "skip"];
    world.run(arguments.into_iter().chain(["--annotate", "back.csv"])).exits_with(0);
    let text = std::fs::read_to_string(world.path("back.csv")).expect("the list");
    assert_eq!(text.matches("keyword: ").count(), 1, "{text}");
}

#[test]
fn a_workbook_comes_back_with_its_numbers_and_dates() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("yyyy/m/d");
    let code = Format::new().set_num_format("000000");
    for (column, heading) in (0..).zip(["企业名称", "日期", "编号", "有效"]) {
        sheet.write_string(0, column, heading).expect("a cell");
    }
    sheet.write_string(3, 0, "仅有一条企业").expect("a cell");
    sheet.write_number_with_format(3, 1, 45_322, &date).expect("a cell");
    sheet.write_number_with_format(3, 2, 42, &code).expect("a cell");
    sheet.write_boolean(3, 3, true).expect("a cell");
    book.save(world.path("list.xlsx")).expect("a workbook");
    world.run(["dishonest", "-i", "list.xlsx", "--annotate", "back.xlsx"]).exits_with(0);
    let mut back: Xlsx<_> = open_workbook(world.path("back.xlsx")).expect("a workbook");
    let range = back.worksheet_range_at(0).expect("a sheet").expect("cells");
    let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(cell(0, 4), Data::String("hecha_status".into()));
    assert_eq!((cell(3, 0), cell(3, 2)), (Data::String("仅有一条企业".into()), Data::Float(42.0)));
    assert!(cell(3, 1).is_datetime(), "{:?}", cell(3, 1));
    assert_eq!(
        (cell(3, 3), cell(3, 4), cell(3, 5)),
        (Data::Bool(true), Data::String("ok".into()), Data::Float(1.0))
    );
    assert!(
        cell(3, 9).is_datetime(),
        "the latest day is a day, as in the sheet of records: {:?}",
        cell(3, 9)
    );
    assert_eq!((cell(2, 4), cell(2, 10)), (Data::String("skipped".into()), Data::String("blank".into())));
}

#[test]
fn an_annotated_list_needs_a_list_and_never_replaces_it() {
    let world = World::new();
    world.write("list.csv", "企业名称\n仅有一条企业\n");
    for (arguments, named) in [
        (&["仅有一条企业", "--annotate", "back.csv"][..], "--input"),
        (&["-i", "list.csv", "--annotate", "back.txt"], ".xlsx"),
        (&["-i", "list.csv", "--annotate", "list.csv"], "list.csv"),
    ] {
        let ran = world.run(["dishonest", "--sandbox"].iter().chain(arguments)).exits_with(2);
        assert!(ran.stderr.contains(named), "{named}: {}", ran.stderr);
    }
}
