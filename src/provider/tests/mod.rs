//! The registry, and a provider that is nowhere but in it.

mod end_to_end;
pub(super) mod toy;

use super::*;
use crate::domain::failure::{Charged, Retry};

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
