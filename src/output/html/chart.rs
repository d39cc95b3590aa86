//! Counts as bars, made from `templates/chart.html`.

use super::super::counts::{Bar, Chart, Label, per_cent, shortened};
use super::words::{grouped, performance_tone, visible};
use crate::domain::record::Topic;
use crate::domain::text::Language;
use askama::Template;

/// In columns, of which a Han character takes two.
const WIDEST_LABEL: usize = 22;

/// One bar a line, each with a link to its records on the same page.
#[derive(Template)]
#[template(path = "chart.html")]
pub(super) struct Figure {
    title: &'static str,
    bars: Vec<FigureBar>,
}

struct FigureBar {
    title: String,
    label: String,
    count: String,
    /// In per cent of all records.
    share: u64,
    /// In per cent of the longest bar.
    length: u64,
    tone: &'static str,
    /// The fragment that shows the records.
    link: Option<String>,
}

impl Figure {
    pub(super) fn new(chart: &Chart, topic: Topic, language: Language) -> Self {
        let key = topic.columns()[chart.column].key;
        let bars = chart.bars();
        let largest = bars.iter().map(|bar| bar.count).max().unwrap_or(0);
        let total: u64 = bars.iter().map(|bar| bar.count).sum();
        let figure_bar = |bar: Bar| {
            let title = visible(bar.label.in_language(language)).into_owned();
            FigureBar {
                label: shortened(&title, WIDEST_LABEL),
                title,
                count: grouped(bar.count),
                share: per_cent(bar.count, total),
                length: per_cent(bar.count, largest),
                tone: tone(&bar.label, key),
                link: link(&bar.label, key),
            }
        };
        Self { title: chart.title.in_language(language), bars: bars.into_iter().map(figure_bar).collect() }
    }
}

fn tone(label: &Label, key: &str) -> &'static str {
    match label {
        Label::Value(value) if key == "performance" => performance_tone(value).unwrap_or("info"),
        Label::Value(_) => "info",
        Label::Earlier | Label::Others | Label::Missing => "faint",
    }
}

fn link(label: &Label, key: &str) -> Option<String> {
    let Label::Value(value) = label else { return None };
    let mut fragment = url::form_urlencoded::Serializer::for_suffix(String::from("#"), 1);
    fragment.append_pair(key, &visible(value));
    Some(fragment.finish())
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
        let html: String = counts
            .charts()
            .map(|chart| Figure::new(chart, Topic::Dishonest, Language::Chinese).to_string())
            .collect();
        assert!(html.contains("<figcaption>按执行法院</figcaption>"), "{html}");
        assert!(
            html.contains(
                "<a href=\"#filed_on=2019\"><span class=\"label\">2019</span><svg><title>2019: 2</title>"
            ),
            "{html}"
        );
        assert!(html.contains(">2 · 67%</span>") && html.contains(">1 · 33%</span>"), "{html}");
        assert!(html.contains("class=\"bad\"") && html.contains("class=\"good\""), "{html}");
    }

    #[test]
    fn a_hostile_label_is_text_and_a_long_one_is_cut() {
        let mut counts = Counts::of(Topic::Copyright);
        for owner in ["</span><script>alert(1)</script>", "很长的著作权人名称很长的著作权人名称"]
        {
            let record = Record::new(Topic::Copyright).with("owner", owner);
            counts.count(&samples::copyright_row("甲", record));
        }
        let owners = counts.charts().next().expect("owners");
        let html = Figure::new(owners, Topic::Copyright, Language::English).to_string();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("%3Cscript%3E") && html.contains(">很长的著作…作权人名称<"), "{html}");
    }
}
