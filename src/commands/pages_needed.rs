//! How many pages of a query the archive answers, and how many must be bought at least: for the plan before a
//! run, and for the word on the rest after one that stopped. Asks the archive alone.

use crate::archive::Archive;
use crate::client::archived_response;
use crate::domain::failure::Failure;
use crate::domain::query::{PageRequest, Query};
use crate::provider::Provider;
use crate::settings::QuerySettings;
use jiff::Timestamp;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// So many missing pages of one query are looked for one by one; those behind them are reckoned from the vendor's total,
/// which may be any number.
const LOOKED_FOR: u64 = 1_000;

/// Counts pages. A page that several queries need is to be bought once.
pub struct PagesNeeded<'a> {
    archive: Option<&'a Archive>,
    not_before: Timestamp,
    page_size: Option<u32>,
    only_page: Option<u32>,
    limit: Option<u64>,
    /// 64-bit hashes of the calls that were counted as to be bought.
    counted: HashSet<u64>,
    hashing: RandomState,
}

/// The pages of one query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pages {
    /// Those that the archive answers, or another query of the same run will have bought.
    pub archived: u64,
    /// Those that must be bought at least.
    pub calls: u64,
}

impl<'a> PagesNeeded<'a> {
    /// Counts as the run that `settings` mean would ask.
    pub fn new(settings: &QuerySettings, archive: Option<&'a Archive>) -> Self {
        Self {
            archive,
            not_before: settings.reuse.not_before(),
            page_size: settings.page_size,
            only_page: settings.page,
            limit: settings.limit,
            counted: HashSet::new(),
            hashing: RandomState::new(),
        }
    }

    /// Goes through the pages of `query` as a run would, as far as the archive knows them: until the limit, the
    /// vendor's total, an empty page or a repeated one.
    pub fn of(&mut self, provider: &dyn Provider, query: &Query) -> Result<Pages, Failure> {
        let size = self.page_size.unwrap_or(provider.info().page_size_cap);
        let mut pages = Pages::default();
        let mut number = self.only_page.unwrap_or(1);
        let (mut records, mut total, mut last_fingerprint) = (0_u64, None, None);
        loop {
            let call = provider.call(query, PageRequest { number, size });
            let stored = match self.archive {
                Some(archive) => archive.find(&call, self.not_before).map_err(Failure::from)?,
                None => None,
            };
            match stored.and_then(|stored| archived_response(provider, stored)?.page) {
                Some(page) => {
                    pages.archived += 1;
                    let fingerprint = Some(page.fingerprint());
                    if page.records.is_empty() || fingerprint == last_fingerprint {
                        break;
                    }
                    last_fingerprint = fingerprint;
                    records += page.records.len() as u64;
                    total = page.total.or(total);
                }
                None if self.counted.insert(self.hashing.hash_one(&call)) => {
                    pages.calls += 1;
                    last_fingerprint = None;
                    records += u64::from(size);
                    if total.is_none() {
                        break;
                    }
                }
                None => {
                    pages.archived += 1;
                    break;
                }
            }
            let enough = self.limit.is_some_and(|limit| records >= limit)
                || total.is_some_and(|total| records >= total);
            if self.only_page.is_some() || enough {
                break;
            }
            if let Some(total) = total.filter(|_| pages.calls >= LOOKED_FOR) {
                let rest = total.min(self.limit.unwrap_or(total)) - records;
                pages.calls = pages.calls.saturating_add(rest.div_ceil(size.into()));
                break;
            }
            number += 1;
        }
        Ok(pages)
    }
}
