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

/// An option with a key of its name in `[network]`: a whole number within bounds. A wrong flag is a usage error, a wrong
/// configured value a configuration error.
pub(super) fn number<T: FromStr + PartialOrd + Display>(
    key: &str,
    flag: Option<T>,
    values: &Values,
    default: T,
    bounds: RangeInclusive<T>,
) -> Result<T, Failure> {
    let checked = |number: T| {
        let (least, most) = (bounds.start(), bounds.end());
        if number < *least {
            Err(message!("{number} is too small: at least {least}", "{number} 太小：至少为 {least}"))
        } else if number > *most {
            Err(message!("{number} is too large: at most {most}", "{number} 太大：至多为 {most}"))
        } else {
            Ok(number)
        }
    };
    if let Some(flag) = flag {
        return checked(flag).map_err(|reason| wrong_option(&option_of(key), &reason));
    }
    let configured = values.parsed("network", key, |text| whole_number(text).and_then(checked))?;
    Ok(configured.unwrap_or(default))
}

/// An option with a key of its name in `[network]`, read by `parse`.
pub(super) fn text_option<T>(
    key: &str,
    flag: Option<String>,
    values: &Values,
    parse: impl Fn(&str) -> Result<T, Message>,
) -> Result<Option<T>, Failure> {
    match flag {
        Some(text) => parse(&text).map(Some).map_err(|reason| wrong_option(&option_of(key), &reason)),
        None => values.parsed("network", key, parse),
    }
}

fn option_of(key: &str) -> String {
    format!("--{}", key.replace('_', "-"))
}
