//! Exit codes, the `error` object and standard error, one by one as the contract's tables have them.

use super::adapter::{IHUYI, MARKET, SHUIDI};
use crate::harness::vendor::{Vendor, answer, json as json_answer};
use crate::harness::{Ran, World, requests_at, sandbox};
use serde_json::{Value, json};

fn error_of(ran: &Ran) -> Value {
    ran.json()["queries"][0]["error"].clone()
}

#[test]
fn forty_thousand_stops_a_batch_at_once() {
    let sandbox = sandbox();
    let ran = World::with_sandbox(&sandbox).run([
        "copyright",
        "--provider",
        "shuidi",
        "错误码:40000",
        "甲公司",
        "乙公司",
    ]);
    assert!(matches!(ran.code, Some(4 | 7)), "{}", ran.snapshot());
    assert_eq!(sandbox.calls("shuidi").requests, 1);
}

#[test]
fn the_gateways_request_id_is_shown_and_its_words_hold_no_secret() {
    let vendor = Vendor::start(|_| {
        answer(
            "403 Forbidden",
            &[
                "x-ca-error-code: A400AC",
                "x-ca-error-message: Invalid AppCode `sandbox-appcode-3f9d0c7a51e84b62`",
                "x-ca-request-id: 1AF8F59A-9D1B-4ECA-A000-000000000042",
            ],
            "",
        )
    });
    let ran = World::with_vendor_at(&vendor.origin()).run(["dishonest", "某公司", "-vv"]).exits_with(4);
    assert_eq!(error_of(&ran)["request_id"], "1AF8F59A-9D1B-4ECA-A000-000000000042");
    assert!(ran.stderr.contains("1AF8F59A-9D1B-4ECA-A000-000000000042"));
    assert!(!format!("{}{}", ran.text(), ran.stderr).contains("3f9d0c7a51e84b62"), "{}", ran.snapshot());
}

#[test]
fn the_serial_numbers_of_the_vendors_are_the_request_id() {
    let vendor = Vendor::start(|request| {
        json_answer(if request.line.contains("ihuyi") {
            r#"{"code":4051,"msg":"剩余条数不足","idcardid":"16236437872836123"}"#
        } else {
            r#"{"statusCode":20003,"statusMessage":"余量不足","data":{},"orderNo":1359050784083415000}"#
        })
    });
    for (adapter, id) in [(&IHUYI, "16236437872836123"), (&SHUIDI, "1359050784083415000")] {
        let ran = adapter.run(&World::with_vendor_at(&vendor.origin()), &["某公司"]).exits_with(7);
        assert_eq!(error_of(&ran)["request_id"], id);
    }
}

#[test]
fn own_limits_are_eight_and_offline_is_nine() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = world.run(["dishonest", "行数:100", "--max-calls", "2"]).exits_with(8);
    assert_eq!(sandbox.calls("market").requests, 2);
    let query = ran.json()["queries"][0].clone();
    assert_eq!(
        (&query["status"], &query["returned"], &query["error"]["kind"]),
        (&json!("partial"), &json!(40), &json!("limit"))
    );

    let ran = world.run(["dishonest", "从未问过公司", "--offline"]).exits_with(9);
    let query = ran.json()["queries"][0].clone();
    assert_eq!(
        (&query["error"]["kind"], &query["error"]["charged"], &query["calls"]),
        (&json!("offline"), &json!("no"), &json!(0))
    );
    assert_eq!(sandbox.calls("market").requests, 2);
}

#[test]
fn a_missing_credential_is_four_names_its_variable_and_sends_nothing() {
    let sandbox = sandbox();
    let endpoints = || {
        World::new()
            .with("HECHA_MARKET_ENDPOINT", sandbox.endpoint("market"))
            .with("HECHA_IHUYI_ENDPOINT", sandbox.endpoint("ihuyi"))
            .with("HECHA_SHUIDI_ENDPOINT", sandbox.endpoint("shuidi"))
    };
    for (world, command, named) in [
        (World::new(), MARKET.command, "HECHA_MARKET_ENDPOINT"),
        (endpoints(), MARKET.command, "HECHA_MARKET_APPCODE"),
        (endpoints(), IHUYI.command, "HECHA_IHUYI_ACCOUNT"),
        (endpoints().with("HECHA_IHUYI_ACCOUNT", "me"), IHUYI.command, "HECHA_IHUYI_API_KEY"),
        (endpoints(), SHUIDI.command, "HECHA_SHUIDI_PNAME"),
        (endpoints().with("HECHA_SHUIDI_PNAME", "me"), SHUIDI.command, "HECHA_SHUIDI_PKEY"),
    ] {
        let mut arguments = command.to_vec();
        arguments.push("某公司");
        let ran = world.run(&arguments).exits_with(4);
        assert!(ran.stderr.contains(named), "{named} in {}", ran.stderr);
        assert!(ran.stdout.is_empty());
    }
    assert_eq!(requests_at(&sandbox), 0);
}

