//! `hecha identify`: the kind of each text, and the review of keywords without a query; free and offline.

use super::Context;
use super::listing::{ListCell, ListColumn, plain, print_rows, translated};
use crate::cli::{IdentifyArgs, ListingArgs};
use crate::domain::failure::Failure;
use crate::domain::identifier::{CheckDigit, recognise};
use crate::domain::text::{Message, Text, message};
use crate::input::{
    BareNumbers, KeptColumns, Keyword, ListRow, Place, ReviewContext, RowState, keyword_of, review,
};
use crate::settings::{KeywordSource, keyword_source};
use serde_json::{Value, json};

/// The columns of the listing.
const COLUMNS: [ListColumn<Keyword>; 10] = [
    ("text", Text::new("text", "文本"), |keyword| plain(&keyword.text)),
    ("kind", Text::new("kind", "类型"), |keyword| translated(recognise(&keyword.text).kind.label())),
    ("check_digit", Text::new("check digit", "校验位"), check_digit),
    ("expected_check_digit", Text::EMPTY, |keyword| match recognise(&keyword.text).check {
        CheckDigit::Wrong { expected } => plain(expected),
        _ => plain(Value::Null),
    }),
    ("canonical", Text::new("sent as", "查询所用"), |keyword| plain(recognise(&keyword.text).canonical)),
    ("suspicious", Text::EMPTY, |keyword| plain(keyword.suspicion.is_some())),
    ("warning", Text::new("warning", "提示"), warning),
    ("suggestion", Text::EMPTY, |keyword| {
        plain(keyword.suspicion.as_ref().and_then(|suspicion| suspicion.suggestion.as_ref()))
    }),
    ("place", Text::EMPTY, |keyword| plain(keyword.place.to_string())),
    ("input_row", Text::EMPTY, |keyword| plain(keyword.input_row)),
];

fn check_digit(keyword: &Keyword) -> ListCell {
    match recognise(&keyword.text).check {
        CheckDigit::Right => translated(Text::new("right", "正确")),
        CheckDigit::Wrong { expected } => {
            (json!("wrong"), message!("WRONG, expected {expected}", "错误，应为 {expected}"))
        }
        CheckDigit::NotApplicable => plain(Value::Null),
    }
}

fn warning(keyword: &Keyword) -> ListCell {
    let warning = keyword.suspicion.as_ref().map(|suspicion| suspicion.warning(&keyword.text));
    let in_words = warning.as_ref().map_or_else(Message::default, |warning| {
        let (place, code, reason) = (&keyword.place, warning.code, &warning.message);
        match place {
            Place::Argument(_) => message!("{code}: {reason}", "{code}：{reason:#}"),
            _ => message!("{place}: {code}: {reason}", "{place:#}：{code}：{reason:#}"),
        }
    });
    (json!(warning), in_words)
}

/// The keyword of a row, also if it repeats that of an earlier row.
fn keyword_in(row: &ListRow, context: ReviewContext) -> Option<Keyword> {
    let text = keyword_of(&row.cell).to_owned();
    let suspicion = match &row.state {
        RowState::Asked(suspicion) => suspicion.clone(),
        RowState::RepeatOf(_) => review(&text, context),
        RowState::Heading | RowState::Blank | RowState::OtherShard => return None,
    };
    Some(Keyword { text, place: row.place.clone(), input_row: row.input_row, suspicion })
}

/// Lists every text with its kind, its check digit and its warning. The exit code is 0 whatever is
/// found.
pub fn run(args: IdentifyArgs, context: &Context) -> Result<u8, Failure> {
    let IdentifyArgs { texts, input, listing: ListingArgs { format } } = args;
    let (source, shard) = keyword_source(texts, input)?;
    let bare_numbers = match &source {
        KeywordSource::Arguments(_) => BareNumbers::CompanyIds,
        KeywordSource::List(_) => BareNumbers::Suspicious,
    };
    let rules = ReviewContext { by: None, bare_numbers };
    let list = super::keyword_list(&source, rules, KeptColumns::None)?;
    if let KeywordSource::List(_) = source {
        context.terminal.notice(&list.summary().in_words());
    }
    let is_of_shard = |keyword: &Keyword| shard.is_none_or(|shard| shard.holds(&keyword.text, rules));
    let keywords =
        list.rows()?.filter_map(|row| row.map(|row| keyword_in(&row, rules).filter(is_of_shard)).transpose());
    print_rows(context, format, &COLUMNS, keywords)
}
