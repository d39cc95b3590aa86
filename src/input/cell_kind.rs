//! The kind of a cell, from its text alone. Headings and columns are recognised by the kinds of their cells.

use super::company_name::{looks_like_code, looks_like_name};
use super::heading::{HeadingKind, heading_kind};
use super::number_review::review_number;
use super::review::review_words;
use super::suspicion::SuspicionKind;
use crate::domain::identifier::{IdentifierKind, recognise};

/// The kind of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    /// Nothing, or a placeholder for it.
    Blank,
    /// The name of a company.
    Name,
    /// A name behind a label.
    LabelledName,
    /// A code that every provider takes.
    CreditCode,
    /// Another code with a right check digit.
    Code,
    /// A number of some kind, also one with letters.
    Number(SuspicionKind),
    /// A usual heading.
    Heading(HeadingKind),
    /// The title of a list.
    Title,
    /// A word for a total.
    Total,
    /// A remark.
    Remark,
    /// Any other text, such as a brief name.
    Text,
}

impl CellKind {
    /// The kind of a cleaned text that is not blank.
    pub(super) fn of(text: &str) -> Self {
        if looks_like_code(text) {
            let is_credit_code = recognise(text).kind == IdentifierKind::Uscc;
            return if is_credit_code { Self::CreditCode } else { Self::Code };
        }
        if let Some(kind) = heading_kind(text) {
            return Self::Heading(kind);
        }
        match review_words(text).map(|found| found.kind) {
            Some(SuspicionKind::Placeholder) => Self::Blank,
            Some(SuspicionKind::Label) => Self::LabelledName,
            Some(SuspicionKind::Heading) => Self::Title,
            Some(SuspicionKind::Total) => Self::Total,
            Some(SuspicionKind::Remark) => Self::Remark,
            _ if looks_like_name(text) || text.contains("有限公司") => Self::Name,
            _ => number_kind(text).map_or(Self::Text, Self::Number),
        }
    }

    pub(super) fn is_blank(self) -> bool {
        self == Self::Blank
    }

    pub(super) fn is_name(self) -> bool {
        matches!(self, Self::Name | Self::LabelledName)
    }

    pub(super) fn is_code(self) -> bool {
        matches!(self, Self::CreditCode | Self::Code)
    }

    pub(super) fn is_keyword(self) -> bool {
        self.is_name() || self.is_code()
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// Whether it is a value: a name, a code or a number.
    pub(super) fn is_data(self) -> bool {
        self.is_keyword() || self.is_number()
    }

    /// Whether it is about the list as a whole.
    pub(super) fn is_caption(self) -> bool {
        matches!(self, Self::Title | Self::Remark)
    }
}

/// The kind of a number, also of one with letters.
fn number_kind(text: &str) -> Option<SuspicionKind> {
    let is_of_identifier = |character: char| character.is_ascii_alphanumeric() || "-_/.".contains(character);
    let is_identifier =
        text.chars().all(is_of_identifier) && text.contains(|character: char| character.is_ascii_digit());
    review_number(text).map(|found| found.kind).or(is_identifier.then_some(SuspicionKind::Number))
}
