//! The JSON parsing suite: `y_` must be read, `n_` must be refused, `i_` may be either. A case is a vendor's whole
//! body, and a field of a record in one.

use super::vendors::Form;
use crate::harness::World;
use crate::harness::vendor::{Vendor, json};
use hecha::domain::failure::{Charged, Failure, FailureKind};
use hecha::domain::record::Record;
use hecha::provider::Answered;
use serde::Deserialize;
use serde_json::Value;

/// What the suite forbids and vendors do: raw control characters in strings cost no page.
const TOLERATED: [&str; 3] =
    ["n_string_unescaped_newline", "n_string_unescaped_tab", "n_string_unescaped_ctrl_char"];

#[derive(Deserialize)]
struct Case {
    name: String,
    input: String,
}

fn cases() -> Vec<Case> {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/json_parsing.json")).unwrap();
    assert!(cases.len() > 280);
    cases
}

/// The suite's cases that are no UTF-8, which its packages cannot hold, and its two large ones.
fn cases_in_bytes() -> Vec<(&'static str, Vec<u8>)> {
    let mut cases: Vec<(&str, Vec<u8>)> = vec![
        ("i_string_UTF-16LE_with_BOM", b"\xff\xfe[\0\"\0\xe9\0\"\0]\0".to_vec()),
        ("i_string_utf16BE_no_BOM", b"\0[\0\"\0\xe9\0\"\0]".to_vec()),
        ("i_string_utf16LE_no_BOM", b"[\0\"\0\xe9\0\"\0]\0".to_vec()),
        ("i_string_UTF-8_invalid_sequence", b"[\"\xe6\x97\xa5\xd1\x88\xfa\"]".to_vec()),
        ("i_string_UTF8_surrogate_U+D800", b"[\"\xed\xa0\x80\"]".to_vec()),
        ("i_string_invalid_utf-8", b"[\"\xff\"]".to_vec()),
        ("i_string_iso_latin_1", b"[\"\xe9\"]".to_vec()),
        ("i_string_lone_utf8_continuation_byte", b"[\"\x81\"]".to_vec()),
        ("i_string_not_in_unicode_range", b"[\"\xf4\xbf\xbf\xbf\"]".to_vec()),
        ("i_string_overlong_sequence_2_bytes", b"[\"\xc0\xaf\"]".to_vec()),
        ("i_string_overlong_sequence_6_bytes", b"[\"\xfc\x83\xbf\xbf\xbf\xbf\"]".to_vec()),
        ("i_string_overlong_sequence_6_bytes_null", b"[\"\xfc\x80\x80\x80\x80\x80\"]".to_vec()),
        ("i_string_truncated-utf-8", b"[\"\xe0\xff\"]".to_vec()),
        ("n_array_a_invalid_utf8", b"[a\xe5]".to_vec()),
        ("n_array_invalid_utf8", b"[\xff]".to_vec()),
        ("n_number_invalid-utf-8-in-bigger-int", b"[123\xe5]".to_vec()),
        ("n_number_invalid-utf-8-in-exponent", b"[1e1\xe5]".to_vec()),
        ("n_number_invalid-utf-8-in-int", b"[0\xe5]\n".to_vec()),
        ("n_number_real_with_invalid_utf8_after_e", b"[1e\xe5]".to_vec()),
        ("n_object_lone_continuation_byte_in_key", b"{\"\xb9\":\"0\",}".to_vec()),
        ("n_string_invalid-utf-8-in-escape", b"[\"\\u\xe5\"]".to_vec()),
        ("n_string_invalid_utf8_after_escape", b"[\"\\\xe5\"]".to_vec()),
        ("n_structure_incomplete_UTF8_BOM", b"\xef\xbb{}".to_vec()),
        ("n_structure_lone-invalid-utf-8", b"\xe5".to_vec()),
        ("n_structure_100000_opening_arrays", vec![b'['; 100_000]),
        ("n_structure_open_array_object", b"[{\"\":".repeat(50_000)),
    ];
    cases.sort_unstable();
    cases
}

fn failure(verdict: Result<Answered, Failure>, name: &str) -> Failure {
    match verdict {
        Err(failure) => failure,
        Ok(_) => panic!("{name} is no answer"),
    }
}

/// A page with one record that has the case as a field of its own.
fn wrapped(form: Form, input: &[u8]) -> Vec<u8> {
    const MARK: &str = "THE CASE";
    let record = form.record(&[(form.name_field(), "\"甲\"".to_owned()), ("case", MARK.to_owned())]);
    let page = form.page(&[record]);
    let (head, tail) = page.split_once(MARK).unwrap();
    [head.as_bytes(), input, tail.as_bytes()].concat()
}

