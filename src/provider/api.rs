//! The interface of a paid API: its description, its requests and its responses.

use super::codes::{VendorCode, entry_of};
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

/// An answer to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Whether it was charged.
    pub charged: Charged,
    /// The vendor's serial, order or request number.
    pub serial: Option<String>,
    /// Its records.
    pub page: Page,
}

/// The envelope of one vendor. Every name is found in any upper and lower case.
#[derive(Debug)]
pub(super) struct Envelope {
    /// The name of the code.
    pub(super) code: &'static str,
    /// The name of the sentence beside it.
    pub(super) message: &'static str,
    /// The name of the serial number, if the body carries one.
    pub(super) serial: Option<&'static str>,
    /// The name of the object that holds total and list.
    pub(super) result: &'static str,
    /// The path from there to the total.
    pub(super) total: &'static [&'static str],
    /// The name of the list.
    pub(super) list: &'static str,
    /// The code of success.
    pub(super) success: &'static str,
    /// The code of "nothing found".
    pub(super) nothing: &'static str,
}

/// An entry of the registry: what is fixed about a provider.
#[derive(Debug)]
pub struct ProviderInfo {
    /// Its short name.
    pub id: ProviderId,
    /// The name of its records and its vendor, as shown to users.
    pub name: Text,
    /// The kind of its records.
    pub topic: Topic,
    /// The maximum number of records per page.
    pub page_size_cap: u32,
    /// The keys of its table in `config.toml`, in the order of the file.
    pub keys: &'static [ConfigKey],
    /// The filters that it supports, as written on the command line.
    pub filters: &'static [&'static str],
    /// The kinds of keyword that its document names, as the values of `--by`.
    pub keywords: &'static [&'static str],
    /// Every documented code.
    pub codes: &'static [VendorCode],
    /// Every documented field of a record, in the order of the sample of the document.
    pub fields: &'static [Field],
    /// The places of code, total and list in its answers.
    pub(super) envelope: Envelope,
    /// The vendor document that it follows.
    pub document: &'static str,
    /// Makes the provider from its configuration.
    pub new: fn(ProviderConfig) -> Arc<dyn Provider>,
}

impl ProviderInfo {
    /// The entry of a code, as a vendor or gateway sent it, in any case; `None` if no document has it. A family of codes
    /// such as `T429*` has one entry.
    pub fn code(&self, code: &str) -> Option<&'static VendorCode> {
        entry_of(self.codes, code)
    }

    /// The names of the keys without which it cannot be queried.
    pub fn required_keys(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().filter(|key| key.default.is_none()).map(|key| key.name)
    }

    /// The endpoint of the document, if it gives one.
    pub fn default_endpoint(&self) -> Option<&'static str> {
        self.keys.iter().find(|key| key.name == ENDPOINT)?.default
    }

    /// Whether the document gives an `http://` address, so that requests may be sent without TLS.
    pub fn is_documented_without_tls(&self) -> bool {
        self.default_endpoint().is_some_and(|endpoint| endpoint.starts_with("http://"))
    }
}

/// A paid API: everything that is specific to one vendor.
pub trait Provider: Send + Sync {
    /// Its entry in the registry.
    fn info(&self) -> &'static ProviderInfo;

    /// The billable question for one page of a query.
    fn request(&self, query: &Query, page: PageRequest) -> Request;

    /// Signs the request of one attempt, with `now` as its time stamp.
    fn sign<'a>(&'a self, request: &'a Request, now: Timestamp) -> SignedRequest<'a>;

    /// Classifies a response, and parses it if it is an answer. Either kind may arrive as `200 OK`.
    ///
    /// # Errors
    /// A refusal, a failure, or a body that cannot be understood.
    fn classify(&self, response: &Response) -> Result<Answered, Failure> {
        self.info().classify(response)
    }
}
