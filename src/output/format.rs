//! The names of the formats.

/// The formats of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal.
    Table,
    /// One JSON document: `schema`, `records`, `queries`.
    Json,
    /// One JSON object a line, only records.
    Ndjson,
    /// Comma-separated values, only records.
    Csv,
    /// Tab-separated values, only records.
    Tsv,
    /// An Excel workbook with a sheet of queries and a sheet of records.
    Xlsx,
    /// One self-contained page for a colleague.
    Html,
}

impl Format {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 7] =
        [Self::Table, Self::Json, Self::Ndjson, Self::Csv, Self::Tsv, Self::Xlsx, Self::Html];

    /// The word on the command line, and the extensions of file names that mean the format.
    const fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Table => ("table", &["txt"]),
            Self::Json => ("json", &["json"]),
            Self::Ndjson => ("ndjson", &["ndjson", "jsonl"]),
            Self::Csv => ("csv", &["csv"]),
            Self::Tsv => ("tsv", &["tsv", "tab"]),
            Self::Xlsx => ("xlsx", &["xlsx"]),
            Self::Html => ("html", &["html", "htm"]),
        }
    }

    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        self.names().0
    }

    /// The format of a file with that extension, without its dot, in upper or lower case.
    pub fn from_extension(extension: &str) -> Option<Self> {
        let lower = extension.to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.names().1.contains(&lower.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_found_by_its_extension_in_any_case() {
        for format in Format::ALL {
            for extension in format.names().1 {
                assert_eq!(Format::from_extension(&extension.to_uppercase()), Some(format));
            }
        }
        assert_eq!(Format::from_extension("xls"), None);
        assert_eq!(Format::from_extension(""), None);
    }

    #[test]
    fn the_formats_are_those_of_the_contract_and_a_page() {
        let words = Format::ALL.map(Format::as_str);
        assert_eq!(words, ["table", "json", "ndjson", "csv", "tsv", "xlsx", "html"]);
    }
}
