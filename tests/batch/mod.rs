//! Lists of companies: where they are read from, in which order they are answered, what one failure does, and what is left
//! in files.

mod annotated;
mod choice;
mod fictitious;
mod inputs;
mod reports;
mod running;

use hecha::sandbox::Sandbox;
use serde_json::Value;

/// The queries of a document, in order, by one of their parts.
fn parts(document: &Value, part: &str) -> Vec<String> {
    let queries = document["queries"].as_array().expect("queries");
    queries
        .iter()
        .map(|query| query[part].as_str().map_or_else(|| query[part].to_string(), str::to_owned))
        .collect()
}

/// Requests at the market so far.
fn market_calls(sandbox: &Sandbox) -> u64 {
    sandbox.calls("market").requests
}

/// A list of the given number of lines.
fn list(lines: u32, line: impl Fn(u32) -> String) -> String {
    (0..lines).map(line).collect::<Vec<_>>().join("\n")
}
