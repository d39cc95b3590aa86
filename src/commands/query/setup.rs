//! The preparation of a run: providers, the archive and the clients.

use crate::archive::{Access, Archive, ArchiveError, ArchiveOptions};
use crate::cli::units;
use crate::client::{Budget, Client, Clock, HttpClient, RateLimiter};
use crate::commands::Context;
use crate::domain::failure::Failure;
use crate::domain::text::message;
use crate::input::KeywordList;
use crate::interrupt::CancellationToken;
use crate::provider::Provider;
use crate::settings::{QuerySettings, Values, provider_for_plan, provider_with_access};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A run whose settings are resolved, whose keywords are reviewed and whose archive is open.
pub(super) struct PreparedRun<'a> {
    pub(super) settings: QuerySettings,
    pub(super) keywords: KeywordList,
    pub(super) archive: Option<Arc<Archive>>,
    pub(super) context: &'a Context,
}

/// The providers to query. Only a run that may send requests needs their credentials.
pub(super) fn providers(
    settings: &QuerySettings,
    values: &Values,
) -> Result<Vec<Arc<dyn Provider>>, Failure> {
    let provider = if reads_only(settings) { provider_for_plan } else { provider_with_access };
    settings.providers.iter().map(|id| provider(*id, values)).collect()
}

/// Whether a run sends nothing.
fn reads_only(settings: &QuerySettings) -> bool {
    settings.dry_run || settings.reuse.offline
}

/// Opens the archive, and removes what is older than `keep`. Nothing is created by a run that only reads.
pub(super) fn open_archive(
    settings: &QuerySettings,
    context: &Context,
) -> Result<Option<Arc<Archive>>, Failure> {
    let Some(location) = &settings.archive else { return Ok(None) };
    let failed = |error: ArchiveError| {
        Failure::local(error.kind(), message!("{error}; nothing was bought", "{error:#}；没有购买任何内容"))
            .with_hint(error.hint())
    };
    if reads_only(settings) {
        return Ok(context.existing_archive(location).map_err(failed)?.map(Arc::new));
    }
    let (limits, owner) = (settings.limits, context.environment.run_owner());
    let options = ArchiveOptions { limits, owner, ..ArchiveOptions::default() };
    let archive = Archive::open_at(location, Access::ReadWrite, options).map_err(failed)?;
    if let Some(keep) = settings.keep {
        archive.prune(units::before(archive.now(), keep)).map_err(failed)?;
    }
    Ok(Some(Arc::new(archive)))
}

impl PreparedRun<'_> {
    /// Remembers the shard count of the list in the archive, which refuses another one: each page would be in another
    /// shard.
    pub(super) fn remember_shards(&self) -> Result<(), Failure> {
        let (Some(shard), Some(archive)) = (self.settings.shard, &self.archive) else { return Ok(()) };
        let mut content = [0; 32];
        for keyword in self.keywords.keywords()? {
            // Exclusive or: the order of the rows does not matter.
            let digest = Sha256::digest(keyword?.text.as_bytes());
            content.iter_mut().zip(digest).for_each(|(sum, byte)| *sum ^= byte);
        }
        for provider in &self.settings.providers {
            let list = Sha256::new_with_prefix(provider.as_str()).chain_update(content).finalize();
            archive.remember_shards(list.into(), shard.of)?;
        }
        Ok(())
    }

    /// One client for each provider; they share the connections and the budget.
    pub(super) fn clients(
        &self,
        providers: Vec<Arc<dyn Provider>>,
        cancellation: &CancellationToken,
    ) -> Result<Vec<Client>, Failure> {
        let network = &self.settings.network;
        let http = Arc::new(HttpClient::new(&network.http)?);
        let budget = Arc::new(Budget::new(self.settings.max_calls));
        // What other runs try from now on is not repeated.
        let now = self.archive.as_ref().map(|archive| archive.now());
        let retry_uncertain = now.filter(|_| self.settings.retry_uncertain);
        let client = |provider| Client {
            provider,
            http: Arc::clone(&http),
            clock: Arc::new(Clock::default()),
            archive: self.archive.clone(),
            budget: Arc::clone(&budget),
            rate_limiter: Arc::new(RateLimiter::new(network.interval)),
            retries: network.retries,
            retry_uncertain,
            cancellation: cancellation.clone(),
        };
        Ok(providers.into_iter().map(client).collect())
    }
}
