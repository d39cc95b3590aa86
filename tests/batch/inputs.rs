//! Every kind of list, in every encoding, gives the same queries.

use super::{list, market_calls, parts};
use crate::harness::{Ran, World, sandbox};
use encoding_rs::GB18030;
use hecha::sandbox::Sandbox;
use rust_xlsxwriter::{Format, Workbook};

const NAMES: [&str; 3] = ["行数:1", "乐视云计算有限公司", "查无此企业"];

fn asked(sandbox: &Sandbox, name: &str, content: impl AsRef<[u8]>, rest: &[&str]) -> Ran {
    let world = World::with_sandbox(sandbox);
    world.write(name, content);
    world.run(["dishonest", "-i", name].iter().chain(rest)).exits_with(0)
}

#[track_caller]
fn assert_names(ran: &Ran) {
    assert_eq!(parts(&ran.json(), "query"), NAMES, "{}", ran.stderr);
}

#[test]
fn a_text_has_one_keyword_a_line_and_blank_lines_are_passed_over() {
    let sandbox = sandbox();
    assert_names(&asked(&sandbox, "a.txt", NAMES.join("\n"), &[]));
    assert_names(&asked(
        &sandbox,
        "b.txt",
        format!("\u{feff}\r\n {}\r\n\r\n\u{3000}\r\n{}\r\n{}\r\n\r\n", NAMES[0], NAMES[1], NAMES[2]),
        &[],
    ));
}

#[test]
fn tables_have_a_column_of_names_that_is_found_or_chosen() {
    let sandbox = sandbox();
    let csv = format!("序号,企业名称,备注\n1,{},\"a,b\"\n2,{},\n3,{},x\n", NAMES[0], NAMES[1], NAMES[2]);
    let ran = asked(&sandbox, "a.csv", &csv, &[]);
    assert_names(&ran);
    assert!(ran.stderr.contains("企业名称"), "it says which column: {}", ran.stderr);
    assert_names(&asked(&sandbox, "a.csv", &csv, &["--column", "企业名称"]));
    assert_names(&asked(&sandbox, "a.csv", &csv, &["--column", "2"]));
    assert_names(&asked(&sandbox, "a.tsv", csv.replace("\"a,b\"", "a").replace(',', "\t"), &[]));
}

#[test]
fn headings_are_not_bought_when_the_column_is_given_by_letter_or_number() {
    let table = "买方,卖方\n甲乙科技有限公司,丙丁贸易有限公司\n戊己有限公司,庚辛有限公司\n";
    for column in ["A", "1"] {
        let sandbox = sandbox();
        let ran = asked(&sandbox, "a.csv", table, &["--column", column, "--limit", "1"]);
        assert_eq!(parts(&ran.json(), "query"), ["甲乙科技有限公司", "戊己有限公司"], "{}", ran.stderr);
        assert_eq!(market_calls(&sandbox), 2);
    }
}

#[test]
fn a_typed_telephone_number_is_not_bought_unless_it_is_said_to_be_a_company_id() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = world.run(["dishonest", "13800138000"]).exits_with(2);
    assert!(ran.stderr.contains("13800138000"), "{}", ran.stderr);
    assert_eq!(market_calls(&sandbox), 0);
    world.run(["dishonest", "13800138000", "--by", "company-id", "--limit", "1"]).exits_with(0);
    assert_eq!(market_calls(&sandbox), 1);
}

