//! `hecha identify`: what kind of identifier each text is, free and offline.

use super::Context;
use crate::cli::IdentifyArgs;
use crate::domain::failure::Failure;
use crate::domain::identifier::{Certainty, CheckDigit, Identifier, Shape, invisible_character, recognise};
use crate::domain::text::Text;
use crate::output::on_terminal::Harmless;
use crate::settings::identify_source;
use serde_json::json;
use std::io::{self, BufWriter, Write};

/// Lists every text with its kind and its check digit. The exit code is 0 whatever is found; a wrong check
/// digit is in the data.
pub fn run(args: IdentifyArgs, context: &Context) -> Result<u8, Failure> {
    let IdentifyArgs { texts, input, format } = args;
    let (source, shard) = identify_source(texts, input)?;
    let list = super::keyword_list(&source)?;
    if let Some(description) = super::survey_in_words(list.summary()) {
        context.terminal.notice(&description);
    }
    let mut out = BufWriter::new(super::data_output(context, Harmless::Escaped));
    let keywords = list.keywords()?.filter(|keyword| {
        keyword.as_ref().map_or(true, |keyword| {
            shard.is_none_or(|shard| shard.holds(&recognise(&keyword.text).canonical))
        })
    });
    if super::for_people(format, context) {
        let rows: Result<Vec<_>, Failure> =
            keywords.map(|keyword| Ok(row(&keyword?.text, context))).collect();
        let headings = [
            Text::new("text", "文本"),
            Text::new("kind", "类型"),
            Text::new("check digit", "校验码"),
            Text::new("sent as", "查询所用"),
        ]
        .map(|heading| context.terminal.say(heading));
        let table = crate::output::listing::draw(&headings, rows?, context.terminal.width);
        super::print(&mut out, |out| out.write_all(table.as_bytes()))?;
        return Ok(0);
    }
    super::print(&mut out, |out| {
        out.write_all(b"[")?;
        for (index, keyword) in keywords.enumerate() {
            let keyword = keyword.map_err(io::Error::other)?;
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &document(&keyword.text, &keyword.place.to_string()))?;
        }
        out.write_all(b"\n]\n")
    })?;
    Ok(0)
}

fn document(text: &str, place: &str) -> serde_json::Value {
    let identifier = recognise(text);
    let (check, expected) = match identifier.check {
        CheckDigit::Right => (Some("right"), None),
        CheckDigit::Wrong { expected } => (Some("wrong"), Some(expected.to_string())),
        CheckDigit::NotApplicable => (None, None),
    };
    json!({
        "text": text,
        "kind": identifier.kind.as_str(),
        "check_digit": check,
        "expected_check_digit": expected,
        "suspicious": is_suspicious(&identifier),
        "canonical": identifier.canonical,
        "place": place,
    })
}

fn is_suspicious(identifier: &Identifier) -> bool {
    matches!(identifier.check, CheckDigit::Wrong { .. })
        || identifier.shape == Shape::Misfits
        || identifier.certainty == Certainty::Ambiguous
        || invisible_character(&identifier.canonical).is_some()
}

fn row(text: &str, context: &Context) -> Vec<String> {
    let identifier = recognise(text);
    let check = match identifier.check {
        CheckDigit::Right => context.terminal.say(Text::new("right", "正确")).to_owned(),
        CheckDigit::Wrong { expected } => {
            format!("{} {expected}", context.terminal.say(Text::new("WRONG, expected", "错误，应为")))
        }
        CheckDigit::NotApplicable if identifier.certainty == Certainty::Ambiguous => {
            context.terminal.say(Text::new("a damaged code?", "疑似残缺代码")).to_owned()
        }
        CheckDigit::NotApplicable if invisible_character(text).is_some() => {
            context.terminal.say(Text::new("an invisible character", "含不可见字符")).to_owned()
        }
        CheckDigit::NotApplicable => "-".to_owned(),
    };
    vec![
        text.to_owned(),
        context.terminal.say(identifier.kind.in_words()).to_owned(),
        check,
        identifier.canonical,
    ]
}
