//! What is in the page, read as text.

use super::{HOSTILE, hostile_vendor, page};
use crate::harness::{World, sandbox};
use sha2::{Digest, Sha256};

/// Everything but the data for the script, which is never markup.
fn markup(page: &str) -> String {
    let mut rest = page;
    let mut markup = String::new();
    while let Some(start) = rest.find("<script type=\"application/json\"") {
        markup.push_str(&rest[..start]);
        let end = rest[start..].find("</script>").expect("the end of the data");
        rest = &rest[start + end + "</script>".len()..];
    }
    markup + rest
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start}")) + start.len();
    &text[from..from + text[from..].find(end).unwrap_or_else(|| panic!("no {end}"))]
}

/// All rows of a table, from its data.
fn rows(page: &str, table: &str) -> Vec<serde_json::Value> {
    let opening = format!("<script type=\"application/json\" data-rows=\"{table}\">");
    page.split(&opening)
        .skip(1)
        .flat_map(|block| {
            let json = block.split("</script>").next().expect("the end of the block");
            serde_json::from_str::<Vec<serde_json::Value>>(json).expect("rows in JSON")
        })
        .collect()
}

fn decoded(base64: &str) -> Vec<u8> {
    let mut bits = 0_u32;
    let mut held = 0;
    let mut bytes = Vec::new();
    for character in base64.bytes().filter(|byte| *byte != b'=') {
        let digit = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            other => panic!("{other} is no base64"),
        };
        bits = (bits << 6) | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).expect("a byte"));
        }
    }
    bytes
}

#[test]
fn a_batch_is_told_without_confusing_nothing_found_with_failed() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let arguments = ["dishonest", "乐视云计算有限公司", "查无此企业", "error:D504BE", "--lang", "zh"];
    let page = page(&world, 3, &arguments);
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"zh-CN\">"), "{}", &page[..200]);
    assert!(
        page.contains("<title>失信被执行人查询报告 · 乐视云计算有限公司、查无此企业、error:D504BE</title>")
    );
    assert!(page.contains("没有答复：3 个查询中有 1 个失败或未查询"), "the failure is told at the top");
    assert!(page.contains("<span>本次调用</span>"), "the calls that failed were not charged");
    assert!(!page.contains("虚构数据"), "the command line does not say that the vendor is a sandbox");
    let queries = rows(&page, "queries");
    let results: Vec<_> = queries.iter().map(|row| row[3].as_str().expect("a result")).collect();
    assert_eq!(results, ["✓ 有记录", "○ 无记录", "✕ 查询失败"]);
    assert_eq!((&queries[0][5], &queries[0][6], &queries[0][7]), (&30.into(), &30.into(), &true.into()));
    assert!(queries[0][4].is_null());
    assert!(queries[2][4].as_str().expect("a reason").contains("（代码 D504BE）"));
    assert_eq!(rows(&page, "records").len(), 30);
    assert_eq!(page.matches("<figure class=\"chart\">").count(), 3);
}

#[test]
fn the_page_speaks_english_and_names_what_was_asked() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let page = page(&world, 0, &["copyright", "小米科技有限责任公司", "--provider", "all", "--lang", "en"]);
    assert!(page.contains("<html lang=\"en\">") && page.contains("Registered copyrights: search report"));
    assert!(page.contains("2 of 2 queries found records"), "both providers were asked");
    assert!(page.contains("互亿无线 (ihuyi)") && page.contains("凭安/水滴 (shuidi)"));
    for title in ["By year of registration", "By category", "By owner"] {
        assert!(page.contains(title), "{title}");
    }
}

