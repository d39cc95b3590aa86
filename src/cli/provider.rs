//! Names of providers on the command line, as the registry has them.

use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::provider::{ProviderInfo, REGISTRY, find, providers_of};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// The name of any provider.
pub(super) fn provider() -> impl TypedValueParser<Value = ProviderId> {
    let names = PossibleValuesParser::new(REGISTRY.iter().map(|info| possible_value(info)));
    names.try_map(|name| find(&name).map(|info| info.id).ok_or("it is not a provider"))
}

/// The name of a provider of these records, or `all`.
pub(super) fn provider_or_all(topic: Topic) -> PossibleValuesParser {
    let all = PossibleValue::new("all").help("All providers");
    PossibleValuesParser::new(providers_of(topic).map(possible_value).chain([all]))
}

fn possible_value(info: &ProviderInfo) -> PossibleValue {
    PossibleValue::new(info.id.as_str()).help(info.id.label().en)
}
