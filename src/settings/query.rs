//! The settings of one run of queries.

use super::access::{check_filters, chosen_providers, configured_providers};
use super::archive_location;
use super::keywords::{KeywordSource, keyword_source};
use super::money::{Price, configured_limits, configured_prices, not_counted};
use super::network::{NetworkSettings, network_settings};
use super::output::{OutputSettings, output_settings};
use super::values::Values;
use crate::archive::{ArchiveLocation, SharedLimits};
use crate::cli::units::{self, Shard};
use crate::cli::{CopyrightArgs, CopyrightOnlyArgs, MoneyArgs, NetworkArgs, QueryArgs};
use crate::client::{CachePolicy, HttpSettings};
use crate::domain::failure::Failure;
use crate::domain::identifier::IdentifierKind;
use crate::domain::page::ByFinding;
use crate::domain::query::{Filters, PageLimits};
use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::domain::text::{Text, message};
use crate::input::{BareNumbers, ReviewContext, SuspiciousKeywords};
use crate::provider::info;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// The settings of one run of queries.
#[derive(Debug, Clone)]
pub struct QuerySettings {
    /// The kind of records.
    pub topic: Topic,
    /// The providers, in the order in which each keyword is sent to them.
    pub providers: Vec<ProviderId>,
    /// The keywords.
    pub keywords: KeywordSource,
    /// The shard of the list that this run takes.
    pub shard: Option<Shard>,
    /// The interpretation of keywords.
    pub review: ReviewContext,
    /// The treatment of suspicious keywords.
    pub suspicious: SuspiciousKeywords,
    /// The filters of the query.
    pub filters: Filters,
    /// The pages and records of each query.
    pub pages: PageLimits,
    /// Maximum number of paid calls.
    pub max_calls: u64,
    /// Consecutive failed queries that end a batch.
    pub max_errors: u64,
    /// Whether the plan is printed and nothing is sent.
    pub dry_run: bool,
    /// Whether a large spend needs no confirmation.
    pub yes: bool,
    /// The archived answers that are reused.
    pub reuse: CachePolicy,
    /// `--refresh whole`: the policy of a query of which one page is too old for `reuse`.
    pub refresh: Option<CachePolicy>,
    /// The archive; `None` with `--no-archive` and in the sandbox.
    pub archive: Option<ArchiveLocation>,
    /// The limits that all runs on the archive share.
    pub limits: SharedLimits,
    /// Answers older than this are deleted when the archive is opened; `None` keeps them.
    pub keep: Option<Duration>,
    /// Connections, concurrency and retries.
    pub network: NetworkSettings,
    /// Whether requests are repeated that earlier runs may have been charged for.
    pub retry_uncertain: bool,
    /// Prices in yuan per call.
    pub prices: BTreeMap<ProviderId, Price>,
    /// The output.
    pub output: OutputSettings,
}

impl QuerySettings {
    /// Resolves `hecha dishonest`; `now` is the moment from which the ages of answers count.
    ///
    /// # Errors
    /// A wrong command line or a configured value that cannot be used.
    pub fn of_dishonest(args: QueryArgs, values: &Values, now: Timestamp) -> Result<Self, Failure> {
        let topic = Topic::Dishonest;
        let providers = chosen_providers(topic, None, values)?;
        Self::resolve(args, topic, providers, Filters::default(), values, now)
    }

    /// Resolves `hecha copyright`.
    ///
    /// # Errors
    /// As [`QuerySettings::of_dishonest`].
    pub fn of_copyright(args: CopyrightArgs, values: &Values, now: Timestamp) -> Result<Self, Failure> {
        let CopyrightArgs { query, copyright } = args;
        let CopyrightOnlyArgs { provider, merge, kind, year, registration_number, title, owner } = copyright;
        let filters = Filters { kind, year, registration_number, title, owner };
        let providers = chosen_providers(Topic::Copyright, provider.as_deref(), values)?;
        for id in &providers {
            check_filters(*id, &filters.set_options())?;
        }
        let topic = match merge {
            false => Topic::Copyright,
            true if providers.len() > 1 && !query.output.raw => Topic::MergedCopyright,
            true => {
                return Err(Failure::usage(Text::new(
                    "--merge needs the records of several providers; add --provider all and leave out --raw",
                    "--merge 需要多个服务商的记录；请加上 --provider all，且不要使用 --raw",
                )));
            }
        };
        Self::resolve(query, topic, providers, filters, values, now)
    }

