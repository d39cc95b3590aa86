//! `hecha archive` and `hecha usage`, as they are used on what was bought.

use crate::harness::{World, sandbox};
use serde_json::{Value, json};

#[test]
fn what_was_bought_is_listed_shown_exported_and_verified() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "行数:25"]).exits_with(0);
    world.run(["copyright", "--provider", "shuidi", "查无此企业"]).exits_with(0);

    let list = world.run(["archive", "list"]).exits_with(0).json();
    let entries = list.as_array().expect("a list");
    assert_eq!(entries.len(), 3);
    let newest = &entries[0];
    assert_eq!((&newest["provider"], &newest["http_status"]), (&json!("shuidi"), &json!(200)));
    assert!(newest["received_at"].as_str().is_some_and(|time| time.ends_with("+08:00")));
    let market = world.run(["archive", "list", "--provider", "market", "--limit", "1"]).exits_with(0).json();
    assert_eq!(market.as_array().map(Vec::len), Some(1));
    let table = world.run(["archive", "list", "-f", "table"]).exits_with(0);
    assert!(table.text().contains("keyword=行数:25"), "{}", table.text());
    let headings = "id,provider,received_at,http_status,serial,kept,size,stored_size,question\n";
    let csv = world.run(["archive", "list", "-f", "csv"]).exits_with(0);
    assert!(csv.text().starts_with(headings) && csv.text().lines().count() == 4, "{}", csv.text());
    let nothing = world.run(["archive", "list", "-f", "csv", "--since", "2999-01-01"]).exits_with(0);
    assert_eq!(nothing.text(), headings);
    let usage = world.run(["usage", "-f", "csv", "--since", "2999-01-01"]).exits_with(0);
    assert_eq!(usage.text(), "provider,day,outcome,charged,calls,cost\n");
    world.run(["archive", "list", "--since", "tomorrow"]).exits_with(2);

    let id = market[0]["id"].to_string();
    let shown = world.run(["archive", "show", &id]).exits_with(0).json();
    assert_eq!((&shown["id"], &shown["provider"]), (&market[0]["id"], &json!("market")));
    let body = world.run(["archive", "show", &id, "--body"]).exits_with(0).json();
    assert_eq!(body["code"], 0);
    world.run(["archive", "show", "99999"]).exits_with(2);

    let exported = world.run(["archive", "export"]).exits_with(0);
    let lines: Vec<Value> =
        exported.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    world.run(["archive", "export", "-o", "export.ndjson"]).exits_with(0);
    assert_eq!(std::fs::read(world.path("export.ndjson")).expect("the file"), exported.stdout);

    let verified = world.run(["archive", "verify"]).exits_with(0);
    assert_eq!(verified.text(), "3 entries checked, 0 damaged\n");
    assert_eq!(sandbox.calls("market").requests, 2);
}

#[test]
fn an_export_never_replaces_the_archive_and_is_complete_under_its_name() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "行数:2"]).exits_with(0);
    let archive = world.run(["archive", "path"]).text().trim().to_owned();
    for file in [archive.clone(), format!("{archive}-wal")] {
        let ran = world.run(["archive", "export", "-o", &file]).exits_with(2);
        assert!(ran.stderr.contains("the archive and --output are the same file"), "{}", ran.stderr);
    }
    let verified = world.run(["archive", "verify"]).exits_with(0);
    assert_eq!(verified.text(), "1 entry checked, 0 damaged\n");
    world.write("export.ndjson", "an earlier export\n");
    world.run(["archive", "export", "-o", "export.ndjson"]).exits_with(0);
    let export = std::fs::read_to_string(world.path("export.ndjson")).expect("the file");
    assert_eq!((export.lines().count(), world.path("export.ndjson.partial").exists()), (1, false));
}

#[test]
fn prune_deletes_answers_and_leaves_the_ledger() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "行数:2"]).exits_with(0);
    let kept = world.run(["archive", "prune"]).exits_with(0);
    assert!(kept.stderr.contains("indefinitely"), "{}", kept.stderr);
    world.run(["archive", "prune", "--older-than", "long"]).exits_with(2);
    world.run(["archive", "prune", "--older-than", "1h"]).exits_with(0);
    assert_eq!(world.run(["archive", "list"]).exits_with(0).json().as_array().map(Vec::len), Some(1));
    let short = World::with_sandbox(&sandbox).with("HECHA_ARCHIVE_KEEP", "1ms");
    let path = world.run(["archive", "path"]).text().trim().to_owned();
    short.with("HECHA_ARCHIVE", path).run(["archive", "prune"]).exits_with(0);
    assert_eq!(world.run(["archive", "list"]).exits_with(0).json(), json!([]));
    world.run(["dishonest", "行数:2"]).exits_with(0);
    world.run(["archive", "prune", "--older-than", "0s"]).exits_with(0);
    assert_eq!(world.run(["archive", "list"]).exits_with(0).json(), json!([]));
    assert_eq!(world.run(["usage"]).exits_with(0).json()[0]["calls"], 2);
}

