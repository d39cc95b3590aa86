//! The beginning of `docs/scale-out.md`: every block is run against a PostgreSQL server.

use super::{blocks, read};
use crate::harness::postgres::{PostgresServer, USER};
use crate::harness::{World, sandbox};

#[test]
fn one_archive_for_a_team() {
    let Some(server) = PostgresServer::start(&[]) else { return };
    let document = read("docs/scale-out.md");
    let section = document.split("\n## ").find(|section| section.starts_with("One archive for a team\n"));
    let blocks = blocks(section.expect("the section"));
    let blocks: Vec<_> = blocks.into_iter().map(|(_, lines)| lines.join("\n")).collect();
    let [create, config, work, auditor] = &blocks[..] else { panic!("four blocks") };

    let sandbox = sandbox();
    let administrator = World::new()
        .with("PGHOST", server.folder().to_str().unwrap())
        .with("PGPORT", server.port().to_string())
        .with("PGUSER", USER);
    let ran = administrator.in_a_shell("bash", &format!("set -e\n{create}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);

    let member = World::with_sandbox(&sandbox);
    member.run(["dishonest", "行数:45"]).exits_with(0);
    member.write("companies.txt", "仅有一条企业\n行数:45\n");
    std::fs::create_dir_all(member.path(".config/hecha")).unwrap();
    let password = member.write(".config/hecha/archive-password", "a-long-random-password\n");
    std::fs::set_permissions(password, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let config = config.replace("db.example", &format!("127.0.0.1:{}", server.port()));
    member.write(".config/hecha/config.toml", config);
    let ran = member.in_a_shell("bash", &format!("set -e\n{work}"));
    assert_eq!(ran.code, Some(0), "{}{}", ran.text(), ran.stderr);
    assert!(ran.text().contains("19996"), "the budget counts what was merged too: {}", ran.text());
    assert_eq!(sandbox.calls("market").requests, 4, "what a member has bought before is not bought again");

    let ran = administrator.in_a_shell("bash", &format!("set -e\n{auditor}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let reader = World::with_sandbox(&sandbox)
        .with("HECHA_ARCHIVE_URL", server.url("auditor", "hecha"))
        .with("HECHA_ARCHIVE_PASSWORD", "another-password");
    let found = reader.run(["dishonest", "行数:45", "--offline", "-f", "json"]).exits_with(0).json();
    assert_eq!(found["records"].as_array().unwrap().len(), 45);
    for arguments in [&["archive", "list"][..], &["usage"], &["changes", "dishonest", "行数:45"]] {
        reader.run(arguments).exits_with(0);
    }
}
