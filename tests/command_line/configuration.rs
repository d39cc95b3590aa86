//! Where settings come from, which of them wins, and what is refused.

use crate::harness::vendor::{Vendor, json};
use crate::harness::{Ran, World, requests_at, sandbox};
use hecha::domain::text::Language;
use hecha::provider::{ConfigKey, ENDPOINT, ProviderInfo, REGISTRY, variable};
use hecha::settings::keys::{KEYS, KeyKind};

const EXAMPLE: &str = include_str!("../../config.example.toml");
const EXAMPLE_IN_CHINESE: &str = include_str!("../../config.example.zh-CN.toml");
const NOTHING: &str = r#"{"code":2,"desc":"无数据"}"#;

fn configured(world: &World, text: &str) -> String {
    world.write("hecha.toml", text).display().to_string()
}

/// What the vendor receives as the credential under this configuration.
fn credential(prepare: impl FnOnce(&str) -> World, arguments: &[&str]) -> Option<String> {
    let vendor = Vendor::start(|_| json(NOTHING));
    let world = prepare(&format!("{}/market", vendor.origin()));
    world.run(["dishonest", "某公司"].iter().chain(arguments)).exits_with(0);
    vendor.requests()[0].header("authorization").map(str::to_owned)
}

#[test]
fn the_file_is_read_from_the_users_folder_from_hecha_config_and_from_the_flag() {
    let text =
        |endpoint: &str, code: &str| format!("[market]\nendpoint = \"{endpoint}\"\nappcode = \"{code}\"\n");
    let in_folder = |endpoint: &str| {
        let world = World::new();
        std::fs::create_dir_all(world.path(".config/hecha")).expect("a folder");
        world.write(".config/hecha/config.toml", text(endpoint, "code-of-the-folder"));
        world
    };
    assert_eq!(credential(in_folder, &[]).as_deref(), Some("APPCODE code-of-the-folder"));
    let in_variable = |endpoint: &str| {
        let world = in_folder(endpoint);
        let path = configured(&world, &text(endpoint, "code-of-the-variable"));
        world.with("HECHA_CONFIG", path)
    };
    assert_eq!(credential(in_variable, &[]).as_deref(), Some("APPCODE code-of-the-variable"));
    let with_flag = |endpoint: &str| {
        let world = in_variable(endpoint);
        world.write("flag.toml", text(endpoint, "code-of-the-flag"));
        world
    };
    assert_eq!(
        credential(with_flag, &["--config", "flag.toml"]).as_deref(),
        Some("APPCODE code-of-the-flag")
    );
}