#[test]
fn dates_fractions_addresses_and_telephone_numbers_are_not_bought() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    for text in ["1/3", "2024年第一季度", "Jan 31, 2024", "2024Q1", "第3页", "huawei.com", "+86-755-28780808"]
    {
        world.write("list.txt", text);
        for arguments in [&["dishonest", text][..], &["dishonest", "-i", "list.txt"]] {
            world.run(arguments).exits_with(2);
        }
    }
    assert_eq!(market_calls(&sandbox), 0);
    for name in ["北京京东世纪贸易有限公司(JD.com)", "58同城", "3M中国有限公司", "360", "7-11"]
    {
        let ran = world.run(["dishonest", name, "--by", "name", "--limit", "1"]).exits_with(0);
        assert!(!ran.stderr.contains("suspicious"), "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_cover_page_of_a_workbook_is_not_bought() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let mut book = Workbook::new();
    let cover = book.add_worksheet();
    cover.write_string(0, 0, "供应商尽职调查").expect("a cell");
    cover.write_string(1, 0, "深圳市某某有限公司").expect("a cell");
    let list = book.add_worksheet();
    for (row, name) in (0..).zip(["企业名称", NAMES[0], NAMES[1], NAMES[2]]) {
        list.write_string(row, 0, name).expect("a cell");
    }
    book.save(world.path("list.xlsx")).expect("a workbook");
    let refused = world.run(["dishonest", "-i", "list.xlsx", "--limit", "1"]).exits_with(2);
    assert!(refused.stderr.contains("--sheet 'Sheet2' ('企业名称'"), "{}", refused.stderr);
    assert_eq!(market_calls(&sandbox), 0);
    let named = world.run(["dishonest", "-i", "list.xlsx", "--sheet", "Sheet2", "--limit", "1"]);
    assert_names(&named.exits_with(0));
    assert_eq!(market_calls(&sandbox), 3);
}

#[test]
fn a_code_that_is_suspicious_in_one_row_only_is_bought_once() {
    for rows in [["text", "number"], ["number", "text"]] {
        let sandbox = sandbox();
        let world = World::with_sandbox(&sandbox);
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let format = Format::new().set_num_format("0000-0000");
        for (row, kind) in (0..).zip(rows) {
            let written = match kind {
                "text" => sheet.write_string(row, 0, "600037341"),
                _ => sheet.write_number_with_format(row, 0, 600_037_341.0, &format),
            };
            written.expect("a cell");
        }
        book.save(world.path("list.xlsx")).expect("a workbook");
        let query = "dishonest -i list.xlsx --column 1 --no-archive --limit 1 --suspicious".split(' ');
        for (decision, code, calls) in [("stop", 2, 0), ("skip", 0, 1), ("send", 0, 2)] {
            world.run(query.clone().chain([decision])).exits_with(code);
            assert_eq!(market_calls(&sandbox), calls, "{rows:?} {decision}");
        }
    }
}

#[test]
fn two_spellings_of_a_suspicious_code_are_bought_once() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "914403001922038217\n９１４４０３００１９２２０３８２１７\n");
    let query = ["dishonest", "-i", "list.txt", "--no-archive", "--suspicious", "send", "--limit", "1"];
    world.run(query).exits_with(0);
    assert_eq!(market_calls(&sandbox), 1);
}

#[test]
fn tables_as_spreadsheet_programs_write_them_are_not_read_as_lists_of_lines() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let table = format!("序号,企业名称\n1,{}\n2,{}\n3,{}\n", NAMES[0], NAMES[1], NAMES[2]);
    let semicolons = table.replace(',', ";");
    let tabs = utf16(&table.replace(',', "\t"), true);
    for (name, bytes) in [
        ("semicolons.csv", semicolons.clone().into_bytes()),
        ("declared.csv", format!("\u{feff}sep=;\r\n{semicolons}").into_bytes()),
        ("tabs.csv", tabs.clone()),
        ("unicode.txt", tabs),
    ] {
        let ran = asked(&sandbox, name, &bytes, &[]);
        assert_names(&ran);
        assert!(ran.stderr.contains("企业名称"), "{}", ran.stderr);
        let piped = world.run_with_input(["dishonest", "-i", "-"], &bytes).exits_with(0);
        assert_names(&piped);
        let chosen = world.run_with_input(["dishonest", "-i", "-", "--column", "2"], &bytes).exits_with(0);
        assert_names(&chosen);
    }
    let headed = format!("企业名称\n{}\n", NAMES.join("\n"));
    let ran = world.run_with_input(["dishonest", "-i", "-"], headed.as_bytes()).exits_with(0);
    assert_names(&ran);
    assert!(ran.stderr.contains("heading rows: 1 '企业名称'"), "{}", ran.stderr);
}