#[test]
fn what_is_wrong_with_the_command_line_is_two_in_one_sentence_and_sends_nothing() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "甲公司\n");
    for (arguments, named) in [
        (&["dishonest"][..], "KEYWORD"),
        (&["dishonest", ""], "blank"),
        (&["dishonest", "甲公司", "  "], "keyword 2"),
        (&["dishonest", "甲公司", "-i", "list.txt"], "--input"),
        (&["dishonest", "甲公司", "--column", "1"], "--input"),
        (&["dishonest", "甲公司", "--page-size", "0"], "--page-size"),
        (&["dishonest", "甲公司", "--page", "0"], "--page"),
        (&["dishonest", "甲公司", "--page", "4294967295"], "--page"),
        (&["dishonest", "甲公司", "--limit", "0"], "--limit"),
        (&["dishonest", "甲公司", "--limit", "many"], "--limit"),
        (&["dishonest", "甲公司", "--by", "passport"], "--by"),
        (&["dishonest", "甲公司", "--fields", "cuort"], "court"),
        (&["dishonest", "甲公司", "--fields", "id,id"], "id"),
        (&["dishonest", "甲公司", "--rate", "fast"], "--rate"),
        (&["dishonest", "甲公司", "--rate", "0.0000000000001/h"], "--rate"),
        (&["dishonest", "甲公司", "--timeout", "0s"], "--timeout"),
        (&["dishonest", "甲公司", "--connect-timeout", "0s"], "--connect-timeout"),
        (&["dishonest", "甲公司", "--max-age", "soon"], "--max-age"),
        (&["dishonest", "甲公司", "-j", "0"], "--concurrency"),
        (&["dishonest", "甲公司", "-j", "257"], "--concurrency"),
        (&["dishonest", "甲公司", "--max-errors", "0"], "--max-errors"),
        (&["dishonest", "甲公司", "--shard", "4/3"], "--shard"),
        (&["dishonest", "甲公司", "--fresh", "--offline"], "--offline"),
        (&["dishonest", "甲公司", "--no-archive", "--offline"], "--offline"),
        (&["dishonest", "-i", "missing.txt"], "missing.txt"),
        (&["dishonest", "甲公司", "--type", "software"], "--type"),
        (&["dishonest", "甲公司", "--report", "r.doc"], "--report"),
        (&["copyright", "--provider", "shuidi", "甲公司", "--type", "software"], "--type"),
        (&["copyright", "--provider", "shuidi", "甲公司", "--year", "2024"], "--year"),
        (&["copyright", "--provider", "all", "甲公司", "--owner", "张"], "--owner"),
        (&["copyright", "--provider", "ihuyi", "甲公司", "--year", "24"], "--year"),
        (&["copyright", "--provider", "ihuyi", "甲公司", "--title", " "], "--title"),
        (&["copyright", "--provider", "ihuyi", "甲公司", "--by", "company-id"], "company-id"),
        (&["copyright", "--provider", "qcc", "甲公司"], "qcc"),
        (&["nonsense"], "nonsense"),
        (&["completions", "tcsh"], "tcsh"),
    ] {
        let ran = world.run(arguments).exits_with(2);
        assert!(ran.stderr.contains(named), "{named} in {}", ran.snapshot());
        assert!(ran.stdout.is_empty(), "{arguments:?}");
    }
    assert_eq!(requests_at(&sandbox), 0, "nothing was sent");
}

