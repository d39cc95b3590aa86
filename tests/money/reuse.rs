//! Pages of the archive answer instead of the vendor, and what must not.

use super::{age_by_hours, archive_path, calls, companies, database, list};
use crate::harness::vendor::{Step, Vendor, answer};
use crate::harness::{Ran, World, sandbox};
use serde_json::Value;

fn ask(world: &World, arguments: &[&str]) -> Ran {
    let fixed = ["dishonest", "-f", "json"];
    world.run(fixed.iter().chain(arguments)).exits_with(0)
}

fn query(ran: &Ran) -> Value {
    ran.json()["queries"][0].clone()
}

#[test]
fn the_second_run_costs_nothing_and_says_so_in_the_data_and_on_standard_error() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let bought = ask(&world, &["行数:45"]);
    assert_eq!((calls(&sandbox), &query(&bought)["calls"]), (3, &3.into()));
    assert!(!bought.stderr.contains("archive"), "{}", bought.stderr);

    let reused = ask(&world, &["行数:45"]);
    assert_eq!(calls(&sandbox), 3);
    assert_eq!(reused.json()["records"], bought.json()["records"]);
    let query = query(&reused);
    assert_eq!((&query["calls"], &query["archived_pages"]), (&0.into(), &3.into()));
    assert_eq!(query["fetched_at"], self::query(&bought)["fetched_at"]);
    assert_eq!((&query["status"], &query["complete"]), (&"ok".into(), &true.into()));
    assert!(reused.stderr.contains("3 pages from the archive"), "{}", reused.stderr);
    assert!(reused.stderr.contains(query["fetched_at"].as_str().unwrap()), "{}", reused.stderr);
}

#[test]
fn a_partly_archived_query_buys_the_missing_pages_alone() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let second = ask(&world, &["行数:45", "--page", "2"]);
    assert_eq!((calls(&sandbox), second.json()["records"].as_array().unwrap().len()), (1, 20));
    let all = ask(&world, &["行数:45"]);
    assert_eq!(calls(&sandbox), 3);
    assert_eq!(query(&all)["archived_pages"], 1);
    assert_eq!(query(&all)["calls"], 2);
    assert_eq!(all.json()["records"].as_array().unwrap().len(), 45);
}

#[test]
fn behind_many_names_that_had_to_be_bought_an_archived_one_is_still_free_when_the_budget_is_spent() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let names = companies(25);
    ask(&world, &[&names[24], "--page", "1"]);
    let file = list(&world, &names);
    let ran = ask(&world, &["-i", &file, "--page", "1", "-j", "1", "--max-calls", "24"]);
    assert_eq!(calls(&sandbox), 25);
    let queries = ran.json()["queries"].as_array().unwrap().clone();
    let archived: Vec<_> = queries.iter().map(|query| query["archived_pages"].as_u64().unwrap()).collect();
    assert_eq!((archived[..24].iter().sum::<u64>(), archived[24]), (0, 1));
}

#[test]
fn after_a_limit_the_first_page_is_not_bought_again() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let five = ask(&world, &["行数:45", "--limit", "5"]);
    assert_eq!((calls(&sandbox), five.json()["records"].as_array().unwrap().len()), (1, 5));
    let all = ask(&world, &["行数:45"]);
    assert_eq!((calls(&sandbox), all.json()["records"].as_array().unwrap().len()), (3, 45));
    assert_eq!(
        all.json()["records"].as_array().unwrap()[..5],
        five.json()["records"].as_array().unwrap()[..]
    );
}

#[test]
fn an_answer_serves_for_a_day_or_as_long_as_max_age_or_the_configuration_says() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    ask(&world, &["行数:3"]);
    age_by_hours(&world, 2);
    ask(&world, &["行数:3"]);
    ask(&world, &["行数:3", "--max-age", "3h"]);
    assert_eq!(calls(&sandbox), 1, "two hours are less than a day");
    ask(&world, &["行数:3", "--max-age", "1h"]);
    assert_eq!(calls(&sandbox), 2, "two hours are more than one");
    ask(&world, &["行数:3", "--max-age", "1h"]);
    assert_eq!(calls(&sandbox), 2, "what was just bought is younger");

    age_by_hours(&world, 25);
    ask(&world, &["行数:3", "--max-age", "30h"]);
    assert_eq!(calls(&sandbox), 2);
    let world = world.with("HECHA_ARCHIVE_REUSE", "30h");
    ask(&world, &["行数:3"]);
    assert_eq!(calls(&sandbox), 2, "the configuration allows thirty hours");
    let world = world.with("HECHA_ARCHIVE_REUSE", "24h");
    ask(&world, &["行数:3"]);
    assert_eq!(calls(&sandbox), 3, "a day is over");
}

