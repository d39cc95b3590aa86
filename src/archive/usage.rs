//! Sums over the ledger of attempts. Reads only; lock files show which runs are alive.

use super::answer::UNDER_WAY;
use super::budget::{BudgetUse, SharedLimits};
use super::error::ArchiveError;
use super::handle::Archive;
use super::lease::charged;
use super::store::{Sql, SqlRow, params};
use crate::domain::failure::Charged;
use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// What the rows of a usage are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageDetail {
    /// Sums over all runs. Rows of open attempts are sums of one run each.
    Sums,
    /// Sums of one run each.
    Runs,
}

/// Attempts of one provider, day, outcome, charge, computer and user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// The run, the same in every archive, if the row is of one.
    pub run: Option<String>,
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
    /// The ledger's sums over the attempts that began at `since` or later.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn usage(
        &self,
        since: Option<Timestamp>,
        detail: UsageDetail,
    ) -> Result<Vec<UsageRow>, ArchiveError> {
        let since_ms = since.map_or(i64::MIN, Timestamp::as_millisecond);
        self.read(|sql| {
            // The day in China: UTC+8.
            let rows = sql.query(
                "SELECT provider, (attempts.started_at + 28800000) / 86400000 AS day, outcome, charged,
                        CASE WHEN finished_at IS NULL OR ?2 = 1 THEN uid END AS of_run, runs.host, runs.user, count(*)
                 FROM attempts LEFT JOIN runs ON runs.id = run WHERE attempts.started_at >= ?1
                 GROUP BY provider, day, outcome, charged, of_run, runs.host, runs.user",
                params![since_ms, i64::from(detail == UsageDetail::Runs)],
            )?;
            rows.iter().map(|row| self.usage_row(sql, row)).collect()
        })
    }

    fn usage_row(&self, sql: &mut dyn Sql, row: &SqlRow) -> Result<UsageRow, ArchiveError> {
        let (run, ended): (Option<String>, Option<String>) = (row.get(4)?, row.get(2)?);
        let outcome = match (ended, &run) {
            (Some(outcome), _) => outcome,
            (None, Some(uid)) if self.store.is_alive(sql, uid)? => UNDER_WAY.to_owned(),
            (None, _) => self.store.outcome_of_crash().to_owned(),
        };
        let day = Date::constant(1970, 1, 1).checked_add(row.get::<i64>(1)?.days());
        Ok(UsageRow {
            run,
            provider: row.get(0)?,
            day: day.map_err(|_| row.damaged(1))?,
            outcome,
            charged: row.get::<Option<String>>(3)?.map_or(Charged::Unknown, |word| charged(&word)),
            host: row.get(5)?,
            user: row.get(6)?,
            attempts: row.get::<i64>(7)?.cast_unsigned(),
        })
    }

    /// The configured budgets and the used part of each.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn budgets(&self, limits: SharedLimits) -> Result<Vec<BudgetUse>, ArchiveError> {
        self.read(|sql| limits.usage(sql, self.now()))
    }
}
