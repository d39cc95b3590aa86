//! Counts as inline SVG, drawn without a style of its own: the page's classes colour it.

use super::super::counts::{Chart, Label, per_cent, shortened};
use super::escape::{escaped, grouped, push_text, visible};
use super::words;
use crate::domain::performance::Performance;
use crate::domain::record::Topic;
use crate::domain::text::Language;
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

const WIDTH: usize = 440;
const ROW: usize = 26;
const BAR: usize = 16;
/// In columns, of which a Han character takes two.
const WIDEST_LABEL: usize = 22;
/// A digit is wider than half a Han character in some fonts.
const HALF: usize = 8;
const HAN: usize = 14;
/// Room for `50,000 · 100%` behind the longest bar.
const BEHIND: usize = 98;

/// The colour of a performance.
pub(super) fn performance_tone(words: &str) -> Option<&'static str> {
    Performance::of_words(words).map(|performance| match performance {
        Performance::Nothing => "bad",
        Performance::Part => "mixed",
        Performance::Everything => "good",
    })
}

/// Appends a figure with one bar a line. A bar leads to its records on the same page.
pub(super) fn push_figure(chart: &Chart, topic: Topic, language: Language, html: &mut String) {
    let bars = chart.bars();
    let labels: Vec<String> = bars
        .iter()
        .map(|bar| shortened(&visible(&words::label(&bar.label, language)), WIDEST_LABEL))
        .collect();
    let largest = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1);
    let total: u64 = bars.iter().map(|bar| bar.count).sum();
    let label_width = labels.iter().map(|label| drawn_width(label)).max().unwrap_or(0) + 8;
    let room = WIDTH - label_width - BEHIND;
    let height = bars.len() * ROW;
    let title = chart.title.in_language(language);
    let column = &topic.columns()[chart.column];
    let _ = write!(
        html,
        "<figure class=\"chart\"><figcaption>{title}</figcaption>\
         <svg viewBox=\"0 0 {WIDTH} {height}\" aria-label=\"{title}\">"
    );
    for (place, (bar, label)) in bars.iter().zip(&labels).enumerate() {
        let share = per_cent(bar.count, total);
        let length = usize::try_from(u128::from(bar.count) * room as u128 / u128::from(largest));
        let length = length.unwrap_or(room).max(2);
        let tone = match &bar.label {
            Label::Value(value) if column.key == "performance" => performance_tone(value).unwrap_or("info"),
            Label::Value(_) => "info",
            Label::Earlier | Label::Others | Label::Missing => "faint",
        };
        let link = link(bar.label.clone(), column.key);
        if let Some(link) = &link {
            let _ = write!(html, "<a href=\"{}\">", escaped(link));
        }
        let (top, middle) = (place * ROW + (ROW - BAR) / 2, place * ROW + ROW / 2 + 5);
        let (end_of_label, end_of_bar) = (label_width - 8, label_width + length + 6);
        html.push_str("<g><title>");
        push_text(&words::label(&bar.label, language), html);
        let _ = write!(html, ": {}</title>", grouped(bar.count));
        let _ = write!(html, "<text class=\"label\" x=\"{end_of_label}\" y=\"{middle}\">");
        push_text(label, html);
        let _ = write!(
            html,
            "</text><rect class=\"{tone}\" x=\"{label_width}\" y=\"{top}\" width=\"{length}\" height=\"{BAR}\" rx=\"3\"/>\
             <text class=\"count\" x=\"{end_of_bar}\" y=\"{middle}\">{} · {share}%</text></g>",
            grouped(bar.count)
        );
        if link.is_some() {
            html.push_str("</a>");
        }
    }
    html.push_str("</svg></figure>\n");
}

/// The fragment that shows the records of a bar.
fn link(label: Label, key: &str) -> Option<String> {
    let Label::Value(value) = label else { return None };
    let mut fragment = url::form_urlencoded::Serializer::new(String::new());
    fragment.append_pair(key, &visible(&value));
    Some(format!("#{}", fragment.finish()))
}

/// About how wide the label is drawn.
fn drawn_width(label: &str) -> usize {
    label.chars().map(|character| if character.width() == Some(2) { HAN } else { HALF }).sum()
}

#[cfg(test)]
mod tests {
    use super::super::super::counts::Counts;
    use super::super::super::samples;
    use super::*;
    use crate::domain::record::Record;

    #[test]
    fn a_bar_has_its_label_its_length_its_count_and_its_link() {
        let mut counts = Counts::of(Topic::Dishonest);
        for row in samples::dishonest_rows() {
            counts.count(&row);
        }
        let mut html = String::new();
        for chart in counts.charts() {
            push_figure(chart, Topic::Dishonest, Language::Chinese, &mut html);
        }
        assert!(html.contains("<figcaption>按执行法院</figcaption>"), "{html}");
        assert!(html.contains("<a href=\"#filed_on=2019\"><g><title>2019: 2</title>"), "{html}");
        assert!(html.contains(">2 · 67%</text>") && html.contains(">1 · 33%</text>"), "{html}");
        assert!(html.contains("class=\"bad\"") && html.contains("class=\"good\""), "{html}");
    }

    #[test]
    fn a_hostile_label_is_text_and_a_long_one_is_cut() {
        let mut counts = Counts::of(Topic::Copyright);
        for owner in ["</text><script>alert(1)</script>", "很长的著作权人名称很长的著作权人名称"]
        {
            let record = Record::new(Topic::Copyright).with("owner", owner);
            counts.count(&samples::copyright_row("甲", record));
        }
        let mut html = String::new();
        push_figure(counts.charts().next().expect("owners"), Topic::Copyright, Language::English, &mut html);
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("%3Cscript%3E") && html.contains(">很长的著作…作权人名称<"), "{html}");
    }
}
