//! `hecha usage`: calls and their cost, summed by chosen columns; what is left of each budget.

use super::Context;
use super::budget_listing::{self, budgets, left_in_words};
use super::listing::{FunctionColumn, ListCell, ListColumn, documents, plain, print_columns, translated};
use crate::archive::{ArchiveLocation, UsageDetail, UsageRow, outcome_in_words};
use crate::cli::UsageArgs;
use crate::domain::failure::{Charged, Failure};
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, Text, message};
use crate::provider;
use crate::settings::{Price, archive_location, configured_limits, configured_prices};
use serde_json::json;
use std::collections::BTreeMap;

/// Attempts of an archive, which has a name only if it was named on the command line.
type LedgerRow = (String, UsageRow);

/// The columns by which attempts are summed.
const COLUMNS: [ListColumn<LedgerRow>; 7] = [
    ("archive", Text::new("archive", "存档"), |(archive, _)| plain(archive)),
    ("provider", Text::new("provider", "服务商"), |(_, row)| plain(&row.provider)),
    ("day", Text::new("day", "日期"), |(_, row)| plain(row.day.to_string())),
    ("outcome", Text::new("outcome", "结果"), |(_, row)| {
        (json!(row.outcome), outcome_in_words(&row.outcome))
    }),
    ("charged", Text::new("charged", "计费"), |(_, row)| {
        (json!(row.charged.as_str()), row.charged.label().into())
    }),
    ("host", Text::new("host", "主机"), |(_, row)| plain(&row.host)),
    ("user", Text::new("user", "用户"), |(_, row)| plain(&row.user)),
];

/// Sums the ledger of the configured archive, or of each named one: the progress of all shards of a list. What may have
/// been charged counts as charged.
pub fn run(args: &UsageArgs, context: &Context) -> Result<u8, Failure> {
    let values = context.values()?;
    let prices = configured_prices(&values)?;
    let configured = archive_location(&values, None)?;
    let mut rows: Vec<LedgerRow> = Vec::new();
    if args.archives.is_empty() {
        let archive = context.existing_archive(&configured)?;
        let budgets = budgets(configured_limits(&values)?, archive.as_ref())?;
        if args.budget {
            return print_columns(context, args.listing.format, None, &budget_listing::COLUMNS, &budgets);
        }
        if let Some(archive) = archive {
            for (label, left) in budgets.iter().map(left_in_words) {
                context.terminal.notice(&message!("{label}: {left} calls", "{label:#}：{left} 次调用"));
            }
            let usage = archive.usage(args.since, UsageDetail::Sums)?;
            rows.extend(usage.into_iter().map(|row| (String::new(), row)));
        }
    }
    // A run is in several archives after an import or a backup. It counts in the first that has most of it.
    let mut runs: BTreeMap<_, Vec<LedgerRow>> = BTreeMap::new();
    for path in &args.archives {
        let location = ArchiveLocation::File(path.clone());
        let archive = context.existing_archive(&location)?.ok_or_else(|| {
            Failure::usage(message!("there is no archive at {location}", "{location} 处没有存档"))
        })?;
        let mut found: BTreeMap<_, Vec<LedgerRow>> = BTreeMap::new();
        for row in archive.usage(args.since, UsageDetail::Runs)? {
            found.entry(row.run.clone()).or_default().push((location.to_string(), row));
        }
        let attempts = |rows: &[LedgerRow]| rows.iter().map(|(_, row)| row.attempts).sum::<u64>();
        for (run, found) in found {
            let known = runs.entry(run).or_default();
            if attempts(&found) > attempts(known) {
                *known = found;
            }
        }
    }
    rows.extend(runs.into_values().flatten());
    print_sums(args, &rows, &prices, context)
}

/// Attempts with the same values in the chosen columns.
struct Sum {
    cells: Vec<ListCell>,
    attempts: u64,
    cost: Option<f64>,
}

type SumColumn = FunctionColumn<Box<dyn Fn(&Sum) -> ListCell>>;

/// Prints the sums; people also read their total.
fn print_sums(
    args: &UsageArgs,
    rows: &[LedgerRow],
    prices: &BTreeMap<ProviderId, Price>,
    context: &Context,
) -> Result<u8, Failure> {
    let archive = (!args.archives.is_empty()).then_some("archive");
    let keys = archive.into_iter().chain(args.by.iter().map(String::as_str));
    let by: Vec<_> = keys.filter_map(|key| COLUMNS.into_iter().find(|column| column.0 == key)).collect();
    let mut sums: BTreeMap<Vec<String>, Sum> = BTreeMap::new();
    for row in rows {
        let cells: Vec<_> = by.iter().map(|(.., cell)| cell(row)).collect();
        let key = cells.iter().map(|(value, _)| value.as_str().unwrap_or_default().to_owned()).collect();
        let sum = sums.entry(key).or_insert(Sum { cells, attempts: 0, cost: Some(0.0) });
        sum.attempts += row.1.attempts;
        sum.cost = sum.cost.zip(cost(&row.1, prices)).map(|(sum, cost)| sum + cost);
    }
    let mut sums: Vec<Sum> = sums.into_values().collect();
    let mut columns: Vec<SumColumn> = Vec::new();
    for (place, (key, heading, _)) in by.iter().enumerate() {
        columns.push((*key, *heading, Box::new(move |sum| sum.cells[place].clone())));
    }
    columns.push(("calls", Text::new("calls", "调用次数"), Box::new(|sum| plain(sum.attempts))));
    columns.push(("cost", Text::new("yuan", "费用（元）"), Box::new(|sum| cost_cell(sum.cost))));
    let document = documents(&columns, &sums);
    let mut cells = vec![translated(Text::new("total", "合计"))];
    cells.resize(by.len(), plain(""));
    let (attempts, cost) = (sums.iter().map(|sum| sum.attempts).sum(), sums.iter().map(|sum| sum.cost).sum());
    sums.push(Sum { cells, attempts, cost });
    print_columns(context, args.listing.format, Some(document), &columns, &sums)
}

fn cost_cell(cost: Option<f64>) -> ListCell {
    let words = cost.map_or("-".to_owned(), super::plan::yuan);
    (json!(cost.map(super::plan::rounded_to_fen)), Message::verbatim(words))
}

fn cost(row: &UsageRow, prices: &BTreeMap<ProviderId, Price>) -> Option<f64> {
    let price = prices.get(&provider::find(&row.provider)?.id)?;
    let of_one = match (row.charged, row.outcome.as_str()) {
        (Charged::No, _) => 0.0,
        (_, "empty") => price.nothing,
        _ => price.records,
    };
    Some(of_one * row.attempts as f64)
}
