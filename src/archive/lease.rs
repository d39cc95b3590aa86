//! Leases and stored answers, as SQL inside a transaction that the writer thread opens and commits.
//!
//! A lease is an open row of `attempts`. A unique index allows one open row for each request, so that two runs never
//! buy the same page at the same time.

use super::answer::{
    AnswerId, AttemptEnding, FailedAttempt, Keep, Kept, Key, KeyHash, Lease, LeaseHolder, StoredAnswer,
};
use super::body::{self, Damage, PackedBody};
use super::budget::{LimitReached, SharedLimits};
use super::error::ArchiveError;
use super::runs;
use super::store::{Liveness, Row, Sql, Store, values};
use crate::domain::failure::Charged;
use jiff::Timestamp;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The decision about one request for a lease.
pub(super) enum LeaseDecision {
    /// A fresh answer is stored; its digest is not verified yet.
    Stored(Candidate),
    /// Another attempt at the same request is open.
    Busy(LeaseHolder),
    /// A shared limit is reached.
    Limited(LimitReached),
    /// The lease is granted.
    Granted(Lease),
    /// The run has ended, or another run found it dead and ended it.
    RunEnded,
}

/// One request for a lease.
#[derive(Clone)]
pub(super) struct LeaseRequest {
    pub(super) store: Arc<dyn Store>,
    pub(super) run: i64,
    pub(super) uid: Arc<str>,
    pub(super) key: Key,
    pub(super) provider: &'static str,
    /// Read inside the transaction, so that no two runs see the same moment in another order.
    pub(super) clock: fn() -> Timestamp,
    pub(super) limits: SharedLimits,
    /// When an answer has to be received to be fresh.
    pub(super) received_ms: RangeInclusive<i64>,
    /// Stored answers that turned out to be damaged.
    pub(super) damaged: Vec<AnswerId>,
}

impl LeaseRequest {
    /// Looks for a fresh answer, then for an open attempt, then at the shared limits, then opens an attempt.
    pub(super) fn decide(&self, sql: &mut dyn Sql) -> Result<LeaseDecision, ArchiveError> {
        let now = self.store.time_of((self.clock)());
        let known = self.known(sql)?;
        if known.answers > 0
            && let Some(candidate) = Candidate::load(sql, self.key.hash, &self.received_ms, &self.damaged)?
        {
            return Ok(LeaseDecision::Stored(candidate));
        }
        while known.open_attempts > 0
            && let Some((run, uid, holder)) = self.holder(sql)?
        {
            if holder.is_this_run {
                return Ok(LeaseDecision::Busy(holder));
            }
            if let Liveness::Alive { until } = self.store.liveness(sql, &uid)? {
                return Ok(LeaseDecision::Busy(LeaseHolder { until, ..holder }));
            }
            runs::end_run(sql, run, now.as_millisecond(), self.store.outcome_of_crash())?;
            self.store.forget_run(&uid);
        }
        if let Some(limit) = self.limits.check(sql, self.provider, now)? {
            return Ok(LeaseDecision::Limited(limit));
        }
        // An attempt that was ended here is uncertain from now on.
        let uncertain_since =
            if known.open_attempts > 0 { self.known(sql)?.uncertain_since } else { known.uncertain_since };
        self.open(sql, now.as_millisecond(), uncertain_since)
    }