#[test]
fn the_page_loads_nothing_and_its_policy_allows_its_own_script_alone() {
    let sandbox = sandbox();
    let page = page(&World::with_sandbox(&sandbox), 0, &["dishonest", "乐视云计算有限公司"]);
    let (style, script) = (between(&page, "<style>", "</style>"), between(&page, "<script>", "</script>"));
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for (directive, content) in [("style-src 'sha256-", style), ("script-src 'sha256-", script)] {
        assert_eq!(decoded(between(policy, directive, "'")), Sha256::digest(content.as_bytes()).to_vec());
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let markup = markup(&page);
    for loading in [
        " src=", "srcset", "<link", "<img", "<iframe", "<object", "<embed", "<base", "@import", "url(", "://",
    ] {
        assert!(!markup.contains(loading), "{loading}");
    }
    for reference in markup.split("href=\"").skip(1) {
        assert!(reference.starts_with('#'), "{}", &reference[..40]);
    }
    assert!(!markup.contains(" style=") && !markup.contains(" onclick"), "nothing inline is needed");
    assert!(page.find("Content-Security-Policy") < page.find("<style>"), "the policy comes first");
}

#[test]
fn hostile_text_of_a_vendor_is_text() {
    let vendor = hostile_vendor();
    let page = page(
        &World::with_vendor_at(&vendor.origin()),
        0,
        &["dishonest", "<script>甲</script>公司", "--suspicious", "send", "--wide"],
    );
    let markup = markup(&page);
    assert_eq!(markup.matches("<script").count(), 1, "the page's own");
    for tag in ["<img", "<svg onload", "<em>", "<!--<"] {
        assert!(!markup.contains(tag), "{tag}");
    }
    assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    assert!(
        !page.contains(['\u{202e}', '\u{2028}', '\u{1b}', '\u{0}', '\u{9b}']),
        "nothing that steers is left"
    );
    let records = rows(&page, "records");
    let names: Vec<&str> = records.iter().map(|row| row[5].as_str().expect("a name")).collect();
    assert_eq!(names.len(), HOSTILE.len());
    assert_eq!(names[..9], HOSTILE[..9], "what is only dangerous as markup is shown as it is");
    assert_eq!(names[9], "abc\u{fffd}gnp.exe\u{fffd}\u{fffd}");
    assert_eq!(names[11], HOSTILE[11], "emoji are whole");
}

#[test]
fn every_page_has_its_archive_id_and_the_digest_that_the_archive_holds() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let bought = rows(&page(&world, 0, &["dishonest", "乐视云计算有限公司"]), "evidence");
    let again = rows(&page(&world, 0, &["dishonest", "乐视云计算有限公司"]), "evidence");
    assert_eq!(bought.len(), 2, "two pages of twenty");
    for (page, (bought, again)) in (1..).zip(bought.iter().zip(&again)) {
        assert_eq!((bought[1].as_str(), &bought[2]), (Some("market"), &serde_json::Value::from(page)));
        assert_eq!((bought[6].as_str(), again[6].as_str()), (Some("vendor, this run"), Some("archive")));
        assert_eq!(bought.as_array().expect("cells")[..6], again.as_array().expect("cells")[..6]);
        let id = bought[3].to_string();
        let entry = world.run(["archive", "show", &id]).exits_with(0).json();
        assert_eq!(bought[4], entry["sha256"]);
        let body = world.run(["archive", "show", &id, "--body"]).exits_with(0).stdout;
        let digest = bought[4].as_str().expect("a digest").as_bytes();
        let digest: Vec<u8> = digest
            .chunks(2)
            .map(|pair| {
                u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal")
            })
            .collect();
        assert_eq!(digest, Sha256::digest(&body).to_vec());
    }
}

#[test]
fn without_an_archive_the_page_does_not_promise_one() {
    let sandbox = sandbox();
    let page = page(
        &World::with_sandbox(&sandbox),
        0,
        &["dishonest", "乐视云计算有限公司", "--no-archive", "--lang", "en"],
    );
    assert!(page.contains("The bodies were not archived"), "the words above the digests");
    let evidence = rows(&page, "evidence");
    assert_eq!(evidence[0][3], "not kept");
    assert_eq!(evidence[0][4].as_str().map(str::len), Some(64));
}

#[test]
fn evidence_is_no_part_of_the_data() {
    let sandbox = sandbox();
    let document =
        World::with_sandbox(&sandbox).run(["dishonest", "乐视云计算有限公司"]).exits_with(0).json();
    let query = document["queries"][0].as_object().expect("a query");
    assert_eq!(query.len(), 16, "{query:?}");
    assert!(!query.contains_key("pages"));
}

#[test]
fn every_record_and_every_column_is_in_the_page() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let document = world.run(["dishonest", "行数:230"]).exits_with(0).json();
    let page = page(&world, 0, &["dishonest", "行数:230", "--header", "keys"]);
    let records = rows(&page, "records");
    let expected = document["records"].as_array().expect("records");
    assert_eq!(records.len(), expected.len());
    for (row, expected) in records.iter().zip(expected) {
        let values = expected.as_object().expect("a record").values();
        assert_eq!(row.as_array().expect("cells").len(), values.len());
        for (cell, value) in row.as_array().expect("cells").iter().zip(values) {
            match value.as_array() {
                None => assert_eq!(cell, value),
                Some(items) if items.is_empty() => assert!(cell.is_null(), "{cell}"),
                Some(items) => {
                    let read = cell.as_str().expect("an array is read as text");
                    let words = items.iter().flat_map(|item| item.as_object().expect("an object").values());
                    assert!(words.filter_map(|word| word.as_str()).all(|word| read.contains(word)), "{read}");
                }
            }
        }
    }
    let body = between(&page, "<tbody>", "</tbody>");
    assert_eq!(body.matches("<tr").count(), 100, "the first rows need no script");
    assert!(page.contains("<noscript>"), "and where there are more, the page says so");
}

#[test]
fn chosen_fields_are_the_columns_of_the_page() {
    let sandbox = sandbox();
    let page = page(
        &World::with_sandbox(&sandbox),
        0,
        &["dishonest", "乐视云计算有限公司", "--fields", "court,id", "--lang", "zh"],
    );
    let head = between(&page, "<thead><tr>", "</tr></thead>");
    assert_eq!(
        head,
        "<th scope=\"col\" class=\"text\">执行法院</th><th scope=\"col\" class=\"id\">编号</th>"
    );
    assert_eq!(rows(&page, "records")[0], serde_json::json!(["宿迁市宿豫区人民法院", "30778596"]));
}
