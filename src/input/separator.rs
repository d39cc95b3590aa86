//! The separators of fields of a table in a text file.

use crate::domain::identifier::clean_keyword;
use crate::domain::text::Text;

/// The separators and their names; a text that could have several has the first.
pub(super) const SEPARATORS: [(char, Text); 5] = [
    (',', Text::new("commas", "逗号")),
    (';', Text::new("semicolons", "分号")),
    ('\t', Text::new("tabs", "制表符")),
    ('|', Text::new("bars", "竖线")),
    ('，', Text::new("full-width commas", "全角逗号")),
];

/// The name of a separator.
pub(super) fn name_of(separator: char) -> Option<Text> {
    SEPARATORS.into_iter().find(|(character, _)| *character == separator).map(|(_, name)| name)
}

/// Whether the first field of a first row is Excel's way to declare the separator.
pub(super) fn is_declaration(field: &str) -> bool {
    clean_keyword(field).eq_ignore_ascii_case("sep=")
}
