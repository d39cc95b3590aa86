//! A flag over a configured value over a default.

use super::sources::Values;
use super::{units, usage};
use crate::domain::failure::Failure;
use crate::domain::text::message;
use std::str::FromStr;
use std::time::Duration;

/// A whole number of `[network]`.
pub(super) fn number<T: FromStr>(
    flag: Option<T>,
    values: &Values,
    name: &str,
    default: T,
) -> Result<T, Failure> {
    if let Some(flag) = flag {
        return Ok(flag);
    }
    let configured = values.parsed("network", name, |text| {
        text.parse::<T>().map_err(|_| message!("'{text}' is not a whole number", "'{text}' 不是整数"))
    })?;
    Ok(configured.unwrap_or(default))
}

/// Refuses zero.
pub(super) fn at_least_one<T: PartialOrd + From<u8>>(option: &str, number: T) -> Result<T, Failure> {
    if number < T::from(1) {
        Err(usage(message!("{option} must be at least 1", "{option} 至少为 1")))
    } else {
        Ok(number)
    }
}

/// A length of time of any section.
pub(super) fn time(
    flag: Option<&str>,
    option: &str,
    values: &Values,
    section: &str,
    name: &str,
) -> Result<Option<Duration>, Failure> {
    match flag {
        Some(text) => units::duration(text)
            .map(Some)
            .map_err(|reason| usage(message!("{option}: {reason}", "{option}：{reason:#}"))),
        None => values.parsed(section, name, units::duration),
    }
}
