//! `--summary`: bars below a table, and a refusal everywhere else.

use crate::harness::{World, sandbox};

#[test]
fn bars_stand_below_the_table_and_count_every_record() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = world
        .run(["dishonest", "乐视云计算有限公司", "-f", "table", "--summary", "--lang", "zh"])
        .exits_with(0);
    let text = ran.text();
    let (table, bars) = text.split_once("共 30 条记录，名称均相符").expect("the end of the records");
    assert!(!table.contains('█'), "the records come first");
    for title in ["按立案年份", "按执行法院", "按履行情况"] {
        let chart = bars.split(title).nth(1).unwrap_or_else(|| panic!("no {title}"));
        let counted: u64 = chart
            .lines()
            .skip(1)
            .take_while(|line| line.ends_with('%'))
            .map(|line| {
                line.split_whitespace()
                    .rev()
                    .nth(1)
                    .and_then(|count| count.parse::<u64>().ok())
                    .expect("a count")
            })
            .sum();
        assert_eq!(counted, 30, "{title}");
    }
}

#[test]
fn without_the_option_there_are_no_bars() {
    let sandbox = sandbox();
    let ran = World::with_sandbox(&sandbox).run([
        "copyright",
        "小米科技有限责任公司",
        "--provider",
        "ihuyi",
        "-f",
        "table",
    ]);
    assert!(!ran.exits_with(0).text().contains('█'));
}

#[test]
fn data_stays_exact_and_nothing_is_bought_for_a_wrong_format() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    for format in [&["-f", "json"][..], &["-f", "csv"], &["-o", "x.xlsx"], &[]] {
        let ran =
            world.run([&["dishonest", "乐视云计算有限公司", "--summary"], format].concat()).exits_with(2);
        assert_eq!(ran.text(), "");
        assert!(ran.stderr.contains("--summary is drawn below a table"), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
    assert_eq!(sandbox.calls("market").requests, 0);
    world.run(["dishonest", "x", "--summary", "--raw"]).exits_with(2);
}
