//! `hecha identify`: what each text is, and the review of keywords by itself; free and offline.

use super::Context;
use crate::cli::{IdentifyArgs, LookupArgs};
use crate::domain::failure::Failure;
use crate::domain::identifier::{CheckDigit, recognise};
use crate::domain::text::Text;
use crate::input::{BareNumbers, KeptColumns, Keyword, ReviewContext};
use crate::output::on_terminal::EscapeMode;
use crate::output::{CsvOfObjects, Format};
use crate::settings::{KeywordSource, keyword_source};
use serde_json::json;
use std::io::{self, BufWriter, Write};

/// Lists every text with its kind, its check digit and what is suspicious about it. The exit code is 0 whatever is
/// found.
pub fn run(args: IdentifyArgs, context: &Context) -> Result<u8, Failure> {
    let IdentifyArgs { texts, input, lookup: LookupArgs { format } } = args;
    let (source, shard) = keyword_source(texts, input)?;
    let bare_numbers = match &source {
        KeywordSource::Arguments(_) => BareNumbers::CompanyIds,
        KeywordSource::List(_) => BareNumbers::Suspicious,
    };
    let review = ReviewContext { by: None, bare_numbers };
    let list = super::keyword_list(&source, review, KeptColumns::None)?;
    if let KeywordSource::List(_) = source {
        context.terminal.notice(&list.summary().in_words());
    }
    let keywords = list.keywords()?.filter(|keyword| {
        keyword
            .as_ref()
            .map_or(true, |keyword| shard.is_none_or(|shard| shard.holds(&review.comparable(&keyword.text))))
    });
    if super::for_people(format, context) {
        let rows: Result<Vec<_>, Failure> = keywords.map(|keyword| Ok(row(&keyword?, context))).collect();
        let headings = [
            Text::new("text", "文本"),
            Text::new("kind", "类型"),
            Text::new("check digit", "校验码"),
            Text::new("sent as", "查询所用"),
            Text::new("warning", "提示"),
        ];
        return super::print_listing(context, format, &serde_json::Value::Null, &headings, rows?);
    }
    let mut out = BufWriter::new(super::data_output(context, EscapeMode::Escaped));
    if format == Some(Format::Csv) {
        return super::print_to(&mut out, |out| {
            let mut table = CsvOfObjects::new(out)?;
            for keyword in keywords {
                table.object(&document(&keyword.map_err(io::Error::other)?))?;
            }
            table.finish()
        });
    }
    super::print_to(&mut out, |out| {
        out.write_all(b"[")?;
        for (index, keyword) in keywords.enumerate() {
            let keyword = keyword.map_err(io::Error::other)?;
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &document(&keyword))?;
        }
        out.write_all(b"\n]\n")
    })
}

fn document(keyword: &Keyword) -> serde_json::Value {
    let identifier = recognise(&keyword.text);
    let (check, expected) = match identifier.check {
        CheckDigit::Right => (Some("right"), None),
        CheckDigit::Wrong { expected } => (Some("wrong"), Some(expected.to_string())),
        CheckDigit::NotApplicable => (None, None),
    };
    json!({
        "text": keyword.text,
        "kind": identifier.kind.as_str(),
        "check_digit": check,
        "expected_check_digit": expected,
        "suspicious": keyword.suspicion.is_some(),
        "warning": keyword.suspicion.as_ref().map(|suspicion| suspicion.warning(&keyword.text)),
        "suggestion": keyword.suspicion.as_ref().and_then(|suspicion| suspicion.suggestion.as_ref()),
        "canonical": identifier.canonical,
        "place": keyword.place.to_string(),
        "input_row": keyword.input_row,
    })
}

fn row(keyword: &Keyword, context: &Context) -> Vec<String> {
    let terminal = &context.terminal;
    let identifier = recognise(&keyword.text);
    let check = match identifier.check {
        CheckDigit::Right => terminal.say(Text::new("right", "正确")).to_owned(),
        CheckDigit::Wrong { expected } => {
            format!("{} {expected}", terminal.say(Text::new("WRONG, expected", "错误，应为")))
        }
        CheckDigit::NotApplicable => "-".to_owned(),
    };
    let warning = keyword.suspicion.as_ref().map(|suspicion| {
        let message = suspicion.message(&keyword.text);
        format!("{}: {}", suspicion.kind.code(), message.in_language(terminal.language))
    });
    vec![
        keyword.text.clone(),
        terminal.say(identifier.kind.in_words()).to_owned(),
        check,
        identifier.canonical,
        warning.unwrap_or_default(),
    ]
}