    /// What the archive knows of the request, in one statement: each costs a round trip to a server.
    ///
    /// An attempt is uncertain if it may have been charged without an answer. An interrupted run may be repeated, so its
    /// attempts do not count.
    fn known(&self, sql: &mut dyn Sql) -> Result<Known, ArchiveError> {
        let row = sql.first(
            "SELECT (SELECT count(*) FROM answers
                     WHERE key_hash = ?1 AND received_at BETWEEN ?2 AND ?3 AND finding <> 'evidence'),
                    (SELECT count(*) FROM attempts WHERE key_hash = ?1 AND finished_at IS NULL),
                    (SELECT max(started_at) FROM attempts
                     WHERE key_hash = ?1 AND started_at >= ?2 AND outcome NOT IN ('data', 'empty')
                           AND outcome <> 'interrupted' AND charged = 'unknown')",
            values![&self.key.hash.0[..], *self.received_ms.start(), *self.received_ms.end()],
        )?;
        let row = row.expect("counts are one row");
        Ok(Known { answers: row.get(0)?, open_attempts: row.get(1)?, uncertain_since: row.get(2)? })
    }

    fn holder(&self, sql: &mut dyn Sql) -> Result<Option<(i64, String, LeaseHolder)>, ArchiveError> {
        let row = sql.first(
            "SELECT run, uid, attempts.started_at, host, pid FROM attempts JOIN runs ON runs.id = run
             WHERE key_hash = ?1 AND finished_at IS NULL",
            values![&self.key.hash.0[..]],
        )?;
        let Some(row) = row else { return Ok(None) };
        let run = row.get(0)?;
        let holder = LeaseHolder {
            is_this_run: run == self.run,
            since: row.get(2)?,
            host: row.get::<Option<String>>(3)?.unwrap_or_default(),
            pid: row.get::<Option<u32>>(4)?.unwrap_or_default(),
            until: None,
        };
        Ok(Some((run, row.get(1)?, holder)))
    }

    fn open(
        &self,
        sql: &mut dyn Sql,
        now_ms: i64,
        uncertain_since: Option<Timestamp>,
    ) -> Result<LeaseDecision, ArchiveError> {
        let row = sql.first(
            "INSERT INTO attempts (run, sequence, key_hash, provider, started_at)
             SELECT id, (SELECT coalesce(max(sequence), 0) + 1 FROM attempts WHERE run = ?1), ?2, ?3, ?4
             FROM runs WHERE id = ?1 AND ended_at IS NULL RETURNING sequence",
            values![self.run, &self.key.hash.0[..], self.provider, now_ms],
        )?;
        let Some(row) = row else { return Ok(LeaseDecision::RunEnded) };
        Ok(LeaseDecision::Granted(Lease {
            run: self.run,
            uid: Arc::clone(&self.uid),
            sequence: row.get(0)?,
            key: self.key.clone(),
            provider: self.provider,
            started_at_ms: now_ms,
            uncertain_since,
        }))
    }
}

/// What the archive knows of a request.
struct Known {
    /// Fresh answers, damaged ones included.
    answers: i64,
    /// At most one.
    open_attempts: i64,
    /// The start of the latest uncertain attempt within the freshness range.
    uncertain_since: Option<Timestamp>,
}

/// The latest attempt that ended without an answer.
pub(super) fn last_failure(sql: &mut dyn Sql, key: KeyHash) -> Result<Option<FailedAttempt>, ArchiveError> {
    let row = sql.first(
        "SELECT started_at, outcome, charged, http_status, code, serial FROM attempts
         WHERE key_hash = ?1 AND outcome NOT IN ('data', 'empty') ORDER BY started_at DESC LIMIT 1",
        values![&key.0[..]],
    )?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(FailedAttempt {
        started_at: row.get(0)?,
        kind: FailedAttempt::kind_of_word(&row.get::<String>(1)?),
        charged: charged(&row.get::<String>(2)?),
        http_status: row.get(3)?,
        code: row.get(4)?,
        serial: row.get(5)?,
    }))
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
pub(super) struct Completion {
    pub(super) lease: Lease,
    pub(super) now_ms: i64,
    pub(super) ending: AttemptEnding,
    pub(super) keep: Option<PackedAnswer>,
}

impl Completion {
    /// Books the ending of an attempt of `run` and stores the body.
    pub(super) fn execute(&self, sql: &mut dyn Sql, run: i64) -> Result<Option<AnswerId>, ArchiveError> {
        let Self { lease, now_ms, ending, keep } = self;
        sql.execute(
            UPSERT_ATTEMPT,
            values![
                run,
                lease.sequence,
                &lease.key.hash.0[..],
                lease.provider,
                lease.started_at_ms,
                *now_ms,
                ending.outcome.word().as_str(),
                ending.charged.as_str(),
                ending.http_status,
                ending.code.as_ref(),
                ending.serial.as_ref(),
            ],
        )?;
        keep.as_ref().map(|answer| store_answer(sql, lease, answer)).transpose()
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
        values![lease.run, lease.sequence],
    )
    .map(|_| ())
}

