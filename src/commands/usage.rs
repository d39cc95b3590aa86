//! `hecha usage`: what was asked and what it cost, by provider, day and outcome.

use super::{Context, print_listing};
use crate::archive::{Access, Archive, UsageRow, outcome_in_words};
use crate::cli::UsageArgs;
use crate::domain::failure::{Charged, Failure};
use crate::domain::price::Price;
use crate::domain::request::ProviderId;
use crate::domain::text::{Text, message};
use crate::provider;
use crate::settings::{archive_file, configured_prices, usage as usage_error};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

type Prices = BTreeMap<ProviderId, Price>;

/// Attempts of one archive.
struct ArchiveUsage {
    archive: PathBuf,
    row: UsageRow,
}

/// Sums the ledger of the configured archive, or of each named one: the progress of all shards of a list. What may have
/// been charged counts as charged.
pub fn run(args: &UsageArgs, context: &Context) -> Result<u8, Failure> {
    let values = context.values()?;
    let prices = configured_prices(&values)?;
    let since = args.since.as_deref().map(super::archive::day).transpose()?;
    let configured = archive_file(&values, &context.places)?;
    let archives = match args.archives.as_slice() {
        [] if configured.exists() => vec![configured],
        [] => Vec::new(),
        named => existing(named)?,
    };
    let mut usage = Vec::new();
    for archive in archives {
        let rows = Archive::open(&archive, Access::ReadOnly).and_then(|open| open.usage(since))?;
        usage.extend(rows.into_iter().map(|row| ArchiveUsage { archive: archive.clone(), row }));
    }
    let are_named = !args.archives.is_empty();
    let document: Vec<_> = usage.iter().map(|usage| document_row(usage, are_named, &prices)).collect();
    let mut cells: Vec<Vec<String>> = usage.iter().map(|usage| table_row(usage, &prices, context)).collect();
    cells.push(sum_row(&usage, &prices, context));
    let mut headings = vec![
        Text::new("archive", "存档"),
        Text::new("provider", "服务商"),
        Text::new("day", "日期"),
        Text::new("outcome", "结果"),
        Text::new("charged", "计费"),
        Text::new("calls", "调用次数"),
        Text::new("yuan", "费用（元）"),
    ];
    if !are_named {
        headings.remove(0);
        for row in &mut cells {
            row.remove(0);
        }
    }
    print_listing(context, args.lookup.format, &json!(document), &headings, cells)
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

fn document_row(usage: &ArchiveUsage, is_named: bool, prices: &Prices) -> Value {
    let row = &usage.row;
    let mut document = json!({
        "provider": row.provider,
        "day": row.day.to_string(),
        "outcome": row.outcome,
        "charged": row.charged.as_str(),
        "calls": row.attempts,
        "cost": cost(row, prices).map(super::plan::in_fen),
    });
    if is_named {
        document["archive"] = usage.archive.to_string_lossy().into();
    }
    document
}

fn table_row(usage: &ArchiveUsage, prices: &Prices, context: &Context) -> Vec<String> {
    let row = &usage.row;
    vec![
        usage.archive.display().to_string(),
        row.provider.clone(),
        row.day.to_string(),
        outcome_in_words(&row.outcome).in_language(context.terminal.language).to_owned(),
        context.terminal.say(row.charged.in_words()).to_owned(),
        row.attempts.to_string(),
        cost(row, prices).map_or("-".to_owned(), super::plan::yuan),
    ]
}

fn sum_row(usage: &[ArchiveUsage], prices: &Prices, context: &Context) -> Vec<String> {
    let total: u64 = usage.iter().map(|usage| usage.row.attempts).sum();
    let spent: Option<f64> = usage.iter().map(|usage| cost(&usage.row, prices)).sum();
    // The first column is shown only for named archives.
    let all = context.terminal.say(Text::new("total", "合计")).to_owned();
    let mut row = vec![String::new(), all, String::new(), String::new(), String::new()];
    row.extend([total.to_string(), spent.map_or("-".to_owned(), super::plan::yuan)]);
    row
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
