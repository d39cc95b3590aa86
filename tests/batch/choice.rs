//! The question on a terminal about suspicious keywords: skip, send or stop.

use super::market_calls;
use crate::harness::{World, sandbox};

const QUERY: &str = "dishonest -i list.csv -f csv --fields query --limit 1";

#[test]
fn on_a_terminal_suspicious_keywords_are_skipped_sent_or_stop_the_run() {
    for (answer, code, calls) in [
        ("skip\n", 0, 1),
        ("跳过\n", 0, 1),
        ("send\n", 0, 2),
        ("stop\n", 2, 0),
        ("\n", 2, 0),
        ("y\n", 2, 0),
        ("\u{4}", 2, 0),
        ("\u{3}", 130, 0),
    ] {
        let sandbox = sandbox();
        let world = World::with_sandbox(&sandbox);
        world.write("list.csv", "企业名称\n仅有一条企业\n合计\n");
        let Some((ended, shown)) = world.on_a_terminal(QUERY, answer) else { return };
        assert!(shown.contains("[skip/send/STOP]") && shown.contains("remark"), "{shown}");
        assert_eq!((ended, market_calls(&sandbox)), (code, calls), "{answer:?}: {shown}");
        let stops = shown.contains("nothing was sent");
        assert_eq!(stops, code == 2, "{answer:?}: {shown}");
    }
}

#[test]
fn a_decision_on_the_command_line_and_a_list_without_doubts_ask_nothing() {
    for (list, option) in [("仅有一条企业\n合计\n", "--suspicious skip"), ("仅有一条企业\n", "")]
    {
        let sandbox = sandbox();
        let world = World::with_sandbox(&sandbox);
        world.write("list.csv", format!("企业名称\n{list}"));
        let Some((ended, shown)) = world.on_a_terminal(&format!("{QUERY} {option}"), "") else { return };
        assert_eq!((ended, market_calls(&sandbox)), (0, 1), "{shown}");
        assert!(!shown.contains("skip/send"), "{shown}");
    }
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.csv", "企业名称\n合计\n");
    let Some((ended, shown)) = world.on_a_terminal(&format!("{QUERY} --yes"), "") else { return };
    assert_eq!((ended, market_calls(&sandbox)), (2, 0), "{shown}");
}
