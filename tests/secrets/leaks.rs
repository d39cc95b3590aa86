//! Every command, format, verbosity and failure against vendors that echo, and then the search for the canaries.

use super::canary::{API_KEY, APPCODE, PKEY, PROXY_PASSWORD_IN_ADDRESS, PROXY_USER, Search};
use super::echoing::{Echo, secret_parts};
use crate::harness::vendor::{Vendor, refusing};
use crate::harness::{Ran, World, command_of, signal, wait_until};
use hecha::domain::request::ProviderId;
use hecha::provider::{ihuyi, market, shuidi};
use std::process::Stdio;

/// Who is asked, and how the request is signed and sent.
const WAYS: [(ProviderId, &[(&str, &str)]); 5] = [
    (market::ID, &[]),
    (ihuyi::ID, &[("HECHA_IHUYI_PASSWORD", "static"), ("HECHA_IHUYI_METHOD", "post")]),
    (ihuyi::ID, &[("HECHA_IHUYI_METHOD", "get")]),
    (shuidi::ID, &[("HECHA_SHUIDI_METHOD", "post")]),
    (shuidi::ID, &[("HECHA_SHUIDI_METHOD", "get"), ("HECHA_SHUIDI_WIRE", "xml")]),
];

/// The formats, verbosities and files in which an answer can come out.
const OUTPUTS: [&[&str]; 9] = [
    &["-f", "table", "--wide", "-vv", "--color", "always"],
    &["-f", "json", "-vv", "--error-format", "json", "--report", "report.json"],
    &["-f", "csv", "-v", "--lang", "zh", "--report", "report.csv"],
    &["-f", "tsv", "-q"],
    &["-f", "ndjson", "--no-archive", "-vv", "--report", "report.ndjson"],
    &["--raw", "-vv"],
    &["-o", "rows.xlsx", "-vv", "--report", "report.xlsx"],
    &["-o", "page.html", "-vv"],
    &["-f", "table", "--summary", "--lang", "zh"],
];

/// Commands that show settings or what was kept.
const OTHER_COMMANDS: [&[&str]; 15] = [
    &["archive", "list", "--format", "table"],
    &["archive", "path"],
    &["usage", "--format", "json"],
    &["usage", "--format", "table"],
    &["config", "show"],
    &["config", "check"],
    &["config", "check", "-f", "table"],
    &["config", "init"],
    &["config", "path"],
    &["providers"],
    &["fields", "dishonest"],
    &["explain", "ihuyi"],
    &["archive", "prune", "--older-than", "90d"],
    &["dishonest", "某公司", "--dry-run", "-vv"],
    &["copyright", "--provider", "all", "某公司", "--offline", "-vv"],
];

fn world(origin: &str, way: &[(&str, &str)]) -> World {
    let mut world = World::new()
        .with("HECHA_MARKET_ENDPOINT", format!("{origin}/market"))
        .with("HECHA_IHUYI_ENDPOINT", format!("{origin}/ihuyi"))
        .with("HECHA_SHUIDI_ENDPOINT", format!("{origin}/shuidi"))
        .with("HECHA_MARKET_APPCODE", APPCODE)
        .with("HECHA_IHUYI_ACCOUNT", "anaccount")
        .with("HECHA_IHUYI_API_KEY", API_KEY)
        .with("HECHA_SHUIDI_PNAME", "apname")
        .with("HECHA_SHUIDI_PKEY", PKEY)
        .with("RUST_BACKTRACE", "full")
        .with("RUST_LOG", "trace");
    for (name, value) in way {
        world = world.with(name, *value);
    }
    world
}

fn look_up(provider: ProviderId, more: &[&str]) -> Vec<String> {
    let common: &[&str] = &["某公司", "--fresh", "--max-calls", "3"];
    [command_of(provider), common, more].concat().into_iter().map(str::to_owned).collect()
}

/// Runs every output against an echo, then every command that shows what is kept, and gives what was found.
fn findings(provider: ProviderId, way: &[(&str, &str)], echo: Echo) -> Vec<String> {
    let vendor = Vendor::start(move |request| echo.answer(provider, request));
    let world = world(&vendor.origin(), way);
    let mut seen = Vec::new();
    for output in OUTPUTS {
        let ran = world.run(look_up(provider, &[output, &["--retries", "1"]].concat()));
        seen.push((format!("{output:?}, standard output"), ran.stdout));
        seen.push((format!("{output:?}, standard error"), ran.stderr.into_bytes()));
    }
    let showing: &[&[&str]] = if echo == Echo::Records { &OTHER_COMMANDS } else { &[] };
    for command in [
        &["archive", "list", "--format", "json"][..],
        &["archive", "export"],
        &["archive", "verify"],
        &["archive", "show", "1"],
        &["archive", "show", "2", "--body"],
    ]
    .iter()
    .chain(showing)
    {
        let ran = world.run(*command);
        seen.push((format!("{command:?}, standard output"), ran.stdout));
        seen.push((format!("{command:?}, standard error"), ran.stderr.into_bytes()));
    }
    let requests = vendor.requests();
    assert!(requests.len() >= OUTPUTS.len(), "every run asked: {}", requests.len());
    let mut search = Search::new(requests.iter().flat_map(secret_parts));
    for (place, bytes) in &seen {
        search.look(&format!("{provider} {echo:?} {place}"), bytes);
    }
    search.look_into_folder(world.home());
    assert!(search.bytes > 20_000, "there was something to look through: {}", search.bytes);
    search.findings()
}

