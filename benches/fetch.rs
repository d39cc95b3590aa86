//! The floor of a list on loopback: eight threads share one `reqwest::blocking` client and discard the bodies.
//!
//! `fetch ENDPOINT CALLS`. Beside `hecha` it shows which part of a list is the HTTP client's.

use std::sync::atomic::{AtomicUsize, Ordering};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (Some(endpoint), Some(calls)) = (arguments.next(), arguments.next()) else {
        // `cargo bench` runs every benchmark without arguments.
        return Ok(());
    };
    let (calls, next) = (calls.parse()?, AtomicUsize::new(0));
    let tls = hecha::client::tls_config(false, None).expect("no certificate is needed");
    let client = reqwest::blocking::Client::builder().no_proxy().tls_backend_preconfigured(tls).build()?;
    let work = || -> reqwest::Result<()> {
        loop {
            let call = next.fetch_add(1, Ordering::Relaxed);
            if call >= calls {
                return Ok(());
            }
            let address = format!("{endpoint}?keyword={call}&pageNum=1&pageSize=20");
            client.get(address).header("Authorization", "APPCODE throw-away").send()?.bytes()?;
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| Ok(thread.join().expect("no thread panics")?))
    })
}
