//! The layers as the imports of the sources show them: which module may import which, where each library may be used, and
//! that every test file is part of the binary.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file under `folder` by its path from there, with `/`.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let base = root().join(folder);
    let mut files = Vec::new();
    rust_files(&base, &mut files);
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&base).expect("a file of the folder");
            let name = name
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            (name, fs::read_to_string(&path).expect("a source is UTF-8"))
        })
        .collect()
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "samples.rs" | "fixtures.rs"))
}

/// The source without comments and without the tests at its end, which may import anything.
fn code_only(source: &str) -> String {
    let starts = ["#[cfg(test)]\nmod tests {", "#[cfg(all(test, unix))]\nmod tests {"];
    let end = starts.iter().filter_map(|start| source.find(start)).min();
    let before_tests = &source[..end.unwrap_or(source.len())];
    before_tests
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| line.split(" // ").next().unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The sources of the library and the binary without comments and tests.
pub fn shipped() -> BTreeMap<String, String> {
    sources("src")
        .into_iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| (path, code_only(&text)))
        .collect()
}

const MODULES: [&str; 15] = [
    "archive",
    "changes",
    "cli",
    "commands",
    "domain",
    "help",
    "input",
    "interrupt",
    "output",
    "provider",
    "run",
    "sandbox",
    "settings",
    "terminal",
    "client",
];

/// Whether `name` stands in `text` as a path's first step (`name::`), and not as the end of a longer word or path.
fn names_path(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|character| character.is_alphanumeric() || character == '_' || character == ':')
    })
}

