//! The toy provider through the whole program: nothing but its registration makes it known to any command.

use super::toy;
use crate::domain::text::Language;
use crate::sandbox::Sandbox;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// The variable that makes this test binary run a command line of hecha.
const COMMAND_LINE: &str = "COMMAND_LINE_OF_HECHA";
/// The mark between the output of the test binary and that of hecha.
const BEGINNING: &str = "== the output of hecha ==\n";

/// Not a test but the program: the unit tests have the toy provider, the binary has not.
#[test]
fn the_program_itself() {
    let Ok(line) = std::env::var(COMMAND_LINE) else { return };
    std::io::stdout().write_all(BEGINNING.as_bytes()).unwrap();
    let arguments: Vec<OsString> = line.split('\n').map(OsString::from).collect();
    std::process::exit(crate::run(&arguments, std::env::vars_os().collect()).into());
}

struct World {
    home: tempfile::TempDir,
    sandbox: Sandbox,
    variables: Vec<(String, String)>,
}

struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl World {
    /// A home folder and a sandbox, without any configuration.
    fn new() -> Self {
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), std::time::Duration::ZERO).unwrap();
        Self { home: tempfile::tempdir().unwrap(), sandbox, variables: Vec::new() }
    }

    /// The same with the sandbox's endpoints and credentials.
    fn configured() -> Self {
        let world = Self::new();
        Self { variables: world.sandbox.environment(), ..world }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn path(&self) -> &Path {
        self.home.path()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let line = std::iter::once("hecha").chain(arguments.iter().copied()).collect::<Vec<_>>().join("\n");
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "provider::tests::end_to_end::the_program_itself", "--nocapture"])
            .env_clear()
            .env("HOME", self.path())
            .env("HECHA_ARCHIVE", self.path().join("archive.db"))
            .env(COMMAND_LINE, line)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.path())
            .output()
            .unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stdout = stdout.split_once(BEGINNING).map(|(_, stdout)| stdout.to_owned()).unwrap();
        Ran { code: output.status.code(), stdout, stderr: String::from_utf8(output.stderr).unwrap() }
    }

    /// The standard output of a command that succeeds.
    fn text(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(arguments)).unwrap()
    }
}

const QUERY: [&str; 4] = ["copyright", "行数:7", "--provider", "toy"];

#[test]
fn it_is_queried_archived_and_charged_like_any_other() {
    let world = World::configured().with("HECHA_PRICE_TOY", "0.25");
    let document = world.json(&QUERY);
    let query = &document["queries"][0];
    assert_eq!(json!([query["provider"], query["status"], query["total"]]), json!(["toy", "ok", 7]));
    assert_eq!(document["records"][6]["registration_number"], "2021SR0000006");
    assert_eq!(world.sandbox.calls("toy").charged, 2);
    assert_eq!(world.json(&QUERY)["queries"][0]["archived_pages"], 2);
    assert_eq!(world.sandbox.calls("toy").charged, 2, "the archive answers the second time");
    let usage = world.json(&["usage", "-f", "json"]);
    assert_eq!(json!([usage[0]["provider"], usage[0]["calls"], usage[0]["cost"]]), json!(["toy", 2, 0.5]));
    assert_eq!(
        world.json(&["archive", "list", "--provider", "toy", "-f", "json"]).as_array().unwrap().len(),
        2
    );
    let changes = world.json(&["changes", "copyright", "--provider", "toy", "-f", "json"]);
    assert_eq!(changes["queries"][0]["provider"], "toy");
    world.text(&["copyright", "行数:7", "--provider", "toy", "-o", "report.html"]);
    let page = std::fs::read_to_string(world.path().join("report.html")).unwrap();
    assert!(page.contains("Toy registry (toy)"), "{page}");
}

