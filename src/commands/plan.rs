//! `--dry-run`: the queries of a run, the pages that the archive has, and the minimum cost of the rest.

use super::Context;
use super::budget_listing::{self, budgets, left_in_words};
use super::listing::{documents, write_array};
use crate::archive::{Archive, BudgetUse};
use crate::domain::failure::Failure;
use crate::domain::request::ProviderId;
use crate::domain::text::{Language, Text};
use crate::input::{Keyword, KeywordList};
use crate::provider::Provider;
use crate::run::{Pages, PagesNeeded, Queries};
use crate::settings::{KeywordSource, Price, QuerySettings};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// A plan, counted without sending anything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Queries, each keyword once for each provider.
    pub queries: u64,
    /// Queries of suspicious keywords, which are not sent without `--suspicious send`.
    pub not_sent: u64,
    /// Rows of the list whose keyword occurs in an earlier row.
    pub repeats: u64,
    /// Pages that the archive answers.
    pub archive_hits: u64,
    /// The minimum number of calls: the first page of each unknown query, and the pages that known totals require.
    pub calls_at_least: u64,
    /// The highest number of calls of one query that reuses no page, and its keyword.
    pub largest_query: Option<(u64, String)>,
    /// The cost of the calls at least; `None` if a provider that must be queried has no price.
    pub cost: Option<Cost>,
    /// The budgets that all runs on the archive share.
    pub budgets: Vec<BudgetUse>,
}

/// An amount in yuan, to the fen.
pub fn yuan(amount: f64) -> String {
    // The sum of nothing is -0.0.
    format!("{:.2}", amount + 0.0)
}

/// An amount in yuan, rounded to the fen.
pub fn rounded_to_fen(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// The cost of some calls in yuan; it depends on what they find.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// The cost if each call gets the cheaper outcome.
    pub least: f64,
    /// The cost if each call finds records.
    pub with_records: f64,
}

impl Cost {
    /// The cost of the calls of each provider; `None` if one of them has no price.
    pub fn of(calls: &BTreeMap<ProviderId, u64>, prices: &BTreeMap<ProviderId, Price>) -> Option<Self> {
        let mut cost = Self { least: 0.0, with_records: 0.0 };
        for (id, calls) in calls.iter().filter(|(_, calls)| **calls > 0) {
            let price = prices.get(id)?;
            cost.least += price.records.min(price.nothing) * *calls as f64;
            cost.with_records += price.records * *calls as f64;
        }
        Some(cost)
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (yuan(self.least), yuan(self.with_records));
        if least == most { write!(formatter, "¥{least}") } else { write!(formatter, "¥{least}–{most}") }
    }
}

impl Plan {
    /// Counts the queries; reads only the archive.
    pub fn make(
        settings: &QuerySettings,
        providers: &[Arc<dyn Provider>],
        queries: Queries<'_>,
        archive: Option<&Archive>,
    ) -> Result<Self, Failure> {
        let mut plan = Self { budgets: budgets(settings.limits, archive)?, ..Self::default() };
        let mut calls_by_provider = BTreeMap::<_, u64>::new();
        let pages = PagesNeeded::new(settings, archive);
        for item in queries.items {
            let item = item?;
            plan.queries += 1;
            if item.refusal.is_some() {
                plan.not_sent += 1;
                continue;
            }
            let provider = providers[item.provider].as_ref();
            let Pages { archived, calls } = pages.of(provider, &item.query)?;
            let calls = if settings.reuse.offline { 0 } else { calls };
            plan.archive_hits += archived;
            plan.calls_at_least = plan.calls_at_least.saturating_add(calls);
            if archived == 0 && plan.largest_query.as_ref().is_none_or(|(most, _)| calls > *most) {
                plan.largest_query = Some((calls, item.query.keyword));
            }
            let of_provider = calls_by_provider.entry(provider.info().id).or_default();
            *of_provider = of_provider.saturating_add(calls);
        }
        plan.repeats = queries.repeats;
        plan.cost = Cost::of(&calls_by_provider, &settings.prices).filter(|_| !settings.prices.is_empty());
        Ok(plan)
    }

