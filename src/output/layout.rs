//! The columns that are written, and their headings.

use crate::domain::record::{Column, ColumnKind, Topic};
use crate::domain::text::{Language, Text};

/// The headings of the columns. JSON always has its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// The keys of the data.
    Keys,
    /// The labels for people.
    Labels,
    /// Nothing.
    None,
}

impl Header {
    /// The heading of a column with that key and that label.
    pub const fn heading(self, key: &'static str, label: Text, language: Language) -> Option<&'static str> {
        match self {
            Self::Keys => Some(key),
            Self::Labels => Some(label.in_language(language)),
            Self::None => None,
        }
    }
}

/// One column.
#[derive(Clone, Copy)]
pub(super) struct DataColumn {
    /// The key in JSON.
    pub(super) key: &'static str,
    /// The heading elsewhere; `None` without a header.
    pub(super) heading: Option<&'static str>,
    pub(super) kind: ColumnKind,
}

/// One table. A workbook has a sheet for each.
#[derive(Clone)]
pub(super) struct TableHead {
    /// The name of its sheet.
    pub(super) name: &'static str,
    pub(super) columns: Vec<DataColumn>,
}

/// The columns that are written, and their headings.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The kind of records.
    pub topic: Topic,
    /// Positions in [`Topic::columns`], in the order in which they are written.
    pub columns: Vec<usize>,
    /// Their headings.
    pub header: Header,
    /// The language of the labels.
    pub language: Language,
}

impl Layout {
    /// Every column of the topic in its documented order.
    pub fn whole(topic: Topic, header: Header, language: Language) -> Self {
        Self { topic, columns: (0..topic.columns().len()).collect(), header, language }
    }

    /// The columns that are written and their positions, in their order.
    pub fn selected(&self) -> impl Iterator<Item = (usize, &'static Column)> + Clone + '_ {
        let columns = self.topic.columns();
        self.columns.iter().map(|index| (*index, &columns[*index]))
    }

    /// The heading of a column of records, also if files have none.
    pub(super) const fn label_of(&self, column: &Column) -> &'static str {
        let label = column.label.in_language(self.language);
        if matches!(self.header, Header::Keys) { column.key } else { label }
    }

    /// A column of a file.
    pub(super) const fn data_column(&self, key: &'static str, label: Text, kind: ColumnKind) -> DataColumn {
        DataColumn { key, heading: self.header.heading(key, label, self.language), kind }
    }

    /// The columns that are written, as those of a file.
    pub(super) fn data_columns(&self) -> Vec<DataColumn> {
        self.selected().map(|(_, column)| self.data_column(column.key, column.label, column.kind)).collect()
    }
}
