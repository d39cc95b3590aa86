//! A service that looks up companies through the library: one provider, one archive, one budget.
//!
//! It uses the sandbox, so that it runs anywhere: `cargo run --example embed`. For a real vendor, put its endpoint and
//! credentials into `ProviderConfig`; nothing else changes.

use hecha::archive::{Access, Archive};
use hecha::client::{Budget, CachePolicy, Client, Clock, HttpClient, HttpSettings, RateLimiter};
use hecha::domain::failure::Failure;
use hecha::domain::identifier::recognise;
use hecha::domain::query::{Filters, PageRequest, Query};
use hecha::domain::record::Record;
use hecha::domain::secret::Secret;
use hecha::interrupt::CancellationToken;
use hecha::provider::{ProviderConfig, market};
use hecha::sandbox::{
    KEYWORD_WITH_ONE_RECORD, KEYWORD_WITHOUT_RECORDS, MARKET_APPCODE, SAMPLE_DEBTOR, Sandbox,
};
use jiff::{SignedDuration, Timestamp};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Looks up debtors. All threads of a service share one.
struct Debtors(Client, CachePolicy);

/// The records of one company.
struct Finding {
    records: Vec<Record>,
    /// Requests that reached the vendor; 0 if all pages came from the archive.
    calls: u64,
}

impl Debtors {
    fn new(config: ProviderConfig, archive: &Path) -> Result<Self, Box<dyn Error>> {
        let http = HttpClient::new(&HttpSettings {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            proxy: None,
            ca_certificates: None,
            with_tls: false,
            environment_proxies: false,
        })?;
        let a_day_ago = Timestamp::now() - SignedDuration::from_hours(24);
        let client = Client {
            provider: (market::INFO.new)(config),
            http: Arc::new(http),
            clock: Arc::new(Clock::default()),
            archive: Some(Arc::new(Archive::open(archive, Access::ReadWrite)?)),
            budget: Arc::new(Budget::new(100)),
            rate_limiter: Arc::new(RateLimiter::new(Duration::ZERO)),
            retries: 2,
            retry_uncertain: None,
            cancellation: CancellationToken::new(),
        };
        Ok(Self(client, CachePolicy::since(a_day_ago)))
    }

    /// Every record of one company, page by page.
    fn look_up(&self, keyword: &str) -> Result<Finding, Failure> {
        let Self(client, policy) = self;
        let query = Query {
            keyword: keyword.to_owned(),
            identifier: recognise(keyword),
            filters: Filters::default(),
        };
        let size = client.provider.info().page_size_cap;
        let mut finding = Finding { records: Vec::new(), calls: 0 };
        for number in 1.. {
            let request = client.provider.request(&query, PageRequest { number, size });
            let fetched = client.fetch(&request, *policy).map_err(|error| error.failure)?;
            finding.calls += fetched.calls;
            let page = client.provider.info().parse(&fetched.response.body)?;
            let was_empty = page.records.is_empty();
            finding.records.extend(page.records);
            // A short page need not be the last one; an empty one is, and so is the one that reaches the total.
            let total = page.total.unwrap_or(u64::MAX);
            if was_empty || finding.records.len() as u64 >= total {
                break;
            }
        }
        Ok(finding)
    }
}

fn serve(archive: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), Duration::ZERO)?;
    let debtors = Debtors::new(
        ProviderConfig {
            endpoint: sandbox.endpoint("market"),
            texts: [("auth_header", "Authorization".to_owned()), ("auth_scheme", "APPCODE".to_owned())]
                .into(),
            secrets: [("appcode", Secret::new(MARKET_APPCODE.to_owned()))].into(),
        },
        archive,
    )?;
    let mut lines = Vec::new();
    for attempt in ["from the vendor", "from the archive"] {
        let Finding { records, calls } = debtors.look_up(SAMPLE_DEBTOR)?;
        let unperformed =
            records.iter().filter(|record| record.text("performance") == Some("全部未履行")).count();
        lines.push(format!(
            "{attempt}: {SAMPLE_DEBTOR} has {} records, {unperformed} of them entirely unperformed; {calls} calls",
            records.len()
        ));
    }
    // Concurrent requests share connections, archive and budget.
    let found: Result<Vec<Finding>, Failure> = thread::scope(|scope| {
        let debtors = &debtors;
        let look_up = |keyword| scope.spawn(move || debtors.look_up(keyword));
        let threads = [KEYWORD_WITH_ONE_RECORD, KEYWORD_WITHOUT_RECORDS].map(look_up);
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let records: usize = found?.iter().map(|finding| finding.records.len()).sum();
    lines.push(format!("two companies at once: {records} record"));
    lines.push(format!("{} calls of the budget are spent", debtors.0.budget.spent()));
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    for line in serve(&folder.path().join("archive.db"))? {
        #[expect(clippy::print_stdout, reason = "an example shows what it does")]
        {
            println!("{line}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_look_up_is_served_from_the_archive_and_all_share_a_budget() {
        let folder = tempfile::tempdir().unwrap();
        let lines = serve(&folder.path().join("archive.db")).unwrap();
        assert!(lines[0].contains("30 records") && lines[0].ends_with("2 calls"), "{lines:?}");
        assert!(lines[1].contains("30 records") && lines[1].ends_with("0 calls"), "{lines:?}");
        assert_eq!(lines[2..], ["two companies at once: 1 record", "4 calls of the budget are spent"]);
    }
}
