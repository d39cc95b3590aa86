//! Leases and stored answers, as SQL inside a transaction that the writer thread opens and commits.
//!
//! A lease is an open row of `attempts`. A unique index allows one open row for each request, so that two runs never
//! buy the same page at the same time.

use super::answer::{
    ANSWER_COLUMNS, Acquired, AnswerId, AttemptEnding, BodyUse, Lease, LeaseHolder, StoredAnswer,
    failure_kind,
};
use super::body;
use super::error::ArchiveError;
use super::notice::Notices;
use super::options::ArchiveOptions;
use super::runs;
use super::store::{RegisteredRun, Sql, SqlRow, Store, Value, parameters, params};
use crate::domain::failure::{Charged, Failure};
use crate::domain::text::{Message, message};
use jiff::Timestamp;
use std::ops::RangeInclusive;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

/// An answer that is stamped later than this after now is not fresh: the clock that stamped it was wrong.
const CLOCK_TOLERANCE_MS: i64 = 5_000;

/// One request for a lease.
pub(super) struct LeaseRequest {
    pub(super) store: Arc<dyn Store>,
    /// The error that prevented the end of an earlier attempt from being stored.
    pub(super) failure: Arc<OnceLock<ArchiveError>>,
    pub(super) key: [u8; 16],
    pub(super) provider: &'static str,
    /// The clock is read inside the transaction, so that no two runs see the same moment in another order.
    pub(super) options: ArchiveOptions,
    /// An answer that was received earlier is not fresh.
    pub(super) not_before: Timestamp,
    /// The notices about damaged answers.
    pub(super) notices: Notices,
}

impl LeaseRequest {
    /// Looks for a fresh answer, then for an open attempt, then at the shared limits, then opens an attempt. `None` if the
    /// run has ended, or another run found it dead and ended it.
    pub(super) fn decide(
        &self,
        sql: &mut dyn Sql,
        run: &RegisteredRun,
    ) -> Result<Option<Acquired>, ArchiveError> {
        // What cannot be stored must not be bought.
        sql.check_room()?;
        if let Some(failure) = self.failure.get() {
            return Err(failure.clone());
        }
        let now = self.store.time_of((self.options.clock)());
        // Not earlier: an answer that was stored while the transaction waited is not from the future.
        let received_ms = freshness(self.not_before, now);
        let mut state = self.state(sql, run, &received_ms)?;
        if state.answers > 0
            && let Some(answer) = newest_answer(sql, self.key, &received_ms, &self.notices)?
        {
            return Ok(Some(Acquired::Stored(answer)));
        }
        while let Some((id, uid, holder)) = state.holder {
            if holder.is_this_run || self.store.is_alive(sql, &uid)? {
                return Ok(Some(Acquired::Busy(holder)));
            }
            runs::end_run(sql, id, now.as_millisecond(), self.store.outcome_of_crash())?;
            self.store.forget_run(&uid);
            // An attempt that was ended here is uncertain from now on.
            state = self.state(sql, run, &received_ms)?;
        }
        if let Some(limit) = self.options.limits.check(sql, self.provider, now)? {
            return Ok(Some(Acquired::Limited(limit)));
        }
        self.open(sql, run, now.as_millisecond(), state.uncertain_since)
    }

