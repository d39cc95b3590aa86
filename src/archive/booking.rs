//! What a purchase reads and writes, as SQL inside a transaction that somebody else opens and commits.

use super::answer::{AnswerId, Attempt, AttemptEnding, INTERRUPTED, Keep, Kept, KeyHash, StoredAnswer};
use super::body::{self, Damage, PackedBody};
use super::calls_file::CallUnderWay;
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

/// An attempt that has ended.
pub(super) struct Finish {
    pub(super) attempt: Attempt,
    pub(super) now_ms: i64,
    pub(super) ending: AttemptEnding,
    pub(super) keep: Option<Packed>,
}

/// A body to keep, digested and compressed, with all that its row needs.
pub(super) struct Packed {
    form: &'static str,
    endpoint: String,
    received_at_ms: i64,
    http_status: u16,
    serial: Option<String>,
    kept: Kept,
    body: PackedBody,
}

impl Packed {
    /// Does the work that needs no lock.
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

/// Books the ending and stores the body.
pub(super) fn finish(connection: &Connection, finish: &Finish) -> rusqlite::Result<Option<AnswerId>> {
    let Finish { attempt, now_ms, ending, keep } = finish;
    let booked = connection.prepare_cached(BOOK)?.execute(params![
        attempt.run,
        attempt.sequence,
        attempt.key.hash.0,
        attempt.provider,
        attempt.started_at_ms,
        now_ms,
        ending.outcome.word(),
        ending.charged.as_str(),
        ending.http_status,
        ending.code,
        ending.serial
    ])?;
    debug_assert_eq!(booked, 1, "an attempt ends once");
    keep.as_ref().map(|packed| store(connection, attempt, packed)).transpose()
}

/// An attempt that was booked as interrupted, because its run ended before it, may still come to its own end.
const BOOK: &str = "INSERT INTO attempts (run, sequence, key_hash, provider, started_at, finished_at, outcome, charged, \
     http_status, code, serial) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
     ON CONFLICT (run, sequence) DO UPDATE SET finished_at = excluded.finished_at, outcome = excluded.outcome, \
     charged = excluded.charged, http_status = excluded.http_status, code = excluded.code, serial = excluded.serial";

/// The number of the run with this `uid`.
pub(super) fn run_of_uid(connection: &Connection, uid: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM runs WHERE uid = ?1")?
        .query_row([uid], |row| row.get(0))
        .optional()
}

/// Whether the end of an attempt is in the ledger.
pub(super) fn is_booked(connection: &Connection, run: i64, sequence: i64) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM attempts WHERE run = ?1 AND sequence = ?2")?
        .exists(params![run, sequence])
}

/// Books an attempt whose run has ended before it; unless its end was booked and only its note was left behind. Says
/// whether it did.
pub(super) fn book_as_interrupted(
    connection: &Connection,
    run: i64,
    call: &CallUnderWay,
    now_ms: i64,
) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "INSERT INTO attempts (run, sequence, key_hash, provider, started_at, finished_at, outcome, charged)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'unknown') ON CONFLICT (run, sequence) DO NOTHING",
        )?
        .execute(params![
            run,
            call.sequence,
            call.key.0,
            call.provider,
            call.started_at_ms,
            now_ms,
            INTERRUPTED
        ])
        .map(|booked| booked == 1)
}

fn store(connection: &Connection, attempt: &Attempt, packed: &Packed) -> rusqlite::Result<AnswerId> {
    let size = i64::try_from(packed.body.size).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "INSERT INTO answers (key_hash, provider, form, endpoint, question, received_at, http_status, serial,
             finding, sha256, size, encoding, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            attempt.key.hash.0,
            attempt.provider,
            packed.form,
            packed.endpoint,
            attempt.key.question,
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
