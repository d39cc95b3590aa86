//! What strangers write never steers a terminal, and JSON and CSV keep it exact.

use crate::harness::vendor::{Vendor, answer, json};
use crate::harness::{Ran, World, command_of};
use hecha::domain::request::ProviderId;
use hecha::provider::{REGISTRY, ihuyi, market, shuidi};
use serde_json::{Value, json};

/// Escape sequences in both forms, bidi overrides and isolates, C0 and C1 controls, NUL, DEL, invisible characters.
const HOSTILE: &str = "公\u{1b}]0;taken\u{7}司\u{1b}[2J\u{9b}31m\u{202e}倒\u{2066}\u{0}\u{8}\u{7f}\u{85}\u{200b}\r\n\u{feff}𠮷👩\u{200d}🚀";

/// Nothing of this may reach a terminal.
fn steers(character: char) -> bool {
    let is_control = character.is_control() && character != '\n';
    let is_bidi =
        matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    is_control || is_bidi || matches!(character, '\u{200b}' | '\u{feff}')
}

#[track_caller]
fn is_harmless(what: &str, text: &str) {
    let found: String = text.chars().filter(|character| steers(*character)).collect();
    assert!(found.is_empty(), "{what}: {found:?} in {text:?}");
}

fn records(provider: ProviderId) -> String {
    match provider {
        market::ID => {
            json!({"code": 0, "desc": HOSTILE, "result": {"total": 9, "items": [{"id": 1, "iname": HOSTILE, "duty": HOSTILE, HOSTILE: HOSTILE}]}})
        }
        ihuyi::ID => {
            json!({"code": 2, "msg": HOSTILE, "idcardid": HOSTILE, "result": {"total": "9", "lists": [{"copyrightName": HOSTILE, "author": HOSTILE, HOSTILE: HOSTILE}]}})
        }
        _ => {
            json!({"statusCode": 1, "orderNo": HOSTILE, "data": {"Paging": {"TotalRecords": 9}, "Items": [{"Name": HOSTILE, "Owner": HOSTILE, HOSTILE: HOSTILE}]}})
        }
    }
    .to_string()
}

fn refusal(provider: ProviderId, code: &Value) -> String {
    match provider {
        market::ID => json!({"code": code, "desc": HOSTILE}),
        ihuyi::ID => json!({"code": code, "msg": HOSTILE, "idcardid": HOSTILE}),
        _ => json!({"statusCode": code, "statusMessage": HOSTILE, "orderNo": HOSTILE}),
    }
    .to_string()
}

fn ask(origin: &str, provider: ProviderId, more: &[&str]) -> Ran {
    let common: &[&str] = &["某公司", "--page", "1", "--retries", "0"];
    World::with_vendor_at(origin).run([command_of(provider), common, more].concat())
}

const SHOWN: [&[&str]; 5] = [
    &["-f", "table"],
    &["-f", "table", "--wide", "-vv"],
    &["-f", "table", "--lang", "zh", "-v"],
    &["-f", "json", "-vv"],
    &["-f", "json", "--error-format", "json"],
];

fn check_streams(what: &str, ran: &Ran, output: &[&str]) {
    is_harmless(&format!("{what} {output:?}, standard error"), &ran.stderr);
    if output.contains(&"table") {
        is_harmless(&format!("{what} {output:?}, table"), ran.text());
    }
}

#[test]
fn records_reach_the_terminal_readable_and_harmless() {
    for provider in REGISTRY.iter().map(|info| info.id) {
        let vendor = Vendor::start(move |_| json(records(provider)));
        for output in SHOWN {
            let ran = ask(&vendor.origin(), provider, output).exits_with(0);
            check_streams(provider.as_str(), &ran, output);
            if output.contains(&"table") {
                assert!(ran.text().contains('公') && ran.text().contains("𠮷👩\u{200d}🚀"), "{}", ran.text());
            }
        }
    }
}

