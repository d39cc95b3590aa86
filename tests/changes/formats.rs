//! Every format has the same rows.

use super::{Shop, after_two, buy, changes, records};
use calamine::{Reader, Xlsx, open_workbook};
use serde_json::{Value, json};

#[test]
fn every_format_has_the_same_rows_and_columns() {
    let shop = Shop::new();
    let world = shop.world();
    let document = after_two(&shop, &world, "ab", "bc");
    let rows = document["changes"].as_array().unwrap();
    let lines = world.run(["changes", "dishonest", "-f", "ndjson"]).exits_with(0);
    let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&lines, rows);
    let keys: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    assert_eq!(
        (keys[0].as_str(), keys[1].as_str(), keys[keys.len() - 1].as_str()),
        ("change", "query", "fields")
    );
    for (format, separator) in [("csv", ","), ("tsv", "\t")] {
        let text = world.run(["changes", "dishonest", "-f", format]).exits_with(0).text().to_owned();
        assert_eq!(text.lines().next().unwrap().split(separator).collect::<Vec<_>>(), keys);
        assert_eq!(text.lines().count(), 1 + rows.len());
    }
    world.run(["changes", "dishonest", "-o", "changes.xlsx"]).exits_with(0);
    let mut book: Xlsx<_> = open_workbook(world.path("changes.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["changes", "queries"]);
    let sheet = book.worksheet_range("changes").unwrap();
    assert_eq!((sheet.height(), sheet.width()), (1 + rows.len(), keys.len()));
    assert_eq!(book.worksheet_range("queries").unwrap().height(), 2);
}

#[test]
fn people_see_the_old_value_beside_the_new() {
    let shop = Shop::new();
    let world = shop.world();
    shop.serve_keys("a");
    buy(&world, &[]).exits_with(0);
    let mut later = records("a");
    later[0]["performance"] = json!("<b>全部已履行</b>");
    shop.serve(vec![(1, later)]);
    buy(&world, &[]).exits_with(0);
    let table = world.run(["changes", "dishonest", "-f", "table", "--lang", "zh"]).exits_with(0);
    let line = table.text().lines().find(|line| line.contains("全部已履行")).expect("the changed value");
    assert!(line.contains("全部未履行") && line.contains("(a)执1号"), "{line}");
    assert!(table.stderr.contains("有变化 1 个"), "{}", table.stderr);
    world.run(["changes", "dishonest", "-o", "changes.html"]).exits_with(0);
    let page = std::fs::read_to_string(world.path("changes.html")).unwrap();
    assert!(
        page.contains("<td class=\"old\">全部未履行</td><td class=\"new\">&#60;b&#62;全部已履行"),
        "{page}"
    );
}

/// A query also finds records of namesakes. In a list of changes they must not pass for the company's own.
#[test]
fn people_see_which_changes_are_of_another_company() {
    let shop = Shop::new();
    let world = shop.world();
    shop.serve_keys("a");
    buy(&world, &[]).exits_with(0);
    let mut later = records("abc");
    later[1]["iname"] = json!("别的公司");
    shop.serve(vec![(3, later)]);
    buy(&world, &[]).exits_with(0);
    let page = "changes.html";
    world.run(["changes", "dishonest", "-o", page]).exits_with(0);
    for text in [
        world.run(["changes", "dishonest", "-f", "table"]).exits_with(0).text(),
        &std::fs::read_to_string(world.path(page)).unwrap(),
    ] {
        assert!(text.contains("other · 别的公司 · (b)执1号"), "{text}");
        assert!(text.contains("(c)执1号") && !text.contains("· (c)执1号"), "{text}");
    }
    let chinese = world.run(["changes", "dishonest", "-f", "table", "--lang", "zh"]).exits_with(0);
    assert!(chinese.text().contains("其他主体 · 别的公司 · (b)执1号"), "{}", chinese.text());
}

#[test]
fn a_command_without_an_archive_writes_an_empty_document() {
    let world = Shop::new().world();
    assert_eq!(changes(&world, &[]), json!({"schema": "hecha/changes@1", "changes": [], "queries": []}));
}

#[test]
fn the_archive_and_the_list_are_never_overwritten() {
    let shop = Shop::new();
    let world = shop.world().with("HECHA_ARCHIVE", "archive.db");
    after_two(&shop, &world, "a", "ab");
    world.write("list.txt", "某公司\n");
    for output in ["archive.db", "list.txt", "./archive.db"] {
        let arguments = ["changes", "dishonest", "-i", "list.txt", "-f", "csv", "-o", output];
        world.run(arguments).exits_with(2);
    }
    assert_eq!(std::fs::read_to_string(world.path("list.txt")).unwrap(), "某公司\n");
    world.run(["archive", "verify"]).exits_with(0);
}