/// A limit in it would be no limit.
#[cfg(unix)]
#[test]
fn a_file_in_the_users_folder_that_cannot_be_reached_is_not_passed_over() {
    let vendor = Vendor::start(|_| json(NOTHING));
    let link_to_nothing = |world: &World| {
        std::fs::create_dir_all(world.path(".config/hecha")).expect("a folder");
        std::os::unix::fs::symlink("elsewhere", world.path(".config/hecha/config.toml")).expect("a link");
    };
    let no_folder = |world: &World| {
        std::fs::create_dir_all(world.path(".config")).expect("a folder");
        world.write(".config/hecha", "");
    };
    for prepare in [&link_to_nothing as &dyn Fn(&World), &no_folder] {
        let world = World::with_vendor_at(&vendor.origin());
        prepare(&world);
        let ran = world.run(["dishonest", "某公司"]).exits_with(4);
        assert!(ran.stderr.contains("cannot read the configuration file"), "{}", ran.stderr);
    }
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn no_file_is_read_from_the_current_folder_unasked() {
    let world = World::new();
    for name in ["config.toml", "hecha.toml", ".hecha.toml", ".env"] {
        world.write(name, "[nonsense]\n");
    }
    let ran = world.run(["config", "show"]).exits_with(0);
    assert!(!ran.text().contains("nonsense"));
}

#[test]
fn the_environment_goes_before_the_file_and_the_flag_before_both() {
    let both = |endpoint: &str| {
        let world = World::new();
        let path = configured(
            &world,
            "[market]\nendpoint = \"https://nowhere.invalid/\"\nappcode = \"from-the-file\"\n",
        );
        world
            .with("HECHA_CONFIG", path)
            .with("HECHA_MARKET_ENDPOINT", endpoint)
            .with("HECHA_MARKET_APPCODE", "from-env")
    };
    assert_eq!(credential(both, &[]).as_deref(), Some("APPCODE from-env"));

    let sandbox = sandbox();
    for (flag, calls) in [(&[][..], 2), (&["--max-calls", "3"], 3)] {
        let before = sandbox.calls("market").requests;
        let world = World::with_sandbox(&sandbox);
        let path = configured(&world, "[network]\nmax_calls = 1\n");
        let world = world.with("HECHA_CONFIG", path).with("HECHA_NETWORK_MAX_CALLS", "2");
        world.run(["dishonest", "行数:200"].iter().chain(flag)).exits_with(8);
        assert_eq!(sandbox.calls("market").requests - before, calls);
    }
}

#[test]
fn a_secret_comes_from_a_file_or_a_command() {
    let by_variable = |endpoint: &str| {
        let world = World::new().with("HECHA_MARKET_ENDPOINT", endpoint);
        let path = world.write("secret", "code-in-a-file\n").display().to_string();
        world.with("HECHA_MARKET_APPCODE_FILE", path)
    };
    assert_eq!(credential(by_variable, &[]).as_deref(), Some("APPCODE code-in-a-file"));
    let by_key = |endpoint: &str| {
        let world = World::new().with("HECHA_MARKET_ENDPOINT", endpoint);
        let secret = world.write("secret", "code-in-a-file\n");
        let path = configured(&world, &format!("[market]\nappcode_file = \"{}\"\n", secret.display()));
        world.with("HECHA_CONFIG", path)
    };
    assert_eq!(credential(by_key, &[]).as_deref(), Some("APPCODE code-in-a-file"));
    let by_command = |endpoint: &str| {
        let world = World::new().with("HECHA_MARKET_ENDPOINT", endpoint);
        let path = configured(&world, "[market]\nappcode_command = [\"printf\", \"code-of-a-command\"]\n");
        world.with("HECHA_CONFIG", path)
    };
    assert_eq!(credential(by_command, &[]).as_deref(), Some("APPCODE code-of-a-command"));
}

#[test]
fn a_tilde_is_the_home_folder_in_every_configured_path() {
    let in_home = |endpoint: &str| {
        let world = World::new();
        world.write("code.txt", "code-at-home\n");
        let text = format!(
            "[market]\nendpoint = \"{endpoint}\"\nappcode_file = \"~/code.txt\"\n[archive]\npath = \"~/kept/a.db\"\n"
        );
        let path = configured(&world, &text);
        world.with("HECHA_CONFIG", path)
    };
    assert_eq!(credential(in_home, &[]).as_deref(), Some("APPCODE code-at-home"));
    let world = World::new();
    let path = configured(&world, "[archive]\npath = \"\"\n[network]\nca_cert = \"~/none.pem\"\n");
    let world = world.with("HECHA_CONFIG", path);
    let shown = world.run(["archive", "path"]).exits_with(0);
    assert!(shown.text().ends_with("hecha/archive.db\n"), "a blank is no path: {}", shown.text());
    let ran = world.with("HECHA_MARKET_ENDPOINT", "https://127.0.0.1:9/x").with("HECHA_MARKET_APPCODE", "x");
    let ran = ran.run(["dishonest", "某公司"]).exits_with(4);
    let certificates = ran.stderr.contains("/none.pem") && !ran.stderr.contains("~/none.pem");
    assert!(certificates, "{}", ran.stderr);
}

#[test]
fn a_relative_path_starts_from_the_folder_of_the_configuration_file() {
    let in_folder = |endpoint: &str| {
        let world = World::new();
        std::fs::create_dir_all(world.path("kept")).expect("a folder");
        world.write("code.txt", "code-of-the-current-folder\n");
        world.write("kept/code.txt", "code-beside-the-file\n");
        let text = format!(
            "[market]\nendpoint = \"{endpoint}\"\nappcode_file = \"code.txt\"\n[archive]\npath = \"a.db\"\n"
        );
        world.write("kept/hecha.toml", text);
        world
    };
    let flag = ["--config", "kept/hecha.toml"];
    assert_eq!(credential(in_folder, &flag).as_deref(), Some("APPCODE code-beside-the-file"));
    let shown = in_folder("https://vendor.invalid/x").run(["--config", "kept/hecha.toml", "archive", "path"]);
    assert_eq!(shown.exits_with(0).text().trim(), "kept/a.db");
}

#[test]
fn a_secret_that_cannot_be_had_is_four_and_names_its_source() {
    let sandbox = sandbox();
    for (text, named) in [
        ("[market]\nappcode_file = \"/no/such/file\"\n", "appcode_file"),
        ("[market]\nappcode_command = [\"false\"]\n", "appcode_command"),
        ("[market]\nappcode_command = [\"no-such-program-here\"]\n", "appcode_command"),
        ("[market]\nappcode_command = \"pass show x\"\n", "appcode_command"),
        ("[market]\nappcode = \"a\"\nappcode_file = \"b\"\n", "gives appcode more than once"),
        ("[market]\nappcode = \"\"\n", "appcode"),
    ] {
        let world = World::new().with("HECHA_MARKET_ENDPOINT", sandbox.endpoint("market"));
        let path = configured(&world, text);
        let ran = world.with("HECHA_CONFIG", path).run(["dishonest", "某公司"]).exits_with(4);
        assert!(ran.stderr.contains(named), "{named} in {}", ran.stderr);
    }
    let both = World::new()
        .with("HECHA_MARKET_ENDPOINT", sandbox.endpoint("market"))
        .with("HECHA_MARKET_APPCODE", "a-code")
        .with("HECHA_MARKET_APPCODE_FILE", "code.txt");
    let ran = both.run(["dishonest", "某公司"]).exits_with(4);
    let told = "HECHA_MARKET_APPCODE and HECHA_MARKET_APPCODE_FILE are both set";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert_eq!(sandbox.calls("market").requests, 0);
}

#[test]
fn everything_that_is_missing_is_named_at_once_with_the_file_to_fill_in() {
    let world = World::new();
    let ran = world.run(["dishonest", "某公司"]).exits_with(4);
    for part in ["endpoint, appcode", "HECHA_MARKET_ENDPOINT, HECHA_MARKET_APPCODE", "`hecha config init`"] {
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
    let file = world.run(["config", "init"]).exits_with(0).text().trim().to_owned();
    for (command, missing) in [
        (&["dishonest", "某公司"][..], "[market] endpoint, appcode"),
        (&["copyright", "某公司"], "[ihuyi] account, api_key or [shuidi] pname, pkey"),
        (&["copyright", "某公司", "--provider", "shuidi"], "[shuidi] pname, pkey"),
        (&["config", "check", "-f", "json"], "[ihuyi] account, api_key"),
    ] {
        let ran = world.run(command).exits_with(4);
        let told = format!("{}{}", ran.stderr, ran.text());
        assert!(told.contains(missing) && told.contains(&file), "{missing} in {told}");
        assert!(!told.contains("config init"), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf8_is_taken_as_a_path_and_refused_as_anything_else() {
    use std::os::unix::ffi::OsStringExt;
    let gbk = || std::ffi::OsString::from_vec(b"\xba\xcb\xb2\xe9".to_vec());
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    std::fs::create_dir(world.home().join(gbk())).expect("a folder");
    let run = |name: &str, value: std::ffi::OsString, arguments: &[&str]| {
        Ran::from(world.command(arguments).env(name, value).output().expect("hecha starts"))
    };
    let archive = std::path::Path::new(&gbk()).join("a.db");
    run("HECHA_ARCHIVE", archive.clone().into(), &["dishonest", "仅有一条企业"]).exits_with(0);
    assert!(world.home().join(archive).exists());
    for name in ["HECHA_MARKET_APPCODE", "HECHA_NETWORK_MAX_CALLS", "HECHA_PRICE_MARKET"] {
        let ran = run(name, gbk(), &["dishonest", "仅有一条企业"]).exits_with(4);
        assert!(ran.stderr.contains(name), "{}", ran.stderr);
    }
    run("LANG", gbk(), &["providers"]).exits_with(0);
}

fn refused(text: &str) -> Ran {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let path = configured(&world, text);
    let ran = world.with("HECHA_CONFIG", path).run(["dishonest", "某公司"]).exits_with(4);
    assert_eq!(sandbox.calls("market").requests, 0, "nothing is sent");
    ran
}

#[test]
fn an_unknown_key_is_an_error_that_names_the_nearest_known_one() {
    for (text, named) in [
        ("[market]\nendpont = \"x\"\n", "did you mean 'endpoint'?"),
        ("[ihuyi]\napi_key_fle = \"x\"\n", "api_key_file"),
        ("[market]\napp_code = \"x\"\n", "appcode"),
        ("[ihuyi]\napikey = \"x\"\n", "api_key"),
        ("[shuidi]\npnam = \"x\"\n", "pname"),
        ("[newtork]\ntimeout = \"1s\"\n", "network"),
        ("[archive]\nreuse_for = \"24h\"\n", "reuse"),
        ("timeout = \"1s\"\n", "timeout"),
    ] {
        let ran = refused(text);
        assert!(ran.stderr.contains(named) && ran.stderr.contains("hecha.toml"), "{named} in {}", ran.stderr);
    }
}

#[test]
fn a_variable_that_is_nearly_a_setting_is_warned_of_before_it_costs_money() {
    let sandbox = sandbox();
    let run = |name: &str| {
        World::with_sandbox(&sandbox).with(name, "topsecret").run(["dishonest", "仅有一条企业"]).exits_with(0)
    };
    let ran = run("HECHA_NETWORK_MAXCALLS");
    assert!(
        ran.stderr.contains("HECHA_NETWORK_MAX_CALLS") && !ran.stderr.contains("topsecret"),
        "{}",
        ran.stderr
    );
    assert_eq!(run("HECHA_XYZZY").stderr, "", "what resembles no setting belongs to another program");
}

#[test]
fn a_value_that_cannot_be_one_is_named_with_its_key() {
    for (text, named) in [
        ("[network]\ntimeout = \"soon\"\n", "timeout"),
        ("[network]\ntimeout = \"0s\"\n", "timeout"),
        ("[network]\nconcurrency = \"many\"\n", "concurrency"),
        ("[network]\nrate = \"fast\"\n", "rate"),
        ("[archive]\nreuse = \"later\"\n", "reuse"),
        ("[price]\nmarket = \"cheap\"\n", "market"),
        ("[market\nendpoint = \"x\"\n", "line 1"),
        ("[market]\nappcode = \"top-secret-value\n", "line 2"),
    ] {
        let ran = refused(text);
        assert!(
            ran.stderr.contains(named) && !ran.stderr.contains("top-secret"),
            "{named} in {}",
            ran.stderr
        );
    }
    let world = World::new();
    world.run(["--config", "missing.toml", "dishonest", "某公司"]).exits_with(4);
    let path = world.path("also-missing.toml").display().to_string();
    world.with("HECHA_CONFIG", path).run(["dishonest", "某公司"]).exits_with(4);
}

#[test]
fn a_configured_value_that_is_out_of_range_is_four_and_names_where_it_stands() {
    let sandbox = sandbox();
    for (key, value) in [
        ("concurrency", "0"),
        ("concurrency", "257"),
        ("max_errors", "0"),
        ("timeout", "0s"),
        ("connect_timeout", "0s"),
    ] {
        let variable = format!("HECHA_NETWORK_{}", key.to_uppercase());
        let world = World::with_sandbox(&sandbox).with(&variable, value);
        let ran = world.run(["dishonest", "某公司"]).exits_with(4);
        assert!(ran.stderr.contains(&variable) && ran.stderr.contains("configuration"), "{}", ran.stderr);
        let world = World::with_sandbox(&sandbox);
        let path = configured(&world, &format!("[network]\n{key} = \"{value}\"\n"));
        let ran = world.with("HECHA_CONFIG", path).run(["dishonest", "某公司"]).exits_with(4);
        assert!(ran.stderr.contains(&format!("[network] {key}")), "{}", ran.stderr);
    }
    assert_eq!(requests_at(&sandbox), 0);
}

#[test]
fn a_wrong_word_of_a_choice_names_the_right_ones() {
    let sandbox = sandbox();
    for (text, provider, words) in [
        ("[ihuyi]\npassword = \"secret\"\n", "ihuyi", "dynamic, static"),
        ("[ihuyi]\nmethod = \"put\"\n", "ihuyi", "post, get"),
        ("[shuidi]\nwire = \"yaml\"\n", "shuidi", "json, xml"),
        ("[copyright]\nprovider = \"qcc\"\n", "", "ihuyi, shuidi"),
    ] {
        let world = World::with_sandbox(&sandbox);
        let path = configured(&world, text);
        let mut arguments = vec!["copyright", "某公司"];
        if !provider.is_empty() {
            arguments.extend(["--provider", provider]);
        }
        let ran = world.with("HECHA_CONFIG", path).run(&arguments).exits_with(4);
        assert!(ran.stderr.contains(words), "{words} in {}", ran.stderr);
    }
    assert_eq!(requests_at(&sandbox), 0);
}

#[test]
fn the_provider_of_copyrights_is_the_flag_then_the_configured_one_then_whoever_has_credentials() {
    let sandbox = sandbox();
    let asked = |world: World, arguments: &[&str]| {
        let whole: Vec<_> = ["copyright", "仅有一条企业"].iter().chain(arguments).copied().collect();
        let document = world.run(&whole).exits_with(0).json();
        let queries = document["queries"].as_array().expect("queries").clone();
        queries.iter().map(|query| query["provider"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let shuidi_alone = || {
        World::new()
            .with("HECHA_SHUIDI_ENDPOINT", sandbox.endpoint("shuidi"))
            .with("HECHA_SHUIDI_PNAME", hecha::sandbox::SHUIDI_PNAME)
            .with("HECHA_SHUIDI_PKEY", hecha::sandbox::SHUIDI_PKEY)
    };
    assert_eq!(asked(shuidi_alone(), &[]), ["shuidi"]);
    let with_blanks = shuidi_alone();
    let path = configured(&with_blanks, "[ihuyi]\naccount = \"\"\napi_key = \"\"\n");
    assert_eq!(asked(with_blanks.with("HECHA_CONFIG", path), &[]), ["shuidi"], "a blank is no credential");
    let both = || World::with_sandbox(&sandbox);
    assert_eq!(asked(both().with("HECHA_COPYRIGHT_PROVIDER", "shuidi"), &[]), ["shuidi"]);
    assert_eq!(asked(both().with("HECHA_COPYRIGHT_PROVIDER", "shuidi"), &["--provider", "ihuyi"]), ["ihuyi"]);
    assert_eq!(asked(both(), &["--provider", "all"]), ["ihuyi", "shuidi"]);
    assert_eq!(asked(World::new(), &["--sandbox"]), ["ihuyi"], "the sandbox needs no choice");
}

#[test]
fn an_endpoint_that_cannot_be_one_is_refused_and_its_variable_named() {
    let world = || {
        World::new()
            .with("HECHA_MARKET_APPCODE", "x".repeat(12))
            .with("HECHA_IHUYI_ACCOUNT", "me")
            .with("HECHA_IHUYI_API_KEY", "y".repeat(12))
    };
    for (variable, arguments) in [
        ("HECHA_MARKET_ENDPOINT", &["dishonest", "某公司"][..]),
        ("HECHA_IHUYI_ENDPOINT", &["copyright", "--provider", "ihuyi", "某公司"]),
    ] {
        for endpoint in ["http://192.168.1.7/x", "ftp://a/b", "nonsense", "https://u:p@a.example/"] {
            let ran = world().with(variable, endpoint).run(arguments).exits_with(4);
            assert!(ran.stderr.contains(variable), "{}", ran.stderr);
        }
    }
}

#[cfg(unix)]
#[test]
fn config_init_writes_the_example_readable_by_its_owner_alone_and_never_over_another() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let path = world.run(["config", "path"]).exits_with(0).text().trim().to_owned();
    let ran = world.run(["config", "init"]).exits_with(0);
    assert_eq!(ran.text().trim(), path);
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), EXAMPLE);
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).expect("its data").permissions().mode() & 0o777;
    let file = std::path::PathBuf::from(&path);
    assert_eq!((mode(&file), mode(file.parent().expect("a folder"))), (0o600, 0o700));
    std::fs::write(&file, "[market]\nappcode = \"mine\"\n").expect("a change");
    let again = world.run(["config", "init"]);
    assert_ne!(again.code, Some(0));
    assert!(std::fs::read_to_string(&file).expect("the file").contains("mine"), "it was left as it was");
    let named = world.run(["--config", "sub/own.toml", "config", "init"]).exits_with(0);
    assert_eq!(named.text().trim(), "sub/own.toml");
    assert_eq!(mode(&world.path("sub/own.toml")), 0o600);
}

#[cfg(unix)]
#[test]
fn a_file_with_secrets_that_others_can_read_is_worth_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let path = world.write("open.toml", "[market]\nappcode = \"a-secret-code-here\"\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let ran = world.run(["--config", "open.toml", "config", "show"]).exits_with(0);
    assert!(ran.stderr.contains("chmod 600"), "{}", ran.stderr);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    assert_eq!(world.run(["--config", "open.toml", "config", "show"]).exits_with(0).stderr, "");
}

#[test]
fn config_show_names_value_and_origin_and_masks_every_secret() {
    let world = World::new();
    let path = configured(
        &world,
        "[market]\nappcode = \"secret-one-1\"\n[network]\ntimeout = \"7s\"\n[shuidi]\npkey_command = [\"pass\", \"secret-two-2\"]\n",
    );
    let world = world
        .with("HECHA_CONFIG", path)
        .with("HECHA_IHUYI_API_KEY", "secret-three-3")
        .with("HECHA_IHUYI_ACCOUNT", "my-account")
        .with("HECHA_NETWORK_PROXY", "http://user:secret-four-4@proxy.example:8080");
    let ran = world.run(["config", "show"]).exits_with(0);
    let line = |key: &str| {
        let start = format!("{key} = ");
        ran.text()
            .lines()
            .find(|line| line.starts_with(&start))
            .unwrap_or_else(|| panic!("{key} in {}", ran.text()))
            .to_owned()
    };
    assert!(line("timeout").contains("7s") && line("timeout").contains("hecha.toml"));
    assert!(line("account").contains("my-account") && line("account").contains("HECHA_IHUYI_ACCOUNT"));
    assert!(line("appcode").contains("***") && line("api_key").contains("***"));
    assert!(!format!("{}{}", ran.text(), ran.stderr).contains("secret-"), "{}", ran.snapshot());
}

#[test]
fn the_example_names_every_key_and_is_a_configuration_once_uncommented() {
    for example in [EXAMPLE, EXAMPLE_IN_CHINESE] {
        assert_whole(example);
    }
}

#[test]
fn the_committed_examples_have_the_tables_and_prices_of_the_registry() {
    for (language, name) in
        [(Language::English, "config.example.toml"), (Language::Chinese, "config.example.zh-CN.toml")]
    {
        let committed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let kept = std::fs::read_to_string(&committed).expect("the example");
        let made = with_providers(&kept, language);
        if std::env::var_os("HECHA_BLESS").is_some() {
            std::fs::write(&committed, &made).expect("the example can be written");
        } else {
            assert!(kept == made, "{name} is stale; run the tests with HECHA_BLESS=1");
        }
    }
}

/// The example with the tables and the prices of all providers, made from the registry.
fn with_providers(example: &str, language: Language) -> String {
    let head = example.split_inclusive('\n').take_while(|line| !line.starts_with('['));
    let tables = REGISTRY.iter().map(|info| table(info, language));
    // The prices of the providers are the end of the file.
    let (shared, prices) =
        example[example.find("[copyright]").expect("a table")..].split_once("[price]").expect("the prices");
    let heading = format!("[price]{}\n", prices.lines().next().expect("the rest of the line"));
    let prices = REGISTRY.iter().map(|info| format!("# {} = 0.10\n", info.id));
    head.map(str::to_owned).chain(tables).chain([shared.to_owned(), heading]).chain(prices).collect()
}

/// The table of a provider, each key in a comment.
fn table(info: &ProviderInfo, language: Language) -> String {
    let mut text = line(&format!("[{}]", info.id), info.name.in_language(language));
    for key in info.keys {
        let value = key.default.unwrap_or(if key.name == ENDPOINT { "https://…" } else { "…" });
        let assignment = format!("# {} = \"{value}\"", key.name);
        text += &line(&assignment, &comment(info, key, language));
    }
    text + "\n"
}

/// The comment of a key; that of a required key ends with its environment variable.
fn comment(info: &ProviderInfo, key: &ConfigKey, language: Language) -> String {
    let words = match (key.comment.in_language(language), key.kind) {
        ("", KeyKind::Choice([_, others @ ..])) => {
            format!("{} \"{}\"", language.choose("or", "或"), others.join("\", \""))
        }
        (words, _) => words.to_owned(),
    };
    let variable = key.default.is_none().then(|| variable(info.id.as_str(), key.name));
    let parts: Vec<_> = std::iter::once(words).chain(variable).filter(|part| !part.is_empty()).collect();
    parts.join(language.choose("; ", "；"))
}

/// A line with its comment in the column of comments.
fn line(text: &str, comment: &str) -> String {
    if comment.is_empty() { format!("{text}\n") } else { format!("{text:<36} # {comment}\n") }
}

#[test]
fn the_example_is_written_in_the_users_language() {
    let world = World::new();
    let path = world.run(["config", "init", "--lang", "zh"]).exits_with(0).text().trim().to_owned();
    assert_eq!(std::fs::read_to_string(path).expect("the file"), EXAMPLE_IN_CHINESE);
    let settings = |example: &str| -> Vec<String> {
        let before_remark = |line: &str| line.split(" # ").next().unwrap_or(line).trim_end().to_owned();
        let lines = example.lines().map(before_remark);
        let is_setting = |line: &String| line.starts_with('[') || line.contains(" = ");
        lines.skip_while(|line| !line.starts_with('[')).filter(is_setting).collect()
    };
    assert_eq!(settings(EXAMPLE), settings(EXAMPLE_IN_CHINESE));
}

/// Every key is there, and the file is a configuration once the marks of its comments are gone.
fn assert_whole(example: &str) {
    let uncommented: String = example
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest.split_once(" = ").is_some_and(|(name, _)| {
                    name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
                }) =>
            {
                rest
            }
            _ => line,
        })
        .fold(String::new(), |text, line| text + line + "\n");
    let table: toml::Table = toml::from_str(&uncommented).expect("the example is TOML");
    for key in KEYS.iter() {
        assert!(
            table.get(key.section).and_then(|section| section.get(key.name)).is_some(),
            "[{}] {}",
            key.section,
            key.name
        );
        let mentioned = key.variable();
        if mentioned.contains("APPCODE") || mentioned == "HECHA_ARCHIVE" || mentioned.contains("PKEY") {
            assert!(example.contains(&mentioned), "{mentioned}");
        }
    }
    let keys: usize = table.values().filter_map(|section| section.as_table()).map(toml::Table::len).sum();
    assert_eq!(keys, KEYS.len(), "no key that does not exist");
    for key in KEYS.iter() {
        if let KeyKind::Choice(words) = key.kind {
            let value = table[key.section][key.name].as_str().expect("a word");
            assert!(words.contains(&value), "[{}] {} = {value}", key.section, key.name);
        }
    }
    let world = World::new();
    let path = world.write("example.toml", &uncommented).display().to_string();
    let shown = world.with("HECHA_CONFIG", path).run(["config", "show"]).exits_with(0);
    assert!(!shown.text().contains("# default"), "{}", shown.text());
    assert_eq!(World::new().run(["--config", "x", "config", "path"]).exits_with(0).text(), "x\n");
}

#[test]
fn the_loudest_run_shows_its_requests_masked() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    for arguments in [
        &["dishonest", "行数:2", "-vv"][..],
        &["copyright", "--provider", "ihuyi", "行数:2", "-vv"],
        &["copyright", "--provider", "shuidi", "行数:2", "-vv"],
    ] {
        let ran = world.run(arguments).exits_with(0);
        assert!(ran.stderr.contains("***"), "{}", ran.stderr);
    }
}
