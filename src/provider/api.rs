//! What every paid API has in common: its description, and how its requests and responses are handled.

use super::codes::{VendorCode, find};
use super::config::{ConfigKey, ENDPOINT, ProviderConfig};
use super::fields::Field;
use crate::domain::failure::{Charged, Failure};
use crate::domain::page::Page;
use crate::domain::query::{PageRequest, Query};
use crate::domain::record::Topic;
use crate::domain::request::{ProviderId, Request, Response, SignedRequest};
use crate::domain::text::Text;
use jiff::Timestamp;
use std::sync::Arc;

/// Whether an answer that is worth keeping found anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// It carries records.
    Records,
    /// The vendor has nothing: an answer, not a failure.
    Nothing,
}

/// An answer worth keeping.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Whether it found anything.
    pub finding: Finding,
    /// Whether it was charged.
    pub charged: Charged,
    /// The vendor's serial, order or request number.
    pub serial: Option<String>,
    /// Its records.
    pub page: Page,
}

/// What a response is: both may come as `200 OK`.
#[derive(Debug, Clone, PartialEq)]
pub enum Classification {
    /// Data or "no data": to be stored before any record is used.
    Answered(Answered),
    /// A refusal, a failure, or nothing that could be understood.
    Failed(Failure),
}

/// An entry of the registry: everything about a provider that its settings do not change.
#[derive(Debug)]
pub struct ProviderInfo {
    /// Its short name.
    pub id: ProviderId,
    /// Its records and its vendor, as shown to users.
    pub name: Text,
    /// The kind of records it sells.
    pub topic: Topic,
    /// The most records a page may ask for.
    pub page_size_cap: u32,
    /// The keys of its table in `config.toml`, in the order of the file.
    pub keys: &'static [ConfigKey],
    /// Whether the document gives an `http://` address, so that signed requests may go out without TLS.
    pub documented_without_tls: bool,
    /// The query options it understands, as written on the command line.
    pub filters: &'static [&'static str],
    /// The kinds of keyword that its document names, as written after `--by`.
    pub keywords: &'static [&'static str],
    /// Every documented code.
    pub codes: &'static [VendorCode],
    /// Every documented field of a record.
    pub fields: &'static [Field],
    /// The vendor document it is written from.
    pub document: &'static str,
    /// Makes the provider of its configuration.
    pub new: fn(ProviderConfig) -> Arc<dyn Provider>,
}

impl ProviderInfo {
    /// The entry for a code as a vendor or gateway sent it, in any upper and lower case; a family such as `T429*`
    /// has an entry for all of its codes. `None` if no document has it.
    pub fn code(&self, code: &str) -> Option<&'static VendorCode> {
        find(self.codes, code)
    }

    /// The endpoint by the vendor's document, if it gives one.
    pub fn default_endpoint(&self) -> Option<&'static str> {
        self.keys.iter().find(|key| key.name == ENDPOINT)?.default
    }
}

/// A paid API: everything that is particular to one vendor.
pub trait Provider: Send + Sync {
    /// What is fixed about it.
    fn info(&self) -> &'static ProviderInfo;

    /// The billable question for one page of a query.
    fn call(&self, query: &Query, page: PageRequest) -> Request;

    /// The request for one attempt at `now`: stamped and signed anew each time.
    fn sign<'a>(&'a self, call: &'a Request, now: Timestamp) -> SignedRequest<'a>;

    /// Classifies a response, and parses it if it is an answer.
    fn classify(&self, response: &Response) -> Classification;

    /// The records of an answer that was classified before, such as one from the archive.
    ///
    /// # Errors
    /// A failure of kind `FailureKind::Answer` if the body cannot be understood.
    fn parse(&self, body: &[u8]) -> Result<Page, Failure>;
}
