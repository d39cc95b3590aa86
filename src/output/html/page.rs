//! The page from its first byte to its last.

use super::super::Selection;
use super::super::counts::{Chart, Label};
use super::contents::PageContents;
use super::escape::{base64, escaped, grouped, push_json_in_script};
use super::rows::{PageColumn, PageTable, Place, ROWS_AT_ONCE};
use super::words::readable;
use super::{chart, words};
use crate::domain::date::moment_in_shanghai;
use crate::domain::performance::Performance;
use crate::domain::record::Topic;
use crate::domain::text::{Language, Text};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{self, Write};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// So many rows are printed from the screen; a longer list belongs in a spreadsheet.
const MOST_PRINTED: u64 = 2000;

/// Writes the page. The data of the tables is copied from their temporary files.
pub(super) fn write(mut report: PageContents, writer: &mut impl Write) -> io::Result<()> {
    if report.options.selection == Selection::Readable && report.records.rows() > 0 {
        // What was asked is said once: by the head of the page, or where there is more than one query by its column.
        let said_elsewhere = |column: &PageColumn| report.asked < 2 || column.key != "query";
        let repeating = report.records.columns.iter_mut().filter(|column| column.repeats_the_query);
        for column in repeating.filter(|column| said_elsewhere(column)) {
            column.place = Place::Details;
        }
    }
    // Checked out on another system, the files may have other line ends than those that browsers digest.
    if report.options.selection == Selection::Readable {
        let is_match = |column: &&mut PageColumn| column.key == "match";
        for column in report.records.columns.iter_mut().filter(is_match) {
            column.place = if report.unmatched > 0 { Place::Shown } else { Place::Details };
        }
    }
    let (style, script) = (STYLE.replace('\r', ""), SCRIPT.replace('\r', ""));
    let mut html = String::new();
    push_head(&report, &style, &script, &mut html);
    push_header(&report, &mut html);
    push_numbers(&report, &mut html);
    push_charts(&report, &mut html);
    push_tables(&report, &mut html);
    push_footer(&report, &mut html);
    writer.write_all(html.as_bytes())?;
    html.clear();
    push_configuration(&report, &mut html);
    let _ = write!(html, "<script>{script}</script>\n</body>\n</html>\n");
    let PageContents { records, queries, evidence, .. } = report;
    for table in [records, queries, evidence] {
        table.write_data(writer)?;
    }
    writer.write_all(html.as_bytes())
}

/// Digests instead of `unsafe-inline`: not even a style attribute that slipped in would be obeyed.
fn policy(style: &str, script: &str) -> String {
    let digest = |text: &str| base64(&Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(style),
        digest(script)
    )
}

fn push_head(report: &PageContents, style: &str, script: &str, html: &mut String) {
    let language = report.layout.language;
    let (tag, title) = (language_tag(language), words::title(report.layout.topic).in_language(language));
    let names = escaped(&named(report));
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <meta name=\"generator\" content=\"hecha {}\">\n\
         <title>{title} · {names}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        policy(style, script),
        env!("CARGO_PKG_VERSION"),
    );
}

const fn language_tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Chinese => "zh-CN",
    }
}

/// The first keywords, and how many there are.
fn named(report: &PageContents) -> String {
    let language = report.layout.language;
    let (separator, space) = match language {
        Language::English => (", ", " "),
        Language::Chinese => ("、", ""),
    };
    let mut names = report.names.join(separator);
    let more = report.asked - report.names.len() as u64;
    if more > 0 {
        let number = match language {
            Language::English => more,
            Language::Chinese => report.asked,
        };
        let words = words::AND_MORE.in_language(language).replace("{}", &grouped(number));
        let _ = write!(names, "{space}{words}");
    }
    names
}

fn push_header(report: &PageContents, html: &mut String) {
    let language = report.layout.language;
    let say = |text: Text| text.in_language(language);
    if let Some(mark) = report.options.authenticity.mark() {
        let _ = writeln!(html, "<p class=\"fictitious\" role=\"note\">{}</p>", say(mark));
    }
    let _ = write!(
        html,
        "<header>\n<h1>{}</h1>\n<p class=\"names\"><bdi>{}</bdi></p>\n<p class=\"answer\">{}</p>\n<dl class=\"facts\">",
        say(words::title(report.layout.topic)),
        escaped(&named(report)),
        escaped(&words::answer(&report.run, language)),
    );
    let mut fact = |label: Text, value: &str| {
        let _ = write!(html, "<div><dt>{}</dt><dd>{}</dd></div>", say(label), escaped(value));
    };
    let providers: Vec<_> = report.providers.iter().map(|id| words::provider(*id)).collect();
    let providers: Vec<&str> = providers.iter().map(|name| name.in_language(language)).collect();
    fact(words::ASKED_AT, &zoned(&moment_in_shanghai(report.options.asked_at)));
    fact(words::PROVIDER, &providers.join(" · "));
    if let Some((oldest, newest)) = &report.received {
        let span = if oldest == newest {
            zoned(oldest)
        } else {
            format!("{} {} {}", readable(oldest), say(words::TO), zoned(newest))
        };
        fact(words::DATA_OF, &span);
    }

    html.push_str("</dl>\n</header>\n<main>\n");
    for (tone, warning) in words::warnings(&report.run, report.incomplete, report.counts.other, language) {
        let _ = writeln!(html, "<p class=\"warning {tone}\" role=\"note\">{}</p>", escaped(&warning));
    }
}