#[test]
fn fresh_buys_again_and_what_it_bought_is_reusable() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    ask(&world, &["行数:25"]);
    let fresh = ask(&world, &["行数:25", "--fresh"]);
    assert_eq!((calls(&sandbox), &query(&fresh)["archived_pages"]), (4, &0.into()));
    let reused = ask(&world, &["行数:25"]);
    assert_eq!((calls(&sandbox), &query(&reused)["archived_pages"]), (4, &2.into()));
    assert_eq!(query(&reused)["fetched_at"], query(&fresh)["fetched_at"]);
    ask(&world, &["行数:25", "--max-age", "0s"]);
    assert_eq!(calls(&sandbox), 6, "no answer is young enough");
}

#[test]
fn fresh_buys_each_page_once_in_a_run() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    // Two spellings of one code are one question.
    let ran = ask(&world, &["91110000600037341L", "91110000600037341l", "--fresh", "--limit", "1"]);
    assert_eq!(calls(&sandbox), 1, "{}", ran.snapshot());
}

#[test]
fn spellings_of_a_code_in_separate_runs_are_bought_once() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    for (bought, spellings) in (1..).zip([
        ["D2143569-X", "d2143569-x", "Ｄ２１４３５６９－Ｘ"],
        ["91110000600037341L", "91110000600037341l", "９１１１００００６０００３７３４１Ｌ"],
        ["110108000000016", "1101 0800 0000 016", "１１０１０８０００００００１６"],
    ]) {
        for spelling in spellings {
            ask(&world, &[spelling, "--limit", "1"]);
        }
        assert_eq!(calls(&sandbox), bought, "{spellings:?}");
    }
}

#[test]
fn without_an_archive_two_spellings_of_a_code_are_asked_once() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = ask(&world, &["91110000600037341L", "9111 0000 6000 3734 1l", "--no-archive", "--limit", "1"]);
    assert_eq!(calls(&sandbox), 1, "{}", ran.snapshot());
    assert!(ran.stderr.contains("skipped 1 duplicate keyword"), "{}", ran.stderr);
}

#[test]
fn offline_answers_from_the_archive_without_credentials_whatever_the_age() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let bought = ask(&world, &["行数:25"]);
    age_by_hours(&world, 24 * 400);
    let offline = |arguments: &[&str]| -> Ran {
        let mut command = world.command(["dishonest", "-f", "json", "--offline"].iter().chain(arguments));
        command.env_remove("HECHA_MARKET_APPCODE").output().unwrap().into()
    };
    let replayed = offline(&["行数:25"]).exits_with(0);
    assert_eq!(replayed.json()["records"], bought.json()["records"]);
    assert_eq!(query(&replayed)["archived_pages"], 2);

    let too_old = offline(&["行数:25", "--max-age", "24h"]).exits_with(9);
    assert_eq!(query(&too_old)["error"]["kind"], "offline");
    let missing = offline(&["行数:26"]).exits_with(9);
    assert_eq!((&query(&missing)["status"], &query(&missing)["calls"]), (&"failed".into(), &0.into()));
    assert!(missing.stderr.contains("without --offline"), "{}", missing.stderr);
    let some = offline(&["行数:25", "行数:26"]).exits_with(3);
    assert_eq!(some.json()["records"].as_array().unwrap().len(), 25);
    assert_eq!(calls(&sandbox), 2);
}

#[test]
fn offline_prints_the_pages_that_are_there_and_calls_the_rest_missing() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    ask(&world, &["行数:45", "--limit", "25"]);
    let ran = world.run(["dishonest", "-f", "json", "--offline", "行数:45"]).exits_with(3);
    assert_eq!(ran.json()["records"].as_array().unwrap().len(), 40);
    assert!(ran.stderr.contains("page 3 is not in the archive"), "{}", ran.stderr);
    let query = query(&ran);
    assert_eq!((&query["status"], &query["complete"]), (&"partial".into(), &false.into()));
    assert_eq!((&query["error"]["kind"], &query["total"]), (&"offline".into(), &45.into()));
    assert_eq!(calls(&sandbox), 2);
}

#[test]
fn offline_without_any_archive_is_nine_and_makes_none() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "-f", "json", "--offline", "行数:1"]).exits_with(9);
    assert!(!archive_path(&world).exists());
    assert_eq!(calls(&sandbox), 0);
}

#[test]
fn no_archive_neither_reads_nor_keeps() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    ask(&world, &["行数:3", "--no-archive"]);
    assert_eq!(std::fs::read_dir(world.home()).unwrap().count(), 0);
    ask(&world, &["行数:3"]);
    ask(&world, &["行数:3", "--no-archive"]);
    assert_eq!(calls(&sandbox), 3);
    ask(&world, &["行数:3"]);
    assert_eq!(calls(&sandbox), 3);
}

