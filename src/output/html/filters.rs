//! Filters of the templates.

use super::words;
use askama::Values;
use std::fmt::Display;

/// The number with a comma after each thousand.
#[askama::filter_fn]
pub(super) fn grouped<N: Display>(number: N, _: &dyn Values) -> askama::Result<String> {
    Ok(words::grouped(number))
}
