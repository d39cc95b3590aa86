//! Settings that are wrong are shown without the secrets in them.

use super::canary::{API_KEY, APPCODE, PKEY, PROXY_PASSWORD_IN_ADDRESS, Search};
use crate::harness::World;

/// Each is a configuration file with a mistake at, or beside, a secret.
fn wrong_files() -> Vec<String> {
    let quoted = toml::Value::String(APPCODE.to_owned()).to_string();
    vec![
        format!("[market]\nappcode = {}\n", quoted.trim_end_matches(['"', '\''])),
        format!("[market]\nappcode = {APPCODE}\n"),
        format!("[market]\nappcode = [{quoted}]\n"),
        format!("[market]\nappcod = {quoted}\n"),
        format!("[market]\nappcode = {quoted}\nappcode = {quoted}\n"),
        format!("[market]\nappcode = {quoted}\nappcode_file = \"/nowhere\"\n"),
        format!("[market]\nappcode_command = [\"sh\", \"-c\", \"printf '%s' {PKEY}; exit 3\"]\n"),
        format!("[market]\nappcode_command = [\"sh\", \"-c\", \"printf '%s' {PKEY} >&2; exit 3\"]\n"),
        format!("[market]\nendpoint = \"https://user:{PKEY}@vendor.invalid/x\"\nappcode = \"{PKEY}\"\n"),
        format!("[market]\nendpoint = \"https://vendor.invalid/x?appcode={PKEY}\"\nappcode = \"{PKEY}\"\n"),
        format!("[market]\nendpoint = \"user:{PKEY}@vendor.invalid/x\"\nappcode = \"{PKEY}\"\n"),
        format!("[market]\nendpoint = \"vendor.invalid/x?appcode={PKEY}\"\nappcode = \"{PKEY}\"\n"),
        format!("[market]\nendpoint = \"https://vendor.invalid/x\"\nappcode = \"{PKEY}\\nsecond line\"\n"),
        format!("[market]\nendpoint = \"https://vendor.invalid/x\"\nappcode = \"{PKEY}一\"\n"),
        format!("[market]\nendpoint = \"https://vendor.invalid/x\"\nappcode_file = \"{PKEY}\"\n"),
        format!("{PKEY} = 1\n"),
        format!("{PKEY} = 1\n{PKEY} = 2\n"),
        format!("[{PKEY}]\nappcode = \"x\"\n"),
        format!("[market]\n{PKEY} = 1\n"),
        format!("[market.{PKEY}]\nx = 1\n"),
        format!("[market]\nendpoint = \"https://vendor.invalid/x\"\nappcode_command = [\"{PKEY}\"]\n"),
        format!("[market]\nendpoint = \"https://vendor.invalid/x\"\nappcode_file = \"/{PKEY}\"\n"),
        format!("[ihuyi]\naccount = \"a\"\napi_key = \"{PKEY}\"\npassword = \"{PKEY}\"\n"),
        format!(
            "[market]\nendpoint = \"https://vendor.invalid/x\"\nappcode = \"{PKEY}\"\nauth_header = \"Authorization: APPCODE {PKEY}\"\n"
        ),
        format!(
            "[market]\nendpoint = \"https://vendor.invalid/x\"\nappcode = \"{PKEY}\"\nauth_scheme = \"APPCODE {PKEY}\"\n"
        ),
        format!("[archive]\npath = \"postgres://me:{PKEY}@127.0.0.1:1/hecha\"\n"),
        format!("[network]\nproxy = \"ftp://u:{PROXY_PASSWORD_IN_ADDRESS}@127.0.0.1:1\"\n"),
        format!("[network]\nproxy = \"http://u:{PROXY_PASSWORD_IN_ADDRESS}@[::1\"\n"),
        format!(
            "[ihuyi]\napi_key = {}\n",
            toml::Value::String(API_KEY.to_owned()).to_string().replace("= ", "")
        ),
    ]
}

#[test]
fn no_mistake_in_the_configuration_shows_a_secret() {
    for (number, content) in wrong_files().into_iter().enumerate() {
        // The command's own words on standard error are its user's, not ours.
        let is_spoken_by_the_command = content.contains(">&2");
        let world = World::new();
        world.write("wrong.toml", &content);
        for command in [
            &["dishonest", "某公司", "-vv", "--timeout", "1s", "--retries", "0"][..],
            &["copyright", "某公司", "--provider", "ihuyi", "--timeout", "1s", "--retries", "0"],
            &["config", "show"],
            &["config", "check"],
            &["dishonest", "某公司", "--error-format", "json", "--timeout", "1s", "--retries", "0"],
        ] {
            let ran = world.run([command, &["--config", "wrong.toml"]].concat());
            let mut search = Search::new([]);
            search.look("standard output", &ran.stdout);
            if !is_spoken_by_the_command {
                search.look("standard error", ran.stderr.as_bytes());
            }
            let findings = search.findings();
            assert!(findings.is_empty(), "file {number}, {command:?}: {findings:#?}");
        }
    }
}

#[test]
fn secrets_are_refused_on_the_command_line_without_being_shown() {
    let proxy = format!("http://u:{PROXY_PASSWORD_IN_ADDRESS}@127.0.0.1:1");
    for arguments in [
        vec!["dishonest", "某公司", "--proxy", &proxy],
        vec!["dishonest", "某公司", "--sandbox", "--proxy", &proxy, "--error-format", "json"],
    ] {
        let ran = World::new().run(&arguments);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        let mut search = Search::new([]);
        search.look("standard error", ran.stderr.as_bytes());
        assert_eq!(search.findings(), Vec::<String>::new());
    }
    for option in ["--appcode", "--api-key", "--pkey", "--password", "--secret"] {
        World::new().run(["dishonest", "某公司", option, "x"]).exits_with(2);
    }
}

#[cfg(unix)]
#[test]
fn a_command_that_prints_a_secret_is_given_no_other_one() {
    let world = World::new()
        .with("HECHA_MARKET_ENDPOINT", "https://vendor.invalid/x")
        .with("HECHA_IHUYI_API_KEY", API_KEY)
        .with("HECHA_NETWORK_PROXY", "http://127.0.0.1:1")
        .with("MARKER", "inherited");
    world.write("config.toml", "[market]\nappcode_command = [\"sh\", \"-c\", \"env > seen; exit 3\"]\n");
    world.run(["dishonest", "某公司", "--config", "config.toml"]).exits_with(4);
    let seen = std::fs::read_to_string(world.path("seen")).expect("what the command saw");
    assert!(seen.contains("MARKER=inherited"), "{seen}");
    assert!(!seen.contains("HECHA_IHUYI_API_KEY") && !seen.contains("HECHA_NETWORK_PROXY"), "{seen}");
}

#[cfg(unix)]
#[test]
fn a_file_without_secrets_may_be_readable_by_all() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new().with("HECHA_MARKET_APPCODE", PKEY);
    let path = world.write("config.toml", "[price]\nmarket = 0.05\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("permissions");
    let ran = world.run(["config", "check", "--config", "config.toml", "-f", "table"]);
    assert!(!ran.stderr.contains("chmod") && !ran.text().contains("chmod"), "{}{}", ran.stderr, ran.text());
}
