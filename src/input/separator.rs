//! The separators of fields of a table in a text file.

use crate::domain::identifier::clean_keyword;
use crate::domain::text::Text;

/// The separators of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    Comma,
    Semicolon,
    Tab,
    Bar,
    FullWidthComma,
}

impl Separator {
    pub(super) const ALL: [Self; 5] =
        [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar, Self::FullWidthComma];

    const fn describe(self) -> (char, Text) {
        match self {
            Self::Comma => (',', Text::new("commas", "逗号")),
            Self::Semicolon => (';', Text::new("semicolons", "分号")),
            Self::Tab => ('\t', Text::new("tabs", "制表符")),
            Self::Bar => ('|', Text::new("bars", "竖线")),
            Self::FullWidthComma => ('，', Text::new("full-width commas", "全角逗号")),
        }
    }

    pub(super) const fn character(self) -> char {
        self.describe().0
    }

    pub(super) const fn plural(self) -> Text {
        self.describe().1
    }
}

/// Whether the first field of a first row is Excel's way to declare the separator.
pub(super) fn is_declaration(field: &str) -> bool {
    clean_keyword(field).eq_ignore_ascii_case("sep=")
}
