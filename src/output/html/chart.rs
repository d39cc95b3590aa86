//! The bars of charts, for `templates/chart.html`.

use super::super::counts::Bar;
use super::words::{performance_tone, visible};

/// The colour of a bar in the chart of the column `key`.
pub(super) fn tone(key: &str, bar: &Bar) -> &'static str {
    match (bar.is_value, key) {
        (true, "performance") => performance_tone(&bar.label).unwrap_or("info"),
        (true, _) => "info",
        (false, _) => "faint",
    }
}

/// The fragment that shows the records of a value on the same page.
pub(super) fn link(key: &str, bar: &Bar) -> Option<String> {
    let mut fragment = url::form_urlencoded::Serializer::for_suffix(String::from("#"), 1);
    fragment.append_pair(key, &visible(&bar.label));
    bar.is_value.then(|| fragment.finish())
}