/// A body to keep, digested and compressed, with the other columns of its row.
pub(super) struct PackedAnswer {
    form: &'static str,
    endpoint: String,
    received_at_ms: i64,
    http_status: u16,
    serial: Option<String>,
    kept: Kept,
    body: PackedBody,
}

impl PackedAnswer {
    /// Does the work that needs no transaction.
    pub(super) fn new(keep: &Keep<'_>) -> Self {
        Self {
            form: keep.call.form,
            endpoint: keep.call.endpoint.clone(),
            received_at_ms: keep.received_at.as_millisecond(),
            http_status: keep.http_status,
            serial: keep.serial.map(str::to_owned),
            kept: keep.kept,
            body: body::pack(keep.body),
        }
    }
}

fn store_answer(sql: &mut dyn Sql, lease: &Lease, answer: &PackedAnswer) -> Result<AnswerId, ArchiveError> {
    let row = sql.first(
        "INSERT INTO answers (key_hash, provider, form, endpoint, question, received_at, http_status, serial,
         finding, sha256, size, encoding, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         RETURNING id",
        values![
            &lease.key.hash.0[..],
            lease.provider,
            answer.form,
            &answer.endpoint,
            &*lease.key.question,
            answer.received_at_ms,
            answer.http_status,
            answer.serial.as_ref(),
            answer.kept.as_str(),
            &answer.body.sha256[..],
            i64::try_from(answer.body.size).unwrap_or(i64::MAX),
            answer.body.encoding.as_str(),
            &answer.body.stored[..],
        ],
    )?;
    row.expect("an insertion returns its row").get(0).map(AnswerId)
}

/// A stored answer before its digest is verified.
pub(super) struct Candidate {
    id: i64,
    received_at: Timestamp,
    http_status: u16,
    serial: Option<String>,
    kept: Kept,
    encoding: String,
    size: i64,
    sha256: Vec<u8>,
    body: Vec<u8>,
}

impl Candidate {
    /// Reads the newest answer to `key` that was received within `received_ms` and is not in `damaged`.
    pub(super) fn load(
        sql: &mut dyn Sql,
        key: KeyHash,
        received_ms: &RangeInclusive<i64>,
        damaged: &[AnswerId],
    ) -> Result<Option<Self>, ArchiveError> {
        let excluded = match damaged {
            [] => String::new(),
            ids => {
                let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
                format!("AND id NOT IN ({})", ids.join(", "))
            }
        };
        let row = sql.first(
            &format!(
                "SELECT id, received_at, http_status, serial, finding, encoding, size, sha256, body FROM answers
                 WHERE key_hash = ?1 AND received_at BETWEEN ?2 AND ?3 AND finding <> 'evidence' {excluded}
                 ORDER BY received_at DESC, id DESC LIMIT 1"
            ),
            values![&key.0[..], *received_ms.start(), *received_ms.end()],
        )?;
        row.map(|row| Self::of_row(&row)).transpose()
    }

    fn of_row(row: &Row) -> Result<Self, ArchiveError> {
        Ok(Self {
            id: row.get(0)?,
            received_at: row.get(1)?,
            http_status: row.get(2)?,
            serial: row.get(3)?,
            kept: kept(row, 4)?,
            encoding: row.get(5)?,
            size: row.get(6)?,
            sha256: row.get(7)?,
            body: row.get(8)?,
        })
    }

    /// The number of the answer.
    pub(super) const fn id(&self) -> AnswerId {
        AnswerId(self.id)
    }

    /// Decompresses the body and verifies its digest.
    pub(super) fn into_answer(self) -> Result<StoredAnswer, Damage> {
        let size = u64::try_from(self.size).map_err(|_| Damage::WrongSize)?;
        let Kept::Answer(finding) = self.kept else { return Err(Damage::UnknownEncoding) };
        Ok(StoredAnswer {
            id: AnswerId(self.id),
            body: body::unpack(&self.encoding, self.body, size, &self.sha256)?,
            http_status: self.http_status,
            received_at: self.received_at,
            serial: self.serial,
            finding,
        })
    }
}

/// The column `finding`.
pub(super) fn kept(row: &Row, column: usize) -> Result<Kept, ArchiveError> {
    Kept::from_word(&row.get::<String>(column)?).ok_or_else(|| row.damaged(column))
}
