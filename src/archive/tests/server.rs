//! The particulars of a server: leases that expire, lost connections, permissions, schemas, backups.

use super::harness::{PASSWORD, PostgresServer, Shutdown, USER};
use super::*;
use crate::domain::secret::Secret;
use std::sync::OnceLock;
use std::time::Duration;

/// The server that all tests share. It ends with the process.
pub(super) fn server() -> Option<&'static PostgresServer> {
    static SERVER: OnceLock<Option<PostgresServer>> = OnceLock::new();
    SERVER.get_or_init(|| PostgresServer::start(&[("max_connections", "200")])).as_ref()
}

pub(super) fn location(url: &str, place: &Place) -> ArchiveLocation {
    let mut settings = PostgresSettings::from_url(url).unwrap();
    settings.password.get_or_insert_with(|| Secret::new(PASSWORD.to_owned()));
    settings.spool = place.path.with_file_name("spool.db");
    ArchiveLocation::Server(Box::new(settings))
}

/// A database with options of its URL. Its clock stands at noon.
pub(super) fn database(server: &PostgresServer, options: &str) -> (Place, String) {
    let (place, database) = (Place::new(), server.create_database());
    let location = location(&format!("{}?{options}", server.url(USER, &database)), &place);
    set_clock(server, &database, &format!("timestamptz '{}'", noon()));
    (Place { location, ..place }, database)
}

/// Gives a database a clock of its own, for connections that are opened afterwards.
pub(super) fn set_clock(server: &PostgresServer, database: &str, now: &str) {
    server.sql(
        database,
        &format!(
            "ALTER DATABASE {database} SET search_path = public, pg_catalog;
             CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT {now} $$"
        ),
    );
}

fn refusal(location: &ArchiveLocation, access: Access) -> ArchiveError {
    Archive::open_at(location, access, at_noon()).err().expect("it is refused")
}

#[test]
fn a_run_that_expired_may_have_been_charged_and_its_late_answer_is_still_kept() {
    let Some(server) = server() else { return };
    let (place, name) = database(server, "");
    let (lost, other) = (place.archive(), place.archive());
    let page = request("乐视");
    let lease = granted(&lost, &page);
    assert!(is_busy(&other, &page));
    assert_eq!(usage(&other), ["market 2026-01-02 under-way unknown 1"]);
    server.sql(&name, "UPDATE runs SET expires_at = 0");
    assert_eq!(usage(&other), ["market 2026-01-02 failed:uncertain unknown 1"]);
    let again = granted(&other, &page);
    assert_eq!(again.uncertain_since(), Some(noon()));
    other.release(again).unwrap();
    lost.complete(lease, bought(), Some(keep(&page, b"late"))).unwrap();
    assert_eq!(other.find(&page, long_ago()).unwrap().unwrap().body, b"late");
    assert_eq!(usage(&other), ["market 2026-01-02 data yes 1"]);
    buy(&lost, "小米");
}

#[test]
fn a_run_renews_its_lease_while_it_has_nothing_to_write() {
    let Some(server) = server() else { return };
    let (place, name) = database(server, "lease_seconds=1");
    set_clock(server, &name, "pg_catalog.clock_timestamp()");
    let (one, two) = (place.archive(), place.archive());
    let lease = granted(&one, &request("乐视"));
    std::thread::sleep(Duration::from_millis(2500));
    assert!(is_busy(&two, &request("乐视")));
    one.release(lease).unwrap();
}

#[test]
fn an_answer_that_cannot_be_stored_waits_in_the_spool_and_is_stored_by_the_next_run() {
    let Some(mut server) = PostgresServer::start(&[]) else { return };
    let (place, _) = database(&server, "connect_timeout=2");
    let archive = place.archive();
    buy(&archive, "小米");
    let page = request("乐视");
    let lease = granted(&archive, &page);
    server.stop(Shutdown::Immediate);
    let error = archive.complete(lease, bought(), Some(keep(&page, b"body"))).unwrap_err();
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::Spooled(_), .. }), "{error}");
    assert_eq!(error.kind().exit_code(), 5);
    archive.acquire(&request("华为"), long_ago()).unwrap_err();
    drop(archive);
    let error = refusal(&place.location, Access::ReadWrite);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::Unreachable, .. }), "{error}");
    server.start_again();
    let looking = Archive::open_at(&place.location, Access::ReadOnly, at_noon()).unwrap();
    notices(&looking, ["answers that could not be stored on the server are kept in"]);
    assert_eq!(looking.find(&page, long_ago()).unwrap(), None);
    let next = place.archive();
    notices(&next, ["stored 1 attempt on the server"]);
    assert_eq!(next.find(&page, long_ago()).unwrap().unwrap().body, b"body");
    assert_eq!(usage(&next), ["market 2026-01-02 data yes 2"]);
    assert_eq!(place.archive().take_notices(), []);
}

