//! `hecha changes`: what two queries of a company differ in, at a vendor whose list the test decides.

mod formats;
mod marks;
mod traps;

use crate::harness::vendor::{Step, Vendor, answer, json};
use crate::harness::{Ran, World};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A vendor of the dishonest list. Each test decides what a page returns.
struct Shop {
    vendor: Vendor,
    listing: Arc<Mutex<Listing>>,
}

type Listing = Box<dyn Fn(usize) -> Vec<Step> + Send>;

impl Shop {
    fn new() -> Self {
        let listing: Arc<Mutex<Listing>> = Arc::new(Mutex::new(Box::new(|_| json("{}"))));
        let current = Arc::clone(&listing);
        let vendor = Vendor::start(move |request| {
            let page = request.parameter("pageNum").and_then(|page| page.parse().ok()).unwrap_or(1);
            current.lock().unwrap()(page)
        });
        Self { vendor, listing }
    }

    fn world(&self) -> World {
        World::with_vendor_at(&self.vendor.origin())
    }

    /// Serves these pages, each with its total and its records.
    fn serve(&self, pages: Vec<(u64, Vec<Value>)>) {
        *self.listing.lock().unwrap() = Box::new(move |page| match pages.get(page - 1) {
            Some((total, items)) => {
                json(json!({"code": 0, "result": {"total": total, "items": items}}).to_string())
            }
            None => json(r#"{"code": 2, "desc": "无数据"}"#),
        });
    }

    /// Serves one page with a record for each character.
    fn serve_keys(&self, keys: &str) {
        self.serve(vec![(keys.chars().count() as u64, records(keys))]);
    }

    /// Serves the first page of a list and fails at the second.
    fn serve_first_page(&self, total: u64, items: Vec<Value>) {
        *self.listing.lock().unwrap() = Box::new(move |page| match page {
            1 => json(json!({"code": 0, "result": {"total": total, "items": items}}).to_string()),
            _ => answer("403 Forbidden", &["X-Ca-Error-Message: no"], ""),
        });
    }
}

/// A record for each character, which is its key.
fn records(keys: &str) -> Vec<Value> {
    keys.chars().map(|key| record(&key.to_string())).collect()
}

fn record(key: &str) -> Value {
    json!({
        "businessId": key, "id": format!("1{}", key.len()), "iname": "某公司", "casecode": format!("({key})执1号"),
        "courtname": "北京市朝阳区人民法院", "performance": "全部未履行", "publishdate": "2023-01-02", "focusnumber": 1,
    })
}

/// Twenty records: a full page.
fn full_page(first: char) -> Vec<Value> {
    (0..20).map(|number| record(&format!("{first}{number:02}"))).collect()
}

fn buy(world: &World, options: &[&str]) -> Ran {
    let arguments = ["dishonest", "某公司", "--fresh", "--retries", "0"];
    world.run(arguments.iter().chain(options))
}

/// Buys the first list and then the second, and compares.
fn after_two(shop: &Shop, world: &World, first: &str, second: &str) -> Value {
    shop.serve_keys(first);
    buy(world, &[]).exits_with(0);
    shop.serve_keys(second);
    buy(world, &[]).exits_with(0);
    changes(world, &[])
}

fn changes(world: &World, options: &[&str]) -> Value {
    world.run(["changes", "dishonest", "-f", "json"].iter().chain(options)).json()
}

/// The changes as words such as `added:a`, and the status of the only query.
fn words(document: &Value) -> (String, &str) {
    let changes = document["changes"].as_array().expect("changes");
    let word = |change: &Value| {
        format!("{}:{}", change["change"].as_str().unwrap(), change["record_key"].as_str().unwrap())
    };
    let queries = document["queries"].as_array().expect("queries");
    assert_eq!(queries.len(), 1, "{document}");
    (changes.iter().map(word).collect::<Vec<_>>().join(" "), queries[0]["status"].as_str().unwrap())
}