    fn resolve(
        args: QueryArgs,
        topic: Topic,
        providers: Vec<ProviderId>,
        filters: Filters,
        values: &Values,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let QueryArgs {
            keywords,
            input,
            suspicious,
            by,
            exact,
            limit,
            page,
            page_size,
            money,
            network,
            output,
        } = args;
        let MoneyArgs {
            max_calls,
            dry_run,
            yes,
            fresh,
            max_age,
            refresh,
            offline,
            no_archive,
            retry_uncertain,
            max_errors,
        } = money;
        let (keywords, shard) = keyword_source(keywords, input)?;
        check_page_size(page_size, &providers)?;
        let review = review_context(by, &keywords, topic)?;
        let network = network_settings(network, &providers, values)?;
        let output = output_settings(output, topic)?;
        let limits = configured_limits(values)?;
        if no_archive && limits != SharedLimits::default() && !dry_run && !offline {
            return Err(not_counted());
        }
        Ok(Self {
            topic,
            keywords,
            shard,
            review,
            suspicious: suspicious.unwrap_or(SuspiciousKeywords::Stop),
            filters,
            pages: PageLimits { page_size, limit, only_page: page, exact },
            max_calls: values.network(max_calls, "max_calls", units::whole_number)?,
            max_errors: values.network(max_errors, "max_errors", units::positive)?,
            dry_run,
            yes,
            reuse: cache_policy(fresh, max_age, offline, values, now)?,
            refresh: refresh.map(|()| CachePolicy::since(now)),
            archive: if no_archive || values.of_sandbox {
                None
            } else {
                Some(archive_location(values, network.http.ca_certificates.as_deref())?)
            },
            limits,
            keep: configured_keep(values)?,
            network,
            retry_uncertain,
            prices: configured_prices(values)?,
            output,
            providers,
        })
    }
}

/// The reading of the keywords. Only the dishonest list knows company ids.
fn review_context(
    by: Option<IdentifierKind>,
    keywords: &KeywordSource,
    topic: Topic,
) -> Result<ReviewContext, Failure> {
    if by == Some(IdentifierKind::CompanyId) && topic != Topic::Dishonest {
        return Err(Failure::usage(Text::new(
            "--by company-id is only supported by `hecha dishonest`",
            "--by company-id 只用于失信被执行人查询",
        )));
    }
    let bare_numbers = match (keywords, topic) {
        (KeywordSource::List(_), _) => BareNumbers::Suspicious,
        (KeywordSource::Arguments(_), Topic::Dishonest) => BareNumbers::CompanyIds,
        (KeywordSource::Arguments(_), _) => BareNumbers::Names,
    };
    Ok(ReviewContext { by, bare_numbers })
}

/// Refuses pages larger than a provider's cap.
fn check_page_size(page_size: Option<u32>, providers: &[ProviderId]) -> Result<(), Failure> {
    let Some(size) = page_size else { return Ok(()) };
    let Some(info) = providers.iter().map(|id| info(*id)).find(|info| size > info.page_size_cap) else {
        return Ok(());
    };
    Err(Failure::usage(message!(
        "--page-size {size} is over the cap of {id}: at most {cap} records a page",
        "--page-size {size} 超过 {id} 的上限：每页至多 {cap} 条",
        id = info.id,
        cap = info.page_size_cap
    )))
}

fn cache_policy(
    fresh: bool,
    max_age: Option<ByFinding<Option<Duration>>>,
    offline: bool,
    values: &Values,
    now: Timestamp,
) -> Result<CachePolicy, Failure> {
    if fresh {
        return Ok(CachePolicy::since(now));
    }
    let default = values.parsed_or_default("archive", "reuse", units::duration)?;
    // Older answers are deleted before the run reads any.
    let keep = configured_keep(values)?.unwrap_or(Duration::MAX);
    let since = |age: Option<Duration>| units::before(now, age.unwrap_or(default).min(keep));
    let since = match max_age {
        Some(ages) => ages.map(since),
        // Without the vendor an old answer is better than none; its date is in the data.
        None if offline => ByFinding::both(Timestamp::MIN),
        None => ByFinding::both(since(None)),
    };
    Ok(CachePolicy { since, offline })
}

/// The configured retention; `None` means indefinitely.
///
/// # Errors
/// A failure of kind [`FailureKind::Configuration`](crate::domain::failure::FailureKind::Configuration) that
/// names the value that cannot be read.
pub fn configured_keep(values: &Values) -> Result<Option<Duration>, Failure> {
    values.parsed_or_default("archive", "keep", |text| match text {
        "forever" => Ok(None),
        age => units::duration(age).map(Some),
    })
}

/// The connection settings, after every other configured value has been parsed.
///
/// # Errors
/// A failure of kind [`FailureKind::Configuration`](crate::domain::failure::FailureKind::Configuration) that
/// names the value that cannot be read.
pub fn configured_http(
    values: &Values,
    providers: &[ProviderId],
    now: Timestamp,
) -> Result<HttpSettings, Failure> {
    configured_keep(values)?;
    configured_prices(values)?;
    configured_limits(values)?;
    cache_policy(false, None, false, values, now)?;
    values.network(None, "max_calls", units::whole_number)?;
    values.network(None, "max_errors", units::positive)?;
    configured_providers(Topic::Copyright, values)?;
    network_settings(NetworkArgs::default(), providers, values).map(|network| network.http)
}