/// The modules of the crate that a text imports, by `crate::module`, also in a group `crate::{a::…, b::…}`.
fn modules_used(text: &str) -> Vec<&'static str> {
    let groups: Vec<&str> = text
        .match_indices("crate::{")
        .map(|(at, start)| {
            let rest = &text[at + start.len()..];
            let mut depth = 1;
            let end = rest.find(|character| {
                depth += match character {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                depth == 0
            });
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect();
    let is_used = |module: &&str| {
        names_path(text, &format!("crate::{module}::"))
            || names_path(text, &format!("crate::{module};"))
            || groups.iter().any(|group| {
                names_path(group, &format!("{module}::")) || names_path(group, &format!("{module},"))
            })
    };
    MODULES.iter().filter(|module| is_used(module)).copied().collect()
}

fn module_of(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or(path)
}

/// Each module with those that it may import, and the reason for not importing more.
const LAYERS: &[(&str, &[&str], &str)] = &[
    ("domain", &[], "the vocabulary of all modules imports none of them"),
    ("changes", &["domain"], "a comparison is pure: it reads no archive and parses no response"),
    ("provider", &["domain"], "what is specific to a vendor is pure: no client, no clock, no settings"),
    ("archive", &["domain", "provider"], "it stores what it is given and decides nothing"),
    ("input", &["domain"], "lists know no vendors and no settings"),
    (
        "output",
        &["domain", "input"],
        "formats see records, columns and the cells of a list, never calls or settings",
    ),
    ("sandbox", &["domain"], "a simulation that shared code with a provider would verify its own mistakes"),
    ("interrupt", &["domain"], "cancellation is below everything that can be cancelled"),
    (
        "client",
        &["archive", "domain", "interrupt", "provider"],
        "the layers of a request know neither the settings nor the output",
    ),
    ("help", &["domain", "provider"], "help texts name providers"),
    (
        "cli",
        &["domain", "help", "input", "output", "provider"],
        "the command line is declared there and not executed",
    ),
    (
        "settings",
        &["archive", "cli", "client", "domain", "input", "output", "provider", "sandbox"],
        "settings are resolved before a run begins",
    ),
    (
        "terminal",
        &["cli", "domain", "output", "settings"],
        "messages know nothing of the run that writes them",
    ),
    (
        "run",
        &[
            "archive",
            "cli",
            "client",
            "domain",
            "input",
            "interrupt",
            "output",
            "provider",
            "settings",
            "terminal",
        ],
        "a run is the same for every command",
    ),
];

#[test]
fn no_module_imports_one_above_it() {
    let mut wrong = Vec::new();
    for (path, text) in shipped() {
        let module = module_of(&path);
        let Some((_, allowed, reason)) = LAYERS.iter().find(|(layer, _, _)| *layer == module) else {
            continue;
        };
        for used in modules_used(&text) {
            if used != module && !allowed.contains(&used) {
                wrong.push(format!("src/{path} imports crate::{used}: {reason}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn providers_import_no_other_provider_and_the_archive_imports_none() {
    let sources = shipped();
    let vendors = [
        ["market", "market_codes", "market_gateway"],
        ["ihuyi", "ihuyi_codes", ""],
        ["shuidi", "shuidi_codes", ""],
    ];
    for (path, text) in sources.iter().filter(|(path, _)| path.starts_with("provider/")) {
        for vendor in &vendors {
            let name = path.trim_start_matches("provider/").trim_end_matches(".rs");
            let own = vendor.contains(&name);
            let is_vendor = vendors.iter().flatten().any(|file| *file == name);
            for file in vendor.iter().filter(|file| !file.is_empty()) {
                assert!(
                    own || !is_vendor || !text.contains(&format!("{file}::")),
                    "src/{path} imports {file}: providers share only the modules below them"
                );
            }
        }
    }
    for (path, text) in sources.iter().filter(|(path, _)| path.starts_with("archive")) {
        for line in text.lines().filter(|line| line.contains("crate::provider::")) {
            assert!(
                line.contains("Finding"),
                "src/{path}: {line}: of a provider the archive may import `Finding` only"
            );
        }
    }
}

/// Each library with the places where it may be used, and the reason.
const LIBRARIES: &[(&str, &[&str], &str)] = &[
    ("reqwest", &["client/http.rs", "client/http/"], "there is one place with a socket"),
    (
        "rusqlite",
        &["archive/sqlite/", "archive/store.rs"],
        "a database is used in its own folder; its types of values serve every store",
    ),
    ("postgres", &["archive/postgres/"], "a database is used in its own folder"),
    ("tokio_postgres_rustls", &["archive/postgres/"], "a database is used in its own folder"),
    (
        "clap",
        &["cli.rs", "cli/", "lib.rs", "commands/shell.rs", "commands/help.rs"],
        "the command line is resolved once",
    ),
    ("clap_complete", &["cli.rs", "cli/", "commands/shell.rs"], "as clap"),
    ("clap_mangen", &["commands/shell.rs"], "as clap"),
    (
        "comfy_table",
        &["output/listing.rs", "output/table.rs", "output/table/"],
        "the library of a format is used in its own file",
    ),
    ("csv", &["output/csv.rs", "output/csv/"], "the library of a format is used in its own file"),
    (
        "rust_xlsxwriter",
        &["output/xlsx.rs", "output/xlsx/"],
        "the library of a format is used in its own file",
    ),
    ("zip", &["input/workbook/package.rs"], "workbooks are unpacked in one place"),
    (
        "quick_xml",
        &["provider/xml.rs", "input/workbook/", "input/workbook.rs", "sandbox/exchange.rs"],
        "the XML of vendors is read in one place, that of workbooks in another, and the sandbox writes it",
    ),
    ("toml", &["settings/"], "the configuration is read in one place"),
    ("directories", &["settings/"], "the locations of files are decided in one place"),
    ("encoding_rs", &["input/"], "input is decoded in one place"),
    ("hyper", &["sandbox/", "client/http/errors.rs"], "the only server is the sandbox"),
    ("tokio", &["sandbox/"], "the client is blocking, and the only server is the sandbox"),
    ("anyhow", &["main.rs", "lib.rs", "commands/"], "below the commands every failure has a kind"),
    ("indicatif", &["run/progress.rs", "terminal.rs"], "there is one writer of standard error"),
    ("signal_hook", &["interrupt.rs"], "signals are handled in one place"),
    ("backon", &["client/retry.rs"], "the library of a layer is used in its own file"),
    (
        "rustls",
        &[
            "client/tls.rs",
            "client/http.rs",
            "client/http/errors.rs",
            "archive/postgres/address.rs",
            "archive/postgres/error.rs",
        ],
        "certificates are verified in one place",
    ),
];

#[test]
fn every_library_is_used_in_its_own_place() {
    let mut wrong = Vec::new();
    let sources = shipped();
    for (path, text) in &sources {
        let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for (library, places, reason) in LIBRARIES {
            // Beside a module of the library's name, the bare name is that module.
            let is_module = sources.contains_key(&format!("{folder}{library}.rs"));
            let used = (!is_module && names_path(text, &format!("{library}::")))
                || text.contains(&format!("use ::{library}::"));
            if used
                && !places
                    .iter()
                    .any(|place| path == place || (place.ends_with('/') && path.starts_with(place)))
            {
                wrong
                    .push(format!("src/{path} uses {library}: {reason}; its place is {}", places.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_library_of_these_rules_is_a_dependency() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    for (library, _, _) in LIBRARIES {
        let name = library.replace('_', "-");
        assert!(
            manifest.lines().any(|line| line.starts_with(&format!("{name} ")) || line.starts_with(&format!("{library} "))),
            "{library} is no longer a dependency: remove its rule"
        );
    }
}

#[test]
fn pure_layers_read_no_clock_no_file_and_no_environment() {
    for (path, text) in shipped() {
        if !matches!(module_of(&path), "domain" | "provider") {
            continue;
        }
        for word in [
            "std::fs",
            "std::net",
            "std::env",
            "Timestamp::now",
            "SystemTime",
            "Instant::now",
            "std::thread",
            "log::",
        ] {
            assert!(!names_path(&text, word), "src/{path} uses {word}: domain and provider are pure");
        }
    }
}

/// The name of the type that a line declares.
fn declared_type(line: &str) -> Option<&str> {
    let words = line.trim_start().split(' ').skip_while(|word| word.starts_with("pub") || *word == "in");
    let mut words = words.skip_while(|word| word.ends_with(')'));
    matches!(words.next()?, "struct" | "enum" | "trait" | "type").then_some(())?;
    words.next()?.split(|character: char| !character.is_alphanumeric()).next()
}

#[test]
fn no_two_types_have_one_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in shipped() {
        // Those of a trait or a function are indented.
        for name in text.lines().filter(|line| !line.starts_with(' ')).filter_map(declared_type) {
            places.entry(name.to_owned()).or_default().push(path.clone());
        }
    }
    assert!(places.contains_key("Request") && places.contains_key("SqlRow"));
    places.retain(|_, paths| paths.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}

#[test]
fn the_library_prints_nothing_and_does_not_exit() {
    for (path, text) in shipped() {
        for word in ["println!", "print!(", "eprintln!", "dbg!", "todo!", "unimplemented!", "process::exit"] {
            assert!(!names_path(&text, word), "src/{path} uses {word}: messages go through the terminal");
        }
    }
}

/// The files that may name a provider, beside its own: where it is registered, and the words of the market's gateway.
const PLACES_OF_PROVIDERS: &[&str] =
    &["provider/mod.rs", "sandbox/mod.rs", "sandbox/registry.rs", "sandbox/gateway.rs"];

#[test]
fn a_provider_is_named_in_its_own_files_and_where_it_is_registered() {
    const NAMES: [&str; 3] = ["market", "ihuyi", "shuidi"];
    let is_own = |path: &str| {
        let file = path.strip_prefix("provider/").or_else(|| path.strip_prefix("sandbox/"));
        file.is_some_and(|file| NAMES.iter().any(|name| file.starts_with(name)))
    };
    for (path, text) in shipped().into_iter().filter(|(path, _)| !is_own(path)) {
        let text = text.to_ascii_lowercase().replace("api market", "").replace("x-ca-market", "");
        for name in NAMES {
            let is_named =
                text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word == name);
            assert!(
                !is_named || PLACES_OF_PROVIDERS.contains(&path.as_str()),
                "src/{path} names {name}: what differs between providers is in the registry"
            );
        }
    }
}

/// The places of the toy provider: it exists in the unit tests, and no command, setting or help may need to know it.
const PLACES_OF_THE_TOY: &[(&str, usize)] = &[
    ("provider/mod.rs", 1),
    ("sandbox/registry.rs", 1),
    ("provider/tests/mod.rs", 1),
    ("sandbox/tests.rs", 1),
    // The words that clap lists after `--provider`.
    ("cli/parse_errors.rs", 1),
];

#[test]
fn a_fourth_provider_is_one_file_one_line_one_entry_and_one_registration() {
    for (path, text) in sources("src") {
        let own = ["provider/tests/toy.rs", "sandbox/tests/toy.rs", "provider/tests/end_to_end.rs"];
        if own.contains(&path.as_str()) {
            continue;
        }
        let expected =
            PLACES_OF_THE_TOY.iter().find(|(place, _)| *place == path).map_or(0, |(_, lines)| *lines);
        let is_toy =
            |line: &&str| line.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "toy");
        let lines: Vec<&str> =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).filter(is_toy).collect();
        assert_eq!(lines.len(), expected, "src/{path} names the toy provider: {lines:#?}");
    }
    for folder in ["src/help/topics", "completions"] {
        for entry in fs::read_dir(root().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("a text");
            assert!(!text.contains("toy"), "{} names the toy provider", path.display());
        }
    }
}

#[test]
fn violations_are_found() {
    assert_eq!(
        modules_used("use crate::domain::request::Request;\nuse crate::settings::Raw;"),
        ["domain", "settings"]
    );
    assert_eq!(modules_used("use crate::{\n  domain::{a, b},\n  output::Sink,\n};"), ["domain", "output"]);
    assert_eq!(modules_used("let x = crate::client::Clock::new();"), ["client"]);
    assert!(modules_used("use std::io; // crate::domain is not meant").is_empty());
    assert!(names_path("use reqwest::Client;", "reqwest::") && names_path("x(csv::Reader)", "csv::"));
    assert!(!names_path("use my_csv::Reader;", "csv::") && !names_path("use super::csv::excel;", "csv::"));
    assert_eq!(code_only("a\n// use clap::x;\nb\n#[cfg(test)]\nmod tests {\nclap::x\n}").trim(), "a\nb");
}

#[test]
fn every_file_of_the_tests_is_part_of_the_binary() {
    let files = sources("tests");
    for path in files.keys().filter(|path| *path != "main.rs") {
        let name = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let (folder, module) = name.rsplit_once('/').unwrap_or(("", name));
        let parents = if folder.is_empty() {
            vec!["main.rs".to_owned()]
        } else {
            vec![format!("{folder}/mod.rs"), format!("{folder}.rs")]
        };
        let is_declared = parents.iter().filter_map(|parent| files.get(parent)).any(|parent| {
            parent.lines().any(|line| {
                let line = line.trim();
                [format!("mod {module};"), format!("pub mod {module};")]
                    .iter()
                    .any(|declared| line == declared)
            })
        });
        assert!(is_declared, "tests/{path} has no `mod` line: its tests never run");
    }
}

/// English nouns of things that messages count.
const COUNTED_NOUNS: [&str; 30] = [
    "answers",
    "attempts",
    "bytes",
    "calls",
    "characters",
    "columns",
    "companies",
    "days",
    "duplicates",
    "entries",
    "errors",
    "failures",
    "fields",
    "files",
    "hours",
    "keywords",
    "lines",
    "minutes",
    "names",
    "pages",
    "queries",
    "records",
    "requests",
    "retries",
    "rows",
    "runs",
    "seconds",
    "sheets",
    "times",
    "warnings",
];

/// Placeholders before a noun that are no counts, or counts that are never 1.
const NEVER_ONE: [&str; 5] = [
    "at most {cap} records a page",
    "line {line} holds bytes",
    "{found} of {all} found records",
    "… ({} bytes)",
    "all {other} records are of other companies",
];

#[test]
fn a_count_and_its_english_noun_agree() {
    let mut wrong = Vec::new();
    let is_checked = |line: &&str| line.is_ascii() && !NEVER_ONE.iter().any(|exempt| line.contains(exempt));
    for (path, text) in shipped() {
        for line in text.lines().filter(is_checked) {
            let phrases = line.split('{').skip(1).filter_map(|rest| rest.split_once("} "));
            let mut nouns = phrases
                .filter(|(name, _)| name.chars().all(|character| matches!(character, 'a'..='z' | '_')))
                .filter_map(|(_, after)| {
                    after.split(|character| !matches!(character, 'a'..='z' | ' ')).next()
                })
                .flat_map(|phrase| phrase.split(' ').take(2));
            if nouns.any(|noun| COUNTED_NOUNS.contains(&noun)) {
                wrong.push(format!("{path}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "`counted` makes `1 page` and `2 pages`:\n{}", wrong.join("\n"));
}
