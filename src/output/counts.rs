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
    /// The number of records.
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
mod tests;
