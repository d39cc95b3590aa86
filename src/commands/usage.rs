//! `hecha usage`: calls and their cost, summed by chosen columns; what is left of each budget.

use super::Context;
use super::budget_listing::{self, budgets, show_budgets};
use super::listing::{ListCell, ListColumn, documents, plain, print_columns, print_listing, translated};
use crate::archive::{ArchiveLocation, UsageRow, outcome_in_words};
use crate::cli::UsageArgs;
use crate::domain::failure::{Charged, Failure};
use crate::domain::price::Price;
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, Text, message};
use crate::provider;
use crate::settings::{archive_location, configured_limits, configured_prices, usage as usage_error};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

type Prices = BTreeMap<ProviderId, Price>;

/// Attempts with the same values in the chosen columns.
struct Sum {
    cells: Vec<ListCell>,
    attempts: u64,
    cost: Option<f64>,
}

/// Sums the ledger of the configured archive, or of each named one: the progress of all shards of a list. What may have
/// been charged counts as charged.
pub fn run(args: &UsageArgs, context: &Context) -> Result<u8, Failure> {
    let values = context.values()?;
    let prices = configured_prices(&values)?;
    let since = args.since;
    let configured = archive_location(&values, None)?;
    let chosen = args.by.iter().filter_map(|word| COLUMNS.into_iter().find(|(key, ..)| key == word));
    let by: Vec<_> = chosen.collect();
    let mut sums = Vec::new();
    if args.archives.is_empty() {
        let archive = context.existing_archive(&configured)?;
        let budgets = budgets(configured_limits(&values)?, archive.as_ref())?;
        if args.budget {
            let document = documents(&budget_listing::COLUMNS, &budgets);
            return print_columns(context, args.lookup.format, &document, &budget_listing::COLUMNS, &budgets);
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
    print_sums(args, &by, sums, context)
}

fn sums_by_columns(
    rows: &[UsageRow],
    archive: Option<&Path>,
    by: &[ListColumn<UsageRow>],
    prices: &Prices,
) -> impl Iterator<Item = Sum> {
    let mut sums: BTreeMap<Vec<String>, Sum> = BTreeMap::new();
    for row in rows {
        let archive = archive.map(|path| plain(path.to_string_lossy()));
        let cells: Vec<_> = archive.into_iter().chain(by.iter().map(|(.., cell)| cell(row))).collect();
        let key = cells.iter().map(|(value, _)| value.as_str().unwrap_or_default().to_owned()).collect();
        let sum = sums.entry(key).or_insert(Sum { cells, attempts: 0, cost: Some(0.0) });
        sum.attempts += row.attempts;
        sum.cost = sum.cost.zip(cost(row, prices)).map(|(sum, cost)| sum + cost);
    }
    sums.into_values()
}

/// The columns of `--by`.
const COLUMNS: [ListColumn<UsageRow>; 6] = [
    ("provider", Text::new("provider", "服务商"), |row| plain(&row.provider)),
    ("day", Text::new("day", "日期"), |row| plain(row.day.to_string())),
    ("outcome", Text::new("outcome", "结果"), |row| (json!(row.outcome), outcome_in_words(&row.outcome))),
    ("charged", Text::new("charged", "计费"), |row| {
        (json!(row.charged.as_str()), row.charged.in_words().into())
    }),
    ("host", Text::new("host", "主机"), |row| plain(&row.host)),
    ("user", Text::new("user", "用户"), |row| plain(&row.user)),
];

impl Sum {
    fn into_cells(self) -> Vec<ListCell> {
        let cost = self.cost.map_or("-".to_owned(), super::plan::yuan);
        let cost = (json!(self.cost.map(super::plan::in_fen)), Message::verbatim(cost));
        self.cells.into_iter().chain([plain(self.attempts), cost]).collect()
    }
}

/// Prints the sums; people also read their total.
fn print_sums(
    args: &UsageArgs,
    by: &[ListColumn<UsageRow>],
    sums: Vec<Sum>,
    context: &Context,
) -> Result<u8, Failure> {
    let archive = (!args.archives.is_empty()).then_some(("archive", Text::new("archive", "存档")));
    let summed = [("calls", Text::new("calls", "调用次数")), ("cost", Text::new("yuan", "费用（元）"))];
    let columns = archive.into_iter().chain(by.iter().map(|(key, heading, _)| (*key, *heading)));
    let (keys, headings): (Vec<_>, Vec<_>) = columns.chain(summed).unzip();
    let mut total = vec![translated(Text::new("total", "合计"))];
    total.resize(keys.len() - summed.len(), plain(""));
    let (attempts, cost) = (sums.iter().map(|sum| sum.attempts).sum(), sums.iter().map(|sum| sum.cost).sum());
    let total = Sum { cells: total, attempts, cost }.into_cells();
    let rows: Vec<_> = sums.into_iter().map(Sum::into_cells).collect();
    let object = |cells: &Vec<ListCell>| -> Map<_, _> {
        keys.iter().zip(cells).map(|(key, (value, _))| ((*key).to_owned(), value.clone())).collect()
    };
    let document: Value = rows.iter().map(object).collect();
    let language = context.terminal.language;
    let in_words = |cells: &Vec<ListCell>| {
        cells.iter().map(|(_, words)| words.in_language(language).to_owned()).collect()
    };
    let rows = rows.iter().chain([&total]).map(in_words);
    print_listing(context, args.lookup.format, &document, &headings, rows)
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
