//! The two operations of a purchase, as SQL inside a transaction that somebody else opens and commits.

use super::answer::{AnswerId, AttemptEnding, AttemptId, Keep, Kept, Key, KeyHash, StoredAnswer};
use super::body::{self, Damage, PackedBody};
use super::error::ArchiveError;
use super::liveness::{self, Life};
use crate::domain::text::Text;
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, Row, params};
use std::path::Path;

/// A question about to be bought.
pub(super) struct Begin {
    pub(super) key: KeyHash,
    pub(super) provider: &'static str,
    pub(super) not_before_ms: i64,
    /// Answers that were found damaged a moment ago.
    pub(super) damaged: Vec<AnswerId>,
    pub(super) now_ms: i64,
}

/// What a beginning found.
pub(super) enum Begun {
    Candidate(Box<Candidate>),
    Busy,
    Mine(AttemptId),
}

/// An attempt that has ended.
pub(super) struct Finish {
    pub(super) attempt: AttemptId,
    pub(super) now_ms: i64,
    pub(super) ending: AttemptEnding,
    pub(super) keep: Option<Packed>,
}

/// A body to keep, digested and compressed, with all that its row needs.
pub(super) struct Packed {
    key: KeyHash,
    provider: &'static str,
    form: &'static str,
    endpoint: String,
    question: String,
    received_at_ms: i64,
    http_status: u16,
    serial: Option<String>,
    kept: Kept,
    body: PackedBody,
}

impl Packed {
    /// Does the work that needs no lock.
    pub(super) fn new(keep: &Keep<'_>) -> Self {
        let key = Key::of(keep.call);
        Self {
            key: key.hash,
            provider: keep.call.provider.as_str(),
            form: keep.call.form,
            endpoint: keep.call.endpoint.clone(),
            question: key.question.as_ref().to_owned(),
            received_at_ms: keep.received_at.as_millisecond(),
            http_status: keep.http_status,
            serial: keep.serial.map(str::to_owned),
            kept: keep.kept,
            body: body::pack(keep.body),
        }
    }
}

/// A row that may be the answer, before its digest was recomputed.
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
    /// Reads the newest of the key that is not in `damaged`.
    pub(super) fn load(
        connection: &Connection,
        key: KeyHash,
        not_before_ms: i64,
        damaged: &[AnswerId],
    ) -> rusqlite::Result<Option<Self>> {
        let mut statement = statement_of_candidates(connection)?;
        let mut rows = statement.query(params![key.0, not_before_ms])?;
        while let Some(row) = rows.next()? {
            if !damaged.contains(&AnswerId(row.get(0)?)) {
                return Self::of_row(row).map(Some);
            }
        }
        Ok(None)
    }

    fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            received_at: moment(row, 1)?,
            http_status: row.get(2)?,
            serial: row.get(3)?,
            kept: kept(row, 4)?,
            encoding: row.get(5)?,
            size: row.get(6)?,
            sha256: row.get(7)?,
            body: row.get(8)?,
        })
    }

    /// Its number.
    pub(super) const fn id(&self) -> AnswerId {
        AnswerId(self.id)
    }

    /// Decompresses the body and recomputes its digest: work that needs no lock.
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

fn statement_of_candidates(connection: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    connection.prepare_cached(
        "SELECT id, received_at, http_status, serial, finding, encoding, size, sha256, body
         FROM answers INDEXED BY answers_by_key
         WHERE key_hash = ?1 AND received_at >= ?2 AND finding <> 'evidence'
         ORDER BY received_at DESC, id DESC",
    )
}

/// A column of milliseconds since 1970 in UTC.
pub(super) fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(row.get(column)?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error)))
}

/// The column `finding`.
pub(super) fn kept(row: &Row<'_>, column: usize) -> rusqlite::Result<Kept> {
    let word: String = row.get(column)?;
    Kept::from_word(&word).ok_or_else(|| {
        let reason = format!("unknown finding `{word}`");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, reason.into())
    })
}

/// Finds a fresh answer, or somebody who is buying one, or books the attempt. By those that are `lost` this run
/// buys nothing any more.
pub(super) fn begin(
    connection: &Connection,
    archive: &Path,
    begin: &Begin,
    attempt: AttemptId,
    lost: &[i64],
) -> Result<Begun, ArchiveError> {
    let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(archive, &error);
    let fresh =
        Candidate::load(connection, begin.key, begin.not_before_ms, &begin.damaged).map_err(failed)?;
    if let Some(candidate) = fresh {
        return Ok(Begun::Candidate(Box::new(candidate)));
    }
    for other in buyers(connection, begin.key).map_err(failed)? {
        let is_buying = if other.run == attempt.run {
            !lost.contains(&other.sequence)
        } else {
            liveness::reap_if_dead(connection, archive, other.run, begin.now_ms)? == Life::Alive
        };
        if is_buying {
            return Ok(Begun::Busy);
        }
    }
    connection
        .prepare_cached(
            "INSERT INTO attempts (run, sequence, key_hash, provider, started_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                attempt.run,
                attempt.sequence,
                begin.key.0,
                begin.provider,
                begin.now_ms
            ])
        })
        .map_err(failed)?;
    Ok(Begun::Mine(attempt))
}

/// The unfinished attempts of that key: hardly ever more than one.
fn buyers(connection: &Connection, key: KeyHash) -> rusqlite::Result<Vec<AttemptId>> {
    connection
        .prepare_cached(
            "SELECT run, sequence FROM attempts INDEXED BY attempts_open
             WHERE key_hash = ?1 AND finished_at IS NULL",
        )?
        .query_map([key.0], |row| Ok(AttemptId { run: row.get(0)?, sequence: row.get(1)? }))?
        .collect()
}

/// Books the ending and stores the body.
pub(super) fn finish(
    connection: &Connection,
    archive: &Path,
    finish: &Finish,
) -> Result<Option<AnswerId>, ArchiveError> {
    let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(archive, &error);
    let ending = &finish.ending;
    let booked = connection
        .prepare_cached(
            "UPDATE attempts SET finished_at = ?3, outcome = ?4, charged = ?5, http_status = ?6, code = ?7,
             serial = ?8 WHERE run = ?1 AND sequence = ?2",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                finish.attempt.run,
                finish.attempt.sequence,
                finish.now_ms,
                ending.outcome.word(),
                ending.charged.as_str(),
                ending.http_status,
                ending.code,
                ending.serial
            ])
        })
        .map_err(failed)?;
    if booked != 1 {
        let reason =
            Text::new("an attempt that was begun is not in the ledger", "账目中没有已开始的调用").into();
        return Err(ArchiveError::Corrupt { path: archive.to_owned(), reason });
    }
    finish.keep.as_ref().map(|packed| store(connection, packed).map_err(failed)).transpose()
}

fn store(connection: &Connection, packed: &Packed) -> rusqlite::Result<AnswerId> {
    let size = i64::try_from(packed.body.size).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "INSERT INTO answers (key_hash, provider, form, endpoint, question, received_at, http_status, serial,
             finding, sha256, size, encoding, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            packed.key.0,
            packed.provider,
            packed.form,
            packed.endpoint,
            packed.question,
            packed.received_at_ms,
            packed.http_status,
            packed.serial,
            packed.kept.as_str(),
            packed.body.sha256,
            size,
            packed.body.encoding.as_str(),
            packed.body.stored
        ])?;
    Ok(AnswerId(connection.last_insert_rowid()))
}
