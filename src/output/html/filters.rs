//! Filters of the templates.
#![expect(
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "the attribute of the library expands to such code"
)]

use super::words;
use askama::Values;
use std::fmt::Display;

/// The number with a comma after each thousand.
#[askama::filter_fn]
pub(super) fn grouped<N: Display>(number: N, _: &dyn Values) -> askama::Result<String> {
    Ok(words::grouped(number))
}
