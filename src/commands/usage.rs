//! `hecha usage`: calls and their cost, summed by chosen columns; what is left of each budget.

use super::budget_listing::{budgets, print_budgets, show_budgets};
use super::{Context, print_listing};
use crate::archive::{Access, ArchiveError, ArchiveLocation, ArchiveProblem, UsageRow, outcome_in_words};
use crate::cli::{UsageArgs, UsageColumn};
use crate::domain::failure::{Charged, Failure};
use crate::domain::price::Price;
use crate::domain::request::ProviderId;
use crate::domain::text::{Text, message};
use crate::provider;
use crate::settings::{archive_location, configured_limits, configured_prices, units, usage as usage_error};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

type Prices = BTreeMap<ProviderId, Price>;

/// Attempts with the same values in the chosen columns.
struct Sum {
    /// The file, if archives are named.
    archive: Option<PathBuf>,
    /// The values of the chosen columns, for programs and for people.
    columns: Vec<(Value, String)>,
    attempts: u64,
    cost: Option<f64>,
}

/// Sums the ledger of the configured archive, or of each named one: the progress of all shards of a list. What may have
/// been charged counts as charged.
pub fn run(args: &UsageArgs, context: &Context) -> Result<u8, Failure> {
    let values = context.values()?;
    let prices = configured_prices(&values)?;
    let since = args.since.as_deref().map(units::day).transpose().map_err(usage_error)?;
    let configured = archive_location(&values, &context.places, None)?;
    let limits = configured_limits(&values)?;
    if args.budget {
        return print_budgets(&budgets(&configured, limits)?, args.lookup.format, context);
    }
    let archives = match args.archives.as_slice() {
        [] if configured.may_exist() => vec![configured],
        [] => Vec::new(),
        named => existing(named)?.into_iter().map(ArchiveLocation::File).collect(),
    };
    let mut sums = Vec::new();
    for location in archives {
        let archive = match context.open_archive(&location, Access::ReadOnly) {
            // A server without an archive, before the first query.
            Err(ArchiveError { problem: ArchiveProblem::Missing, .. }) if location.file().is_none() => {
                continue;
            }
            opened => opened?,
        };
        let path = location.file().filter(|_| !args.archives.is_empty()).map(ToOwned::to_owned);
        if path.is_none() {
            show_budgets(&archive.budgets(limits)?, context);
        }
        sums.extend(sums_by_columns(&archive.usage(since)?, path, &args.by, &prices, context));
    }
    print_sums(args, &sums, context)
}

fn sums_by_columns(
    rows: &[UsageRow],
    archive: Option<PathBuf>,
    by: &[UsageColumn],
    prices: &Prices,
    context: &Context,
) -> impl Iterator<Item = Sum> {
    let mut sums: BTreeMap<Vec<String>, Sum> = BTreeMap::new();
    for row in rows {
        let columns: Vec<_> = by.iter().map(|column| cell(row, *column, context)).collect();
        let key = columns.iter().map(|(value, _)| value.as_str().unwrap_or_default().to_owned()).collect();
        let sum = sums.entry(key).or_insert_with(|| Sum {
            archive: archive.clone(),
            columns,
            attempts: 0,
            cost: Some(0.0),
        });
        sum.attempts += row.attempts;
        sum.cost = sum.cost.zip(cost(row, prices)).map(|(sum, cost)| sum + cost);
    }
    sums.into_values()
}

/// One column of an attempt: the value for programs, and the words for people.
fn cell(row: &UsageRow, column: UsageColumn, context: &Context) -> (Value, String) {
    let language = context.terminal.language;
    let known = |text: &Option<String>| (json!(text), text.clone().unwrap_or("-".to_owned()));
    let plain = |text: String| (json!(text), text);
    match column {
        UsageColumn::Provider => plain(row.provider.clone()),
        UsageColumn::Day => plain(row.day.to_string()),
        UsageColumn::Outcome => {
            (json!(row.outcome), outcome_in_words(&row.outcome).in_language(language).to_owned())
        }
        UsageColumn::Charged => {
            (json!(row.charged.as_str()), context.terminal.say(row.charged.in_words()).to_owned())
        }
        UsageColumn::Host => known(&row.host),
        UsageColumn::User => known(&row.user),
    }
}

/// The key and the heading of a column.
const fn heading(column: UsageColumn) -> Text {
    match column {
        UsageColumn::Provider => Text::new("provider", "服务商"),
        UsageColumn::Day => Text::new("day", "日期"),
        UsageColumn::Outcome => Text::new("outcome", "结果"),
        UsageColumn::Charged => Text::new("charged", "计费"),
        UsageColumn::Host => Text::new("host", "主机"),
        UsageColumn::User => Text::new("user", "用户"),
    }
}

fn print_sums(args: &UsageArgs, sums: &[Sum], context: &Context) -> Result<u8, Failure> {
    let document: Vec<Value> = sums.iter().map(|sum| document_row(sum, &args.by)).collect();
    let mut headings: Vec<Text> = args.by.iter().map(|column| heading(*column)).collect();
    let of_archive = usize::from(!args.archives.is_empty());
    if of_archive == 1 {
        headings.insert(0, Text::new("archive", "存档"));
    }
    let mut rows: Vec<Vec<String>> = sums.iter().map(table_row).collect();
    let mut total = vec![String::new(); headings.len()];
    if let Some(cell) = total.get_mut(of_archive) {
        context.terminal.say(Text::new("total", "合计")).clone_into(cell);
    }
    let cost = sums.iter().map(|sum| sum.cost).sum();
    total.extend(calls_and_cost(sums.iter().map(|sum| sum.attempts).sum(), cost));
    rows.push(total);
    headings.extend([Text::new("calls", "调用次数"), Text::new("yuan", "费用（元）")]);
    print_listing(context, args.lookup.format, &json!(document), &headings, rows)
}

fn document_row(sum: &Sum, by: &[UsageColumn]) -> Value {
    let columns = by.iter().zip(&sum.columns);
    let mut document: Map<String, Value> =
        columns.map(|(column, (value, _))| (heading(*column).en.to_owned(), value.clone())).collect();
    document.insert("calls".to_owned(), sum.attempts.into());
    document.insert("cost".to_owned(), json!(sum.cost.map(super::plan::in_fen)));
    if let Some(archive) = &sum.archive {
        document.insert("archive".to_owned(), archive.to_string_lossy().into());
    }
    document.into()
}

fn table_row(sum: &Sum) -> Vec<String> {
    let archive = sum.archive.iter().map(|path| path.display().to_string());
    let columns = sum.columns.iter().map(|(_, words)| words.clone());
    archive.chain(columns).chain(calls_and_cost(sum.attempts, sum.cost)).collect()
}

fn calls_and_cost(calls: u64, cost: Option<f64>) -> [String; 2] {
    [calls.to_string(), cost.map_or("-".to_owned(), super::plan::yuan)]
}

fn existing(archives: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    match archives.iter().find(|path| !path.exists()) {
        None => Ok(archives.to_vec()),
        Some(missing) => {
            let path = missing.display();
            Err(usage_error(message!("there is no archive at {path}", "{path} 处没有存档")))
        }
    }
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
