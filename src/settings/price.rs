//! `[price]`: one price for each call of a provider, or one for each outcome.

use super::values::Values;
use crate::domain::failure::Failure;
use crate::domain::price::Price;
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, message};
use crate::provider::REGISTRY;
use std::collections::BTreeMap;

/// The prices of the providers that have one. A price by outcome goes before the single one; if only one outcome has
/// a price, the other one costs the same.
///
/// # Errors
/// A failure of kind `Configuration` that names a value that is not a price.
pub fn configured_prices(values: &Values) -> Result<BTreeMap<ProviderId, Price>, Failure> {
    let mut prices = BTreeMap::new();
    for id in REGISTRY.iter().map(|info| info.id) {
        let price = |name: &str| values.parsed("price", name, yuan);
        let single = price(id.as_str())?;
        let records = price(&format!("{id}.records"))?.or(single);
        let nothing = price(&format!("{id}.nothing"))?.or(single);
        if let Some(known) = records.or(nothing) {
            let price = Price { records: records.unwrap_or(known), nothing: nothing.unwrap_or(known) };
            prices.insert(id, price);
        }
    }
    Ok(prices)
}

fn yuan(text: &str) -> Result<f64, Message> {
    let price = text.parse().ok().filter(|price: &f64| price.is_finite() && *price >= 0.0);
    price.ok_or_else(|| message!("'{text}' is not a price in yuan", "'{text}' 不是以元计的价格"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Environment;
    use std::path::Path;

    #[test]
    fn a_price_by_outcome_goes_before_the_single_one() {
        let file = "[price]\nshuidi = 0.2\n[price.market]\nrecords = 0.05\nnothing = 0\n[price.ihuyi]\nrecords = 0.1";
        let values = Values::of_text(Path::new("x"), file, &Environment::default()).unwrap();
        let prices = configured_prices(&values).unwrap();
        let prices =
            ["market", "ihuyi", "shuidi"].map(|name| prices[&crate::provider::find(name).unwrap().id]);
        assert_eq!(prices.map(|price| (price.records, price.nothing)), [(0.05, 0.0), (0.1, 0.1), (0.2, 0.2)]);
    }
}