#[test]
fn errors_reach_the_terminal_readable_and_harmless() {
    for provider in REGISTRY.iter().map(|info| info.id) {
        for body in [
            refusal(provider, &json!(HOSTILE)),
            refusal(provider, &json!("7777")),
            refusal(provider, &json!(4)),
            format!("<html>{HOSTILE}</html>"),
            HOSTILE.to_owned(),
            String::new(),
        ] {
            let vendor = {
                let body = body.clone();
                let hostile = "X-Ca-Error-Message: \u{1b}[31mred\u{9b}m";
                Vendor::start(move |request| {
                    let headers: &[&str] =
                        if request.number % 2 == 0 { &[] } else { &[hostile, "X-Ca-Request-Id: \u{1b}[2J"] };
                    answer("200 OK", headers, &body)
                })
            };
            for output in SHOWN {
                // Without headers, then with hostile ones.
                for _ in 0..2 {
                    let ran = ask(&vendor.origin(), provider, output);
                    assert_ne!(ran.code, Some(0), "{body:?}");
                    check_streams(&format!("{provider} {body:?}"), &ran, output);
                    if output.contains(&"--error-format") {
                        for line in ran.stderr.lines() {
                            serde_json::from_str::<Value>(line).expect("one object a line");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn an_error_in_json_keeps_the_vendors_words_exact() {
    let vendor = Vendor::start(|_| json(refusal(ihuyi::ID, &json!(4203))));
    let ran = ask(&vendor.origin(), ihuyi::ID, &["-f", "json", "--error-format", "json"]).exits_with(6);
    assert_eq!(ran.json()["queries"][0]["error"]["message"], HOSTILE.trim());
    let object: Value =
        serde_json::from_str(ran.stderr.lines().next().expect("an error")).expect("an object");
    assert_eq!(object["message"], HOSTILE.trim());
}

#[test]
fn json_and_csv_keep_the_text_exact() {
    for provider in REGISTRY.iter().map(|info| info.id) {
        let vendor = Vendor::start(move |_| json(records(provider)));
        let column = if provider == ihuyi::ID {
            "author"
        } else if provider == market::ID {
            "obligation"
        } else {
            "owner"
        };
        let exact = HOSTILE.trim();
        let ran = ask(&vendor.origin(), provider, &["-f", "json"]).exits_with(0);
        let record = &ran.json()["records"][0];
        assert_eq!((&record["name"], &record[column]), (&json!(exact), &json!(exact)), "{provider}");
        assert_eq!(record["extra"][HOSTILE], HOSTILE, "{provider}: what no column holds");
        let ran = ask(&vendor.origin(), provider, &["-f", "ndjson"]).exits_with(0);
        assert_eq!(ran.json()["name"], exact);
        for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
            let ran = ask(&vendor.origin(), provider, &["-f", format]).exits_with(0);
            let mut reader =
                csv::ReaderBuilder::new().delimiter(delimiter).from_reader(ran.stdout.as_slice());
            let position =
                reader.headers().expect("headers").iter().position(|name| name == "name").expect("name");
            let row = reader.records().next().expect("a row").expect("csv");
            if format == "csv" {
                assert_eq!(&row[position], exact, "{provider} {format}");
            } else {
                assert!(
                    row[position].starts_with("公\u{1b}]0;taken"),
                    "{provider} {format}: {:?}",
                    &row[position]
                );
            }
        }
    }
}

#[test]
fn the_archive_is_shown_harmless_too() {
    let vendor = Vendor::start(|_| json(refusal(shuidi::ID, &json!(HOSTILE))));
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["copyright", "--provider", "shuidi", "某公司", "--fresh", "--retries", "0"]);
    assert_eq!(vendor.calls(), 1, "{}", ran.stderr);
    is_harmless("standard error", &ran.stderr);
    let hostile_keyword = HOSTILE.replace('\0', "");
    let ran = world.run(["copyright", "--provider", "shuidi", &hostile_keyword]).exits_with(2);
    is_harmless("a keyword that is refused", &ran.stderr);
    for command in [
        &["archive", "list", "--format", "table"][..],
        &["usage", "--format", "table"],
        &["archive", "show", "1"],
        &["archive", "verify"],
    ] {
        let ran = world.run(command);
        is_harmless(&format!("{command:?}"), ran.text());
        is_harmless(&format!("{command:?}"), &ran.stderr);
    }
}

/// `script` makes the terminal; it shows every line break as two characters, and colours are ours.
#[cfg(target_os = "linux")]
#[test]
fn what_is_meant_for_machines_steers_no_terminal_either() {
    for provider in REGISTRY.iter().map(|info| info.id) {
        let vendor = Vendor::start(move |_| json(records(provider)));
        let world = World::with_vendor_at(&vendor.origin()).with("NO_COLOR", "1");
        let ask = command_of(provider).join(" ") + " 某公司";
        for command in [
            &format!("{ask} --page 1"),
            &format!("{ask} --page 1 -f json"),
            &format!("{ask} --page 1 -f ndjson"),
            &format!("{ask} --page 1 -f csv"),
            &format!("{ask} --page 1 -f tsv"),
            &format!("{ask} --page 1 -f csv --csv-dialect excel"),
            &format!("{ask} --page 1 --raw"),
            "archive show 1",
            "archive show 1 --body",
            "archive export",
            "archive list --format json",
            "identify '甲\u{1b}[2J\u{202e}乙'",
            "'\u{1b}[2J\u{202e}'",
            "archive show '\u{1b}[2J\u{202e}'",
        ] {
            let Some((_, shown)) = world.on_a_terminal(command, "") else { return };
            let shown = shown.replace("\r\n", "\n").replace('\t', " ");
            assert!(shown.trim().len() > 10, "{command}: {shown}");
            is_harmless(command, &shown);
            if command.contains("json") && !command.starts_with("archive") {
                assert!(shown.contains("\\u202e"), "{command}: {shown}");
            }
        }
    }
}