#[test]
fn nothing_found_is_an_answer_that_is_kept() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    ask(&world, &["查无此企业"]);
    let again = ask(&world, &["查无此企业"]);
    assert_eq!(calls(&sandbox), 1);
    assert_eq!((&query(&again)["status"], &query(&again)["archived_pages"]), (&"empty".into(), &1.into()));
    let copyright = ["copyright", "--provider", "all", "-f", "json", "查无此企业"];
    world.run(copyright).exits_with(0);
    world.run(copyright).exits_with(0);
    assert_eq!((sandbox.calls("ihuyi").requests, sandbox.calls("shuidi").requests), (1, 1));
}

#[test]
fn refusals_and_failures_are_never_hits() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    for (keyword, code) in [("错误码:B403MQ", 7), ("错误码:77", 6), ("网页:500", 5)] {
        let before = calls(&sandbox);
        for _ in 0..2 {
            let ask = ["dishonest", "-f", "json", "--retries", "0", "--retry-uncertain", keyword];
            world.run(ask).exits_with(code);
        }
        assert_eq!(calls(&sandbox) - before, 2, "{keyword}");
    }
    let before = sandbox.calls("shuidi");
    for _ in 0..2 {
        let ask = ["copyright", "--provider", "shuidi", "-f", "json", "错误码:99999", "--retry-uncertain"];
        world.run(ask).exits_with(5);
    }
    assert_eq!(sandbox.calls("shuidi").requests - before.requests, 2);
}

#[test]
fn an_unreadable_body_is_kept_as_evidence_and_never_a_hit() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    for _ in 0..2 {
        world.run(["dishonest", "-f", "json", "网页:200", "--retry-uncertain"]).exits_with(10);
    }
    assert_eq!(calls(&sandbox), 2);
    world.run(["dishonest", "-f", "json", "--offline", "网页:200"]).exits_with(9);
    let entries = world.run(["archive", "list", "-f", "json"]).exits_with(0).json();
    assert_eq!(entries.as_array().unwrap().len(), 2);
    assert_eq!(entries[0]["kept"], "evidence");
    let id = entries[0]["id"].to_string();
    let shown = world.run(["archive", "show", &id]).exits_with(0).json();
    assert!(shown["body"].as_str().unwrap().contains("系统维护中"), "{shown}");
    let body = world.run(["archive", "show", &id, "--body"]).exits_with(0);
    assert!(body.text().starts_with("<!DOCTYPE html>"), "{}", body.text());
    world.run(["archive", "verify"]).exits_with(0);
}

#[test]
fn a_body_that_breaks_off_or_is_too_large_is_charged_unknown_and_asked_anew() {
    let vendor = Vendor::start(|request| match request.parameter("keyword").as_deref() {
        Some("大") => {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_bytes().to_vec();
            let chunk = [b"100000\r\n".as_slice(), &vec![b'x'; 1 << 20], b"\r\n"].concat();
            vec![Step::Send(head), Step::Repeat(chunk, 34 << 20), Step::Close]
        }
        _ => vec![
            Step::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"code\":0,\"result\"".to_vec()),
            Step::Close,
        ],
    });
    let world = World::with_vendor_at(&vendor.origin());
    for _ in 0..2 {
        let ran = world.run(["dishonest", "-f", "json", "断", "--retry-uncertain"]).exits_with(5);
        assert_eq!(query(&ran)["error"]["charged"], "unknown");
    }
    assert_eq!(vendor.calls(), 2);
    let ran = world.run(["dishonest", "-f", "json", "大"]).exits_with(10);
    assert_eq!(query(&ran)["error"]["charged"], "unknown");
    assert_eq!(vendor.calls(), 3);
    let entries = world.run(["archive", "list", "-f", "json"]).exits_with(0).json();
    assert_eq!(entries.as_array().unwrap().len(), 1, "{entries}");
    assert_eq!((&entries[0]["kept"], &entries[0]["size"]), (&"evidence".into(), &65536.into()));
}

#[test]
fn stored_bodies_are_read_anew_each_time_so_a_better_parser_costs_nothing() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    ask(&world, &["行数:1"]);
    // What a better parser would find in the old body, the old parser finds in this one.
    let body = r#"{"code":0,"desc":"成功","result":{"total":1,"items":[{"id":7,"iname":"甲","new":"乙"}]}}"#;
    let digest: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(body.as_bytes()).into();
    database(&world)
        .execute(
            "UPDATE answers SET body = ?1, size = ?2, sha256 = ?3, encoding = 'plain'",
            rusqlite::params![body.as_bytes(), i64::try_from(body.len()).unwrap(), digest],
        )
        .unwrap();
    let record = ask(&world, &["行数:1"]).json()["records"][0].clone();
    assert_eq!((&record["id"], &record["extra"]["new"]), (&"7".into(), &"乙".into()));
    assert_eq!(calls(&sandbox), 1);
}