#[test]
fn a_connection_that_is_lost_between_two_pages_is_opened_anew() {
    let Some(server) = server() else { return };
    let (place, name) = database(server, "");
    let archive = place.archive();
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                AND pid <> pg_backend_pid()";
    for keyword in ["乐视", "小米"] {
        buy(&archive, keyword);
        assert!(archive.find(&request(keyword), long_ago()).unwrap().is_some());
        server.sql(&name, kill);
    }
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 2"]);
}

#[test]
fn a_wrong_password_and_a_missing_database_are_refused_without_the_password() {
    let Some(server) = server() else { return };
    let place = Place::new();
    for url in [
        format!("postgres://{USER}:canary-wrong@127.0.0.1:{}/postgres", server.port()),
        server.url(USER, "no_such_database"),
        format!("{}?sslmode=verify-full", server.url(USER, "postgres")),
    ] {
        let error = refusal(&location(&url, &place), Access::ReadOnly);
        let is_expected = if url.contains("verify-full") {
            matches!(error, ArchiveError { problem: ArchiveProblem::Untrusted, .. })
        } else {
            matches!(error, ArchiveError { problem: ArchiveProblem::AccessRefused, .. })
        };
        let shown = format!("{error:?} {error} {error:#}");
        assert!(is_expected && !shown.contains("canary"), "{shown}");
    }
}

#[test]
fn a_user_who_may_only_read_can_look_but_not_buy() {
    let Some(server) = server() else { return };
    let (place, name) = database(server, "");
    buy(&place.archive(), "乐视");
    server.sql(
        &name,
        &format!(
            "CREATE ROLE reader_{name} LOGIN PASSWORD 'reads'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{name}"
        ),
    );
    let url = format!("postgres://reader_{name}:reads@127.0.0.1:{}/{name}", server.port());
    let reader = location(&url, &place);
    let archive = Archive::open_at(&reader, Access::ReadOnly, at_noon()).unwrap();
    assert!(archive.find(&request("乐视"), long_ago()).unwrap().is_some());
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 1"]);
    assert!(archive.verify(|_| {}).unwrap().is_clean());
    let error = refusal(&reader, Access::ReadWrite);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::NotPermitted, .. }), "{error}");
}

#[test]
fn a_newer_schema_another_programs_tables_and_an_empty_database_are_told_apart() {
    let Some(server) = server() else { return };
    let (place, name) = database(server, "");
    let error = refusal(&place.location, Access::ReadOnly);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::Missing, .. }), "{error}");
    drop(place.archive());
    server.sql(&name, "INSERT INTO schema_version VALUES (99)");
    for access in [Access::ReadOnly, Access::ReadWrite] {
        let error = refusal(&place.location, access);
        assert!(matches!(error.problem, ArchiveProblem::NewerSchema { found: 99, .. }), "{error}");
    }
    let (place, name) = database(server, "");
    server.sql(&name, "CREATE TABLE answers (other INT)");
    let error = refusal(&place.location, Access::ReadWrite);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::NotAnArchive, .. }), "{error}");
}

#[test]
fn a_file_is_imported_and_a_backup_is_a_file_with_everything() {
    let Some(server) = server() else { return };
    let (place, _) = database(server, "");
    let file = Place::new();
    let other = file.archive();
    buy(&other, "乐视");
    drop(other);
    let archive = place.archive();
    let id = buy(&archive, "小米");
    let added = |archive: &Archive| {
        let summary = archive.import(&file.path).unwrap();
        (summary.answers_added, summary.attempts_added)
    };
    assert_eq!((added(&archive), added(&archive)), ((1, 1), (0, 0)));
    assert_eq!(archive.queries_for(market::ID, "乐视").unwrap().len(), 1);
    assert_eq!(other_text(&file, "乐视"), archive_text(&archive, "乐视"));
    leave_in_flight(&archive, &request("华为"));
    let target = file.path.with_file_name("backup.db");
    assert!(archive.backup(&target).unwrap() > 0);
    assert!(archive.backup(&target).unwrap() > 0, "an earlier backup is replaced");
    let backup = Archive::open(&target, Access::ReadOnly).unwrap();
    assert_eq!(backup.entry(id).unwrap(), archive.entry(id).unwrap());
    assert_eq!(
        usage(&backup),
        ["market 2026-01-02 data yes 2", "market 2026-01-02 failed:uncertain unknown 1"]
    );
}

/// The derived question of a query, as its store writes it.
fn archive_text(archive: &Archive, keyword: &str) -> String {
    archive
        .read(|sql| {
            let question = "SELECT question FROM queries WHERE keyword = ?1";
            sql.first(question, &[&keyword])?.unwrap().get(0)
        })
        .unwrap()
}

fn other_text(file: &Place, keyword: &str) -> String {
    let third = Place::new();
    let archive = third.archive();
    archive.import(&file.path).unwrap();
    archive_text(&archive, keyword)
}
