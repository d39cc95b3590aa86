//! The names of the formats.

/// Everything that is to be said about each format, one line each.
macro_rules! formats {
    ($($name:ident, $word:literal, [$($extension:literal),*], $meaning:literal;)+) => {
        /// The formats of `--format`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Format {
            $(#[doc = $meaning] $name,)+
        }

        impl Format {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word on the command line.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// The extensions of file names that mean it, without the dot, in lower case.
            pub const fn extensions(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($extension),*],)+
                }
            }
        }
    };
}

formats! {
    Table, "table", ["txt"], "For people at a terminal.";
    Json, "json", ["json"], "One JSON document: `schema`, `records`, `queries`.";
    Ndjson, "ndjson", ["ndjson", "jsonl"], "One JSON object a line, records alone.";
    Csv, "csv", ["csv"], "Comma-separated values, records alone.";
    Tsv, "tsv", ["tsv", "tab"], "Tab-separated values, records alone.";
    Xlsx, "xlsx", ["xlsx"], "An Excel workbook with a sheet of queries and a sheet of records.";
    Html, "html", ["html", "htm"], "One self-contained page for a colleague.";
}

impl Format {
    /// The format of that name on the command line.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == name)
    }

    /// The format of a file with that extension, without its dot, in upper or lower case.
    pub fn from_extension(extension: &str) -> Option<Self> {
        let lower = extension.to_ascii_lowercase();
        Self::ALL.iter().copied().find(|format| format.extensions().contains(&lower.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_found_by_its_name_and_by_its_extension_in_any_case() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.as_str()), Some(*format));
            for extension in format.extensions() {
                assert_eq!(Format::from_extension(&extension.to_uppercase()), Some(*format));
            }
        }
        assert_eq!(Format::from_name("xls"), None);
        assert_eq!(Format::from_extension(""), None);
    }

    #[test]
    fn the_formats_are_those_of_the_contract_and_a_page() {
        let words: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
        assert_eq!(words, ["table", "json", "ndjson", "csv", "tsv", "xlsx", "html"]);
    }
}
