//! Counts of records for the bars below a table and the charts of a page.
//!
//! The number of counted values is bounded, so memory does not grow with the records.

use crate::domain::record::{RecordMatch, Row, Topic};
use crate::domain::text::{Language, Text, message};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Maximum number of bars with a label of their own; the rest is one bar.
pub(super) const MOST_BARS: usize = 10;
/// Maximum number of values of a column that are counted separately.
const MOST_VALUES: usize = 20_000;
/// The number of characters that distinguish values.
const LONGEST_VALUE: usize = 100;

/// All counts of one kind of records.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    charts: [Chart; 3],
    /// Records of other companies, which no chart counts.
    pub(super) other: u64,
    /// Records that may be of other companies; the charts count them.
    pub(super) undecided: u64,
}

/// The counts of one column.
#[derive(Debug, Clone)]
struct Chart {
    title: Text,
    /// The key of the column.
    key: &'static str,
    grouping: Grouping,
    counts: HashMap<Box<str>, u64>,
    uncounted: u64,
    missing: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grouping {
    /// By the year of a date; shown in the order of time.
    Year,
    /// By the whole value; the most frequent first.
    Value,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bar {
    /// A value as the vendor wrote it, a year, or words for everything else.
    pub label: String,
    /// Whether the label is a value or a year.
    pub is_value: bool,
    /// How many records.
    pub count: u64,
}

/// A chart as it is drawn.
pub(super) struct Drawing {
    pub title: &'static str,
    /// The key of the column.
    pub key: &'static str,
    /// From top to bottom.
    pub bars: Vec<Bar>,
    /// The count of the longest bar.
    pub largest: u64,
    /// The sum of all bars.
    pub total: u64,
}

impl Counts {
    /// Counts without records.
    pub(super) fn of(topic: Topic) -> Self {
        let subjects: [(&'static str, Grouping, Text); 3] = match topic {
            Topic::Dishonest => [
                ("filed_on", Grouping::Year, Text::new("By year of filing", "按立案年份")),
                ("court", Grouping::Value, Text::new("By court", "按执行法院")),
                ("performance", Grouping::Value, Text::new("By performance", "按履行情况")),
            ],
            Topic::Copyright | Topic::MergedCopyright => [
                ("registered_on", Grouping::Year, Text::new("By year of registration", "按登记年份")),
                ("category", Grouping::Value, Text::new("By category", "按分类号")),
                ("owner", Grouping::Value, Text::new("By owner", "按著作权人")),
            ],
        };
        let chart = |(key, grouping, title)| Chart {
            title,
            key,
            grouping,
            counts: HashMap::new(),
            uncounted: 0,
            missing: 0,
        };
        Self { charts: subjects.map(chart), other: 0, undecided: 0 }
    }

    /// Counts one more record.
    pub(super) fn count(&mut self, row: &Row) {
        if row.record_match == RecordMatch::Other {
            self.other += 1;
            return;
        }
        self.undecided += u64::from(row.record_match == RecordMatch::Undecided);
        for chart in &mut self.charts {
            chart.count(row.record.text(chart.key));
        }
    }

    /// The charts that show something: those of columns with values.
    pub(super) fn drawings(&self, language: Language) -> impl Iterator<Item = Drawing> {
        let filled = self.charts.iter().filter(|chart| !chart.counts.is_empty());
        filled.map(move |chart| chart.drawing(language))
    }
}

/// The remark below charts: which records they leave out, and which they count although they may be of others.
pub(super) fn remark(counts: &Counts, language: Language) -> Option<String> {
    let Counts { other, undecided, .. } = *counts;
    let not_counted =
        message!("not counted: {other} of other companies", "未计入：其他主体的记录 {other} 条");
    let counted = message!("counted: {undecided} undecided", "已计入：无法判断的记录 {undecided} 条");
    let message = match (other, undecided) {
        (0, 0) => return None,
        (_, 0) => not_counted,
        (0, _) => counted,
        _ => message!("{not_counted}; {counted}", "{not_counted:#}；{counted:#}"),
    };
    Some(message.in_language(language).to_owned())
}

impl Chart {
    fn count(&mut self, text: Option<&str>) {
        let Some(text) = text else {
            self.missing += 1;
            return;
        };
        let key = match self.grouping {
            Grouping::Year => text.get(..4).unwrap_or(text),
            Grouping::Value => text.char_indices().nth(LONGEST_VALUE).map_or(text, |(end, _)| &text[..end]),
        };
        if let Some(count) = self.counts.get_mut(key) {
            *count += 1;
        } else if self.counts.len() < MOST_VALUES {
            self.counts.insert(key.into(), 1);
        } else {
            self.uncounted += 1;
        }
    }

    fn drawing(&self, language: Language) -> Drawing {
        let bars = self.bars(language);
        Drawing {
            title: self.title.in_language(language),
            key: self.key,
            largest: bars.iter().map(|bar| bar.count).max().unwrap_or(0),
            total: bars.iter().map(|bar| bar.count).sum(),
            bars,
        }
    }

    /// The bars from top to bottom: years in the order of time, the last [`MOST_BARS`] of them; other values by
    /// their frequency. What has no bar of its own is counted together.
    fn bars(&self, language: Language) -> Vec<Bar> {
        let mut counted: Vec<(&str, u64)> =
            self.counts.iter().map(|(value, count)| (value.as_ref(), *count)).collect();
        match self.grouping {
            Grouping::Year => counted.sort_unstable_by_key(|(year, _)| Reverse(*year)),
            Grouping::Value => counted.sort_unstable_by_key(|(value, count)| (Reverse(*count), *value)),
        }
        let rest = self.uncounted + counted.iter().skip(MOST_BARS).map(|(_, count)| count).sum::<u64>();
        counted.truncate(MOST_BARS);
        let bar = |label: &str, is_value, count| Bar { label: label.to_owned(), is_value, count };
        let mut bars: Vec<Bar> = counted.into_iter().map(|(value, count)| bar(value, true, count)).collect();
        let is_by_year = self.grouping == Grouping::Year;
        if rest > 0 {
            let words = if is_by_year { ("earlier", "更早") } else { ("others", "其他") };
            bars.push(bar(language.choose(words.0, words.1), false, rest));
        }
        if is_by_year {
            bars.reverse();
        }
        if self.missing > 0 {
            bars.push(bar(language.choose("not given", "未注明"), false, self.missing));
        }
        bars
    }
}

/// The share of `count` in `total` in whole per cent, never 0 for something and never 100 for less than all.
pub(super) fn per_cent(count: u64, total: u64) -> u64 {
    let rounded = (count * 200 + total).checked_div(total * 2).unwrap_or(0);
    rounded.clamp(u64::from(count > 0), 100 - u64::from(count < total))
}

#[cfg(test)]
mod tests {
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
}
