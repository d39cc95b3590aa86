//! The registry, and a provider that is nowhere but in it.

mod end_to_end;
pub(super) mod toy;

use super::fixtures::{
    IHUYI_JSON, IHUYI_XML, MARKET_JSON, SHUIDI_JSON, answer, judge_arbitrary_bytes, unreadable_bodies,
};
use super::*;
use crate::domain::failure::{Charged, FailureKind, Retry};
use crate::domain::request::Response;
use std::sync::Arc;

fn unconfigured(info: &ProviderInfo) -> Arc<dyn Provider> {
    (info.new)(ProviderConfig::new("https://vendor.example".to_owned()))
}

#[test]
fn every_provider_has_its_own_entry() {
    for entry in REGISTRY {
        assert!(std::ptr::eq(info(entry.id), *entry), "{}", entry.id);
        fixtures::kinds_of(entry);
        assert!(entry.keys.iter().any(|key| key.name == ENDPOINT), "{}", entry.id);
        for key in entry.keys {
            if let (KeyKind::Choice(words), Some(default)) = (key.kind, key.default) {
                assert!(words.contains(&default), "{} {}", entry.id, key.name);
            }
        }
        for field in entry.fields {
            assert!(entry.topic.column_index(field.column).is_some(), "{} {}", entry.id, field.column);
        }
    }
    assert_eq!(market::INFO.code("t429uc").map(|entry| entry.code), Some("T429*"));
    assert!(shuidi::INFO.code("T429UC").is_none());
}

#[test]
fn no_failure_that_may_have_been_charged_is_repeated() {
    for code in REGISTRY.iter().flat_map(|info| info.codes) {
        assert!(code.charged == Charged::No || code.retry == Retry::No, "{}", code.code);
    }
}

#[test]
fn an_answer_that_cannot_be_read_may_have_been_charged() {
    for info in REGISTRY {
        for body in unreadable_bodies(&info.envelope) {
            let shown = String::from_utf8_lossy(&body);
            let response = Response { body: body.clone(), ..answer(200, "") };
            let Err(failure) = unconfigured(info).classify(&response) else { panic!("{}: {shown}", info.id) };
            assert_eq!((failure.kind, failure.charged), (FailureKind::Answer, Charged::Unknown), "{shown}");
            assert!(failure.message.en().chars().count() < 260, "{}", failure.message);
            assert_eq!(info.parse(&body).unwrap_err().kind, FailureKind::Answer, "{shown}");
        }
    }
}

#[test]
fn no_bytes_break_a_provider() {
    for info in REGISTRY {
        let samples: &[&str] = match info.id {
            market::ID => &[MARKET_JSON],
            ihuyi::ID => &[IHUYI_JSON, IHUYI_XML],
            shuidi::ID => &[SHUIDI_JSON],
            _ => &[],
        };
        judge_arbitrary_bytes(&*unconfigured(info), samples);
    }
}
