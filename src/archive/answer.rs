//! The values that go into the archive and come out of it. This file uses no database.

use super::body;
use super::budget::LimitReached;
use super::store::Value;
use crate::domain::failure::{Charged, FailureKind};
use crate::domain::page::Finding;
use crate::domain::request::{ProviderId, Request};
use crate::domain::text::{Message, Text, message};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// The number of a stored answer, as `hecha archive list` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AnswerId(pub i64);

impl fmt::Display for AnswerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The right to send one request: an open attempt that every other run sees. It ends with
/// [`Archive::complete`](super::Archive::complete), or with [`Archive::release`](super::Archive::release) if nothing
/// was sent.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a lease that is dropped keeps other runs from buying the page until this run ends"]
pub struct Lease {
    pub(super) run: i64,
    pub(super) uid: String,
    pub(super) sequence: i64,
    pub(super) key: [u8; 16],
    pub(super) provider: &'static str,
    pub(super) started_at_ms: i64,
    pub(super) uncertain_since: Option<Timestamp>,
}

impl Lease {
    /// The start of an earlier attempt at the same request that may have been charged without an answer.
    pub const fn uncertain_since(&self) -> Option<Timestamp> {
        self.uncertain_since
    }
}

/// The result of asking for a lease.
#[derive(Debug, PartialEq, Eq)]
pub enum Acquired {
    /// A fresh answer is stored.
    Stored(StoredAnswer),
    /// The same request is in flight. Ask again after about 50 ms.
    Busy(LeaseHolder),
    /// A limit of all runs together is reached.
    Limited(LimitReached),
    /// The request may be sent once.
    Granted(Lease),
}

/// The run that holds a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseHolder {
    /// Whether it is the run that asks.
    pub is_this_run: bool,
    /// The name of its machine.
    pub host: String,
    /// Its process.
    pub pid: u32,
}

/// A paid answer, complete and undamaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The number of the answer.
    pub id: AnswerId,
    /// The body as received.
    pub body: Vec<u8>,
    /// The HTTP status.
    pub http_status: u16,
    /// The time at which its last byte arrived, to the millisecond.
    pub received_at: Timestamp,
    /// The vendor's serial, order or request number.
    pub serial: Option<String>,
    /// Whether it found anything.
    pub finding: Finding,
}

/// The use of a stored body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyUse {
    /// An answer that can be used instead of a request.
    Answer(Finding),
    /// A body that could not be understood: kept for inspection, never used as an answer.
    Evidence,
}

impl BodyUse {
    /// The word in the table and in an export: `records`, `nothing` or `evidence`.
    pub const fn as_str(self) -> &'static str {
        self.label().en
    }

    /// The word for display.
    pub const fn label(self) -> Text {
        match self {
            Self::Answer(Finding::Records) => Text::new("records", "有记录"),
            Self::Answer(Finding::Nothing) => Text::new("nothing", "无记录"),
            Self::Evidence => Text::new("evidence", "仅留证"),
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Answer(Finding::Records), Self::Answer(Finding::Nothing), Self::Evidence]
            .into_iter()
            .find(|body_use| body_use.as_str() == word)
    }
}

/// The end of an attempt, as the ledger records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptEnding {
    /// The finding, or the kind of failure.
    pub outcome: Result<Finding, FailureKind>,
    /// Whether it was charged.
    pub charged: Charged,
    /// The HTTP status, if an answer arrived.
    pub http_status: Option<u16>,
    /// The vendor's or the gateway's code.
    pub code: Option<String>,
    /// The vendor's serial, order or request number.
    pub serial: Option<String>,
}

impl AttemptEnding {
    /// The word of the outcome in the ledger, for example `data` or `failed:account`.
    pub(super) fn word(&self) -> String {
        match self.outcome {
            Ok(Finding::Records) => "data".to_owned(),
            Ok(Finding::Nothing) => "empty".to_owned(),
            Err(kind) => format!("failed:{}", kind.as_str()),
        }
    }
}

/// A body to keep. How the attempt ended decides whether it is an answer or evidence.
#[derive(Debug, Clone, Copy)]
pub struct Keep<'a> {
    /// The request that it answers.
    pub request: &'a Request,
    /// The body as received.
    pub body: &'a [u8],
    /// The HTTP status.
    pub http_status: u16,
    /// The time at which its last byte arrived, by the clock of the archive.
    pub received_at: Timestamp,
}

/// The columns of `answers` but `id`, in the order of their values in a new row.
pub(super) const ANSWER_COLUMNS: &str = "key_hash, received_at, sha256, provider, form, endpoint, question, \
                                         http_status, serial, finding, size, encoding, body";