    /// The archive's knowledge of the request, in one statement: each costs a round trip to a server.
    ///
    /// An attempt is uncertain if it was or may have been charged without an answer. An interrupted run may be repeated,
    /// so its attempts do not count.
    fn state(
        &self,
        sql: &mut dyn Sql,
        own: &RegisteredRun,
        received_ms: &RangeInclusive<i64>,
    ) -> Result<RequestState, ArchiveError> {
        let row = sql.first(
            "SELECT (SELECT count(*) FROM answers
                     WHERE key_hash = ?1 AND received_at BETWEEN ?2 AND ?3 AND finding <> 'evidence'),
                    (SELECT max(started_at) FROM attempts
                     WHERE key_hash = ?1 AND started_at >= ?2 AND outcome NOT IN ('data', 'empty')
                           AND outcome <> 'interrupted' AND charged <> 'no'),
                    runs.id, uid, host, pid
             FROM (SELECT 1) AS request LEFT JOIN attempts ON key_hash = ?1 AND finished_at IS NULL
                  LEFT JOIN runs ON runs.id = run",
            params![self.key, received_ms.start(), received_ms.end()],
        )?;
        let row = row.expect("at most one attempt is open");
        let holder = row.get::<Option<i64>>(2)?.map(|id| {
            let holder = LeaseHolder {
                is_this_run: id == own.id,
                host: row.get::<Option<String>>(4)?.unwrap_or_default(),
                pid: row.get::<Option<u32>>(5)?.unwrap_or_default(),
            };
            Ok((id, row.get(3)?, holder))
        });
        Ok(RequestState {
            answers: row.get(0)?,
            uncertain_since: row.optional_moment(1)?,
            holder: holder.transpose()?,
        })
    }

    fn open(
        &self,
        sql: &mut dyn Sql,
        run: &RegisteredRun,
        now_ms: i64,
        uncertain_since: Option<Timestamp>,
    ) -> Result<Option<Acquired>, ArchiveError> {
        let sequence = run.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let opened = sql.execute(
            "INSERT INTO attempts (run, sequence, key_hash, provider, started_at)
             SELECT id, ?2, ?3, ?4, ?5 FROM runs WHERE id = ?1 AND ended_at IS NULL",
            params![run.id, sequence, self.key, self.provider, now_ms],
        )?;
        if opened == 0 {
            return Ok(None);
        }
        Ok(Some(Acquired::Granted(Lease {
            run: run.id,
            uid: run.uid.clone(),
            sequence,
            key: self.key,
            provider: self.provider,
            started_at_ms: now_ms,
            uncertain_since,
        })))
    }
}

/// The period in which a fresh answer was received: not in the future, unless any age is fresh.
pub(super) fn freshness(not_before: Timestamp, now: Timestamp) -> RangeInclusive<i64> {
    let latest =
        if not_before == Timestamp::MIN { i64::MAX } else { now.as_millisecond() + CLOCK_TOLERANCE_MS };
    not_before.as_millisecond()..=latest
}

/// The archive's knowledge of a request.
struct RequestState {
    /// Fresh answers, damaged ones included.
    answers: i64,
    /// The start of the latest uncertain attempt within the freshness range.
    uncertain_since: Option<Timestamp>,
    /// The run of the open attempt: its number, its `uid`, and its name for users.
    holder: Option<(i64, String, LeaseHolder)>,
}

/// The start of the latest attempt that ended without an answer, and its failure without a message.
pub(super) fn last_failure(
    sql: &mut dyn Sql,
    key: [u8; 16],
) -> Result<Option<(Timestamp, Failure)>, ArchiveError> {
    let row = sql.first(
        "SELECT started_at, outcome, charged, http_status, code, serial FROM attempts
         WHERE key_hash = ?1 AND outcome NOT IN ('data', 'empty') ORDER BY started_at DESC LIMIT 1",
        params![key],
    )?;
    let Some(row) = row else { return Ok(None) };
    let failure = Failure {
        charged: charged(&row.get::<String>(2)?),
        http_status: row.get(3)?,
        code: row.get(4)?,
        request_id: row.get(5)?,
        ..Failure::local(failure_kind(&row.get::<String>(1)?), Message::default())
    };
    Ok(Some((row.moment(0)?, failure)))
}

/// The column `charged`.
pub(super) fn charged(word: &str) -> Charged {
    match word {
        "no" => Charged::No,
        "yes" => Charged::Yes,
        _ => Charged::Unknown,
    }
}