#[test]
fn another_archive_is_taken_over_and_not_paid_for_again() {
    let sandbox = sandbox();
    let (here, there) = (World::with_sandbox(&sandbox), World::with_sandbox(&sandbox));
    there.run(["dishonest", "行数:25"]).exits_with(0);
    here.run(["dishonest", "行数:3"]).exits_with(0);
    let other = there.run(["archive", "path"]).text().trim().to_owned();
    here.run(["archive", "import", &other]).exits_with(0);
    here.run(["archive", "import", &other]).exits_with(0);
    assert_eq!(here.run(["archive", "list"]).json().as_array().map(Vec::len), Some(3));
    let before = sandbox.calls("market").requests;
    let document = here.run(["dishonest", "行数:25"]).exits_with(0).json();
    assert_eq!(
        (sandbox.calls("market").requests, &document["queries"][0]["archived_pages"]),
        (before, &json!(2))
    );
}

#[test]
fn an_export_is_taken_over_and_not_paid_for_again() {
    let sandbox = sandbox();
    let (here, there) = (World::with_sandbox(&sandbox), World::with_sandbox(&sandbox));
    there.run(["dishonest", "行数:25", "查无此企业"]).exits_with(0);
    let export = there.run(["archive", "export"]).exits_with(0).text().to_owned();
    here.write("bought.ndjson", &export);
    for _ in 0..2 {
        here.run(["archive", "import", "bought.ndjson"]).exits_with(0);
    }
    assert_eq!(here.run(["archive", "list"]).json().as_array().map(Vec::len), Some(3));
    assert_eq!(here.run(["archive", "export"]).text(), export);
    here.run(["archive", "verify"]).exits_with(0);
    let before = sandbox.calls("market").requests;
    let document = here.run(["dishonest", "行数:25", "查无此企业"]).exits_with(0).json();
    assert_eq!(sandbox.calls("market").requests, before);
    assert_eq!(document["queries"][0]["archived_pages"], 2);
    assert_eq!(document["queries"][1]["status"], "empty");
}

#[test]
fn an_import_leaves_out_damaged_entries_and_refuses_what_is_no_export() {
    let sandbox = sandbox();
    let (here, there) = (World::with_sandbox(&sandbox), World::with_sandbox(&sandbox));
    there.run(["dishonest", "行数:1", "行数:2"]).exits_with(0);
    let export = there.run(["archive", "export"]).exits_with(0).text().to_owned();
    let (first, second) = export.split_once('\n').expect("two lines");
    here.write("changed.ndjson", format!("{}\n{second}", first.replace("法院", "法庭")));
    let ran = here.run(["archive", "import", "changed.ndjson"]);
    assert!(ran.stderr.contains("damaged") || ran.text().contains("damaged"), "{}{}", ran.text(), ran.stderr);
    assert_eq!(here.run(["archive", "list"]).json().as_array().map(Vec::len), Some(1));
    here.write("cut.ndjson", &export[..export.len() - 20]);
    let ran = here.run(["archive", "import", "cut.ndjson"]).exits_with(2);
    assert!(ran.stderr.contains("line 2 is not an entry of an export"), "{}", ran.stderr);
}

#[test]
fn a_file_that_cannot_be_imported_is_a_wrong_input() {
    let world = World::new();
    world.write("text.db", "no archive\n".repeat(100));
    let own = world.run(["archive", "path"]).text().trim().to_owned();
    world.run(["archive", "import", "text.db"]).exits_with(2);
    for (path, reason) in [
        ("missing.db", "there is no archive at"),
        ("text.db", "is not an archive of hecha"),
        (".", "it is not a regular file"),
        (&*own, "cannot be imported into itself"),
    ] {
        let ran = world.run(["archive", "import", path]).exits_with(2);
        assert!(ran.stderr.contains(reason) && !ran.stderr.contains("hint"), "{}", ran.stderr);
    }
}

