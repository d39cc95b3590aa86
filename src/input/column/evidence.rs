//! The evidence that the cells and the heading of a column give.

use std::borrow::Cow;

use crate::input::cell_kind::CellKind;
use crate::input::heading::HeadingKind;

/// The content of a column.
pub(super) struct Content {
    pub heading: Option<HeadingKind>,
    /// Whether the heading does not say whose names these are.
    pub is_generic: bool,
    /// The number of cells that are neither blank nor placeholders.
    pub filled: usize,
    pub cells: Cells,
    /// Whether not all are the same.
    pub is_varied: bool,
}

/// Whether a cell is of one of several kinds.
type KindTest = fn(CellKind) -> bool;

/// What most cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    Blank,
    Names,
    CreditCodes,
    Codes,
    Numbers,
    /// Perhaps brief names, which look like nothing.
    Texts,
}

impl Content {
    /// The content by the kinds and the texts of the cells.
    pub(super) fn new<'text>(
        heading: Option<HeadingKind>,
        is_generic: bool,
        cells: impl Iterator<Item = (CellKind, Option<Cow<'text, str>>)>,
    ) -> Self {
        let cells: Vec<_> = cells.filter(|(kind, _)| !kind.is_blank()).collect();
        let is_most = |is: KindTest| 2 * cells.iter().filter(|(kind, _)| is(*kind)).count() > cells.len();
        let kinds: [(Cells, KindTest); 4] = [
            (Cells::Names, CellKind::is_name),
            (Cells::CreditCodes, |kind| kind == CellKind::CreditCode),
            (Cells::Codes, CellKind::is_code),
            (Cells::Numbers, |kind| kind.is_code() || kind.is_number()),
        ];
        let most = kinds.into_iter().find(|(_, is)| is_most(*is)).map(|(cells, _)| cells);
        let most = most.unwrap_or(if cells.is_empty() { Cells::Blank } else { Cells::Texts });
        let is_varied = cells.iter().any(|(_, text)| *text != cells[0].1);
        Self { heading, is_generic, filled: cells.len(), cells: most, is_varied }
    }
}

/// The rank of a column among those that may hold the keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Whether most rows have a cell, and the names are not those of others.
    pub is_full: bool,
    pub evidence: Evidence,
    pub is_varied: bool,
    /// Whether the heading is one of names or codes.
    pub is_headed: bool,
    /// Whether such a heading does not say whose names these are.
    pub is_generic: bool,
}

/// The evidence that a column holds the keywords, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// No other column is mostly filled.
    OnlyColumn,
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

/// The rank of each column; `None` without evidence that it holds the keywords.
pub(super) fn ranks(contents: &[Content]) -> Vec<Option<Rank>> {
    let is_alone = contents.len() == 1;
    let fullest = contents.iter().map(|content| content.filled).max().unwrap_or(0);
    let is_full = |content: &Content| content.filled * 2 > fullest || is_alone;
    let is_only = contents.iter().filter(|content| is_full(content)).count() == 1;
    let names_are_headed = contents.iter().any(|content| content.heading == Some(HeadingKind::Name));
    let rank = |content: &Content| {
        let Content { heading, filled, is_varied, .. } = *content;
        let is_full = is_full(content);
        let evidence = match (content.cells, heading) {
            (Cells::Names, Some(HeadingKind::Other)) if !names_are_headed => Evidence::NamesOfOthers,
            (Cells::Names, Some(HeadingKind::Other)) => return None,
            (Cells::Names, _) => Evidence::Names,
            (Cells::Texts, Some(HeadingKind::Name)) => Evidence::NameHeading,
            (Cells::CreditCodes, _) if filled == fullest => Evidence::CompleteCreditCodes,
            (Cells::CreditCodes | Cells::Codes, _) => Evidence::Codes,
            (Cells::Numbers | Cells::Texts, Some(HeadingKind::Code)) => Evidence::CodeHeading,
            _ if is_alone => Evidence::OnlyColumn,
            (Cells::Texts, None) if is_only && is_full && !names_are_headed => Evidence::OnlyColumn,
            _ => return None,
        };
        // A column that is mostly blank needs a heading.
        let is_headed = matches!(heading, Some(HeadingKind::Name | HeadingKind::Code));
        // One name in all rows may be that of a parent, a bank or the owner of the list.
        let is_of_others =
            evidence == Evidence::NamesOfOthers || (evidence == Evidence::Names && filled > 1 && !is_varied);
        let is_full_of_own = is_full && !is_of_others;
        let is_generic = is_headed && content.is_generic;
        let rank = Rank { is_full: is_full_of_own, evidence, is_varied, is_headed, is_generic };
        (is_full || is_headed).then_some(rank)
    };
    contents.iter().map(rank).collect()
}
