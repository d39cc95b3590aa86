//! `[budget]`: limits that all runs on one archive keep together.

use super::source::configuration;
use super::values::Values;
use crate::archive::SharedLimits;
use crate::cli::units;
use crate::domain::failure::Failure;
use crate::domain::text::Text;

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
    configuration(Text::new(
        "[budget] is counted in the archive, so --no-archive would exceed it unnoticed",
        "[budget] 由存档计数，使用 --no-archive 时无法遵守",
    ))
    .with_hint(Text::new(
        "leave out --no-archive, or remove the keys of [budget]",
        "请去掉 --no-archive，或删除 [budget] 中的设置",
    ))
}
