//! Who may open the database, and what a refusal says. A password is in no output, log, error or process list.

use super::{database, member, server, vendor};
use crate::client::certificates::{Authority, parameters};
use crate::harness::postgres::{PASSWORD, PostgresServer, USER};
use crate::harness::vendor::{Vendor, refusing};
use crate::harness::{Ran, World};
use std::process::Stdio;
use std::time::Duration;

const ASK: [&str; 4] = ["dishonest", "-f", "json", "甲公司"];

fn quick_vendor() -> Vendor {
    vendor(1, Duration::ZERO)
}

/// The run failed with this code and these words, bought nothing and showed no password.
#[track_caller]
fn check_refused(ran: Ran, code: i32, words: &str, vendor: &Vendor) {
    let ran = ran.exits_with(code);
    assert!(ran.stderr.contains(words), "no '{words}' in {}", ran.stderr);
    assert!(!ran.stderr.contains("canary") && !ran.text().contains("canary"), "{}", ran.snapshot());
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn a_wrong_password_and_a_missing_one_are_told_and_not_shown() {
    let Some(server) = server() else { return };
    let (_, url) = database(server);
    let vendor = quick_vendor();
    let plain = || World::with_vendor_at(&vendor.origin()).with("HECHA_ARCHIVE_URL", &url);
    check_refused(plain().with("HECHA_ARCHIVE_PASSWORD", "canary-wrong").run(ASK), 4, "password", &vendor);
    check_refused(plain().run(ASK), 4, "password", &vendor);
    let in_url = url.replace("postgres@", "postgres:canary-wrong@");
    let world = World::with_vendor_at(&vendor.origin()).with("HECHA_ARCHIVE_URL", in_url);
    check_refused(world.run(ASK), 4, "password", &vendor);
    let shown = world.run(["config", "show"]);
    assert!(!shown.text().contains("canary") && !shown.stderr.contains("canary"), "{}", shown.snapshot());
}

#[test]
fn the_password_is_found_in_a_file_a_command_and_the_password_file_of_postgresql() {
    use std::os::unix::fs::PermissionsExt;
    let Some(server) = server() else { return };
    let (database, url) = database(server);
    let vendor = quick_vendor();
    let private = |path: &std::path::Path| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    let by_file = member(&vendor, &url);
    by_file.run(ASK).exits_with(0);
    let by_command = World::with_vendor_at(&vendor.origin());
    let file = by_command.write("password", PASSWORD);
    let config =
        format!("[archive]\nurl = \"{url}\"\npassword_command = [\"cat\", \"{}\"]\n", file.display());
    let config = by_command.write("config.toml", config);
    by_command.with("HECHA_CONFIG", config.to_str().unwrap()).run(ASK).exits_with(0);
    let by_pgpass = World::with_vendor_at(&vendor.origin()).with("HECHA_ARCHIVE_URL", &url);
    let pgpass = by_pgpass.write(".pgpass", format!("127.0.0.1:*:{database}:{USER}:{PASSWORD}\n"));
    private(&pgpass);
    by_pgpass.run(ASK).exits_with(0);
    std::fs::set_permissions(&pgpass, std::fs::Permissions::from_mode(0o644)).unwrap();
    by_pgpass.run(ASK).exits_with(4);
    assert_eq!(vendor.calls(), 1);
}

/// A member whose role may only read.
fn reader(server: &PostgresServer, vendor: &Vendor, database: &str) -> World {
    server.sql(
        database,
        &format!(
            "CREATE ROLE reader_{database} LOGIN PASSWORD '{PASSWORD}';
             GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{database}"
        ),
    );
    member(vendor, &server.url(&format!("reader_{database}"), database))
}

#[test]
fn a_role_that_may_only_read_uses_the_archive_and_is_told_that_it_cannot_buy() {
    let Some(server) = server() else { return };
    let (database, url) = database(server);
    let vendor = quick_vendor();
    member(&vendor, &url).run(ASK).exits_with(0);
    let reader = reader(server, &vendor, &database);
    for arguments in [
        &["dishonest", "-f", "json", "甲公司", "--offline"][..],
        &["dishonest", "-f", "json", "甲公司", "--dry-run"],
        &["archive", "list", "-f", "json"],
        &["archive", "show", "1"],
        &["archive", "verify"],
        &["archive", "export"],
        &["usage", "-f", "json"],
        &["changes", "dishonest", "甲公司", "-f", "json"],
    ] {
        reader.run(arguments).exits_with(0);
    }
    let refused = reader.run(["dishonest", "-f", "json", "乙公司"]);
    assert!(matches!(refused.code, Some(1 | 4)), "{}", refused.snapshot());
    assert!(
        refused.stderr.contains("permission") || refused.stderr.contains("may not"),
        "{}",
        refused.stderr
    );
    assert_eq!(vendor.calls(), 1);
}

#[test]
fn a_newer_schema_is_refused_and_changed_by_nothing() {
    let Some(server) = server() else { return };
    let (database, url) = database(server);
    let vendor = quick_vendor();
    let member = member(&vendor, &url);
    member.run(["dishonest", "-f", "json", "丙公司"]).exits_with(0);
    server.sql(&database, "INSERT INTO schema_version VALUES (99)");
    for arguments in [&ASK[..], &["archive", "list"], &["usage"]] {
        let ran = member.run(arguments);
        assert!(matches!(ran.code, Some(1 | 4)), "{}", ran.snapshot());
        assert!(ran.stderr.contains("schema 99"), "{}", ran.stderr);
        assert!(ran.stderr.contains("update hecha") && !ran.stderr.contains("file"), "{}", ran.stderr);
    }
    assert_eq!(vendor.calls(), 1);
}

/// Brings a database with data back to schema 1.
fn downgrade(server: &PostgresServer, database: &str) {
    let first = include_str!("../../src/archive/postgres/migrations/0001_archive.sql");
    let function = &first[first.find("CREATE FUNCTION").unwrap()..];
    let function = &function[..function.find("END $$;").unwrap() + 7];
    let function = function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION");
    server.sql(database, &format!("DELETE FROM schema_version WHERE version > 1; {function}"));
}

#[test]
fn an_older_schema_with_data_is_brought_up_to_date_by_the_next_run_also_by_two_at_once() {
    let Some(server) = server() else { return };
    let (database, url) = database(server);
    let vendor = quick_vendor();
    let members = [(); 2].map(|()| member(&vendor, &url));
    members[0].run(ASK).exits_with(0);
    downgrade(server, &database);
    let row_of_the_day = || server.sql(&database, "SELECT ctid, calls FROM calls_by_day");
    let recount = "UPDATE attempts SET charged = 'unknown'; UPDATE attempts SET charged = 'yes'";
    let before = row_of_the_day();
    server.sql(&database, recount);
    assert_ne!(row_of_the_day(), before, "the first schema touches the row without a change");
    let children = members
        .each_ref()
        .map(|member| member.spawn(["dishonest", "-f", "json", "甲公司", "乙公司"], Stdio::null()));
    for child in children {
        let found = super::ended(child).exits_with(0).json();
        assert_eq!(found["records"].as_array().unwrap().len(), 2);
    }
    assert_eq!(vendor.calls(), 2, "what was bought before is there");
    super::check_bought_once(&vendor);
    assert_eq!(server.sql(&database, "SELECT version FROM schema_version ORDER BY 1"), "1\n2");
    let before = row_of_the_day();
    server.sql(&database, recount);
    assert_eq!(row_of_the_day(), before);
    assert!(before.ends_with("|2"), "{before}");
}

#[test]
fn a_reader_of_an_older_schema_is_told_who_can_bring_it_up_to_date() {
    let Some(server) = server() else { return };
    let (database, url) = database(server);
    let vendor = quick_vendor();
    let owner = member(&vendor, &url);
    owner.run(ASK).exits_with(0);
    downgrade(server, &database);
    let reader = reader(server, &vendor, &database);
    for arguments in [&["archive", "list"][..], &["usage"], &["dishonest", "--offline", "甲公司"], &ASK] {
        let ran = reader.run(arguments).exits_with(1);
        assert!(ran.stderr.contains("old schema 1"), "{}", ran.stderr);
        assert!(ran.stderr.contains("the role or user that owns it"), "{}", ran.stderr);
    }
    assert_eq!(server.sql(&database, "SELECT max(version) FROM schema_version"), "1");
    owner.run(["usage"]).exits_with(0);
    reader.run(["archive", "list"]).exits_with(0);
    assert_eq!(vendor.calls(), 1);
}

#[test]
fn a_certificate_that_is_not_trusted_is_refused_without_falling_back() {
    let authority = Authority::new();
    let Some(server) = server_with_tls(&authority) else { return };
    let database = server.create_database();
    let vendor = quick_vendor();
    let url = |mode: &str| format!("postgres://{USER}@localhost:{}/{database}?sslmode={mode}", server.port());
    for mode in ["require", "verify-full"] {
        let ran = member(&vendor, &url(mode)).run(ASK);
        check_refused(ran, 4, "certificate", &vendor);
    }
    let wrong_name = url("verify-full").replace("localhost", "127.0.0.1");
    let trusting = member(&vendor, &wrong_name);
    let file = trusting.write("company-ca.pem", authority.pem());
    let file = file.to_str().unwrap();
    check_refused(trusting.run([&ASK[..], &["--ca-cert", file]].concat()), 4, "certificate", &vendor);
    let trusting = member(&vendor, &url("require"));
    trusting.run([&ASK[..], &["--ca-cert", file]].concat()).exits_with(0);
    let by_setting = member(&vendor, &url("verify-full")).with("HECHA_NETWORK_CA_CERT", file);
    let by_url = member(&vendor, &format!("{}&sslrootcert={file}", url("verify-full")));
    for world in [&by_setting, &by_url] {
        for arguments in [&ASK[..], &["archive", "list"], &["usage"], &["changes", "dishonest", "甲公司"]]
        {
            world.run(arguments).exits_with(0);
        }
    }
    assert_eq!(vendor.calls(), 1);
    let ran =
        member(&vendor, &format!("{}&sslrootcert=/no/such/file.pem", url("verify-full"))).run(["usage"]);
    assert!(ran.exits_with(4).stderr.contains("/no/such/file.pem"));
}

#[test]
fn a_server_without_encryption_and_a_network_that_is_down_are_told_apart() {
    let Some(server) = server() else { return };
    let (_, url) = database(server);
    let vendor = quick_vendor();
    let ran = member(&vendor, &format!("{url}&sslmode=require")).run(ASK);
    check_refused(ran, 4, "does not support TLS", &vendor);
    let port = server.port().to_string();
    let (_socket, nobody) = refusing();
    let ran = member(&vendor, &url.replace(&port, &nobody.port().to_string())).run(ASK);
    check_refused(ran, 5, "cannot be reached", &vendor);
}

/// A server whose certificate is of `authority`.
fn server_with_tls(authority: &Authority) -> Option<PostgresServer> {
    let mut server = PostgresServer::start(&[])?;
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = authority.certificate(&parameters(&["localhost"]), &key);
    let certificate = server.give("server.crt", &certificate);
    let key = server.give("server.key", &key.serialize_pem());
    server.stop(crate::harness::postgres::Shutdown::Fast);
    server.set("ssl", "on");
    server.set("ssl_cert_file", certificate.to_str().expect("UTF-8"));
    server.set("ssl_key_file", key.to_str().expect("UTF-8"));
    server.start_again();
    Some(server)
}

#[test]
fn the_password_is_in_no_output_log_or_process_list() {
    let Some(server) = server() else { return };
    let (database, url) = database(server);
    let vendor = vendor(1, Duration::from_millis(800));
    let with_password = url.replace("postgres@", &format!("postgres:{PASSWORD}@"));
    for (world, is_in_environment) in [
        (member(&vendor, &url), false),
        (World::with_vendor_at(&vendor.origin()).with("HECHA_ARCHIVE_URL", with_password), true),
    ] {
        let child = world.spawn(["dishonest", "-vv", "-f", "json", "甲公司", "--fresh"], Stdio::null());
        std::thread::sleep(Duration::from_millis(500));
        let process = format!("/proc/{}", child.id());
        let command_line = std::fs::read_to_string(format!("{process}/cmdline")).unwrap();
        assert!(command_line.contains("dishonest") && !command_line.contains("canary"), "{command_line}");
        let environment = std::fs::read_to_string(format!("{process}/environ")).unwrap();
        assert_eq!(environment.contains(PASSWORD), is_in_environment);
        let ran = super::ended(child).exits_with(0);
        assert!(!ran.snapshot().contains("canary"), "{}", ran.stderr);
        for arguments in
            [&["config", "show"][..], &["config", "check"], &["archive", "path"], &["archive", "list", "-vv"]]
        {
            let ran = world.run(arguments);
            assert!(!ran.snapshot().contains("canary"), "{arguments:?}: {}", ran.snapshot());
        }
        let exported = world.run(["archive", "export"]).exits_with(0);
        assert!(!exported.text().contains("canary"));
    }
    let activity = server.sql(&database, "SELECT * FROM pg_stat_activity");
    assert!(!activity.contains("canary"), "{activity}");
}
