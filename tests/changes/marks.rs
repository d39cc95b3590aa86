//! `--since`, `--mark`, `--baseline`: the compared snapshots, and that no change is reported twice.

use super::{Shop, after_two, buy, changes, full_page, records, words};
use crate::harness::vendor::answer;
use serde_json::json;

#[test]
fn a_mark_tells_each_change_once() {
    let shop = Shop::new();
    let world = shop.world();
    let weekly = ["--baseline", "weekly", "--mark", "weekly"];
    shop.serve_keys("a");
    buy(&world, &[]).exits_with(0);
    assert_eq!(words(&changes(&world, &weekly)), (String::new(), "baseline"));
    for (keys, told) in [("ab", "added:b"), ("abc", "added:c")] {
        shop.serve_keys(keys);
        buy(&world, &[]).exits_with(0);
        assert_eq!(words(&changes(&world, &weekly)), (told.to_owned(), "changed"));
        assert_eq!(words(&changes(&world, &weekly)), (String::new(), "unchanged"));
    }
    // Between two marks there may be several answers.
    for keys in ["ab", "abd"] {
        shop.serve_keys(keys);
        buy(&world, &[]).exits_with(0);
    }
    assert_eq!(words(&changes(&world, &["--baseline", "weekly"])).0, "added:d removed:c");
    assert_eq!(
        words(&changes(&world, &["--baseline", "weekly"])).0,
        "added:d removed:c",
        "a look moves no mark"
    );
}

#[test]
fn a_mark_that_does_not_exist_is_refused_unless_this_command_sets_it() {
    let shop = Shop::new();
    let world = shop.world();
    after_two(&shop, &world, "a", "ab");
    let ran = world.run(["changes", "dishonest", "--baseline", "montly"]).exits_with(2);
    assert!(ran.stderr.contains("montly"), "{}", ran.stderr);
    world.run(["changes", "dishonest", "--baseline", "m", "--since", "2026-01-01"]).exits_with(2);
    assert_eq!(words(&changes(&world, &["--mark", "m"])), ("added:b".to_owned(), "changed"));
    assert_eq!(words(&changes(&world, &["--baseline", "m"])), (String::new(), "unchanged"));
}

#[test]
fn an_archive_that_was_imported_on_another_machine_says_the_same_there() {
    let shop = Shop::new();
    let (here, there) = (shop.world(), shop.world());
    let archive = here.run(["archive", "path"]).text().trim().to_owned();
    let same = |options: &[&str]| {
        let document = changes(&here, options);
        there.run(["archive", "import", &archive]).exits_with(0);
        assert_eq!(changes(&there, options), document);
        words(&document).1.to_owned()
    };
    after_two(&shop, &here, "a", "ab");
    changes(&here, &["--mark", "weekly"]);
    shop.serve_keys("abc");
    buy(&here, &[]).exits_with(0);
    assert_eq!(same(&["--baseline", "weekly"]), "changed");
    // The two pages of the newest answer come from two runs.
    let pages = [full_page('d'), records("e")].concat();
    shop.serve_first_page(21, pages[..20].to_vec());
    buy(&here, &[]).exits_with(4);
    assert_eq!(same(&["--baseline", "weekly"]), "incomplete");
    shop.serve(vec![(21, pages[..20].to_vec()), (21, pages[20..].to_vec())]);
    here.run(["dishonest", "某公司", "--retries", "0"]).exits_with(0);
    assert_eq!(same(&["--baseline", "weekly"]), "changed");
    // The newest run got no answer.
    *shop.listing.lock().unwrap() = Box::new(|_| answer("503 Service Unavailable", &[], ""));
    buy(&here, &[]);
    assert_eq!(same(&[]), "incomplete");
}

#[test]
fn since_a_day_compares_with_what_was_known_before_it() {
    let shop = Shop::new();
    let world = shop.world();
    after_two(&shop, &world, "a", "ab");
    assert_eq!(words(&changes(&world, &["--since", "2000-01-01"])), (String::new(), "baseline"));
    let document = changes(&world, &["--since", "2999-01-01"]);
    assert_eq!(words(&document), (String::new(), "incomplete"));
    assert_eq!(document["queries"][0]["reason"], "not-queried-since");
    let archive = world.run(["archive", "path"]).text().trim().to_owned();
    let connection = rusqlite::Connection::open(archive).unwrap();
    connection.execute("UPDATE snapshots SET taken_at = taken_at - 86400000 * 40 WHERE id = 1", []).unwrap();
    drop(connection);
    let month_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * 30);
    let day = month_ago.to_string()[..10].to_owned();
    assert_eq!(words(&changes(&world, &["--since", &day])), ("added:b".to_owned(), "changed"));
    world.run(["changes", "dishonest", "--since", "soon"]).exits_with(2);
}