#[test]
fn sentences_of_wrong_command_lines() {
    let world = World::new();
    insta::assert_snapshot!(world.run(["dishonest", " "]).snapshot(), @r"
    exit code: 2
    --- stdout
    --- stderr
    hecha: error: usage: keyword 1 is blank; leave it out or name a company
    ");
    insta::assert_snapshot!(world.run(["dishonest", "甲公司", "--page-size", "21"]).snapshot(), @r"
    exit code: 2
    --- stdout
    --- stderr
    hecha: error: usage: --page-size 21 is over the cap of market: at most 20 records a page
    ");
    insta::assert_snapshot!(world.run(["dishonest", "甲公司", "--fields", "id,cuort"]).snapshot(), @r"
    exit code: 2
    --- stdout
    --- stderr
    hecha: error: usage: --fields: there is no column 'cuort'; did you mean 'court'? (`hecha fields dishonest` lists them)
    ");
    let year = ["copyright", "--provider", "shuidi", "甲公司", "--year", "2024"];
    insta::assert_snapshot!(world.run(year).snapshot(), @r"
    exit code: 2
    --- stdout
    --- stderr
    hecha: error: usage: shuidi does not support --year; leave it out or use --provider ihuyi
    ");
    insta::assert_snapshot!(world.run(["dishonest", "甲公司"]).snapshot(), @r"
    exit code: 4
    --- stdout
    --- stderr
    hecha: error: configuration: [market] endpoint, appcode: not configured; set HECHA_MARKET_ENDPOINT, HECHA_MARKET_APPCODE, or fill in config.toml
           hint: `hecha config init` writes a file to fill in; --sandbox needs no configuration
    ");
    insta::assert_snapshot!(world.run(["copyright", "甲公司"]).snapshot(), @r"
    exit code: 4
    --- stdout
    --- stderr
    hecha: error: configuration: [ihuyi] account, api_key or [shuidi] pname, pkey: not configured; set HECHA_IHUYI_ACCOUNT, HECHA_IHUYI_API_KEY or HECHA_SHUIDI_PNAME, HECHA_SHUIDI_PKEY, or fill in config.toml
           hint: `hecha config init` writes a file to fill in; --sandbox needs no configuration
    ");
    let by = ["--error-format", "json", "dishonest", "甲公司", "--by", "company"];
    insta::assert_snapshot!(world.run(by).snapshot(), @r#"
    exit code: 2
    --- stdout
    --- stderr
    {"kind":"usage","code":null,"message":"invalid value 'company' for '--by <KIND>'; [possible values: name, uscc, org-code, reg-no, company-id]; tip: a similar value exists: 'company-id'","http_status":null,"request_id":null,"charged":"no","hint":null}
    "#);
}

#[test]
fn errors_as_json_are_one_object_a_line_and_nothing_else() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    for (arguments, code, kinds) in [
        (&["dishonest", "错误码:B403MQ"][..], 7, &["account"][..]),
        (&["dishonest", "甲公司", "--page-size", "21"], 2, &["usage"]),
        (&["dishonest", "甲公司", "--no-such-option"], 2, &["usage"]),
        (&["dishonest", "-i", "missing.txt"], 2, &["usage"]),
        (
            &["dishonest", "错误码:I400MP", "行数:2", "错误码:D504BE", "--retries", "0"],
            3,
            &["input", "temporary"],
        ),
        (&["dishonest", "封顶:60"], 0, &["warning"]),
        (&["dishonest", "91350100M000100Y44"], 2, &["warning", "usage"]),
        (&["dishonest", "91350100M000100Y44", "--suspicious", "send"], 0, &["warning"]),
    ] {
        let mut whole = vec!["--error-format", "json"];
        whole.extend(arguments);
        let ran = world.run(&whole).exits_with(code);
        let lines: Vec<Value> = ran
            .stderr
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect();
        let told: Vec<_> = lines.iter().map(|line| line["kind"].as_str().expect("a kind")).collect();
        assert_eq!(told, kinds, "{arguments:?}");
        for line in lines.iter().filter(|line| line["kind"] != "warning") {
            for key in ["kind", "code", "message", "http_status", "request_id", "charged", "hint"] {
                assert!(line.get(key).is_some(), "{key} in {line}");
            }
        }
    }
}

#[test]
fn who_asks_for_more_in_json_gets_it_in_json() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = world.run(["--error-format", "json", "-vv", "dishonest", "行数:1"]).exits_with(0);
    let lines: Vec<Value> =
        ran.stderr.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    assert!(lines.iter().all(|line| line["kind"] == "notice"), "{}", ran.stderr);
    let told = |start: &str| {
        lines.iter().any(|line| line["message"].as_str().is_some_and(|text| text.starts_with(start)))
    };
    assert!(told("> GET ") && told("< HTTP 200"), "{}", ran.stderr);
}

#[test]
fn a_code_with_a_wrong_check_digit_is_sent_only_on_demand() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    for arguments in [&["91350100M000100Y44"][..], &["91350100M000100Y44", "--by", "uscc"]] {
        let ran = world.run(["dishonest"].iter().chain(arguments)).exits_with(2);
        for part in ["check-digit", "probably '91350100M000100Y43'", "--suspicious skip", "--suspicious send"]
        {
            assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
        }
    }
    world.run(["copyright", "--provider", "ihuyi", "L5701181X"]).exits_with(2);
    assert_eq!((sandbox.calls("market").requests, sandbox.calls("ihuyi").requests), (0, 0));
    let ran = world.run(["dishonest", "91350100M000100Y44", "--suspicious", "send"]).exits_with(0);
    assert_eq!(ran.json()["queries"][0]["warning"]["code"], "check-digit");
    assert!(sandbox.calls("market").requests > 0);
    // A name is no code.
    world.run(["copyright", "--provider", "ihuyi", "L5701181X", "--by", "name"]).exits_with(0);
    assert!(sandbox.calls("ihuyi").requests > 0);
}

#[test]
fn fail_empty_is_twenty_only_where_nothing_at_all_was_found() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "查无此企业", "行数:0", "--fail-empty"]).exits_with(20);
    world.run(["dishonest", "查无此企业", "行数:1", "--fail-empty"]).exits_with(0);
    world.run(["dishonest", "合计", "--suspicious", "skip", "--fail-empty"]).exits_with(0);
    world.run(["dishonest", "查无此企业"]).exits_with(0);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    for arguments in [&["dishonest", "行数:900", "-f", "ndjson"][..], &["archive", "export"]] {
        let mut child = world.spawn(arguments, std::process::Stdio::null());
        drop(child.stdout.take());
        assert_eq!(child.wait().expect("an end").code(), Some(0));
    }
}

#[test]
fn a_pending_answer_is_asked_for_again() {
    let vendor = Vendor::start(|request| {
        json_answer(if request.number == 0 {
            r#"{"statusCode":5,"statusMessage":"等待处理中","data":{},"orderNo":1}"#.to_owned()
        } else {
            (SHUIDI.page)(0..1, 1)
        })
    });
    let ran = SHUIDI.run(&World::with_vendor_at(&vendor.origin()), &["某公司"]).exits_with(0);
    assert_eq!((vendor.calls(), &ran.json()["queries"][0]["calls"]), (2, &json!(2)));
}

#[test]
fn help_and_version_are_data_and_success() {
    let world = World::new();
    for arguments in [&["--help"][..], &["-h"], &["--version"], &["dishonest", "--help"], &["help"]] {
        let ran = world.run(arguments).exits_with(0);
        assert!(!ran.stdout.is_empty() && ran.stderr.is_empty(), "{}", ran.snapshot());
    }
    assert!(world.run(["--version"]).text().starts_with("hecha 0.1.0"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_one_for_every_command() {
    let world = World::new();
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["help", "money"],
        &["fields", "dishonest"],
        &["explain", "ihuyi"],
        &["completions", "bash"],
        &["--sandbox", "dishonest", "仅有一条企业"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
        let status = world.command(arguments).stdout(full).output().expect("hecha ends").status;
        assert_eq!(status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn each_query_says_what_its_keyword_was_taken_for() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let keywords = [
        "某公司",
        "91350100M000100Y43",
        "59467239-9",
        "110108000000016",
        "26900010",
        "一汽—大众汽车有限公司",
    ];
    let document = world.run(["dishonest", "--limit", "1"].iter().chain(&keywords)).exits_with(0).json();
    let queries = document["queries"].as_array().expect("queries");
    let kinds: Vec<_> = queries.iter().map(|query| query["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["name", "uscc", "org-code", "reg-no", "company-id", "name"]);
    let named = world.run(["dishonest", "26900010", "--by", "name", "--limit", "1"]).exits_with(0).json();
    assert_eq!(named["queries"][0]["kind"], "name");
    let rights = world.run(["copyright", "--provider", "all", "360", "--limit", "1"]).exits_with(0).json();
    for query in rights["queries"].as_array().expect("queries") {
        assert_eq!(query["kind"], "name", "only the dishonest list has company ids: {query}");
    }
    let ran = world.run(["copyright", "--provider", "ihuyi", "2015SR183758", "--limit", "1"]).exits_with(0);
    assert!(ran.stderr.contains("may find nothing"), "{}", ran.stderr);
    for (command, warns) in [
        (&["dishonest"][..], true),
        (&["copyright", "--provider", "shuidi"], true),
        (&["copyright", "--provider", "ihuyi"], false),
        (&["copyright", "--provider", "all"], true),
    ] {
        let ran = world.run(command.iter().chain(&["59467239-9", "--limit", "1"])).exits_with(0);
        assert_eq!(ran.stderr.contains("may find nothing"), warns, "{command:?}: {}", ran.stderr);
    }
}
