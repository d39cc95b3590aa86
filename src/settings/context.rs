//! The inputs of every part of the resolution.

use super::Places;
use super::values::Values;
use jiff::Timestamp;

/// The configured values, the default paths and the time of the resolution.
pub(super) struct Context<'a> {
    pub(super) values: &'a Values,
    pub(super) places: &'a Places,
    pub(super) now: Timestamp,
}
