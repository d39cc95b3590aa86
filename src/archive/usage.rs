//! Sums over the ledger of attempts. Reads only; lock files show which runs are alive.

use super::answer::{INTERRUPTED, UNDER_WAY};
use super::budget::{BudgetUse, SharedLimits};
use super::error::ArchiveError;
use super::lease::charged;
use super::{Archive, runs};
use crate::domain::failure::Charged;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;

/// Attempts of one provider, day, outcome and charge.
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
    /// The number of attempts.
    pub attempts: u64,
}

impl Archive {
    /// The ledger's sums by provider, day, outcome and charge, in this order, over the attempts that began at `since` or
    /// later.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn usage(&self, since: Option<Timestamp>) -> Result<Vec<UsageRow>, ArchiveError> {
        let since_ms = since.map_or(i64::MIN, Timestamp::as_millisecond);
        let mut sums: BTreeMap<_, UsageRow> = BTreeMap::new();
        for (mut row, open_in) in self.readers.with(|connection| sums_by_run(connection, since_ms))? {
            if let Some(uid) = open_in
                && runs::is_process_alive(&self.path, &uid)?
            {
                UNDER_WAY.clone_into(&mut row.outcome);
            }
            let key = (row.provider.clone(), row.day, row.outcome.clone(), row.charged.as_str());
            sums.entry(key).and_modify(|sum| sum.attempts += row.attempts).or_insert(row);
        }
        Ok(sums.into_values().collect())
    }

    /// The configured budgets and the used part of each.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn budgets(&self, limits: SharedLimits) -> Result<Vec<BudgetUse>, ArchiveError> {
        self.readers.with(|connection| limits.usage(connection, (self.options.clock)()))
    }
}

/// The sums, with the run of those attempts that are open.
fn sums_by_run(connection: &Connection, since_ms: i64) -> rusqlite::Result<Vec<(UsageRow, Option<String>)>> {
    // The day in China: UTC+8.
    connection
        .prepare_cached(
            "SELECT provider, date(attempts.started_at / 1000 + 28800, 'unixepoch') AS day, outcome, charged, uid, count(*)
             FROM attempts LEFT JOIN runs ON runs.id = run AND finished_at IS NULL
             WHERE attempts.started_at >= ?1 GROUP BY provider, day, outcome, charged, uid",
        )?
        .query_map([since_ms], |row| Ok((usage_row(row)?, row.get(4)?)))?
        .collect()
}

fn usage_row(row: &Row<'_>) -> rusqlite::Result<UsageRow> {
    let day: String = row.get(1)?;
    let day = day.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(1, Type::Text, Box::<jiff::Error>::new(error))
    })?;
    Ok(UsageRow {
        provider: row.get(0)?,
        day,
        outcome: row.get::<_, Option<String>>(2)?.unwrap_or_else(|| INTERRUPTED.to_owned()),
        charged: row.get::<_, Option<String>>(3)?.map_or(Charged::Unknown, |word| charged(&word)),
        attempts: row.get::<_, i64>(5)?.cast_unsigned(),
    })
}
