//! Sums over the ledger of attempts. Reads only; lock files show which runs are alive.

use super::answer::UNDER_WAY;
use super::budget::{BudgetUse, SharedLimits};
use super::error::ArchiveError;
use super::handle::Archive;
use super::lease::charged;
use super::store::{Row, Sql, params};
use crate::domain::failure::Charged;
use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Attempts of one provider, day, outcome, charge, computer and user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// The provider.
    pub provider: String,
    /// The day in China (UTC+8) on which the attempts began.
    pub day: Date,
    /// The word of the ledger, for example `data` or `failed:account`. An open attempt is `under-way` if its run is
    /// alive, else `interrupted`.
    pub outcome: String,
    /// Whether they were charged.
    pub charged: Charged,
    /// The computer of their run, if it is known.
    pub host: Option<String>,
    /// The user of their run, if it is known.
    pub user: Option<String>,
    /// The number of attempts.
    pub attempts: u64,
}

impl Archive {
    /// The ledger's sums by provider, day, outcome, charge, computer and user, in this order, over the attempts that
    /// began at `since` or later.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn usage(&self, since: Option<Timestamp>) -> Result<Vec<UsageRow>, ArchiveError> {
        let since_ms = since.map_or(i64::MIN, Timestamp::as_millisecond);
        let crashed = self.store.dialect().outcome_of_crash;
        let by_run = self.read(|sql| {
            let rows = sums_by_run(sql, since_ms)?;
            let mut sums = Vec::with_capacity(rows.len());
            for row in &rows {
                let is_under_way = match row.get::<Option<String>>(4)? {
                    Some(uid) => self.store.liveness(sql, &uid)?.is_alive(),
                    None => false,
                };
                sums.push(usage_row(row, if is_under_way { UNDER_WAY } else { crashed })?);
            }
            Ok(sums)
        })?;
        let mut sums: BTreeMap<_, UsageRow> = BTreeMap::new();
        for row in by_run {
            let who = (row.host.clone(), row.user.clone());
            let key = (row.provider.clone(), row.day, row.outcome.clone(), row.charged.as_str(), who);
            sums.entry(key).and_modify(|sum| sum.attempts += row.attempts).or_insert(row);
        }
        Ok(sums.into_values().collect())
    }

    /// The configured budgets and the used part of each.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn budgets(&self, limits: SharedLimits) -> Result<Vec<BudgetUse>, ArchiveError> {
        self.read(|sql| limits.usage(sql, self.now()))
    }
}

/// The sums, with the run of those attempts that are open.
fn sums_by_run(sql: &mut dyn Sql, since_ms: i64) -> Result<Vec<Row>, ArchiveError> {
    // The day in China: UTC+8.
    sql.query(
        "SELECT provider, (attempts.started_at + 28800000) / 86400000 AS day, outcome, charged,
                CASE WHEN finished_at IS NULL THEN uid END AS open_in, runs.host, runs.user, count(*)
         FROM attempts LEFT JOIN runs ON runs.id = run
         WHERE attempts.started_at >= ?1 GROUP BY provider, day, outcome, charged, open_in, runs.host, runs.user",
        params![since_ms],
    )
}

/// One sum; `outcome_of_open` stands for the attempts that have not ended.
fn usage_row(row: &Row, outcome_of_open: &str) -> Result<UsageRow, ArchiveError> {
    let day = Date::constant(1970, 1, 1).checked_add(row.get::<i64>(1)?.days());
    Ok(UsageRow {
        provider: row.get(0)?,
        day: day.map_err(|_| row.damaged(1))?,
        outcome: row.get::<Option<String>>(2)?.unwrap_or_else(|| outcome_of_open.to_owned()),
        charged: row.get::<Option<String>>(3)?.map_or(Charged::Unknown, |word| charged(&word)),
        host: row.get(5)?,
        user: row.get(6)?,
        attempts: row.get::<i64>(7)?.cast_unsigned(),
    })
}
