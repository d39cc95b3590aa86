//! `hecha usage`: calls and their cost, summed by chosen columns; what is left of each budget.

use super::budget_listing::{print_budgets, show_budgets};
use super::{Context, print_listing};
use crate::archive::{ArchiveLocation, UsageRow, outcome_in_words};
use crate::cli::UsageArgs;
use crate::domain::failure::{Charged, Failure};
use crate::domain::price::Price;
use crate::domain::request::ProviderId;
use crate::domain::text::{Language, Message, Text, message};
use crate::provider;
use crate::settings::{
    archive_location, configured_limits, configured_prices, since_day, usage as usage_error,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

type Prices = BTreeMap<ProviderId, Price>;

/// Attempts with the same values in the chosen columns.
struct Sum {
    /// The values of the columns, for programs and for people.
    columns: Vec<(Value, Message)>,
    attempts: u64,
    cost: Option<f64>,
}

/// Sums the ledger of the configured archive, or of each named one: the progress of all shards of a list. What may have
/// been charged counts as charged.
pub fn run(args: &UsageArgs, context: &Context) -> Result<u8, Failure> {
    let values = context.values()?;
    let prices = configured_prices(&values)?;
    let since = since_day(args.since.as_deref())?;
    let configured = archive_location(&values, None)?;
    let limits = configured_limits(&values)?;
    let by: Vec<UsageColumn> = args
        .by
        .iter()
        .filter_map(|word| COLUMNS.into_iter().find(|(heading, _)| heading.en == word))
        .collect();
    let mut sums = Vec::new();
    if args.archives.is_empty() {
        let archive = context.existing_archive(&configured)?;
        let budgets = match &archive {
            Some(archive) => archive.budgets(limits)?,
            None => limits.unused(Timestamp::now()),
        };
        if args.budget {
            return print_budgets(&budgets, args.lookup.format, context);
        }
        if let Some(archive) = archive {
            show_budgets(&budgets, context);
            sums.extend(sums_by_columns(&archive.usage(since)?, None, &by, &prices));
        }
    }
    for path in &args.archives {
        let location = ArchiveLocation::File(path.clone());
        let archive = context.existing_archive(&location)?.ok_or_else(|| {
            usage_error(message!("there is no archive at {location}", "{location} 处没有存档"))
        })?;
        sums.extend(sums_by_columns(&archive.usage(since)?, Some(path), &by, &prices));
    }
    print_sums(args, &by, &sums, context)
}

fn sums_by_columns(
    rows: &[UsageRow],
    archive: Option<&Path>,
    by: &[UsageColumn],
    prices: &Prices,
) -> impl Iterator<Item = Sum> {
    let mut sums: BTreeMap<Vec<String>, Sum> = BTreeMap::new();
    for row in rows {
        let archive = archive.map(|path| plain(Some(&path.to_string_lossy())));
        let chosen = by.iter().map(|(_, value)| value(row));
        let columns: Vec<_> = archive.into_iter().chain(chosen).collect();
        let key = columns.iter().map(|(value, _)| value.as_str().unwrap_or_default().to_owned()).collect();
        let sum = sums.entry(key).or_insert(Sum { columns, attempts: 0, cost: Some(0.0) });
        sum.attempts += row.attempts;
        sum.cost = sum.cost.zip(cost(row, prices)).map(|(sum, cost)| sum + cost);
    }
    sums.into_values()
}

/// The heading of a column, and its value in a row: for programs, and in words.
type UsageColumn = (Text, fn(&UsageRow) -> (Value, Message));

/// The columns of `--by`. The English heading is the word and the key.
const COLUMNS: [UsageColumn; 6] = [
    (Text::new("provider", "服务商"), |row| plain(Some(&row.provider))),
    (Text::new("day", "日期"), |row| plain(Some(&row.day.to_string()))),
    (Text::new("outcome", "结果"), |row| (json!(row.outcome), outcome_in_words(&row.outcome))),
    (Text::new("charged", "计费"), |row| (json!(row.charged.as_str()), row.charged.in_words().into())),
    (Text::new("host", "主机"), |row| plain(row.host.as_deref())),
    (Text::new("user", "用户"), |row| plain(row.user.as_deref())),
];

/// A value that needs no words.
fn plain(text: Option<&str>) -> (Value, Message) {
    (json!(text), Message::verbatim(text.unwrap_or("-").to_owned()))
}

fn print_sums(args: &UsageArgs, by: &[UsageColumn], sums: &[Sum], context: &Context) -> Result<u8, Failure> {
    let archive = (!args.archives.is_empty()).then_some(Text::new("archive", "存档"));
    let mut headings: Vec<Text> = archive.into_iter().chain(by.iter().map(|(heading, _)| *heading)).collect();
    let document: Vec<Value> = sums.iter().map(|sum| document_row(sum, &headings)).collect();
    let language = context.terminal.language;
    let mut rows: Vec<Vec<String>> = sums.iter().map(|sum| table_row(sum, language)).collect();
    let mut total = vec![context.terminal.say(Text::new("total", "合计")).to_owned()];
    total.resize(headings.len(), String::new());
    let cost = sums.iter().map(|sum| sum.cost).sum();
    total.extend(calls_and_cost(sums.iter().map(|sum| sum.attempts).sum(), cost));
    rows.push(total);
    headings.extend([Text::new("calls", "调用次数"), Text::new("yuan", "费用（元）")]);
    print_listing(context, args.lookup.format, &json!(document), &headings, rows)
}

fn document_row(sum: &Sum, headings: &[Text]) -> Value {
    let columns = headings.iter().zip(&sum.columns);
    let mut document: Map<String, Value> =
        columns.map(|(heading, (value, _))| (heading.en.to_owned(), value.clone())).collect();
    document.insert("calls".to_owned(), sum.attempts.into());
    document.insert("cost".to_owned(), json!(sum.cost.map(super::plan::in_fen)));
    document.into()
}

fn table_row(sum: &Sum, language: Language) -> Vec<String> {
    let columns = sum.columns.iter().map(|(_, words)| words.in_language(language).to_owned());
    columns.chain(calls_and_cost(sum.attempts, sum.cost)).collect()
}

fn calls_and_cost(calls: u64, cost: Option<f64>) -> [String; 2] {
    [calls.to_string(), cost.map_or("-".to_owned(), super::plan::yuan)]
}

fn cost(row: &UsageRow, prices: &Prices) -> Option<f64> {
    let price = prices.get(&provider::find(&row.provider)?.id)?;
    let of_one = match (row.charged, row.outcome.as_str()) {
        (Charged::No, _) => 0.0,
        (_, "empty") => price.nothing,
        _ => price.records,
    };
    Some(of_one * row.attempts as f64)
}
