//! `docs/faults.md`: the table of the matrix, for people.

use super::expected::Expected;
use super::vendor_codes::{self, Carrier, CodeFault};
use super::world_faults::{NETWORK, STATUSES, WorldFault};
use hecha::provider::REGISTRY;
use hecha::provider::info;
use std::fmt::Write;
use std::path::Path;

const BEGINNING: &str = "\
# How hecha handles faults

A test generates this file, and checks every row of it over real sockets: one page of one keyword, with `--retries 1`.
`HECHA_BLESS=1 cargo test --test main faults::document` writes it again.

Each cell has the exit code and the kind of the failure; whether the call was charged (`no`, `yes`, `unknown`); and the
number of requests that reached the vendor. Two requests are one retry. Nothing that may have been charged is sent
twice: with `yes` or `unknown` there is at most one request.

In every case the message is shorter than 2 KiB, memory stays below 200 MiB, no redirect is followed, and an unreadable
body is kept in the archive. The run ends in time: `--timeout 1s` ends a fault without an end of its own, for which the
tests allow 20 seconds on a busy computer.
";

fn cell(expected: &Expected) -> String {
    let Expected { exit, kind, charged, requests, evidence: _ } = expected;
    let requests = match requests {
        0 => "none sent".to_owned(),
        1 => "1 request".to_owned(),
        more => format!("{more} requests"),
    };
    format!("{exit} {kind}; charged: {charged}; {requests}")
}

fn world_table(text: &mut String, faults: &[WorldFault]) {
    text.push_str("\n| what happens | market | ihuyi | shuidi |\n|---|---|---|---|\n");
    for fault in faults {
        let cells = fault.expected.map(|expected| cell(&expected));
        let _ = writeln!(text, "| {} | {} | {} | {} |", fault.title, cells[0], cells[1], cells[2]);
    }
}

fn code_table(text: &mut String, faults: &[CodeFault], wanted: impl Fn(&CodeFault) -> bool) {
    text.push_str("\n| code or message | meaning | hecha |\n|---|---|---|\n");
    for fault in faults.iter().filter(|fault| wanted(fault)) {
        let status = match fault.carrier {
            Carrier::GatewayCode(status) => format!(", HTTP {status}"),
            _ => String::new(),
        };
        let known = info(fault.provider).code(fault.text);
        let meaning = match fault.carrier {
            Carrier::GatewayMessage => "",
            _ => known.map_or("not in the document", |known| known.meaning.en),
        };
        let _ = writeln!(text, "| {}{status} | {meaning} | {} |", fault.text, cell(&fault.expected));
    }
}

fn rendered() -> String {
    let mut text = BEGINNING.to_owned();
    text.push_str("\n## The network and the form of the answer\n");
    world_table(&mut text, NETWORK);
    text.push_str("\n## HTTP status\n\nThe body is empty unless stated otherwise.\n");
    world_table(&mut text, STATUSES);
    let faults = vendor_codes::all();
    for provider in REGISTRY.iter().map(|info| info.id) {
        let _ = write!(text, "\n## Codes of {provider}, in the body of HTTP 200\n");
        code_table(&mut text, &faults, |fault| fault.provider == provider && fault.carrier == Carrier::Body);
    }
    text.push_str("\n## Codes of market's gateway, in `X-Ca-Error-Code`\n");
    code_table(
        &mut text,
        &faults,
        |fault| matches!(fault.carrier, Carrier::GatewayCode(status) if status != 200),
    );
    text.push_str("\n## The same on HTTP 200, which the market charges\n");
    code_table(&mut text, &faults, |fault| fault.carrier == Carrier::GatewayCode(200));
    text.push_str("\n## Messages of market's gateway without a code, HTTP 403\n");
    code_table(&mut text, &faults, |fault| fault.carrier == Carrier::GatewayMessage);
    text
}

#[test]
fn the_document_is_the_table_that_the_tests_run() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
    let rendered = rendered();
    if std::env::var_os("HECHA_BLESS").is_some() {
        std::fs::write(&path, &rendered).expect("docs/faults.md");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == rendered,
        "docs/faults.md is not what the tests run; HECHA_BLESS=1 cargo test --test main faults::document writes it"
    );
}
