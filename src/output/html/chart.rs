//! Counts as bars, made from `templates/chart.html`.

use super::super::counts::{Bar, Chart, per_cent};
use super::words::{grouped, performance_tone, visible};
use crate::domain::text::Language;
use askama::Template;

/// One bar a line, each with a link to its records on the same page.
#[derive(Template)]
#[template(path = "chart.html")]
pub(super) struct Figure {
    title: &'static str,
    key: &'static str,
    bars: Vec<Bar>,
    largest: u64,
    total: u64,
}

impl Figure {
    pub(super) fn new(chart: &Chart, language: Language) -> Self {
        let bars = chart.bars(language);
        Self {
            title: chart.title.in_language(language),
            key: chart.key,
            largest: bars.iter().map(|bar| bar.count).max().unwrap_or(0),
            total: bars.iter().map(|bar| bar.count).sum(),
            bars,
        }
    }

    fn tone(&self, bar: &Bar) -> &'static str {
        match (bar.is_value, self.key) {
            (true, "performance") => performance_tone(&bar.label).unwrap_or("info"),
            (true, _) => "info",
            (false, _) => "faint",
        }
    }

    /// The fragment that shows the records of a value.
    fn link(&self, bar: &Bar) -> Option<String> {
        let mut fragment = url::form_urlencoded::Serializer::for_suffix(String::from("#"), 1);
        fragment.append_pair(self.key, &visible(&bar.label));
        bar.is_value.then(|| fragment.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::counts::Counts;
    use super::super::super::samples;
    use super::*;
    use crate::domain::record::{Record, Topic};

    #[test]
    fn a_bar_has_its_label_its_length_its_count_and_its_link() {
        let mut counts = Counts::of(Topic::Dishonest);
        for row in samples::dishonest_rows() {
            counts.count(&row);
        }
        let html: String =
            counts.charts().map(|chart| Figure::new(chart, Language::Chinese).to_string()).collect();
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
    fn a_hostile_label_is_text() {
        let mut counts = Counts::of(Topic::Copyright);
        let record = Record::new(Topic::Copyright).with("owner", "</span><script>alert(1)</script>");
        counts.count(&samples::copyright_row("甲", record));
        let owners = counts.charts().next().expect("owners");
        let html = Figure::new(owners, Language::English).to_string();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("%3Cscript%3E"), "{html}");
    }
}
