//! The cost of the archive: purchases by several threads, and an offline replay.
//!
//! `cargo bench --bench archive [-- THREADS PAGES]`, 8 threads and 100,000 pages by default. Bodies have about
//! 8 KiB of JSON with different contents each. Needs room for about 1 GiB in the folder for temporary files.
#![expect(clippy::print_stdout, reason = "a benchmark talks to people")]

use hecha::archive::{Access, Acquired, Archive, AttemptEnding, Keep};
use hecha::domain::failure::Charged;
use hecha::domain::page::Finding;
use hecha::domain::request::Request;
use hecha::provider::market;
use jiff::Timestamp;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

fn request(page: u64) -> Request {
    Request {
        provider: market::ID,
        form: "market/dishonest@1",
        endpoint: "https://market.example/list".into(),
        parameters: vec![("keyword", format!("某某公司{page}")), ("pageNum", "1".into())],
    }
}

fn body(page: u64) -> Vec<u8> {
    let mut text = String::from("{\"code\":200,\"items\":[");
    for item in 0..20 {
        let number = (page * 20 + item).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let _ = write!(
            text,
            "{{\"iname\":\"某某{number:x}公司\",\"cardnum\":\"{number:020}\",\"casecode\":\"(2024)京01执{}号\",\
             \"courtname\":\"北京市第一中级人民法院\",\"duty\":\"支付货款{}元及利息\",\"performance\":\"全部未履行\",\
             \"publishdate\":\"2024年0{}月1{}日\",\"gistid\":\"{:016x}\",\"areaname\":\"北京\",\"status\":1,\"staff\":[]}},",
            number % 9999,
            number % 1_000_003,
            number % 9 + 1,
            number % 10,
            number.rotate_left(17)
        );
    }
    text.pop();
    text.push_str("]}");
    text.into_bytes()
}

fn buy(archive: &Archive, request: &Request, body: &[u8], not_before: Timestamp) {
    let Acquired::Granted(lease) = archive.acquire(request, not_before).unwrap() else {
        panic!("bought twice")
    };
    let ending = AttemptEnding {
        outcome: Ok(Finding::Records),
        charged: Charged::Yes,
        http_status: Some(200),
        code: Some("200".into()),
        serial: Some("202401010000000000".into()),
    };
    let keep = Keep { request, body, http_status: 200, received_at: Timestamp::now() };
    archive.complete(lease, ending, Some(keep)).unwrap();
}

/// Runs `work` for every page on several threads, and prints the rate and the processor time of each.
fn measure(name: &str, threads: u64, pages: u64, work: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(0);
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let page = next.fetch_add(1, Ordering::Relaxed);
                    if page >= pages {
                        return;
                    }
                    work(page);
                }
            });
        }
    });
    let seconds = begun.elapsed().as_secs_f64();
    let pages = f64::from(u32::try_from(pages).unwrap());
    println!(
        "{name:<28} {:>9.0} /s   {:>6.1} µs processor time each",
        pages / seconds,
        (cpu_seconds() - cpu) / pages * 1e6
    );
}

/// User and system time of this process, if `/proc` has it.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let threads: u64 = numbers.next().unwrap_or(8);
    let pages: u64 = numbers.next().unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.db");
    println!("{threads} threads, {pages} pages, bodies of {} bytes", body(7).len());
    measure("making only call and body", threads, pages, |page| {
        assert!(!body(page).is_empty() && !request(page).key().is_empty());
    });
    let archive = Archive::open(&path, Access::ReadWrite).unwrap();
    let not_before = Timestamp::UNIX_EPOCH;
    measure("acquire, complete", threads, pages, |page| {
        buy(&archive, &request(page), &body(page), not_before);
    });
    measure("find, acquire, complete", threads, pages, |page| {
        let request = request(pages + page);
        assert!(archive.find(&request, not_before).unwrap().is_none());
        buy(&archive, &request, &body(page), not_before);
    });
    drop(archive);
    println!("archive: {} MiB", path.metadata().unwrap().len() >> 20);
    let archive = Archive::open(&path, Access::ReadOnly).unwrap();
    for threads in [1, threads] {
        measure(&format!("replay with {threads}"), threads, pages, |page| {
            assert!(archive.find(&request(page), not_before).unwrap().is_some());
        });
    }
}