#[test]
fn a_damaged_answer_is_reported_and_bought_again() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    ask(&world, &["行数:30"]);
    database(&world).execute("UPDATE answers SET sha256 = zeroblob(32) WHERE id = 1", []).unwrap();
    database(&world).execute("UPDATE answers SET body = substr(body, 1, 9) WHERE id = 2", []).unwrap();
    let verified = world.run(["archive", "verify"]).exits_with(1);
    assert!(verified.text().contains("2 damaged"), "{}", verified.snapshot());
    let ran = ask(&world, &["行数:30"]);
    assert_eq!((calls(&sandbox), &query(&ran)["archived_pages"]), (4, &0.into()));
    assert_eq!(ran.json()["records"].as_array().unwrap().len(), 30);
    assert!(ran.stderr.contains("stored answer 1 is not used"), "{}", ran.stderr);
    assert!(ran.stderr.contains("stored answer 2 is not used"), "{}", ran.stderr);
}

#[test]
fn another_endpoint_is_another_question() {
    let (one, other) = (sandbox(), sandbox());
    let world = World::with_sandbox(&one);
    ask(&world, &["行数:3"]);
    let world = world.with("HECHA_MARKET_ENDPOINT", other.endpoint("market"));
    ask(&world, &["行数:3"]);
    assert_eq!((calls(&one), calls(&other)), (1, 1));
    ask(&world, &["行数:3"]);
    assert_eq!((calls(&one), calls(&other)), (1, 1));
}

#[test]
fn another_page_size_or_filter_is_another_question() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    ask(&world, &["行数:3"]);
    ask(&world, &["行数:3", "--page-size", "10"]);
    assert_eq!(calls(&sandbox), 2);
    for extra in [&[][..], &["--year", "2020"], &[]] {
        let arguments = ["copyright", "--provider", "ihuyi", "-f", "json", "行数:3"];
        world.run(arguments.iter().chain(extra)).exits_with(0);
    }
    assert_eq!(sandbox.calls("ihuyi").requests, 2);
}

#[test]
fn raw_bodies_come_from_the_archive_byte_for_byte() {
    let vendor = Vendor::start(|_| {
        answer(
            "200 OK",
            &[],
            "{ \"code\":0,\n \"result\":{\"total\":1,\"items\":[{\"id\":1,\"iname\":\"甲\"}]}}",
        )
    });
    let world = World::with_vendor_at(&vendor.origin());
    let bought = world.run(["dishonest", "--raw", "甲公司"]).exits_with(0);
    let reused = world.run(["dishonest", "--raw", "甲公司"]).exits_with(0);
    assert_eq!((vendor.calls(), bought.stdout.len() > 40), (1, true));
    assert_eq!(bought.stdout, reused.stdout);
}

#[test]
fn offline_tells_of_an_answer_that_is_too_old() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "rows:1"]).exits_with(0);
    age_by_hours(&world, 2);
    let ran = world.run(["dishonest", "rows:1", "--offline", "--max-age", "1h"]).exits_with(9);
    assert!(ran.stderr.contains("page 1 is in the archive only as of 2"), "{}", ran.stderr);
    world.run(["dishonest", "rows:1", "--offline"]).exits_with(0);

    // An answer that cannot be parsed any more is not called old.
    let (body, digest) = ("{}", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    let changed = database(&world).execute(
        &format!("UPDATE answers SET encoding = 'plain', body = CAST('{body}' AS BLOB), size = 2, sha256 = x'{digest}'"),
        [],
    );
    assert_eq!(changed, Ok(1));
    let ran = world.run(["dishonest", "rows:1", "--offline", "--max-age", "1d"]).exits_with(9);
    assert!(ran.stderr.contains("page 1 is not in the archive"), "{}", ran.stderr);
}

#[test]
fn offline_tells_of_answers_that_were_bought_at_another_endpoint() {
    let sandbox = sandbox();
    let endpoint = sandbox.endpoint("market");
    let world = World::with_sandbox(&sandbox).with("HECHA_ARCHIVE", "a.db");
    world.run(["dishonest", "rows:1"]).exits_with(0);
    let world = world.with("HECHA_MARKET_ENDPOINT", endpoint.clone() + "/");
    let ran = world.run(["dishonest", "rows:1", "--offline"]).exits_with(9);
    assert!(ran.stderr.contains(&format!("1 under another endpoint: {endpoint})")), "{}", ran.stderr);
    let ran = world.run(["dishonest", "rows:2", "--offline"]).exits_with(9);
    assert!(!ran.stderr.contains("another endpoint"), "{}", ran.stderr);
}
