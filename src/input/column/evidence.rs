//! The evidence that the cells and the heading of a column give.

use crate::input::summary::ColumnReason;

/// The contents of the cells of a column, apart from placeholders.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Content {
    pub filled: usize,
    pub names: usize,
    pub codes: usize,
    /// Those of the codes that every provider takes.
    pub credit_codes: usize,
    pub numbers: usize,
    /// Whether not all are the same.
    pub is_varied: bool,
}

impl Content {
    /// Whether most cells are names of companies, and not always the same one.
    pub(super) const fn is_list_of_names(self) -> bool {
        self.names * 2 > self.filled && self.is_varied
    }

    /// Whether most cells may be brief names, which look like nothing.
    pub(super) const fn is_text(self) -> bool {
        self.filled > 2 * (self.numbers + self.codes)
    }
}

/// The rank of a column among those that may hold the keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Whether most rows have a cell, and the names are not those of others.
    pub is_full: bool,
    pub evidence: Evidence,
    pub is_varied: bool,
}

/// The evidence that a column holds the keywords, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// Names of banks, parents or contacts, by the heading.
    NamesOfOthers,
    /// A heading of codes.
    CodeHeading,
    /// Mostly valid codes.
    Codes,
    /// A heading of names: brief names look like nothing.
    NameHeading,
    /// Mostly valid credit codes, and no column has more cells filled: a code is of one company, a brief name of several.
    CompleteCreditCodes,
    /// Mostly names of companies.
    Names,
}

impl Evidence {
    /// The reason for people.
    pub(super) const fn reason(self) -> ColumnReason {
        match self {
            Self::CodeHeading | Self::NameHeading => ColumnReason::Heading,
            Self::NamesOfOthers | Self::Codes | Self::CompleteCreditCodes | Self::Names => {
                ColumnReason::Content
            }
        }
    }
}
