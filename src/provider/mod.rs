//! The paid APIs, one pure file each: how a request is made, signed, classified and parsed.
//!
//! Nothing here opens a socket, reads a clock or logs; no provider imports another. They share `body` (JSON or XML as one
//! tree), `envelope` (where a vendor puts code, total and list), `fields` (a record's fields as the types of their
//! columns), `failures` and `codes`.

pub mod ihuyi;
pub mod market;
pub mod shuidi;

mod body;
mod codes;
mod envelope;
mod failures;
mod fields;
#[cfg(test)]
mod fixtures;
mod ihuyi_codes;
mod json;
mod market_codes;
mod market_gateway;
mod shuidi_codes;
mod signature;
mod xml;

pub use fields::Field;

use crate::domain::failure::{Charged, Failure, FailureKind, Retry};
use crate::domain::page::Page;
use crate::domain::query::{PageRequest, Query};
use crate::domain::record::Topic;
use crate::domain::request::{ProviderId, Request, Response, SignedRequest};
use crate::domain::text::Text;
use jiff::Timestamp;

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

/// One documented code of a vendor or gateway.
#[derive(Debug, Clone, Copy)]
pub struct VendorCode {
    /// As the vendor writes it; a trailing `*` stands for any ending (`T429*`).
    pub code: &'static str,
    /// What it means, the vendor's own words in Chinese.
    pub meaning: Text,
    /// What it is for us; `None` for the codes that are answers.
    pub kind: Option<FailureKind>,
    /// Whether an answer with it was charged.
    pub charged: Charged,
    /// Whether it may be repeated.
    pub retry: Retry,
    /// What the user can do.
    pub advice: Text,
    /// Where it stands, for example `ihuyi-entcopy.txt, 6、响应状态码说明`.
    pub document: Text,
}

/// What is fixed about a paid interface.
#[derive(Debug)]
pub struct ProviderInfo {
    /// Its short name.
    pub id: ProviderId,
    /// Its name for people.
    pub name: Text,
    /// The kind of records it sells.
    pub topic: Topic,
    /// The most records a page may ask for.
    pub page_size_cap: u32,
    /// The endpoint by the vendor's document, where it gives one.
    pub default_endpoint: Option<&'static str>,
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
}

impl ProviderInfo {
    /// The entry for a code as a vendor or gateway sent it, in any upper and lower case; a family such as `T429*`
    /// has an entry for all of its codes. `None` where no document has it.
    pub fn code(&self, code: &str) -> Option<&'static VendorCode> {
        codes::find(self.codes, code)
    }
}

/// What is fixed about a provider, without its settings.
pub fn info(provider: ProviderId) -> &'static ProviderInfo {
    match provider {
        ProviderId::Market => &market::INFO,
        ProviderId::Ihuyi => &ihuyi::INFO,
        ProviderId::Shuidi => &shuidi::INFO,
    }
}

/// The vendors' names for a column: each provider of the topic that has the field.
pub fn vendor_fields(topic: Topic, column: &str) -> impl Iterator<Item = (ProviderId, &'static str)> {
    let providers = ProviderId::ALL.into_iter().map(info).filter(move |info| info.topic == topic);
    providers.filter_map(move |info| {
        let field = info.fields.iter().find(|field| field.column == column)?;
        Some((info.id, field.name))
    })
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
    /// A failure of kind [`FailureKind::Answer`] where the body cannot be understood.
    fn parse(&self, body: &[u8]) -> Result<Page, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_has_its_own_facts() {
        for provider in ProviderId::ALL {
            assert_eq!(info(provider).id, provider);
            fixtures::kinds_of(info(provider));
        }
        assert_eq!(info(ProviderId::Market).code("t429uc").map(|entry| entry.code), Some("T429*"));
        assert!(info(ProviderId::Shuidi).code("T429UC").is_none());
    }

    #[test]
    fn no_failure_that_may_have_been_charged_is_repeated() {
        for code in ProviderId::ALL.into_iter().flat_map(|provider| info(provider).codes) {
            assert!(code.charged == Charged::No || code.retry == Retry::No, "{}", code.code);
        }
    }
}
