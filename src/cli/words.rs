//! The words that options take, each with its meaning and its value.

use crate::domain::identifier::IdentifierKind;
use crate::domain::query::CopyrightKind;
use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::domain::text::Language;
use crate::input::SuspiciousKeywords;
use crate::output::{CsvDialect, Format, Header};
use crate::provider::{ProviderInfo, REGISTRY};
use clap::ColorChoice;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::sync::LazyLock;

/// The format of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorFormat {
    /// Sentences.
    Text,
    /// One JSON object a line.
    Json,
}

/// A word, its meaning and its value.
type Word<T> = (&'static str, &'static str, T);

/// Reads one of some words as its value.
pub(super) fn word<T: Copy + Send + Sync>(words: &'static [Word<T>]) -> impl TypedValueParser<Value = T> {
    let meanings = words.iter().map(|(word, meaning, _)| PossibleValue::new(*word).help(*meaning));
    PossibleValuesParser::new(meanings).try_map(move |typed| {
        let found = words.iter().find(|(word, ..)| *word == typed);
        found.map(|(.., value)| *value).ok_or("it is not one of the words")
    })
}

pub(super) static PROVIDERS: LazyLock<Vec<Word<ProviderId>>> =
    LazyLock::new(|| REGISTRY.iter().map(|info| (info.id.as_str(), info.id.label().en, info.id)).collect());

/// The names of these providers, and `all`.
pub(super) fn names_or_all(providers: impl Iterator<Item = &'static ProviderInfo>) -> PossibleValuesParser {
    let names = providers.map(|info| PossibleValue::new(info.id.as_str()).help(info.id.label().en));
    PossibleValuesParser::new(names.chain([PossibleValue::new("all").help("All providers")]))
}

pub(super) const LANGUAGES: &[Word<Language>] =
    &[("zh", "Chinese", Language::Chinese), ("en", "English", Language::English)];

pub(super) const COLOURS: &[Word<ColorChoice>] = &[
    ("auto", "On terminals", ColorChoice::Auto),
    ("always", "Always", ColorChoice::Always),
    ("never", "Never", ColorChoice::Never),
];

pub(super) const ERROR_FORMATS: &[Word<ErrorFormat>] =
    &[("text", "Text", ErrorFormat::Text), ("json", "One JSON object per line", ErrorFormat::Json)];

pub(super) const TOPICS: &[Word<Topic>] =
    &[("dishonest", "失信被执行人", Topic::Dishonest), ("copyright", "著作权", Topic::Copyright)];

pub(super) const COPYRIGHT_KINDS: &[Word<CopyrightKind>] =
    &[("software", "软件著作权", CopyrightKind::Software), ("work", "作品著作权", CopyrightKind::Work)];

pub(super) const IDENTIFIER_KINDS: &[Word<IdentifierKind>] = &[
    ("name", "Company name", IdentifierKind::Name),
    ("uscc", "Unified social credit code, 18 characters", IdentifierKind::Uscc),
    ("org-code", "Organisation code, 8 characters and a check digit", IdentifierKind::OrganisationCode),
    ("reg-no", "Registration number, 15 digits", IdentifierKind::RegistrationNumber),
    ("company-id", "The vendor's company id (dishonest list)", IdentifierKind::CompanyId),
];

pub(super) const SUSPICIOUS: &[Word<SuspiciousKeywords>] = &[
    ("stop", "Send nothing, and show the suspicious keywords", SuspiciousKeywords::Stop),
    ("skip", "Leave them out", SuspiciousKeywords::Skip),
    ("send", "Send them as they are", SuspiciousKeywords::Send),
];

pub(super) const REFRESH: &[Word<()>] = &[("whole", "All pages, so that they are of one moment", ())];

pub(super) const FORMATS: &[Word<Format>] = &[
    ("table", "Text for a terminal", Format::Table),
    ("json", "One JSON document", Format::Json),
    ("ndjson", "One record per line", Format::Ndjson),
    ("csv", "Comma-separated", Format::Csv),
    ("tsv", "Tab-separated", Format::Tsv),
    ("xlsx", "Excel workbook", Format::Xlsx),
    ("html", "Self-contained web page", Format::Html),
];

/// The formats of lists such as `hecha providers`.
pub(super) const LIST_FORMATS: &[Word<Format>] = &[
    ("table", "Text for a terminal", Format::Table),
    ("json", "JSON for programs", Format::Json),
    ("csv", "Comma-separated", Format::Csv),
];

/// The columns by which `hecha usage` sums.
pub(super) fn usage_columns() -> PossibleValuesParser {
    let columns = [
        ("provider", "The provider"),
        ("day", "The day in China"),
        ("outcome", "The outcome of the call"),
        ("charged", "Whether the call was charged"),
        ("host", "The computer that made the call"),
        ("user", "The user who made the call"),
    ];
    PossibleValuesParser::new(columns.map(|(word, meaning)| PossibleValue::new(word).help(meaning)))
}

pub(super) const CSV_DIALECTS: &[Word<CsvDialect>] =
    &[("rfc4180", "RFC 4180", CsvDialect::Rfc4180), ("excel", "For opening in Excel", CsvDialect::Excel)];

pub(super) const HEADERS: &[Word<Header>] = &[
    ("keys", "Keys", Header::Keys),
    ("labels", "Labels in the language of --lang", Header::Labels),
    ("none", "No header", Header::None),
];
