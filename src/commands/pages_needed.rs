//! How many pages of a query the archive answers, and how many must be bought at least. Used by the plan before a run and
//! by the summary of a run that stopped. It reads only the archive.

use crate::archive::Archive;
use crate::client::{CachePolicy, archived_response};
use crate::domain::failure::Failure;
use crate::domain::page::Page;
use crate::domain::query::{PageRequest, Query};
use crate::domain::record::Record;
use crate::domain::request::Request;
use crate::provider::Provider;
use crate::settings::QuerySettings;
use jiff::Timestamp;
use std::collections::HashSet;

/// Missing pages of one query that are looked up one by one. The rest is computed from the vendor's total, which may be
/// any number.
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

/// The pages of a query in their order, as far as they are known.
#[derive(Default)]
struct Walk {
    records: u64,
    total: Option<u64>,
    keys: HashSet<String>,
}

impl Walk {
    /// Adds a page. Returns whether it ends the query, because it has no new record.
    fn add(&mut self, page: &Page) -> bool {
        self.records += page.records.len() as u64;
        self.total = page.total.filter(|total| *total > 0).or(self.total);
        let known = self.keys.len();
        self.keys.extend(page.records.iter().map(Record::stable_key));
        self.keys.len() == known
    }
}

impl<'a> PagesNeeded<'a> {
    /// Counts for a run with these settings.
    pub const fn new(settings: &'a QuerySettings, archive: Option<&'a Archive>) -> Self {
        Self { settings, archive }
    }

    /// Follows the pages of a query as a run would: to the limit, the vendor's total or a page without a new record.
    pub fn of(&self, provider: &dyn Provider, query: &Query) -> Result<Pages, Failure> {
        let refresh = match self.settings.refresh {
            Some(refresh) if self.has_old_page(provider, query)? => Some(refresh),
            _ => None,
        };
        let policy = refresh.unwrap_or(self.settings.reuse);
        let (mut pages, mut walk) = (Pages::default(), Walk::default());
        for number in self.settings.page.unwrap_or(1).. {
            let request = self.request(provider, query, number);
            if let Some(page) = self.archived(provider, &request, policy)? {
                pages.archived += 1;
                if walk.add(&page) {
                    break;
                }
            } else {
                pages.calls += 1;
                // What a page held before shows how many follow.
                let old = match refresh {
                    Some(_) => self.archived(provider, &request, ANY_AGE)?,
                    None => None,
                };
                match old {
                    Some(page) if walk.add(&page) => break,
                    Some(_) => {}
                    None => walk.records += u64::from(self.size(provider)),
                }
                if walk.total.is_none() {
                    break;
                }
            }
            if self.is_enough(&walk) {
                break;
            }
            if let Some(total) = walk.total.filter(|_| pages.calls >= LOOKED_UP) {
                let rest = total.min(self.settings.limit.unwrap_or(total)) - walk.records;
                pages.calls = pages.calls.saturating_add(rest.div_ceil(self.size(provider).into()));
                break;
            }
        }
        Ok(pages)
    }

    /// Whether the archive has a page of a query that is too old to be reused.
    pub fn has_old_page(&self, provider: &dyn Provider, query: &Query) -> Result<bool, Failure> {
        let mut walk = Walk::default();
        for number in self.settings.page.unwrap_or(1).. {
            let request = self.request(provider, query, number);
            let Some(page) = self.archived(provider, &request, ANY_AGE)? else { return Ok(false) };
            if self.archived(provider, &request, self.settings.reuse)?.is_none() {
                return Ok(true);
            }
            if walk.add(&page) || self.is_enough(&walk) {
                break;
            }
        }
        Ok(false)
    }

    fn size(&self, provider: &dyn Provider) -> u32 {
        self.settings.page_size.unwrap_or(provider.info().page_size_cap)
    }

    fn request(&self, provider: &dyn Provider, query: &Query, number: u32) -> Request {
        provider.call(query, PageRequest { number, size: self.size(provider) })
    }

    fn archived(
        &self,
        provider: &dyn Provider,
        request: &Request,
        policy: CachePolicy,
    ) -> Result<Option<Page>, Failure> {
        let Some(archive) = self.archive else { return Ok(None) };
        let stored = policy.find(archive, request)?;
        Ok(stored.and_then(|stored| archived_response(provider, stored)).map(|fetched| fetched.answered.page))
    }

    fn is_enough(&self, walk: &Walk) -> bool {
        let wanted = [self.settings.limit, walk.total];
        self.settings.page.is_some() || wanted.into_iter().flatten().any(|wanted| walk.records >= wanted)
    }
}
