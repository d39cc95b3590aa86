//! The big list of naughty strings, each as a keyword and as what a vendor sends back.

use super::round_trip::{Cells, records};
use super::vendors::Form;
use crate::harness::World;
use crate::harness::vendor::{Vendor, json};
use hecha::input::{ReviewContext, review};
use hecha::output::sanitise::sanitise;
use std::collections::HashSet;

fn strings() -> Vec<String> {
    let strings: Vec<String> = serde_json::from_str(include_str!("data/naughty_strings.json")).unwrap();
    assert!(strings.len() > 400);
    strings
}

/// Whether the string is refused as a keyword before anything is sent: nothing visible, or steering characters.
fn is_refused(text: &str) -> bool {
    let cleaned = hecha::domain::identifier::clean_keyword(text);
    cleaned.is_empty() || cleaned.contains(|character: char| character.is_control() || is_no_text(character))
}

fn is_no_text(character: char) -> bool {
    matches!(character, '\u{fffd}' | '\u{2028}' | '\u{2029}')
}

/// A vendor whose only record is named after the keyword.
fn echoing(form: Form) -> Vendor {
    Vendor::start(move |request| {
        let keyword = request.parameter(form.keyword_parameter()).expect("the keyword is sent");
        let name = serde_json::to_string(&keyword).unwrap();
        json(form.page(&[form.record(&[(form.name_field(), name)])]))
    })
}

#[test]
fn every_naughty_string_is_asked_for_and_comes_back_as_it_was() {
    let keyword = |text: &String| hecha::domain::identifier::clean_keyword(text).to_owned();
    let mut asked = HashSet::new();
    // Spellings of one name are asked for once.
    let by_name = ReviewContext {
        by: Some(hecha::domain::identifier::IdentifierKind::Name),
        ..ReviewContext::default()
    };
    let meaning = |text: &String| match review(&keyword(text), by_name) {
        Some(_) => keyword(text),
        None => hecha::domain::fold::fold_name(&keyword(text)),
    };
    let accepted: Vec<String> =
        strings().into_iter().filter(|text| !is_refused(text) && asked.insert(meaning(text))).collect();
    assert!(accepted.len() > 400);
    for form in Form::JSON {
        let vendor = echoing(form);
        let world = World::with_vendor_at(&vendor.origin());
        for format in ["json", "ndjson", "csv", "tsv", "xlsx"] {
            let mut arguments: Vec<&str> = form.command().to_vec();
            arguments.extend([
                "--by",
                "name",
                "--suspicious",
                "send",
                "--max-calls",
                "1000",
                "--header",
                "keys",
            ]);
            arguments.extend(["-f", format, "-o", "out", "--"]);
            arguments.extend(accepted.iter().map(String::as_str));
            world.run(&arguments).exits_with(0);
            let found = records(format, &std::fs::read(world.path("out")).unwrap());
            assert_eq!(found.len(), accepted.len(), "{form:?} {format}");
            for (Cells { query, name, .. }, text) in found.iter().zip(&accepted) {
                assert_eq!(query.as_ref(), Some(&keyword(text)), "{form:?} {format}");
                assert_eq!(name.as_ref(), Some(&keyword(text)), "{form:?} {format}");
            }
        }
        assert_eq!(vendor.calls(), accepted.len(), "each is bought once");
    }
}

#[test]
fn a_table_shows_every_naughty_string_and_obeys_none() {
    let strings = strings();
    for chunk in strings.chunks(20) {
        let form = Form::MarketJson;
        let records: Vec<String> = chunk
            .iter()
            .map(|text| form.record(&[(form.name_field(), serde_json::to_string(text).unwrap())]))
            .collect();
        let page = form.page(&records);
        let vendor = Vendor::start(move |_| json(&page));
        let world = World::with_vendor_at(&vendor.origin());
        let ran = world.run(["dishonest", "甲公司", "-f", "table", "--fields", "name"]).exits_with(0);
        let table = ran.text();
        let steers = |character: char| {
            (character.is_control() && character != '\n')
                || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
        };
        assert!(!table.contains(steers), "{table:?}");
        // Long ones are wrapped, and cut after a few lines.
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        for text in chunk {
            let head: String = bare(&sanitise(text.trim())).chars().take(60).collect();
            assert!(bare(table).contains(&head), "{text:?} in {table}");
        }
    }
}

#[test]
fn a_keyword_that_steers_is_refused_in_words_that_do_not() {
    for text in strings().iter().filter(|text| is_refused(text)) {
        let ran = World::new().run(["dishonest", "--sandbox", "-f", "json", "--", text.as_str()]);
        assert_eq!(ran.code, Some(2), "{text:?}: {}", ran.stderr);
        let steers = |character: char| character.is_control() && character != '\n';
        assert!(!ran.stderr.contains(steers), "{:?}", ran.stderr);
    }
}