#[test]
fn what_a_spreadsheet_did_to_a_code_is_undone_or_told_and_not_sent() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write(
        "kept.csv",
        "名称,代码\n甲,\"=\"\"91110000600037341L\"\"\"\n乙,'914403001922038216\n丙,9144030071526726XG\t\n",
    );
    let ran = world.run(["dishonest", "-i", "kept.csv", "--column", "代码", "--limit", "1"]).exits_with(0);
    let asked = ["91110000600037341L", "914403001922038216", "9144030071526726XG"];
    assert_eq!(parts(&ran.json(), "query"), asked);
    let calls = market_calls(&sandbox);
    world.write("lost.csv", "名称,代码\n甲,91110000600037341L\n乙,9.14403E+17\n");
    let ran = world.run(["dishonest", "-i", "lost.csv", "--column", "代码"]).exits_with(2);
    assert!(ran.stderr.contains("line 3: lossy: '9.14403E+17'"), "{}", ran.stderr);
    assert_eq!(market_calls(&sandbox), calls);
}

fn workbook(path: &std::path::Path) {
    let mut book = Workbook::new();
    let first = book.add_worksheet();
    first.set_name("说明").expect("a name");
    first.write_string(0, 0, "企业名称").expect("a cell");
    first.write_string(1, 0, "别的有限公司").expect("a cell");
    let second = book.add_worksheet();
    second.set_name("名单").expect("a name");
    second.write_string(0, 0, "序号").expect("a cell");
    second.write_string(0, 1, "公司名称").expect("a cell");
    for (row, name) in (1..).zip(NAMES) {
        second.write_number(row, 0, f64::from(row)).expect("a cell");
        second.write_string(row, 1, name).expect("a cell");
    }
    book.save(path).expect("a workbook");
}

#[test]
fn a_workbook_is_read_by_sheet_and_column() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    workbook(&world.path("list.xlsx"));
    let ran = world.run(["dishonest", "-i", "list.xlsx", "--sheet", "名单"]).exits_with(0);
    assert_names(&ran);
    assert!(ran.stderr.contains("名单") && ran.stderr.contains("公司名称"), "{}", ran.stderr);
    assert_names(
        &world.run(["dishonest", "-i", "list.xlsx", "--sheet", "名单", "--column", "2"]).exits_with(0),
    );
    let first = world.run(["dishonest", "-i", "list.xlsx"]).exits_with(0);
    assert_eq!(parts(&first.json(), "query"), ["别的有限公司"]);
}

#[test]
fn standard_input_is_a_list_too() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = world.run_with_input(["dishonest", "-i", "-"], NAMES.join("\n").as_bytes()).exits_with(0);
    assert_names(&ran);
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let mut bytes = if little { vec![0xff, 0xfe] } else { vec![0xfe, 0xff] };
    for unit in text.encode_utf16() {
        bytes.extend(if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
    }
    bytes
}

#[test]
fn the_encoding_is_detected_and_can_be_forced() {
    let sandbox = sandbox();
    let text = format!("企业名称\n{}\n", NAMES.join("\n"));
    let (gb, _, _) = GB18030.encode(&text);
    for (name, bytes) in [
        ("utf8.csv", text.clone().into_bytes()),
        ("mark.csv", format!("\u{feff}{text}").into_bytes()),
        ("gb.csv", gb.to_vec()),
        ("le.csv", utf16(&text, true)),
        ("be.csv", utf16(&text, false)),
    ] {
        assert_names(&asked(&sandbox, name, bytes, &[]));
    }
    assert_names(&asked(&sandbox, "gb.csv", gb.as_ref(), &["--encoding", "GB18030"]));
    assert_names(&asked(&sandbox, "gb.csv", gb.as_ref(), &["--encoding", "gbk"]));
}

