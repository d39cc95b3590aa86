//! `[price]`: one price for each call of a provider, or one for each outcome. `[budget]`: limits that all runs on one
//! archive keep together.

use super::values::Values;
use crate::archive::SharedLimits;
use crate::cli::units;
use crate::domain::failure::Failure;
use crate::domain::page::ByFinding;
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, Text};
use crate::provider::REGISTRY;
use std::collections::BTreeMap;

/// The price of one call in yuan, by what it finds. A call of which that is unknown counts as one with records.
pub type Price = ByFinding<f64>;

/// The prices of the providers that have one.
///
/// # Errors
/// A failure of kind `Configuration` that names a value that is not a price.
pub fn configured_prices(values: &Values) -> Result<BTreeMap<ProviderId, Price>, Failure> {
    let mut prices = BTreeMap::new();
    for id in REGISTRY.iter().map(|info| info.id) {
        prices.extend(values.parsed("price", id.as_str(), price)?.map(|price| (id, price)));
    }
    Ok(prices)
}

/// `0.05`, or `records=0.05,nothing=0` by outcome. An outcome without a price costs as much as the other one.
fn price(text: &str) -> Result<Price, Message> {
    const NOT_A_PRICE: Text = Text::new(
        "it is not a price in yuan; write it like 0.05 or records=0.05,nothing=0",
        "不是以元计的价格；写法如 0.05 或 records=0.05,nothing=0",
    );
    let yuan = |text: &str| {
        let price = text.trim().parse().ok().filter(|price: &f64| price.is_finite() && *price >= 0.0);
        price.ok_or_else(|| NOT_A_PRICE.into())
    };
    let ByFinding { records, nothing } = units::by_finding(text, yuan, NOT_A_PRICE)?;
    let records = records.or(nothing).ok_or(NOT_A_PRICE)?;
    Ok(ByFinding { records, nothing: nothing.unwrap_or(records) })
}

/// The configured limits.
///
/// # Errors
/// A failure of kind `Configuration` that names the value that cannot be read.
pub fn configured_limits(values: &Values) -> Result<SharedLimits, Failure> {
    Ok(SharedLimits {
        total: values.parsed("budget", "total", units::whole_number)?,
        per_day: values.parsed("budget", "per_day", units::whole_number)?,
        interval: values.parsed("budget", "rate", units::interval_of_rate)?.unwrap_or_default(),
    })
}

/// The failure of a run that buys without an archive although limits are configured: nothing would count its calls.
pub(super) fn not_counted() -> Failure {
    Failure::configuration(Text::new(
        "[budget] is counted in the archive, so --no-archive would exceed it unnoticed",
        "[budget] 由存档计数，使用 --no-archive 时无法遵守",
    ))
    .with_hint(Text::new(
        "leave out --no-archive, or remove the keys of [budget]",
        "请去掉 --no-archive，或删除 [budget] 中的设置",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_price_is_single_or_by_outcome() {
        let file = "[price]\nshuidi = 0.2\n[price.market]\nrecords = 0.05\nnothing = 0\n[price.ihuyi]\nrecords = 0.1";
        let values = Values::of_text(Path::new("x"), file).unwrap();
        let prices = configured_prices(&values).unwrap();
        let prices =
            ["market", "ihuyi", "shuidi"].map(|name| prices[&crate::provider::find(name).unwrap().id]);
        for wrong in ["", "cheap", "-1", "records", "record=1", "records=1,", "records=NaN"] {
            assert!(price(wrong).is_err(), "{wrong}");
        }
        assert_eq!(prices.map(|price| (price.records, price.nothing)), [(0.05, 0.0), (0.1, 0.1), (0.2, 0.2)]);
    }
}