/// The end of an attempt, with the body to keep.
#[derive(Debug)]
#[must_use = "the attempt stays open until its end is committed"]
pub struct Completion {
    pub(super) lease: Lease,
    pub(super) now_ms: i64,
    pub(super) ending: AttemptEnding,
    /// The row of `answers`, if there is a body to keep.
    pub(super) answer: Option<Vec<Value>>,
}

impl Completion {
    /// Records the end of an attempt of `run` and stores the body.
    pub(super) fn execute(&self, sql: &mut dyn Sql, run: i64) -> Result<Option<AnswerId>, ArchiveError> {
        let Self { lease, now_ms, ending, answer } = self;
        sql.execute(
            UPSERT_ATTEMPT,
            params![
                run,
                lease.sequence,
                lease.key,
                lease.provider,
                lease.started_at_ms,
                now_ms,
                ending.word(),
                ending.charged.as_str(),
                ending.http_status,
                ending.code,
                ending.serial,
            ],
        )?;
        let Some(answer) = answer else { return Ok(None) };
        let insertion = format!(
            "INSERT INTO answers ({ANSWER_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        );
        Ok(sql.insert(&insertion, &parameters(answer))?.map(AnswerId))
    }
}

/// Also overwrites `interrupted`: an attempt that outlived its run still knows best how it ended.
pub(super) const UPSERT_ATTEMPT: &str = "INSERT INTO attempts (run, sequence, key_hash, provider, started_at, \
     finished_at, outcome, charged, http_status, code, serial) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
     ON CONFLICT (run, sequence) DO UPDATE SET finished_at = excluded.finished_at, outcome = excluded.outcome, \
     charged = excluded.charged, http_status = excluded.http_status, code = excluded.code, serial = excluded.serial";

/// Deletes the open row of a lease under which nothing was sent.
pub(super) fn release(sql: &mut dyn Sql, lease: &Lease) -> Result<(), ArchiveError> {
    sql.execute(
        "DELETE FROM attempts WHERE run = ?1 AND sequence = ?2 AND finished_at IS NULL",
        params![lease.run, lease.sequence],
    )
    .map(|_| ())
}

/// The newest undamaged answer to `key` that was received within `received_ms`. Damaged ones become notices.
pub(super) fn newest_answer(
    sql: &mut dyn Sql,
    key: [u8; 16],
    received_ms: &RangeInclusive<i64>,
    notices: &Notices,
) -> Result<Option<StoredAnswer>, ArchiveError> {
    for skipped in 0_i64.. {
        let row = sql.first(
            "SELECT id, received_at, http_status, serial, finding, encoding, size, sha256, body FROM answers
             WHERE key_hash = ?1 AND received_at BETWEEN ?2 AND ?3 AND finding <> 'evidence'
             ORDER BY received_at DESC, id DESC LIMIT 1 OFFSET ?4",
            params![key, received_ms.start(), received_ms.end(), skipped],
        )?;
        let Some(row) = row else { break };
        let id = AnswerId(row.get(0)?);
        let BodyUse::Answer(finding) = body_use(&row, 4)? else { continue };
        match body::unpack(&row.get::<String>(5)?, row.get(8)?, row.get(6)?, &row.get::<Vec<u8>>(7)?) {
            Ok(body) => {
                let (http_status, received_at, serial) = (row.get(2)?, row.moment(1)?, row.get(3)?);
                return Ok(Some(StoredAnswer { id, body, http_status, received_at, serial, finding }));
            }
            Err(damage) => notices.add(message!(
                "stored answer {id} is not used: {damage}; run `hecha archive verify` to list all damaged entries",
                "存档条目 {id} 未使用：{damage:#}；`hecha archive verify` 可列出全部损坏条目"
            )),
        }
    }
    Ok(None)
}

/// The column `finding`.
pub(super) fn body_use(row: &SqlRow, column: usize) -> Result<BodyUse, ArchiveError> {
    BodyUse::from_word(&row.get::<String>(column)?).ok_or_else(|| row.damaged(column))
}