/// What came of the case in a record; `None` where the page could not be read.
fn read(form: Form, name: &str, input: &[u8]) -> Option<Value> {
    let body = wrapped(form, input);
    match form.classify(&body) {
        Err(failure) => {
            assert_eq!((failure.kind, failure.charged), (FailureKind::Answer, Charged::Unknown), "{name}");
            assert_eq!(form.provider().info().parse(&body).unwrap_err().kind, FailureKind::Answer, "{name}");
            None
        }
        Ok(_) => {
            let page =
                form.provider().info().parse(&body).unwrap_or_else(|failure| panic!("{name}: {failure}"));
            assert_eq!(page.records.len(), 1, "{name}");
            assert_eq!(name_of(&page.records[0]), Some("甲"), "{name}");
            Some(
                page.records[0]
                    .extra
                    .as_ref()
                    .expect("the case is kept")
                    .get("case")
                    .expect("by its name")
                    .clone(),
            )
        }
    }
}

fn name_of(record: &Record) -> Option<&str> {
    record.text("name")
}

#[test]
fn no_case_is_an_answer_by_itself() {
    let texts = cases().into_iter().map(|case| (case.name, case.input.into_bytes()));
    let bytes = cases_in_bytes().into_iter().map(|(name, input)| (name.to_owned(), input));
    for (name, input) in texts.chain(bytes) {
        for form in Form::JSON {
            let failure = failure(form.classify(&input), &name);
            assert_eq!((failure.kind, failure.charged), (FailureKind::Answer, Charged::Unknown), "{name}");
            assert!(failure.message.en().chars().count() < 500, "{name}");
        }
    }
}

#[test]
fn what_is_json_is_read_within_a_record_and_what_is_none_costs_the_page() {
    for Case { name, input } in cases() {
        for form in Form::JSON {
            let read = read(form, &name, input.as_bytes());
            match name.as_bytes()[0] {
                b'y' => assert_eq!(read, Some(serde_json::from_str(&input).unwrap()), "{name}"),
                b'n' => assert_eq!(read.is_some(), TOLERATED.contains(&name.as_str()), "{name}: {read:?}"),
                _ => {}
            }
        }
    }
    for (name, input) in cases_in_bytes() {
        for form in Form::JSON {
            assert_eq!(read(form, name, &input), None, "{name}");
        }
    }
}

#[test]
fn every_case_goes_through_the_program_as_a_failure_and_nothing_else() {
    let cases = cases();
    let keywords: String = (0..cases.len()).map(|number| format!("第{number}公司\n")).collect();
    for form in Form::JSON {
        let bodies: Vec<Vec<u8>> = cases.iter().map(|case| case.input.clone().into_bytes()).collect();
        let vendor = Vendor::start(move |request| {
            let keyword = request.parameter(form.keyword_parameter()).unwrap_or_default();
            let number: usize = keyword.trim_matches(['第', '公', '司']).parse().unwrap();
            json(&bodies[number])
        });
        let world = World::with_vendor_at(&vendor.origin());
        let list = world.write("list.txt", &keywords);
        let mut arguments = form.command().to_vec();
        let list = list.to_string_lossy();
        arguments.extend([
            "--max-calls",
            "1000",
            "--max-errors",
            "1000",
            "-j",
            "4",
            "-f",
            "json",
            "-i",
            &list,
        ]);
        let ran = world.run(&arguments);
        assert_ne!(ran.code, Some(0));
        let document: Value = ran.json();
        let queries = document["queries"].as_array().unwrap();
        assert_eq!(queries.len(), cases.len());
        for (query, case) in queries.iter().zip(&cases) {
            assert_eq!(query["status"], "failed", "{}: {query}", case.name);
            assert_eq!(query["error"]["kind"], "answer", "{}: {query}", case.name);
            assert_eq!(query["error"]["charged"], "unknown", "{}: {query}", case.name);
        }
        assert_eq!(vendor.calls(), cases.len(), "what may have been charged is not repeated");
    }
}

#[test]
fn a_single_lookup_of_what_is_no_json_ends_with_code_10() {
    let broken =
        cases().into_iter().filter(|case| case.name.starts_with("n_") && case.input.starts_with(['{', '[']));
    for case in broken.step_by(12) {
        let body = case.input.clone();
        let vendor = Vendor::start(move |_| json(&body));
        let ran =
            World::with_vendor_at(&vendor.origin()).run(["copyright", "--provider", "shuidi", "甲公司"]);
        assert_eq!(ran.code, Some(10), "{}: {}", case.name, ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        assert_eq!(vendor.calls(), 1);
    }
}
