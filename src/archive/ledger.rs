//! Sums over the ledger of attempts. Reads only; who is alive is asked of the lock files.

use super::Archive;
use super::answer::{INTERRUPTED, UNDER_WAY};
use super::error::ArchiveError;
use super::liveness::{self, Life};
use crate::domain::failure::Charged;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, HashMap};

/// Attempts of one provider, day, outcome and charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// Who was asked.
    pub provider: String,
    /// The day in China (UTC+8) on which the attempts began.
    pub day: Date,
    /// The word of the ledger, for example `data` or `failed:account`; `interrupted` for attempts whose run
    /// died, `under-way` for those of a run that is still at it.
    pub outcome: String,
    /// Whether they were charged.
    pub charged: Charged,
    /// How many.
    pub attempts: u64,
}

/// A row as the database sums it: unfinished attempts apart for each run.
struct RawRow {
    provider: String,
    day: Date,
    outcome: Option<String>,
    charged: Charged,
    attempts: u64,
    unfinished_run: Option<String>,
}

impl Archive {
    /// The ledger's sums by provider, day, outcome and charge, in this order; only attempts that began at
    /// `since` or later.
    ///
    /// # Errors
    /// Where the archive cannot be read.
    pub fn usage(&self, since: Option<Timestamp>) -> Result<Vec<UsageRow>, ArchiveError> {
        let since_ms = since.map_or(i64::MIN, Timestamp::as_millisecond);
        let rows = self.readers.with(|connection| sums(connection, since_ms))?;
        let mut lives: HashMap<String, Life> = HashMap::new();
        let mut merged: BTreeMap<(String, Date, String, &'static str), UsageRow> = BTreeMap::new();
        for row in rows {
            let outcome = match (row.outcome, row.unfinished_run) {
                (Some(outcome), _) => outcome,
                (None, Some(uid)) => {
                    let life = match lives.get(&uid) {
                        Some(life) => *life,
                        None => *lives.entry(uid.clone()).or_insert(liveness::life(self.path(), &uid)?),
                    };
                    if life == Life::Alive { UNDER_WAY.to_owned() } else { INTERRUPTED.to_owned() }
                }
                (None, None) => INTERRUPTED.to_owned(),
            };
            let key = (row.provider.clone(), row.day, outcome.clone(), row.charged.as_str());
            let sum = merged.entry(key).or_insert_with(|| UsageRow {
                provider: row.provider,
                day: row.day,
                outcome,
                charged: row.charged,
                attempts: 0,
            });
            sum.attempts += row.attempts;
        }
        Ok(merged.into_values().collect())
    }
}

fn sums(connection: &Connection, since_ms: i64) -> rusqlite::Result<Vec<RawRow>> {
    // China keeps one time all year: eight hours before UTC.
    connection
        .prepare_cached(
            "SELECT provider, date(started_at / 1000 + 28800, 'unixepoch') AS day, outcome, charged, count(*),
                    CASE WHEN finished_at IS NULL THEN (SELECT uid FROM runs WHERE id = run) END AS uid
             FROM attempts WHERE started_at >= ?1 GROUP BY provider, day, outcome, charged, uid",
        )?
        .query_map(params![since_ms], raw_row)?
        .collect()
}

fn raw_row(row: &Row<'_>) -> rusqlite::Result<RawRow> {
    let day: String = row.get(1)?;
    let day = day.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(1, Type::Text, Box::<jiff::Error>::new(error))
    })?;
    Ok(RawRow {
        provider: row.get(0)?,
        day,
        outcome: row.get(2)?,
        charged: match row.get::<_, Option<String>>(3)?.as_deref() {
            Some("no") => Charged::No,
            Some("yes") => Charged::Yes,
            _ => Charged::Unknown,
        },
        attempts: row.get::<_, i64>(4)?.cast_unsigned(),
        unfinished_run: row.get(5)?,
    })
}