#[test]
fn an_archive_refuses_another_shard_count_for_the_same_list() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "行数:1\n行数:2\n行数:3\n行数:4\n");
    world.write("sorted.txt", "行数:4\n行数:3\n行数:2\n行数:1\n");
    world.write("other.txt", "行数:5\n行数:6\n");
    world.run(["dishonest", "-i", "list.txt", "--shard", "1/3"]).exits_with(0);
    world.run(["dishonest", "-i", "list.txt", "--shard", "2/3"]).exits_with(0);
    let before = sandbox.calls("market").requests;
    for extra in [&[][..], &["--dry-run"], &["--offline"]] {
        for list in ["list.txt", "sorted.txt"] {
            let ran =
                world.run(["dishonest", "-i", list, "--shard", "2/2"].iter().chain(extra)).exits_with(2);
            assert!(ran.stderr.contains("count of 3") && ran.stderr.contains("gives 2"), "{}", ran.stderr);
        }
    }
    assert_eq!(sandbox.calls("market").requests, before);
    world.run(["dishonest", "-i", "other.txt", "--shard", "1/2"]).exits_with(0);
    world.run(["copyright", "--provider", "shuidi", "-i", "list.txt", "--shard", "1/2"]).exits_with(0);
    world.run(["dishonest", "-i", "list.txt"]).exits_with(0);
}

#[test]
fn a_merged_report_says_why_a_query_failed_elsewhere() {
    let sandbox = sandbox();
    let (here, there) = (World::with_sandbox(&sandbox), World::with_sandbox(&sandbox));
    let failed = there.run(["dishonest", "-f", "json", "错误码:210"]);
    let failed = &failed.json()["queries"][0]["error"];
    let other = there.run(["archive", "path"]).text().trim().to_owned();
    here.run(["dishonest", "行数:1"]).exits_with(0);
    here.run(["archive", "import", &other]).exits_with(0);
    let merged = here.run(["dishonest", "-f", "json", "--offline", "错误码:210", "行数:1", "行数:2"]);
    let queries = &merged.json()["queries"];
    for key in ["code", "charged", "http_status"] {
        assert_eq!(queries[0]["error"][key], failed[key], "{key}: {queries}");
    }
    let message = queries[0]["error"]["message"].as_str().expect("a message");
    let kind = failed["kind"].as_str().expect("a kind");
    assert!(
        message.contains("not in the archive: the last attempt failed on 20") && message.contains(kind),
        "{message}"
    );
    assert_eq!((&queries[1]["status"], &queries[2]["error"]["kind"]), (&json!("ok"), &json!("offline")));
}

#[test]
fn the_list_of_a_keyword_has_its_entries_in_every_spelling_and_no_others() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world
        .run([
            "dishonest",
            "腾讯科技（深圳）有限公司",
            "腾讯科技（北京）有限公司",
            "91110000600037341L",
            "59467239-9",
        ])
        .exits_with(0);
    let listed = |keyword: &str| {
        let list = world.run(["archive", "list", "--keyword", keyword]).exits_with(0).json();
        list.as_array()
            .expect("a list")
            .iter()
            .map(|entry| entry["question"]["ask"]["keyword"].as_str().expect("a keyword").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("腾讯科技(深圳)有限公司"), ["腾讯科技（深圳）有限公司"]);
    assert_eq!(listed(" 91110000600037341l "), ["91110000600037341L"]);
    let mut pages = listed("594672399");
    pages.dedup();
    assert_eq!(pages, ["59467239-9"]);
    assert_eq!(listed("腾讯"), [""; 0]);
    assert_eq!(listed("1"), [""; 0]);
    let all = world.run(["archive", "list", "--keyword", "腾讯科技（深圳）有限公司", "--limit", "0"]);
    assert_eq!(all.exits_with(0).json(), json!([]));
}

#[test]
fn a_backup_is_a_complete_archive_and_replaces_earlier_backups_only() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    assert_eq!(world.run(["archive", "backup", "copy.db"]).code, Some(1));
    world.run(["dishonest", "行数:25"]).exits_with(0);
    let ran = world.run(["archive", "backup", "copy.db"]).exits_with(0);
    assert!(ran.stderr.contains("wrote copy.db"), "{}", ran.stderr);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(world.path("copy.db")).expect("the copy").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    world.run(["dishonest", "行数:3"]).exits_with(0);
    world.run(["archive", "backup", "copy.db"]).exits_with(0);
    let copy = world.path("copy.db").display().to_string();
    let restored = World::with_sandbox(&sandbox).with("HECHA_ARCHIVE", &copy);
    assert_eq!(restored.run(["archive", "list"]).exits_with(0).json().as_array().map(Vec::len), Some(3));
    assert_eq!(restored.run(["usage"]).exits_with(0).json(), world.run(["usage"]).exits_with(0).json());

    // The restored archive has been used: its log is beside it.
    restored.run(["dishonest", "行数:4"]).exits_with(0);
    world.write("notes.txt", "my notes");
    let own = world.run(["archive", "path"]).text().trim().to_owned();
    for (file, reason) in [
        (copy.as_str(), "in use"),
        ("notes.txt", "not an archive"),
        (own.as_str(), "not a backup"),
        (".", "not a regular file"),
        ("missing/copy.db", "missing/copy.db"),
    ] {
        let refused = world.run(["archive", "backup", file]).exits_with(2);
        assert!(refused.stderr.contains(reason), "{file}: {}", refused.stderr);
    }
    assert_eq!(std::fs::read_to_string(world.path("notes.txt")).expect("the notes"), "my notes");
    assert_eq!(world.run(["archive", "list"]).exits_with(0).json().as_array().map(Vec::len), Some(3));
}

