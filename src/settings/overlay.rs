//! Options with a configured value and a default: flag, then configuration, then default.

use super::usage;
use super::values::Values;
use crate::domain::failure::Failure;
use crate::domain::text::{Message, message};
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// A whole number of any size.
pub(super) fn whole_number<T: FromStr>(text: &str) -> Result<T, Message> {
    text.parse().map_err(|_| message!("'{text}' is not a whole number", "'{text}' 不是整数"))
}

/// A failure that names an option and the mistake in its value.
pub(super) fn wrong_option(option: &str, reason: &Message) -> Failure {
    usage(message!("{option}: {reason}", "{option}：{reason:#}"))
}

/// A whole number of `[network]` within bounds. A wrong flag is a usage error, a wrong configured value a
/// configuration error.
pub(super) fn number<T: FromStr + PartialOrd + Display>(
    (option, flag): (&str, Option<T>),
    values: &Values,
    name: &str,
    default: T,
    bounds: RangeInclusive<T>,
) -> Result<T, Failure> {
    let checked = |number: T| {
        if number < *bounds.start() {
            Err(message!(
                "{number} is too small: at least {least}",
                "{number} 太小：至少为 {least}",
                least = bounds.start()
            ))
        } else if number > *bounds.end() {
            Err(message!(
                "{number} is too large: at most {most}",
                "{number} 太大：至多为 {most}",
                most = bounds.end()
            ))
        } else {
            Ok(number)
        }
    };
    if let Some(flag) = flag {
        return checked(flag).map_err(|reason| wrong_option(option, &reason));
    }
    let configured = values.parsed("network", name, |text| whole_number(text).and_then(checked))?;
    Ok(configured.unwrap_or(default))
}

/// An option of `[network]` that `parse` reads.
pub(super) fn text_option<T>(
    (option, flag): (&str, Option<String>),
    values: &Values,
    name: &str,
    parse: impl Fn(&str) -> Result<T, Message>,
) -> Result<Option<T>, Failure> {
    match flag {
        Some(text) => parse(&text).map(Some).map_err(|reason| wrong_option(option, &reason)),
        None => values.parsed("network", name, parse),
    }
}
