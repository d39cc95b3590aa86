//! The number of pages of a query that the archive answers, and the minimum number to buy. Used by the plan before a run and
//! by the summary of a run that stopped. It reads only the archive.

use super::pagination::Pagination;
use crate::archive::Archive;
use crate::client::{CachePolicy, archived_response};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::page::Page;
use crate::domain::query::{PageRequest, Query};
use crate::domain::request::Request;
use crate::provider::Provider;
use crate::settings::QuerySettings;
use jiff::Timestamp;

/// Missing pages of one query that are looked up one by one. The vendor's total may be any number.
const LOOKED_UP: u64 = 1_000;

/// Answers of any age.
const ANY_AGE: CachePolicy = CachePolicy::since(Timestamp::MIN);

/// Counts pages.
pub struct PagesNeeded<'a> {
    settings: &'a QuerySettings,
    archive: Option<&'a Archive>,
}

/// The pages of one query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pages {
    /// Those in the archive.
    pub archived: u64,
    /// Those that must be bought at least.
    pub calls: u64,
}

/// A query at one provider.
#[derive(Clone, Copy)]
struct Question<'a> {
    provider: &'a dyn Provider,
    query: &'a Query,
}

impl<'a> PagesNeeded<'a> {
    /// Counts for a run with these settings.
    pub const fn new(settings: &'a QuerySettings, archive: Option<&'a Archive>) -> Self {
        Self { settings, archive }
    }

    /// The archived answers that a query reuses. With `--refresh whole`, a query of which one page is too old buys all
    /// of them again.
    pub fn cache_policy(&self, provider: &dyn Provider, query: &Query) -> Result<CachePolicy, Failure> {
        match self.settings.refresh {
            Some(refresh) if self.has_old_page(Question { provider, query })? => Ok(refresh),
            _ => Ok(self.settings.reuse),
        }
    }

    /// The minimum number of calls that an unfinished query still needs; `None` without an archive that can be read.
    pub fn calls(&self, provider: &dyn Provider, query: &Query) -> Option<u64> {
        self.archive?;
        self.of(provider, query).ok().map(|pages| pages.calls)
    }

    /// Follows the pages of a query as a run would.
    pub fn of(&self, provider: &dyn Provider, query: &Query) -> Result<Pages, Failure> {
        let policy = self.cache_policy(provider, query)?;
        let asked = Question { provider, query };
        let (mut pages, mut pagination) = (Pages::default(), self.pagination(provider));
        while let Some(number) = pagination.next_page(1) {
            let mut page = self.archived(asked, number, policy)?;
            if page.is_some() {
                pages.archived += 1;
            } else if self.settings.refresh == Some(policy) {
                // What a page held before shows how many follow.
                page = self.archived(asked, number, ANY_AGE)?;
                pages.calls += u64::from(page.is_some());
            }
            let Some(page) = page else {
                let missing = pagination.pages_missing();
                for number in (number..).zip(0..missing.min(LOOKED_UP)).map(|(number, _)| number) {
                    if self.archived(asked, number, policy)?.is_some() {
                        pages.archived += 1;
                    } else if self.is_withheld(asked, number, policy)? {
                        return Ok(pages);
                    } else {
                        pages.calls += 1;
                    }
                }
                pages.calls = pages.calls.saturating_add(missing.saturating_sub(LOOKED_UP));
                break;
            };
            pagination.arrive(number, page);
            pagination.take(query);
        }
        Ok(pages)
    }

    /// Whether the archive has a page of a query that is too old to be reused.
    fn has_old_page(&self, asked: Question<'_>) -> Result<bool, Failure> {
        let mut pagination = self.pagination(asked.provider);
        while let Some(number) = pagination.next_page(1) {
            let Some(page) = self.archived(asked, number, ANY_AGE)? else { return Ok(false) };
            if self.archived(asked, number, self.settings.reuse)?.is_none() {
                return Ok(true);
            }
            pagination.arrive(number, page);
            pagination.take(asked.query);
        }
        Ok(false)
    }

    fn pagination(&self, provider: &dyn Provider) -> Pagination {
        Pagination::new(self.settings.pages, provider.info().page_size_cap)
    }

    fn archived(&self, asked: Question<'_>, page: u32, policy: CachePolicy) -> Result<Option<Page>, Failure> {
        let Some(archive) = self.archive else { return Ok(None) };
        let stored = policy.find(archive, &self.request(asked, page))?;
        let fetched = stored.and_then(|stored| archived_response(asked.provider, stored));
        Ok(fetched.map(|fetched| fetched.answered.page))
    }

    /// Whether a run does not send the request, and ends the query, because the last attempt may have been charged.
    fn is_withheld(&self, asked: Question<'_>, page: u32, policy: CachePolicy) -> Result<bool, Failure> {
        let Some(archive) = self.archive.filter(|_| !self.settings.retry_uncertain) else { return Ok(false) };
        let last = archive.last_failure(&self.request(asked, page))?;
        Ok(last.is_some_and(|(started_at, failure)| {
            started_at >= policy.earliest()
                && failure.charged != Charged::No
                && failure.kind != FailureKind::Interrupted
        }))
    }

    fn request(&self, Question { provider, query }: Question<'_>, number: u32) -> Request {
        let size = self.settings.pages.page_size.unwrap_or(provider.info().page_size_cap);
        provider.request(query, PageRequest { number, size })
    }
}
