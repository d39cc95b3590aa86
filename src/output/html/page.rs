//! The page from its first byte to its last, made from `templates/report.html`.

use super::super::Selection;
use super::chart::Figure;
use super::contents::PageContents;
use super::data_table::{DataTable, ROWS_AT_ONCE};
use super::filters;
use super::words::{self, Headline, Warnings, visible};
use crate::domain::date::moment_in_shanghai;
use crate::domain::record::{ColumnPriority, Topic};
use crate::domain::request::ProviderId;
use crate::domain::text::Language;
use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The most rows that are printed from the screen; a longer list belongs in a spreadsheet.
const MOST_PRINTED: u64 = 2000;

/// Everything that a reader sees.
#[derive(Template)]
#[template(path = "report.html", block = "head")]
struct ReportHead<'a> {
    language: Language,
    policy: String,
    style: &'a str,
    /// The mark on fictitious data.
    mark: Option<&'static str>,
    names: String,
    answer: Headline<'a>,
    queried_at: String,
    providers: String,
    received: Option<String>,
    warnings: Warnings<'a>,
    figures: Vec<Figure>,
    contents: &'a PageContents,
}

/// What stands behind the data.
#[derive(Template)]
#[template(path = "report.html", block = "tail")]
struct ReportTail<'a> {
    configuration: Json,
    script: &'a str,
}

/// Writes the page. The data of the tables is copied from their temporary files.
pub(super) fn write(mut contents: PageContents, writer: &mut impl Write) -> io::Result<()> {
    if contents.options.selection == Selection::Readable {
        move_columns(&mut contents);
    }
    // Checked out on another system, the files may have other line ends than those that browsers digest.
    let (style, script) = (STYLE.replace('\r', ""), SCRIPT.replace('\r', ""));
    head(&contents, &style, &script).write_into(&mut *writer).map_err(io::Error::other)?;
    let language = contents.layout.language;
    let tables = [&contents.records, &contents.queries, &contents.evidence].map(DataTable::description);
    let configuration = json!({
        "language": language.tag(),
        "rowsAtOnce": ROWS_AT_ONCE,
        "mostPrinted": MOST_PRINTED,
        "tables": tables,
    });
    for table in [contents.records, contents.queries, contents.evidence] {
        table.write_data(writer)?;
    }
    ReportTail { configuration, script: &script }.write_into(writer).map_err(io::Error::other)
}

/// Moves columns that say nothing new to the details of a row.
fn move_columns(contents: &mut PageContents) {
    let has_rows = contents.records.rows > 0;
    for column in &mut contents.records.columns {
        // The head of the page names a single query; of several, the column does.
        let is_named = contents.queried < 2 || column.key != "query";
        if column.key == "match" {
            column.priority =
                if contents.unmatched > 0 { ColumnPriority::Essential } else { ColumnPriority::Detail };
        } else if has_rows && column.repeats_the_query && is_named {
            column.priority = ColumnPriority::Detail;
        }
    }
}

fn head<'a>(contents: &'a PageContents, style: &'a str, script: &str) -> ReportHead<'a> {
    let language = contents.layout.language;
    let provider = |id: &ProviderId| words::provider(*id).in_language(language).to_owned();
    let providers: Vec<String> = contents.providers.iter().map(provider).collect();
    let received = contents.received.as_ref().map(|(oldest, newest)| {
        if oldest == newest {
            return zoned(oldest);
        }
        format!("{} {} {}", words::readable(oldest), language.choose("to", "至"), zoned(newest))
    });
    ReportHead {
        language,
        policy: policy(style, script),
        style,
        mark: contents.options.mark.map(|mark| mark.in_language(language)),
        names: names(contents),
        answer: Headline { language, run: &contents.run },
        queried_at: zoned(&moment_in_shanghai(contents.options.asked_at)),
        providers: providers.join(" · "),
        received,
        warnings: Warnings {
            language,
            run: &contents.run,
            incomplete: contents.incomplete,
            other: contents.counts.other,
        },
        figures: contents
            .counts
            .charts()
            .map(|chart| Figure::new(chart, contents.layout.topic, language))
            .collect(),
        contents,
    }
}

/// Digests instead of `unsafe-inline`: not even a style attribute that slipped in would be obeyed.
fn policy(style: &str, script: &str) -> String {
    let digest = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(style),
        digest(script)
    )
}

/// The first keywords, and the number of all.
fn names(contents: &PageContents) -> String {
    let language = contents.layout.language;
    let names = visible(&contents.names.join(language.choose(", ", "、"))).into_owned();
    let more = contents.queried - contents.names.len() as u64;
    match (more, language) {
        (0, _) => names,
        (_, Language::English) => format!("{names} and {} more", words::grouped(more)),
        (_, Language::Chinese) => format!("{names}等共 {} 个", words::grouped(contents.queried)),
    }
}

fn zoned(moment: &str) -> String {
    format!("{} (UTC+8)", words::readable(moment))
}