fn zoned(moment: &str) -> String {
    format!("{} (UTC+8)", readable(moment))
}

fn push_numbers(report: &PageContents, html: &mut String) {
    let run = &report.run;
    let language = report.layout.language;
    let numbers = [
        (run.records - report.counts.other.min(run.records), words::RECORDS, "main", true),
        (report.counts.other, words::OTHER, "mixed", report.counts.other > 0),
        (
            unperformed(report),
            words::UNPERFORMED,
            "bad",
            report.layout.topic == Topic::Dishonest && run.records > 0,
        ),
        (run.queries, words::QUERIES, "", run.queries > 1),
        (run.found, words::FOUND, "info", run.queries > 1),
        (run.empty, words::EMPTY, "calm", run.queries > 1 || run.empty > 0),
        (run.partial, words::PARTIAL, "mixed", run.partial > 0),
        (run.failed, words::FAILED, "fault", run.failed > 0),
        (run.skipped, words::SKIPPED, "faint", run.skipped > 0),
        (run.calls, words::CALLS, "", true),
        (run.archived_pages, words::ARCHIVED, "", run.archived_pages > 0),
    ];
    html.push_str("<ul class=\"numbers\">");
    for (number, label, class, _) in numbers.into_iter().filter(|(.., shown)| *shown) {
        let _ = write!(
            html,
            "<li class=\"{class}\"><b>{}</b><span>{}</span></li>",
            grouped(number),
            label.in_language(language)
        );
    }
    html.push_str("</ul>\n");
}

/// Records of debtors who have performed nothing.
fn unperformed(report: &PageContents) -> u64 {
    let column = report.layout.topic.column_index("performance");
    let charts = report.counts.charts().filter(|chart| Some(chart.column) == column);
    charts
        .flat_map(Chart::bars)
        .filter(|bar| matches!(&bar.label, Label::Value(words) if Performance::of_words(words) == Some(Performance::Nothing)))
        .map(|bar| bar.count)
        .sum()
}

fn push_charts(report: &PageContents, html: &mut String) {
    let language = report.layout.language;
    if report.counts.charts().next().is_none() {
        return;
    }
    let _ = write!(
        html,
        "<section id=\"charts\"><h2>{}</h2>\n<div class=\"charts\">",
        words::CHARTS.in_language(language)
    );
    for chart in report.counts.charts() {
        chart::push_figure(chart, report.layout.topic, language, html);
    }
    html.push_str("</div></section>\n");
}

fn push_tables(report: &PageContents, html: &mut String) {
    let say = |text: Text| text.in_language(report.layout.language);
    let evidence = if report.has_archive { words::EVIDENCE_INTRO } else { words::EVIDENCE_NOT_KEPT };
    for (table, title, intro, empty) in [
        (&report.records, words::RECORDS, None, words::NO_RECORDS),
        (&report.queries, words::QUERIES, Some(words::QUERIES_INTRO), words::NO_EVIDENCE),
        (&report.evidence, words::EVIDENCE, Some(evidence), words::NO_EVIDENCE),
    ] {
        let _ = writeln!(
            html,
            "<section id=\"{}\"><h2>{} <span class=\"amount\">{}</span></h2>",
            table.id,
            say(title),
            grouped(table.rows())
        );
        if table.rows() == 0 {
            let _ = writeln!(html, "<p class=\"intro\">{}</p></section>", say(empty));
            continue;
        }
        if let Some(intro) = intro {
            let _ = writeln!(html, "<p class=\"intro\">{}</p>", say(intro));
        }
        html.push_str(&table.markup());
        if table.rows() > ROWS_AT_ONCE as u64 {
            let words = say(words::WITHOUT_SCRIPTS).replace("{}", &ROWS_AT_ONCE.to_string());
            let _ = writeln!(html, "<noscript><p class=\"warning\">{words}</p></noscript>");
        }
        html.push_str("</section>\n");
    }
}

fn push_footer(report: &PageContents, html: &mut String) {
    let _ = writeln!(
        html,
        "</main>\n<footer><p>{}</p><p>hecha {}</p></footer>",
        words::FOOTER.in_language(report.layout.language),
        env!("CARGO_PKG_VERSION")
    );
}

fn push_configuration(report: &PageContents, html: &mut String) {
    let language = report.layout.language;
    let says: serde_json::Map<_, _> = words::SCRIPT
        .iter()
        .map(|(name, text)| ((*name).to_owned(), json!(text.in_language(language))))
        .collect();
    let tables = [&report.records, &report.queries, &report.evidence].map(PageTable::description);
    let configuration = json!({
        "language": language_tag(language),
        "rowsAtOnce": ROWS_AT_ONCE,
        "mostPrinted": MOST_PRINTED,
        "words": says,
        "tables": tables,
    });
    html.push_str("<script type=\"application/json\" id=\"configuration\">");
    push_json_in_script(&configuration.to_string(), html);
    html.push_str("</script>\n");
}