    /// The plan as lines of a label and a count.
    fn in_words(&self, max_calls: u64, language: Language) -> String {
        let stops = |limit| {
            let note = Text::new(" (the run would stop there)", "（运行会停在这里）");
            if self.calls_at_least > limit { note } else { Text::EMPTY }.in_language(language)
        };
        let queried_once = Text::new(" (queried once)", "（只查询一次）").in_language(language);
        let suspicious = Text::new(" (suspicious keywords)", "（可疑的关键词）").in_language(language);
        let mut lines = vec![
            (Text::new("queries", "查询"), self.queries.to_string()),
            (Text::new("archive hits", "存档已有"), self.archive_hits.to_string()),
            (Text::new("calls at least", "至少调用"), self.calls_at_least.to_string()),
            (Text::new("--max-calls", "调用上限"), format!("{max_calls}{}", stops(max_calls))),
        ];
        lines.extend(self.budgets.iter().map(|budget| {
            let (label, left) = left_in_words(budget);
            (label, left + stops(budget.left()))
        }));
        if self.repeats > 0 {
            lines.push((Text::new("duplicates", "重复"), format!("{}{queried_once}", self.repeats)));
        }
        if self.not_sent > 0 {
            lines.push((Text::new("not sent", "不发送"), format!("{}{suspicious}", self.not_sent)));
        }
        if let Some(cost) = self.cost {
            lines.push((Text::new("cost at least", "至少花费"), cost.to_string()));
        }
        let lines = lines.iter().map(|(label, value)| (label.in_language(language), value));
        let width = lines.clone().map(|(label, _)| label.width()).max().unwrap_or_default();
        lines
            .map(|(label, value)| format!("{label}{}{value}\n", " ".repeat(width + 1 - label.width())))
            .collect()
    }

    /// Prints the plan: lines for people, one JSON object for programs.
    pub fn print(
        &self,
        settings: &QuerySettings,
        keywords: &KeywordList,
        context: &Context,
    ) -> Result<u8, Failure> {
        let mut out = io::stdout().lock();
        if super::for_people(settings.output.format, context) {
            let text = self.in_words(settings.max_calls, context.terminal.language);
            return super::print_to(&mut out, |out| out.write_all(text.as_bytes()));
        }
        let list = matches!(settings.keywords, KeywordSource::List(_)).then(|| keywords.summary().to_json());
        let plan = json!({
            "schema": "hecha/plan@1",
            "queries": self.queries,
            "archive_hits": self.archive_hits,
            "calls_at_least": self.calls_at_least,
            "max_calls": settings.max_calls,
            "budgets": documents(&budget_listing::COLUMNS, &self.budgets),
            "repeats": self.repeats,
            "not_sent": self.not_sent,
            "list": list,
            "cost_at_least": self.cost.map(|cost| rounded_to_fen(cost.least)),
            "cost_with_records": self.cost.map(|cost| rounded_to_fen(cost.with_records)),
        });
        let plan = plan.to_string();
        let suspicious = keywords.keywords()?.filter_map(|keyword| match keyword {
            Ok(keyword) => suspicion_document(&keyword).map(Ok),
            Err(failure) => Some(Err(io::Error::other(failure))),
        });
        let suspicious =
            suspicious.take(usize::try_from(keywords.summary().suspicious).unwrap_or(usize::MAX));
        super::print_to(&mut out, |out| {
            write!(out, "{},\"suspicious\":", plan.strip_suffix('}').unwrap_or_default())?;
            write_array(out, suspicious)?;
            out.write_all(b"}\n")
        })
    }
}

fn suspicion_document(keyword: &Keyword) -> Option<serde_json::Value> {
    let suspicion = keyword.suspicion.as_ref()?;
    Some(json!({
        "input_row": keyword.input_row,
        "keyword": keyword.text,
        "code": suspicion.kind.code(),
        "message": suspicion.message(&keyword.text).en(),
        "suggestion": suspicion.suggestion,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_costs_nothing_without_a_sign() {
        assert_eq!(yuan(std::iter::empty::<f64>().sum()), "0.00");
        assert_eq!(yuan(12.345), "12.35");
    }
}