#[test]
fn it_is_one_of_all_providers_and_the_sandbox_serves_it() {
    let world = World::configured();
    let document = world.json(&["copyright", "行数:2", "--provider", "all", "--merge"]);
    let asked: Vec<_> =
        document["queries"].as_array().unwrap().iter().map(|query| &query["provider"]).collect();
    assert_eq!(json!(asked), json!(["ihuyi", "shuidi", "toy"]));
    let queries = World::new().json(&["--sandbox", "copyright", "行数:2", "--provider", "toy"]);
    assert_eq!(queries["queries"][0]["returned"], 2);
    let title = world.run(&["copyright", "行数:2", "--provider", "shuidi", "--title", "x"]);
    assert_eq!(title.code, Some(2));
    assert!(title.stderr.contains("--provider ihuyi"), "{}", title.stderr);
    world.text(&["copyright", "行数:2", "--provider", "toy", "--title", "x"]);
    let page_size = world.run(&["copyright", "行数:2", "--provider", "toy", "--page-size", "6"]);
    assert!(page_size.stderr.contains("at most 5"), "{}", page_size.stderr);
}

#[test]
fn its_keys_come_from_the_file_and_the_environment() {
    let world = World::new();
    let missing = world.run(&QUERY);
    assert_eq!(missing.code, Some(4));
    assert!(missing.stderr.contains("[toy] endpoint, token"), "{}", missing.stderr);
    assert!(missing.stderr.contains("HECHA_TOY_ENDPOINT, HECHA_TOY_TOKEN"), "{}", missing.stderr);
    std::fs::write(world.path().join("token"), "sandbox-toy-token-1a2b3c\n").unwrap();
    let file = |order: &str| {
        let endpoint = world.sandbox.endpoint("toy");
        let text = format!("[toy]\nendpoint = \"{endpoint}\"\ntoken_file = \"token\"\norder = \"{order}\"\n");
        std::fs::write(world.path().join("config.toml"), text).unwrap();
    };
    let from_file = ["--config", "config.toml", "copyright", "行数:2"];
    file("newest");
    let document = world.json(&from_file);
    assert_eq!(document["queries"][0]["provider"], "toy", "it is the one that has credentials");
    file("latest");
    let refused = world.run(&from_file);
    assert_eq!(refused.code, Some(4));
    assert!(refused.stderr.contains("'***': it is not one of oldest, newest"), "{}", refused.stderr);
    let wrong = World::configured().with("HECHA_TOY_TOKEN", "another-token");
    let refused = wrong.run(&["copyright", "行数:2", "--provider", "toy", "-f", "json"]);
    assert_eq!(refused.code, Some(4), "{}", refused.stderr);
    assert!(!format!("{}{}", refused.stdout, refused.stderr).contains("another-token"));
    let shown = wrong.text(&["config", "show"]);
    assert!(shown.contains("[toy]") && shown.contains("token = ***"), "{shown}");
    assert!(wrong.text(&["config", "check"]).contains("\"check\": \"toy\""));
}

#[test]
fn help_completions_and_lists_name_it() {
    let world = World::new();
    for (arguments, part) in [
        (&["copyright", "--help"][..], "toy     Toy registry"),
        (&["copyright", "--help"], "(ihuyi, toy)"),
        (&["copyright", "--help", "--lang", "zh"], "示例登记处"),
        (&["help", "credentials"], "toy      endpoint, token"),
        (&["help"], "HECHA_TOY_ENDPOINT, HECHA_TOY_TOKEN"),
        (&["completions", "bash"], "toy"),
        (&["completions", "fish"], "Toy registry"),
        (&["man"], "HECHA_TOY_TOKEN"),
        (&["providers"], "toy.txt"),
        (&["fields", "copyright"], "\"toy\": \"no\""),
        (&["explain", "toy", "token"], "buy another box"),
        (&["explain", "toy"], "\"exit_code\": 4"),
    ] {
        let text = world.text(arguments);
        assert!(text.contains(part), "{arguments:?}: {text}");
    }
    assert_eq!(toy::ID.label().in_language(Language::English), "Toy registry");
}