impl Keep<'_> {
    /// The row of `answers`: digests and compresses the body.
    pub(super) fn row(&self, ending: &AttemptEnding) -> Vec<Value> {
        let (question, body) = (self.request.key(), body::pack(self.body));
        let body_use = ending.outcome.map_or(BodyUse::Evidence, BodyUse::Answer);
        vec![
            key_hash(&question).to_vec().into(),
            self.received_at.as_millisecond().into(),
            body.sha256.to_vec().into(),
            self.request.provider.as_str().to_owned().into(),
            self.request.form.to_owned().into(),
            self.request.endpoint.clone().into(),
            question.into(),
            self.http_status.into(),
            ending.serial.clone().into(),
            body_use.as_str().to_owned().into(),
            body.size.into(),
            body.encoding.to_owned().into(),
            body.stored.into(),
        ]
    }
}

/// The kind of failure that a word of the ledger means.
pub(super) fn failure_kind(word: &str) -> FailureKind {
    known_kind(word.strip_prefix("failed:").unwrap_or(word)).unwrap_or(FailureKind::Unforeseen)
}

fn known_kind(word: &str) -> Option<FailureKind> {
    FailureKind::all().find(|known| known.as_str() == word)
}

/// A word of the ledger for display. A word that this program does not know stays as it is.
pub fn outcome_in_words(word: &str) -> Message {
    let text = match word {
        "data" => Text::new("data", "有记录"),
        "empty" => Text::new("empty", "无记录"),
        INTERRUPTED => Text::new("interrupted", "中断"),
        UNDER_WAY => Text::new("under-way", "进行中"),
        _ => {
            return match word.strip_prefix("failed:").and_then(known_kind) {
                Some(kind) => message!("{word}", "失败：{label:#}", label = kind.label()),
                None => Message::verbatim(word.to_owned()),
            };
        }
    };
    text.into()
}

/// The outcome of an attempt whose run ended before it.
pub(super) const INTERRUPTED: &str = "interrupted";
/// The outcome of an attempt whose run was lost on a server: it may have been charged and is not repeated.
#[cfg(feature = "postgres")]
pub(super) const UNCERTAIN: &str = "failed:uncertain";
/// The outcome in `usage` of an attempt that is open in a living run.
pub(super) const UNDER_WAY: &str = "under-way";

/// The first 16 bytes of the SHA-256 of a request in canonical form.
pub(super) fn key_hash(question: &str) -> [u8; 16] {
    let digest: [u8; 32] = Sha256::digest(question.as_bytes()).into();
    *digest.first_chunk().expect("it is longer")
}

/// The parameters of a request in canonical form. The first is the keyword. Empty if the request is damaged.
pub(super) fn parameters_of(question: &str) -> Vec<(String, String)> {
    let question: serde_json::Value = serde_json::from_str(question).unwrap_or_default();
    let parameters = question["ask"].as_object().into_iter().flatten();
    parameters.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

/// A selection of entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Received at this time or later.
    pub since: Option<Timestamp>,
    /// Only entries of this provider.
    pub provider: Option<ProviderId>,
    /// The maximum number of entries; the newest come first.
    pub limit: Option<u64>,
}

/// One stored answer without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrySummary {
    /// The number of the answer.
    pub id: AnswerId,
    /// The provider.
    pub provider: String,
    /// The request in canonical form, one line of JSON.
    pub question: String,
    /// The time at which its last byte arrived.
    pub received_at: Timestamp,
    /// The HTTP status.
    pub http_status: u16,
    /// The vendor's serial, order or request number.
    pub serial: Option<String>,
    /// The use of its body.
    pub body_use: BodyUse,
    /// Bytes as received.
    pub size: u64,
    /// Bytes in the archive.
    pub stored_size: u64,
}

impl EntrySummary {
    /// The parameters of the request. The first is the keyword.
    pub fn parameters(&self) -> Vec<(String, String)> {
        parameters_of(&self.question)
    }
}

/// One stored answer in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Everything but the body.
    pub summary: EntrySummary,
    /// The stored SHA-256 of the body, in lower-case hexadecimal.
    pub sha256: String,
    /// The body as received, or what is wrong with it.
    pub body: Result<Vec<u8>, Text>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_have_the_words_of_the_ledger() {
        let word = |outcome| {
            let ending = AttemptEnding {
                outcome,
                charged: Charged::Unknown,
                http_status: None,
                code: None,
                serial: None,
            };
            ending.word()
        };
        assert_eq!(word(Ok(Finding::Records)), "data");
        assert_eq!(word(Err(FailureKind::Account)), "failed:account");
        #[cfg(feature = "postgres")]
        assert_eq!(word(Err(FailureKind::Uncertain)), UNCERTAIN);
    }

    #[test]
    fn the_key_hash_is_the_beginning_of_the_sha_256_of_the_question() {
        assert_eq!(key_hash("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
