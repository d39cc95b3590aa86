//! A flag over a configured value over a default.

use super::sources::Values;
use super::usage;
use crate::domain::failure::Failure;
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
        text.parse::<T>().map_err(|_| format!("'{text}' is not a whole number"))
    })?;
    Ok(configured.unwrap_or(default))
}

/// Refuses zero.
pub(super) fn at_least_one<T: PartialOrd + From<u8>>(option: &str, number: T) -> Result<T, Failure> {
    if number < T::from(1) { Err(usage(format!("{option} must be at least 1"))) } else { Ok(number) }
}

/// A length of time of any section.
pub(super) fn time(
    flag: Option<&str>,
    option: &str,
    values: &Values,
    (section, name): (&str, &str),
    read: fn(&str) -> Result<Duration, String>,
) -> Result<Option<Duration>, Failure> {
    match flag {
        Some(text) => read(text).map(Some).map_err(|reason| usage(format!("{option}: {reason}"))),
        None => values.parsed(section, name, read),
    }
}
