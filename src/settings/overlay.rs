//! Options with a configured value and a default: flag, then configuration, then default.

use super::values::Values;
use super::{units, usage};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, message};
use jiff::Timestamp;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// A whole number of any size.
pub(super) fn whole_number<T: FromStr>(text: &str) -> Result<T, Message> {
    text.parse().map_err(|_| message!("'{text}' is not a whole number", "'{text}' 不是整数"))
}

/// A failure that names an option and the mistake in its value.
pub fn wrong_option(option: &str, reason: &Message) -> Failure {
    usage(message!("{option}: {reason}", "{option}：{reason:#}"))
}

/// The beginning of the day of `--since`.
///
/// # Errors
/// A usage error that shows how a day is written.
pub fn since_day(text: Option<&str>) -> Result<Option<Timestamp>, Failure> {
    text.map(units::day).transpose().map_err(|reason| wrong_option("--since", &reason))
}

/// An option with a key of its name in `[network]`: flag, then configuration, then the default of the key. A wrong flag is
/// a usage error, a wrong configured value a configuration error.
pub(super) fn option<T>(
    key: &str,
    flag: Option<String>,
    values: &Values,
    parse: impl Fn(&str) -> Result<T, Message>,
) -> Result<T, Failure> {
    match flag {
        Some(text) => {
            parse(&text).map_err(|reason| wrong_option(&format!("--{}", key.replace('_', "-")), &reason))
        }
        None => values.parsed_or_default("network", key, parse),
    }
}

/// An [`option`] that is a whole number within bounds.
pub(super) fn number<T: FromStr + PartialOrd + Display>(
    key: &str,
    flag: Option<T>,
    values: &Values,
    bounds: RangeInclusive<T>,
) -> Result<T, Failure> {
    let (least, most) = bounds.into_inner();
    option(key, flag.map(|number| number.to_string()), values, |text| match whole_number(text)? {
        number if number < least => {
            Err(message!("{number} is too small: at least {least}", "{number} 太小：至少为 {least}"))
        }
        number if number > most => {
            Err(message!("{number} is too large: at most {most}", "{number} 太大：至多为 {most}"))
        }
        number => Ok(number),
    })
}
