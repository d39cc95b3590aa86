//! `hecha usage`: what was asked and what it cost, by provider, day and outcome.

use super::{Context, print_listing};
use crate::archive::{Access, Archive, UsageRow, outcome_in_words};
use crate::cli::UsageArgs;
use crate::domain::failure::{Charged, Failure};
use crate::domain::price::Price;
use crate::domain::request::ProviderId;
use crate::domain::text::Text;
use crate::settings::{archive_file, configured_prices};
use serde_json::json;
use std::collections::BTreeMap;

/// Sums the ledger. What may have been charged counts as charged.
pub fn run(args: &UsageArgs, context: &Context) -> Result<u8, Failure> {
    let values = context.values()?;
    let prices = configured_prices(&values)?;
    let path = archive_file(&values, &context.places)?;
    let since = args.since.as_deref().map(super::archive::day).transpose()?;
    let rows = if path.exists() {
        Archive::open(&path, Access::ReadOnly).and_then(|archive| archive.usage(since))?
    } else {
        Vec::new()
    };
    let document: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "provider": row.provider,
                "day": row.day.to_string(),
                "outcome": row.outcome,
                "charged": row.charged.as_str(),
                "calls": row.attempts,
                "cost": cost(row, &prices).map(super::plan::in_fen),
            })
        })
        .collect();
    let mut cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.provider.clone(),
                row.day.to_string(),
                outcome_in_words(&row.outcome).in_language(context.terminal.language).to_owned(),
                context.terminal.say(row.charged.in_words()).to_owned(),
                row.attempts.to_string(),
                cost(row, &prices).map_or("-".to_owned(), super::plan::yuan),
            ]
        })
        .collect();
    let total: u64 = rows.iter().map(|row| row.attempts).sum();
    let spent: Option<f64> = rows.iter().map(|row| cost(row, &prices)).sum();
    cells.push(vec![
        context.terminal.say(Text::new("all", "合计")).to_owned(),
        String::new(),
        String::new(),
        String::new(),
        total.to_string(),
        spent.map_or("-".to_owned(), super::plan::yuan),
    ]);
    let headings = [
        Text::new("provider", "数据源"),
        Text::new("day", "日期"),
        Text::new("outcome", "结果"),
        Text::new("charged", "计费"),
        Text::new("calls", "调用次数"),
        Text::new("yuan", "费用（元）"),
    ];
    print_listing(context, args.lookup.format, &json!(document), &headings, cells)
}

fn cost(row: &UsageRow, prices: &BTreeMap<ProviderId, Price>) -> Option<f64> {
    let price = prices.get(&ProviderId::from_name(&row.provider)?)?;
    let of_one = match (row.charged, row.outcome.as_str()) {
        (Charged::No, _) => 0.0,
        (_, "empty") => price.nothing,
        _ => price.records,
    };
    Some(of_one * row.attempts as f64)
}