fn all_findings(echoes: &[Echo], environment: &[(&str, &str)]) -> Vec<String> {
    std::thread::scope(|scope| {
        let threads = WAYS.map(|(provider, way)| {
            scope.spawn(move || {
                let environment = [way, environment].concat();
                echoes.iter().flat_map(|echo| findings(provider, &environment, *echo)).collect::<Vec<_>>()
            })
        });
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread")).collect()
    })
}

#[test]
fn no_secret_comes_out_whatever_the_vendor_echoes() {
    let findings = all_findings(&Echo::QUICK, &[]);
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), shown(&findings));
}

/// The first findings; they come by hundreds.
fn shown(findings: &[String]) -> String {
    let mut shown: Vec<String> =
        findings.iter().take(12).map(|finding| finding.chars().take(500).collect()).collect();
    shown.sort();
    shown.join("\n")
}

/// Release builds have no such switch.
#[cfg(debug_assertions)]
#[test]
fn a_planted_leak_is_found_at_every_vendor() {
    let findings = all_findings(&[Echo::Records], &[("PLANTED_LEAK", "1")]);
    for secret in [APPCODE, API_KEY, PKEY] {
        let shown = format!("{secret:?}");
        let is_found =
            findings.iter().any(|finding| finding.contains("standard error") && finding.contains(&shown));
        assert!(
            is_found,
            "{secret} is on standard error, and the canary did not see it:\n{}",
            findings.join("\n")
        );
    }
}

#[test]
fn the_evidence_of_an_answer_that_is_too_large_holds_no_secret() {
    let (provider, way) = WAYS[0];
    let vendor = Vendor::start(move |request| Echo::Endless.answer(provider, request));
    let world = world(&vendor.origin(), way);
    let ran = world.run(look_up(provider, &["-vv"])).exits_with(10);
    let export = world.run(["archive", "export"]).exits_with(0);
    assert!(export.stdout.len() > 60_000, "{} bytes of evidence", export.stdout.len());
    let mut search = Search::new([]);
    search.look("standard error", ran.stderr.as_bytes());
    search.look("archive", &export.stdout);
    search.look_into_folder(world.home());
    assert_eq!(search.findings(), Vec::<String>::new());
}

/// While a run hangs and after it is interrupted: its command line, its partial file, its archive.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_leaves_no_secret_behind() {
    let interrupt = |provider, way| {
        let vendor = Vendor::start(move |request| Echo::Silence.answer(provider, request));
        let world = world(&vendor.origin(), way);
        let child = world.spawn(look_up(provider, &["-o", "rows.csv", "-vv"]), Stdio::null());
        wait_until("it asks for the second page", || vendor.calls() >= 2);
        let mut search = Search::new(vendor.requests().iter().flat_map(secret_parts));
        let proc = format!("/proc/{}", child.id());
        for file in ["cmdline", "comm", "status"] {
            search.look(file, &std::fs::read(format!("{proc}/{file}")).expect(file));
        }
        search.look_into_folder(world.home());
        signal(&child, "INT");
        let ran = Ran::from(child.wait_with_output().expect("hecha ends")).exits_with(130);
        assert!(world.path("rows.csv.partial").exists(), "{}", ran.stderr);
        search.look("standard error", ran.stderr.as_bytes());
        search.look_into_folder(world.home());
        search.look("export", &world.run(["archive", "export"]).exits_with(0).stdout);
        assert_eq!(search.findings(), Vec::<String>::new(), "{provider}");
    };
    std::thread::scope(|scope| {
        for (provider, way) in WAYS {
            scope.spawn(move || interrupt(provider, way));
        }
    });
}

/// A proxy that echoes what it was sent, and one that is not there.
#[test]
fn the_password_of_a_proxy_stays_in_the_connection() {
    use crate::harness::vendor::answer;
    let proxy = Vendor::start(|request| {
        let echo = format!(
            "<html>{}\n{}\n{}</html>",
            request.line,
            request.headers.join("\n"),
            PROXY_PASSWORD_IN_ADDRESS
        );
        answer("407 Proxy Authentication Required", &["X-Ca-Error-Message: no"], echo)
    });
    let (_socket, nobody) = refusing();
    let ask = |address: &str, endpoint, variable| {
        let world = world("https://vendor.invalid", &[])
            .with("HECHA_SHUIDI_ENDPOINT", endpoint)
            .with(variable, address);
        let mut search = Search::new([]);
        let mut look = |ran: &Ran| {
            search.look("standard output", &ran.stdout);
            search.look("standard error", ran.stderr.as_bytes());
        };
        for more in [
            &["-vv", "-f", "json", "--timeout", "2s", "--retries", "1"][..],
            &["--raw", "--timeout", "2s", "--retries", "0"],
        ] {
            let ran = world.run(look_up(shuidi::ID, more));
            assert_ne!(ran.code, Some(0));
            look(&ran);
        }
        for command in [["config", "show"], ["archive", "export"]] {
            look(&world.run(command));
        }
        search.look_into_folder(world.home());
        assert_eq!(search.findings(), Vec::<String>::new(), "{address} {endpoint} {variable}");
    };
    std::thread::scope(|scope| {
        for scheme in ["http", "socks5", "socks5h"] {
            for port in [proxy.port(), nobody.port()] {
                scope.spawn(move || {
                    let address =
                        format!("{scheme}://{PROXY_USER}:{PROXY_PASSWORD_IN_ADDRESS}@127.0.0.1:{port}");
                    for endpoint in ["https://vendor.invalid/x", "http://vendor.invalid/x"] {
                        for variable in ["HECHA_NETWORK_PROXY", "ALL_PROXY"] {
                            ask(&address, endpoint, variable);
                        }
                    }
                });
            }
        }
    });
    assert!(proxy.calls() > 0, "the proxy was asked");
}