#[test]
fn the_path_is_the_configured_one() {
    let world = World::new();
    let path = world.run(["archive", "path"]).exits_with(0);
    assert!(
        path.text().starts_with(&world.home().display().to_string()) && path.text().ends_with("archive.db\n")
    );
    let own = World::new().with("HECHA_ARCHIVE", "/somewhere/else.db");
    assert_eq!(own.run(["archive", "path"]).exits_with(0).text(), "/somewhere/else.db\n");
}

#[test]
fn before_the_first_query_the_list_is_empty_and_nothing_is_made() {
    let world = World::new();
    let ran = world.run(["archive", "list"]).exits_with(0);
    assert_eq!(ran.json(), json!([]));
    assert!(ran.stderr.contains("no archive"), "{}", ran.stderr);
    assert_eq!(world.run(["archive", "export"]).exits_with(0).text(), "");
    assert_eq!(world.run(["usage"]).exits_with(0).json(), json!([]));
    assert_eq!(std::fs::read_dir(world.home()).expect("the home").count(), 0);
}

#[test]
fn usage_sums_the_archives_of_all_shards() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "行数:1\n行数:2\n行数:3\n行数:4\n行数:5\n行数:6\n行数:7\n行数:8\n");
    for shard in ["1", "2"] {
        let share = format!("{shard}/2");
        let arguments = ["dishonest", "-i", "list.txt", "--shard", &share, "-q"];
        let archive = world.path(&format!("{shard}.db"));
        world.command(arguments).env("HECHA_ARCHIVE", archive).output().expect("hecha starts");
    }
    let rows = world.run(["usage", "1.db", "2.db"]).exits_with(0).json();
    let rows = rows.as_array().expect("rows");
    let archives: Vec<&str> = rows.iter().filter_map(|row| row["archive"].as_str()).collect();
    assert_eq!(archives, ["1.db", "2.db"]);
    assert_eq!(rows.iter().filter_map(|row| row["calls"].as_u64()).sum::<u64>(), 8);
    let table = world.run(["usage", "1.db", "2.db", "-f", "table"]).exits_with(0);
    assert!(table.text().lines().last().is_some_and(|sum| sum.contains('8')), "{}", table.text());
    let again = world.path("2.db").display().to_string();
    let rows = world.run(["usage", "1.db", "2.db", "./1.db", &again]).exits_with(0).json();
    let calls = rows.as_array().expect("rows").iter().filter_map(|row| row["calls"].as_u64());
    assert_eq!(calls.sum::<u64>(), 8, "a file that is named twice is summed once: {rows}");
    world.run(["usage", "1.db", "missing.db"]).exits_with(2);
    assert_eq!(world.run(["usage"]).exits_with(0).json(), json!([]), "the configured archive is another one");
}

#[test]
fn usage_counts_a_run_that_is_in_several_archives_once() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let run = |archive: &str, arguments: &[&str]| {
        let archive = world.path(archive);
        let ran = world.command(arguments).env("HECHA_ARCHIVE", archive).output().expect("hecha starts");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    run("a.db", &["dishonest", "行数:1", "行数:2"]);
    run("b.db", &["dishonest", "行数:3"]);
    run("b.db", &["archive", "import", "a.db"]);
    run("b.db", &["archive", "backup", "c.db"]);
    run("a.db", &["dishonest", "行数:45"]);
    let calls = |archives: &[&str]| {
        let rows = world.run(["usage"].iter().chain(archives)).exits_with(0).json();
        let rows = rows.as_array().expect("rows").iter();
        rows.map(|row| {
            (row["archive"].as_str().expect("a name").to_owned(), row["calls"].as_u64().expect("calls"))
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(calls(&["a.db", "b.db", "c.db"]), [("a.db".to_owned(), 5), ("b.db".to_owned(), 1)]);
    assert_eq!(calls(&["c.db", "b.db", "a.db"]), [("a.db".to_owned(), 3), ("c.db".to_owned(), 3)]);
    assert_eq!(calls(&["b.db"]), [("b.db".to_owned(), 3)]);
}
