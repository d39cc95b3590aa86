//! `--summary`: bar charts below the table.

use super::super::counts::{Bar, Drawing, per_cent};
use super::super::sanitise::sanitise;
use super::cell::{GAP, LEFT_PADDING, performance_tone};
use super::paint::{Tone, marked};
use comfy_table::CellAlignment::{Left, Right};
use comfy_table::{ColumnConstraint, Row, Table, TableStyle, Width};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// The width of lines without a terminal.
const UNBOUNDED: usize = 100;
const LONGEST_BAR: usize = 60;
const SHORTEST_BAR: usize = 4;
const WIDEST_LABEL: usize = 40;
/// `100%`.
const PER_CENT: usize = 4;

/// The lines of one chart: its title, then a line for each bar.
pub(super) fn lines(drawing: &Drawing, width: Option<usize>) -> Vec<String> {
    let Drawing { title, key, bars, largest, total } = drawing;
    let labels: Vec<Cow<'_, str>> = bars.iter().map(|bar| sanitise(&bar.label)).collect();
    let beside = 3 * GAP + largest.to_string().len() + 1 + PER_CENT;
    let room = width.unwrap_or(UNBOUNDED).saturating_sub(beside);
    let label_width = labels.iter().map(|label| label.width()).max().unwrap_or(0);
    let label_width = label_width.min(WIDEST_LABEL).min(room * 3 / 5).max(4);
    let bar_width = room.saturating_sub(label_width).clamp(SHORTEST_BAR, LONGEST_BAR);
    let row = |(bar, label): (&Bar, &Cow<'_, str>)| {
        let tone = match (bar.is_value, *key) {
            (true, "performance") => performance_tone(&bar.label),
            (true, _) => None,
            (false, _) => Some(Tone::Faint),
        };
        let blocks = marked(&blocks(bar.count, *largest, bar_width), tone);
        let share = format!("{}%", per_cent(bar.count, *total));
        let mut row = Row::from([label.as_ref(), &blocks, &format!("{} {share:>PER_CENT$}", bar.count)]);
        row.max_height(1);
        row
    };
    let mut table = Table::new();
    table.load_style(TableStyle::new()).add_rows(bars.iter().zip(&labels).map(row));
    for (column, alignment) in table.column_iter_mut().zip([Left, Left, Right]) {
        column.set_padding((LEFT_PADDING, 0)).set_cell_alignment(alignment);
    }
    if let (Some(labels), Ok(width)) = (table.column_mut(0), u16::try_from(label_width + GAP)) {
        labels.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(width)));
    }
    [marked(title, Tone::Strong)].into_iter().chain(table.lines()).collect()
}

/// A bar of `count`; the bar of `largest` takes `width` columns. It is empty only for 0.
fn blocks(count: u64, largest: u64, width: usize) -> String {
    let length = (count * width as u64).div_ceil(largest.max(1));
    (0..length).map(|_| '█').collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::counts::Counts;
    use super::super::super::{Colour, samples};
    use super::super::paint::painted;
    use super::*;
    use crate::domain::record::{Record, Topic};
    use crate::domain::text::Language;

    fn drawn(counts: &Counts, width: usize, language: Language) -> String {
        let mut text = String::new();
        for drawing in counts.drawings(language) {
            for line in lines(&drawing, Some(width)) {
                text.extend([&painted(&line, Colour::Off), "\n"]);
            }
        }
        text
    }

    fn dishonest() -> Counts {
        let mut counts = Counts::of(Topic::Dishonest);
        for row in samples::dishonest_rows() {
            counts.count(&row);
        }
        counts
    }

    #[test]
    fn something_is_never_nothing() {
        let lengths = [(8, 8), (3, 8), (1, 1_000_000), (0, 8), (0, 0)]
            .map(|(count, largest)| blocks(count, largest, 4).chars().count());
        assert_eq!(lengths, [4, 2, 1, 0, 0]);
    }

    #[test]
    fn chinese_labels_are_aligned() {
        insta::assert_snapshot!(drawn(&dishonest(), 60, Language::Chinese), @r"
        按立案年份
          2019  ████████████████████████████████████████████  2  67%
          2023  ██████████████████████                        1  33%
        按执行法院
          北京市朝阳区人民法院  ████████████████████████████  2  67%
          宿迁市宿豫区人民法院  ██████████████                1  33%
        按履行情况
          全部已履行  ██████████████████████████████████████  1  33%
          全部未履行  ██████████████████████████████████████  1  33%
          部分未履行  ██████████████████████████████████████  1  33%
        ");
    }

    #[test]
    fn the_titles_speak_english_too() {
        insta::assert_snapshot!(drawn(&dishonest(), 100, Language::English), @r"
        By year of filing
          2019  ████████████████████████████████████████████████████████████  2  67%
          2023  ██████████████████████████████                                1  33%
        By court
          北京市朝阳区人民法院  ████████████████████████████████████████████████████████████  2  67%
          宿迁市宿豫区人民法院  ██████████████████████████████                                1  33%
        By performance
          全部已履行  ████████████████████████████████████████████████████████████  1  33%
          全部未履行  ████████████████████████████████████████████████████████████  1  33%
          部分未履行  ████████████████████████████████████████████████████████████  1  33%
        ");
    }

    #[test]
    fn every_line_fits_whatever_the_values_are() {
        let mut counts = Counts::of(Topic::Copyright);
        for (place, owner) in
            ["短", "Ａ\u{202e}gnp\u{1b}[31m", &"很长的著作权人名称".repeat(30), "👨\u{200d}👩\u{200d}👧", "x"]
                .into_iter()
                .enumerate()
        {
            for _ in 0..=place * 1000 {
                let record = Record::new(Topic::Copyright)
                    .with("owner", owner)
                    .with("category", (place > 1).then_some("30200-0000"))
                    .with("registered_on", "2019-02-03");
                counts.count(&samples::copyright_row("甲", record));
            }
        }
        for width in [24, 40, 60, 100, 200] {
            for language in [Language::English, Language::Chinese] {
                let text = drawn(&counts, width, language);
                let bar_ends: Vec<usize> =
                    text.lines().filter(|line| line.ends_with('%')).map(UnicodeWidthStr::width).collect();
                assert!(text.lines().all(|line| line.width() <= width), "{width}:\n{text}");
                assert_eq!(bar_ends.len(), 1 + 2 + 5, "{text}");
                assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
            }
        }
    }
}
