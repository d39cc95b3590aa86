//! The paid APIs, one pure file each: how a request is made, signed, classified and parsed.
//!
//! Nothing here opens a socket, reads a clock or logs; no provider imports another. They share `body` (JSON or XML as one
//! tree), `envelope` (where a vendor puts code, total and list), `fields` (a record's fields as the types of their
//! columns), `failures` and `codes`.

pub mod ihuyi;
pub mod market;
pub mod shuidi;

mod api;
mod body;
mod codes;
mod envelope;
mod failures;
mod fields;
#[cfg(test)]
mod fixtures;
mod ihuyi_codes;
mod json;
mod market_codes;
mod market_gateway;
mod shuidi_codes;
mod signature;
mod unreadable;
mod xml;

pub use api::{Answered, Classification, Finding, Provider, ProviderInfo};
pub use codes::VendorCode;
pub use fields::Field;

use crate::domain::record::Topic;
use crate::domain::request::ProviderId;

/// What is fixed about a provider, without its settings.
pub fn info(provider: ProviderId) -> &'static ProviderInfo {
    match provider {
        ProviderId::Market => &market::INFO,
        ProviderId::Ihuyi => &ihuyi::INFO,
        ProviderId::Shuidi => &shuidi::INFO,
    }
}

/// The vendors' names for a column: each provider of the topic that has the field.
pub fn vendor_fields(topic: Topic, column: &str) -> impl Iterator<Item = (ProviderId, &'static str)> {
    let providers = ProviderId::ALL.into_iter().map(info).filter(move |info| info.topic == topic);
    providers.filter_map(move |info| {
        let field = info.fields.iter().find(|field| field.column == column)?;
        Some((info.id, field.name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::{Charged, Retry};

    #[test]
    fn every_provider_has_its_own_facts() {
        for provider in ProviderId::ALL {
            assert_eq!(info(provider).id, provider);
            fixtures::kinds_of(info(provider));
        }
        assert_eq!(info(ProviderId::Market).code("t429uc").map(|entry| entry.code), Some("T429*"));
        assert!(info(ProviderId::Shuidi).code("T429UC").is_none());
    }

    #[test]
    fn no_failure_that_may_have_been_charged_is_repeated() {
        for code in ProviderId::ALL.into_iter().flat_map(|provider| info(provider).codes) {
            assert!(code.charged == Charged::No || code.retry == Retry::No, "{}", code.code);
        }
    }
}
