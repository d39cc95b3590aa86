//! Who may open the database, and what a refusal says. A password is in no output, log, error or process list.

use super::{database, member, server, vendor};
use crate::client::certificates::{Authority, parameters};
use crate::harness::postgres::{PASSWORD, PostgresServer, USER};
use crate::harness::vendor::Vendor;
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

#[test]
fn a_role_that_may_only_read_uses_the_archive_and_is_told_that_it_cannot_buy() {
    let Some(server) = server() else { return };
    let (database, url) = database(server);
    let vendor = quick_vendor();
    member(&vendor, &url).run(ASK).exits_with(0);
    server.sql(
        &database,
        &format!(
            "CREATE ROLE reader_{database} LOGIN PASSWORD '{PASSWORD}';
             GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{database}"
        ),
    );
    let reader = member(&vendor, &server.url(&format!("reader_{database}"), &database));
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
    }
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
    let trusting = member(&vendor, &url("verify-full"));
    let file = trusting.write("company-ca.pem", authority.pem());
    trusting.with("HECHA_NETWORK_CA_CERT", file.to_str().unwrap()).run(ASK).exits_with(0);
    assert_eq!(vendor.calls(), 1);
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
