//! The columns that are written, and their headings.

use crate::domain::record::{Column, Topic};
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

    /// The columns that are written, in their order.
    pub fn selected(&self) -> impl Iterator<Item = &'static Column> + '_ {
        self.columns.iter().map(|index| &self.topic.columns()[*index])
    }

    /// The headings of the columns that are written; none without a header.
    pub fn headings(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.selected().filter_map(|column| self.header.heading(column.key, column.label, self.language))
    }
}