#[test]
fn what_cannot_be_read_is_one_sentence_with_its_place_and_nothing_is_sent() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("empty.txt", "\n \n");
    world.write("nul.txt", "甲公司\n乙\0公司\n");
    world.write(
        "mixed.txt",
        [b"\xe7\x94\xb2\xe5\x85\xac\xe5\x8f\xb8\n".as_slice(), b"\xff\xff\xff\n"].concat(),
    );
    world.write("broken.xlsx", b"PK\x03\x04 nothing of a workbook");
    world.write("list.csv", "企业名称\n甲公司\n乙公司\n丙公司\n");
    world.write("two.csv", "客户名称,供应商名称\n甲乙有限公司,丙丁有限公司\n戊己有限公司,庚辛有限公司\n");
    world.write("long.txt", format!("甲公司\n{}\n", "长".repeat(400_000)));
    workbook(&world.path("list.xlsx"));
    for (arguments, named) in [
        (&["-i", "missing.txt"][..], "missing.txt"),
        (&["-i", "."], "."),
        (&["-i", "empty.txt"], "empty.txt"),
        (&["-i", "nul.txt"], "line 2"),
        (&["-i", "mixed.txt", "--encoding", "utf-8"], "line 2"),
        (&["-i", "long.txt"], "line 2"),
        (&["-i", "broken.xlsx"], "broken.xlsx"),
        (&["-i", "list.csv", "--column", "地址"], "地址"),
        (&["-i", "list.csv", "--column", "7"], "7"),
        (&["-i", "list.csv", "--column", "0"], "no column"),
        (&["-i", "two.csv"], "--column 2 (供应商名称: '丙丁有限公司', '庚辛有限公司')"),
        (&["-i", "list.xlsx", "--sheet", "不存在"], "名单"),
        (&["-i", "list.csv", "--encoding", "klingon"], "klingon"),
    ] {
        let ran = world.run(["dishonest"].iter().chain(arguments)).exits_with(2);
        assert!(ran.stderr.contains(named), "{named} in {}", ran.stderr);
        assert!(ran.stdout.is_empty());
    }
    assert_eq!(market_calls(&sandbox), 0);
}

#[test]
fn a_list_that_is_wrong_at_its_end_sends_nothing() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let mut list = list(3000, |number| format!("行数:{number}"));
    list.push_str("\n乙\0公司\n");
    world.write("list.txt", list);
    let ran = world.run(["dishonest", "-i", "list.txt", "--max-calls", "5"]).exits_with(2);
    assert!(ran.stderr.contains("line 3001"), "{}", ran.stderr);
    assert_eq!(market_calls(&sandbox), 0);
}

#[test]
fn shares_of_a_list_are_disjoint_and_whole_and_the_same_each_time() {
    let sandbox = sandbox();
    let (world, other) = (World::with_sandbox(&sandbox), World::with_sandbox(&sandbox));
    let names: Vec<String> = (0..30).map(|number| format!("第{number}公司")).collect();
    for world in [&world, &other] {
        world.write("list.txt", names.join("\n"));
    }
    let share_of = |world: &World, share: &str| {
        let ran = world.run(["dishonest", "-i", "list.txt", "--shard", share, "--limit", "1"]).exits_with(0);
        parts(&ran.json(), "query")
    };
    let share = |text: &str| share_of(&world, text);
    let shares = [share("1/3"), share("2/3"), share("3/3")];
    assert_eq!(shares[0], share("1/3"));
    assert!(shares.iter().all(|share| !share.is_empty() && share.len() < 30));
    let mut all = shares.concat();
    assert_eq!(all.len(), 30);
    all.sort();
    let mut expected = names;
    expected.sort();
    assert_eq!(all, expected);
    // An archive takes one shard count for each list.
    assert_eq!(share_of(&other, "1/1").len(), 30);
}

