//! The XML conformance suite: a well-formed document must be read, whatever it holds; one that is not must never
//! become more than it says. A case is a vendor's whole body, and a field of a record in one.

use super::vendors::Form;
use hecha::domain::failure::{Charged, FailureKind};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    well_formed: bool,
    document: String,
}

fn cases() -> Vec<Case> {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/xml_conformance.json")).unwrap();
    assert!(cases.len() > 1000);
    cases
}

fn reason(form: Form, case: &Case) -> String {
    match form.classify(case.document.as_bytes()) {
        Ok(_) => panic!("{} is no answer", case.id),
        Err(failure) => {
            assert_eq!(
                (failure.kind, failure.charged),
                (FailureKind::Answer, Charged::Unknown),
                "{}",
                case.id
            );
            failure.to_string()
        }
    }
}

#[test]
fn a_well_formed_document_is_read_and_found_to_carry_no_code() {
    for case in cases().iter().filter(|case| case.well_formed) {
        for form in Form::XML {
            let reason = reason(form, case);
            assert!(reason.contains("it has no result code"), "{}: {reason}", case.id);
        }
    }
}

#[test]
fn a_document_that_is_not_well_formed_is_never_an_answer() {
    for case in cases().iter().filter(|case| !case.well_formed) {
        for form in Form::XML {
            assert!(!reason(form, case).is_empty(), "{}", case.id);
        }
    }
}

/// The root element without declaration and document type.
fn root(document: &str) -> Option<&str> {
    let document = document.trim_start_matches('\u{feff}');
    let root = match document.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>")?.1,
        None => document,
    };
    (!root.contains("<!DOCTYPE") && !root.contains("<?xml")).then_some(root)
}

#[test]
fn a_document_within_a_record_leaves_the_record_as_it_is() {
    let mut within = 0;
    for case in cases() {
        let Some(root) = root(&case.document) else { continue };
        within += 1;
        for form in Form::XML {
            let fields = [(form.name_field(), "甲".to_owned()), ("case", root.to_owned())];
            let body = form.page(&[form.record(&fields)]);
            let parsed = form.provider().info().parse(body.as_bytes());
            match form.classify(body.as_bytes()) {
                Ok(_) => assert_eq!(parsed.unwrap().records.len(), 1, "{}", case.id),
                Err(failure) => {
                    assert!(!case.well_formed, "{}: {failure}", case.id);
                    assert_eq!(failure.kind, FailureKind::Answer, "{}", case.id);
                    assert_eq!(parsed.unwrap_err().kind, FailureKind::Answer, "{}", case.id);
                }
            }
        }
    }
    assert!(within > 20, "{within}");
}
