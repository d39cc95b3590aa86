//! Charts: their bars, bounds and remarks.

use super::super::samples;
use super::*;
use crate::domain::record::Record;

fn owned_by(owner: Option<&str>, registered_on: Option<&str>) -> Row {
    let record = Record::new(Topic::Copyright).with("owner", owner).with("registered_on", registered_on);
    samples::copyright_row("甲", record)
}

fn bars_of(counts: &Counts, title: &str) -> Vec<(String, u64)> {
    let chart = counts.charts.iter().find(|chart| chart.title.en == title).expect("the chart");
    let label = |bar: &Bar| if bar.is_value { bar.label.clone() } else { format!("({})", bar.label) };
    chart.bars(Language::English).iter().map(|bar| (label(bar), bar.count)).collect()
}

fn pairs(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect()
}

#[test]
fn the_vendors_sample_is_counted_by_year_court_and_performance() {
    let mut counts = Counts::of(Topic::Dishonest);
    for row in samples::dishonest_rows() {
        counts.count(&row);
    }
    assert_eq!(bars_of(&counts, "By year of filing"), pairs(&[("2019", 2), ("2023", 1)]));
    assert_eq!(
        bars_of(&counts, "By court"),
        pairs(&[("北京市朝阳区人民法院", 2), ("宿迁市宿豫区人民法院", 1)])
    );
    assert_eq!(
        bars_of(&counts, "By performance"),
        pairs(&[("全部已履行", 1), ("全部未履行", 1), ("部分未履行", 1)])
    );
}

#[test]
fn the_remark_says_which_records_may_be_of_others() {
    let mut counts = Counts::of(Topic::Dishonest);
    assert_eq!(remark(&counts, Language::English), None);
    let mut rows = samples::dishonest_rows();
    rows[0].record_match = RecordMatch::Undecided;
    counts.count(&rows[0]);
    assert_eq!(remark(&counts, Language::English).as_deref(), Some("counted: 1 undecided"));
    rows[1].record_match = RecordMatch::Other;
    counts.count(&rows[1]);
    assert_eq!(
        remark(&counts, Language::English).as_deref(),
        Some("not counted: 1 of other companies; counted: 1 undecided")
    );
}

#[test]
fn the_frequent_come_first_and_everything_is_counted_once() {
    let mut counts = Counts::of(Topic::Copyright);
    for owner in 0..15_usize {
        for _ in 0..=owner {
            counts.count(&owned_by(Some(&format!("{owner:02}")), None));
        }
    }
    counts.count(&owned_by(None, None));
    let bars = bars_of(&counts, "By owner");
    assert_eq!(bars[0], ("14".to_owned(), 15));
    assert_eq!(bars[9], ("05".to_owned(), 6));
    assert_eq!(bars[10..], pairs(&[("(others)", 1 + 2 + 3 + 4 + 5), ("(not given)", 1)]));
    assert_eq!(bars.iter().map(|(_, count)| count).sum::<u64>(), 121);
    assert_eq!(counts.drawings(Language::English).count(), 1, "a column without any value has no chart");
}

#[test]
fn years_stand_in_the_order_of_time_and_the_oldest_are_one_bar() {
    let mut counts = Counts::of(Topic::Copyright);
    for year in 2001..=2024 {
        counts.count(&owned_by(None, Some(&format!("{year}-02-03"))));
    }
    let bars = bars_of(&counts, "By year of registration");
    assert_eq!(bars[..2], pairs(&[("(earlier)", 14), ("2015", 1)]));
    assert_eq!(bars[10], ("2024".to_owned(), 1));
}

#[test]
fn the_memory_is_bounded_whatever_the_vendor_sends() {
    let mut counts = Counts::of(Topic::Copyright);
    for owner in 0..MOST_VALUES + 5 {
        counts.count(&owned_by(Some(&owner.to_string()), None));
    }
    counts.count(&owned_by(Some(&"长".repeat(100_000)), None));
    let chart = counts.charts.iter().find(|chart| chart.key == "owner").expect("owners");
    assert_eq!((chart.counts.len(), chart.uncounted), (MOST_VALUES, 6));
    assert_eq!(
        chart.bars(Language::English).iter().map(|bar| bar.count).sum::<u64>(),
        MOST_VALUES as u64 + 6
    );
    let mut counts = Counts::of(Topic::Copyright);
    counts.count(&owned_by(Some(&"长".repeat(100_000)), None));
    assert_eq!(bars_of(&counts, "By owner")[0].0.chars().count(), LONGEST_VALUE);
}

#[test]
fn a_share_is_never_rounded_to_nothing_or_to_everything() {
    assert_eq!(
        [(0, 9), (1, 1000), (1, 3), (2, 3), (999, 1000), (9, 9), (0, 0)]
            .map(|(count, total)| per_cent(count, total)),
        [0, 1, 33, 67, 99, 100, 0]
    );
}