#[test]
fn a_supplier_list_is_asked_by_its_names_and_never_by_its_numbers() {
    let sandbox = sandbox();
    let list = format!(
        "供应商,名称 1,城市\n100234,{},深圳\n100235,{},北京\n100236,{},上海\n",
        NAMES[0], NAMES[1], NAMES[2]
    );
    let ran = asked(&sandbox, "sap.csv", &list, &[]);
    assert_names(&ran);
    assert_eq!(parts(&ran.json(), "input_row"), ["null"; 3]);
    let rows = ran.json()["records"]
        .as_array()
        .expect("records")
        .iter()
        .map(|row| row["input_row"].clone())
        .collect::<Vec<_>>();
    assert!(rows.iter().all(|row| row.as_u64().is_some_and(|row| (2..=4).contains(&row))), "{rows:?}");
    let world = World::with_sandbox(&sandbox);
    let calls = market_calls(&sandbox);
    world.write("numbers.csv", "供应商\n100234\n100235\n");
    let ran = world.run(["dishonest", "-i", "numbers.csv"]).exits_with(2);
    assert!(ran.stderr.contains("line 2: number: '100234'"), "{}", ran.stderr);
    assert_eq!(market_calls(&sandbox), calls);
    let by = ["dishonest", "-i", "numbers.csv", "--by", "company-id", "--limit", "1"];
    let kinds = parts(&world.run(by).exits_with(0).json(), "kind");
    assert_eq!(kinds, ["company-id"; 2]);
}

#[test]
fn the_decisions_about_a_list_are_in_the_plan_and_on_standard_error() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.csv", GB18030.encode("名单\n序号,企业名称\n1,甲乙有限公司\n2,甲乙有限公司\n").0);
    let ran = world.run(["dishonest", "-i", "list.csv", "--dry-run"]).exits_with(0);
    let list = &ran.json()["list"];
    assert_eq!(list["columns"], serde_json::json!([{"number": 2, "heading": "企业名称"}]));
    assert_eq!(list["heading_rows"], serde_json::json!([1, 2]));
    assert_eq!((&list["encoding"], &list["repeats"]), (&"GB18030".into(), &1.into()));
    let sentence = "keywords: 1 (encoding: GB18030; column: 2 '企业名称', chosen by its content; heading rows: 1-2; \
                    duplicates: 1)";
    assert!(ran.stderr.contains(sentence), "{}", ran.stderr);
    world.write("list.txt", "甲乙有限公司\n");
    let ran = world.run(["dishonest", "-i", "list.txt", "--limit", "1"]).exits_with(0);
    assert!(ran.stderr.contains("keywords: 1 (encoding: UTF-8)"), "{}", ran.stderr);
}

#[test]
fn no_honest_name_stops_a_list() {
    let names = include_str!("names.txt");
    let world = World::new();
    world.write("names.txt", names);
    let identified = world.run(["identify", "-i", "names.txt"]).exits_with(0).json();
    let rows = identified.as_array().expect("a list");
    assert_eq!(rows.len(), names.lines().count());
    let stopped: Vec<_> =
        rows.iter().filter(|row| row["suspicious"] == true).map(|row| &row["text"]).collect();
    // In a list, a bare number may as well be that of a supplier.
    assert_eq!(stopped, ["360"]);
}

#[test]
fn the_table_of_a_review_names_the_rows_to_correct() {
    let world = World::new();
    world.write("list.txt", "华为技术有限公司\n1、腾讯科技（深圳）有限公司\n");
    let review = |arguments: &[&str]| {
        world.run(arguments.iter().chain(&["-f", "table"])).exits_with(0).text().to_owned()
    };
    let of_list = review(&["identify", "-i", "list.txt"]);
    assert!(of_list.contains("line 2: structure: "), "{of_list}");
    let typed = review(&["identify", "1、腾讯科技（深圳）有限公司"]);
    assert!(typed.contains("  structure: "), "{typed}");
}