#[test]
fn a_list_and_a_provider_choose_the_queries() {
    let shop = Shop::new();
    let world = shop.world();
    after_two(&shop, &world, "a", "ab");
    world.write("list.txt", "别的公司\n某公司\n某公司\n");
    let ran = world.run(["changes", "dishonest", "-i", "list.txt"]).exits_with(3);
    let document = ran.json();
    assert_eq!(document["changes"][0]["input_row"], 2);
    let statuses: Vec<_> =
        document["queries"].as_array().unwrap().iter().map(|query| &query["status"]).collect();
    assert_eq!(statuses, ["never_asked", "changed"]);
    world.run(["changes", "dishonest", "--provider", "market"]).exits_with(0);
    world.run(["changes", "dishonest", "--provider", "all"]).exits_with(0);
    world.run(["changes", "dishonest", "--provider", "ihuyi"]).exits_with(2);
    assert_eq!(world.run(["changes", "copyright"]).exits_with(0).json()["queries"], json!([]));
}

#[test]
fn totals_and_notes_of_a_list_are_no_companies_without_an_answer() {
    let shop = Shop::new();
    let world = shop.world();
    after_two(&shop, &world, "a", "a");
    world.write("list.txt", "某公司\n合计：3家\n备注：每月核对\n91110108551385082R\n");
    let list = ["changes", "dishonest", "-i", "list.txt"];
    let ran = world.run(list).exits_with(0);
    let queries = ran.json()["queries"].clone();
    let codes: Vec<_> = (0..4).map(|place| &queries[place]["warning_code"]).collect();
    assert_eq!(codes, [&json!(null), &json!("remark"), &json!("remark"), &json!("check-digit")]);
    assert_eq!(queries[1]["status"], "never_asked");
    assert!(ran.stderr.contains("'合计：3家': a total, not a name"), "{}", ran.stderr);
    assert!(ran.stderr.contains("not comparable: 0; suspicious keywords: 3"), "{}", ran.stderr);
    world.run(list.into_iter().chain(["-o", "changes.html"])).exits_with(0);
    let page = std::fs::read_to_string(world.path("changes.html")).unwrap();
    assert!(page.contains("合计：3家&#39;: a total, not a name"), "{page}");
    world.write("list.txt", "某公司\n合计：3家\n从未查询的公司\n");
    world.run(list).exits_with(3);
    world.write("list.txt", "合计：3家\n备注：每月核对\n");
    world.run(list).exits_with(3);
    world.run(["changes", "dishonest", "合计"]).exits_with(3);
}

#[test]
fn a_company_is_found_under_another_spelling_and_two_spellings_are_never_mixed() {
    let shop = Shop::new();
    let world = shop.world();
    let wide = "某（北京）公司";
    for keys in ["a", "ab"] {
        shop.serve_keys(keys);
        world.run(["dishonest", wide, "--fresh"]).exits_with(0);
    }
    let document = changes(&world, &["某(北京)公司"]);
    assert_eq!(words(&document), ("added:b".to_owned(), "changed"));
    assert_eq!(document["queries"][0]["query"], "某(北京)公司", "as it is listed");
    shop.serve_keys("c");
    world.run(["dishonest", "某(北京)公司", "--fresh"]).exits_with(0);
    assert_eq!(words(&changes(&world, &["某(北京)公司"])), (String::new(), "baseline"));
    assert_eq!(words(&changes(&world, &[wide])), ("added:b".to_owned(), "changed"));
    let document = changes(&world, &["某(南京)公司"]);
    assert_eq!(words(&document), (String::new(), "never_asked"));
}

#[test]
fn an_organisation_code_is_found_with_and_without_its_hyphen() {
    let shop = Shop::new();
    let world = shop.world();
    for keys in ["a", "ab"] {
        shop.serve_keys(keys);
        world.run(["dishonest", "19220382-1", "--fresh"]).exits_with(0);
    }
    assert_eq!(words(&changes(&world, &["192203821"])), ("added:b".to_owned(), "changed"));
}
