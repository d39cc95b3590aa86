//! The paid APIs, one pure file each: how a request is made, signed, classified and parsed.
//!
//! Nothing here opens a socket, reads a clock or logs; no provider imports another. They share `failures` and `codes`.
//! `body` reads JSON or XML as one tree, and `envelope` finds code, total and list in it. `fields` reads a record's fields as
//! the types of their columns.

pub mod ihuyi;
pub mod market;
pub mod shuidi;

mod api;
mod body;
mod codes;
mod config;
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
#[cfg(test)]
mod tests;
mod xml;

pub use api::{Answered, Provider, ProviderInfo};
pub use codes::VendorCode;
pub use config::{ConfigKey, ENDPOINT, KeyKind, ProviderConfig, variable};
pub use fields::Field;

use crate::domain::record::Topic;
use crate::domain::request::ProviderId;

/// All providers, in the order of the documentation. Command line, configuration, help and checks derive from it.
pub static REGISTRY: &[&ProviderInfo] = &[
    &market::INFO,
    &ihuyi::INFO,
    &shuidi::INFO,
    #[cfg(test)]
    &tests::toy::INFO,
];

/// The provider of that name.
pub fn find(name: &str) -> Option<&'static ProviderInfo> {
    REGISTRY.iter().copied().find(|info| info.id.as_str() == name)
}

/// The entry of a provider.
///
/// # Panics
/// If the provider is not in the registry.
pub fn info(provider: ProviderId) -> &'static ProviderInfo {
    find(provider.as_str()).expect("every provider is in the registry")
}

impl ProviderInfo {
    /// The command line that queries it.
    pub fn command(&self) -> String {
        let is_only = providers_of(self.topic).count() == 1;
        let provider = if is_only { String::new() } else { format!(" --provider {}", self.id) };
        format!("hecha {}{provider}", self.topic.as_str())
    }
}

/// The providers of a kind of records.
pub fn providers_of(topic: Topic) -> impl Iterator<Item = &'static ProviderInfo> {
    REGISTRY.iter().copied().filter(move |info| info.topic == topic)
}

/// The vendors' names for a column: each provider of the topic that has the field.
pub fn vendor_fields(topic: Topic, column: &str) -> impl Iterator<Item = (ProviderId, &'static str)> {
    providers_of(topic).filter_map(move |info| {
        let field = info.fields.iter().find(|field| field.column == column)?;
        Some((info.id, field.name))
    })
}
