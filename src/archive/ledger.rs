//! Sums over the ledger of attempts and what is under way. Reads only; who is alive is asked of the lock files.

use super::Archive;
use super::answer::{INTERRUPTED, UNDER_WAY};
use super::calls_file::CallUnderWay;
use super::error::ArchiveError;
use super::liveness::{self, Life};
use super::{booking, claims};
use crate::domain::date::date_in_shanghai;
use crate::domain::failure::Charged;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

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

impl Archive {
    /// The ledger's sums by provider, day, outcome and charge, in this order; only attempts that began at
    /// `since` or later.
    ///
    /// # Errors
    /// Where the archive cannot be read.
    pub fn usage(&self, since: Option<Timestamp>) -> Result<Vec<UsageRow>, ArchiveError> {
        let since_ms = since.map_or(i64::MIN, Timestamp::as_millisecond);
        // The notes first: an attempt that ends meanwhile is seen twice rather than not at all, and counted once.
        let notes = claims::under_way(self.path())?;
        // Both at one moment, so that what is not in the sums does not count as booked.
        let (mut rows, unbooked) = self.readers.with(|connection| {
            let _moment = connection.unchecked_transaction()?;
            Ok((sums(connection, since_ms)?, unbooked(connection, &notes)?))
        })?;
        for (uid, calls) in unbooked {
            let life = liveness::life(self.path(), uid)?;
            let outcome = if life == Life::Alive { UNDER_WAY } else { INTERRUPTED };
            for call in calls {
                if call.started_at_ms >= since_ms {
                    rows.push(UsageRow {
                        provider: call.provider.clone(),
                        day: date_in_shanghai(
                            Timestamp::from_millisecond(call.started_at_ms).unwrap_or_default(),
                        ),
                        outcome: outcome.to_owned(),
                        charged: Charged::Unknown,
                        attempts: 1,
                    });
                }
            }
        }
        Ok(summed(rows))
    }
}

/// Those of the notes whose end is not in the ledger.
fn unbooked<'a>(
    connection: &Connection,
    notes: &'a [(String, Vec<CallUnderWay>)],
) -> rusqlite::Result<Vec<(&'a str, Vec<&'a CallUnderWay>)>> {
    let mut unbooked = Vec::new();
    for (uid, calls) in notes {
        let run = booking::run_of_uid(connection, uid)?;
        let mut of_run = Vec::new();
        for call in calls {
            let is_booked = match run {
                Some(run) => booking::is_booked(connection, run, call.sequence)?,
                None => false,
            };
            if !is_booked {
                of_run.push(call);
            }
        }
        unbooked.push((uid.as_str(), of_run));
    }
    Ok(unbooked)
}

/// Rows that are alike but for their number become one.
fn summed(rows: Vec<UsageRow>) -> Vec<UsageRow> {
    let mut sums: BTreeMap<_, UsageRow> = BTreeMap::new();
    for row in rows {
        let key = (row.provider.clone(), row.day, row.outcome.clone(), row.charged.as_str());
        sums.entry(key).and_modify(|sum| sum.attempts += row.attempts).or_insert(row);
    }
    sums.into_values().collect()
}

fn sums(connection: &Connection, since_ms: i64) -> rusqlite::Result<Vec<UsageRow>> {
    // China keeps one time all year: eight hours before UTC.
    connection
        .prepare_cached(
            "SELECT provider, date(started_at / 1000 + 28800, 'unixepoch') AS day, outcome, charged, count(*)
             FROM attempts WHERE started_at >= ?1 GROUP BY provider, day, outcome, charged",
        )?
        .query_map(params![since_ms], usage_row)?
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
        charged: match row.get::<_, Option<String>>(3)?.as_deref() {
            Some("no") => Charged::No,
            Some("yes") => Charged::Yes,
            _ => Charged::Unknown,
        },
        attempts: row.get::<_, i64>(4)?.cast_unsigned(),
    })
}
