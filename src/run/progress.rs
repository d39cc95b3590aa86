//! The progress of a batch: a bar on a terminal, otherwise a line every half minute.

use crate::cli::ErrorFormat;
use crate::domain::outcome::RunSummary;
use crate::domain::text::{Message, Text, message};
use crate::terminal::Terminal;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use log::LevelFilter;
use std::time::{Duration, Instant};

/// The interval of lines without a terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// The progress of one run; silent for a single query.
pub struct Progress<'a> {
    terminal: &'a Terminal,
    bar: Option<ProgressBar>,
    total: Option<u64>,
    shown_at: Instant,
    is_shown: bool,
}

impl<'a> Progress<'a> {
    /// The progress of `total` queries, if their number is known.
    pub fn new(total: Option<u64>, terminal: &'a Terminal) -> Self {
        let is_shown = terminal.verbosity >= LevelFilter::Warn
            && terminal.error_format == ErrorFormat::Text
            && total.is_none_or(|total| total > 1);
        let bar = (is_shown && terminal.errors_are_terminal).then(|| Self::bar(total));
        terminal.set_progress(bar.clone());
        Self { terminal, bar, total, shown_at: Instant::now(), is_shown }
    }

    fn bar(total: Option<u64>) -> ProgressBar {
        let template = match total {
            Some(_) => "{bar:24.cyan} {pos}/{len} {msg}",
            None => "{spinner} {pos} {msg}",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(5));
        bar.set_style(style.progress_chars("━╸─"));
        bar
    }

    /// Updates the bar or writes a line, if it is due.
    pub fn show(&mut self, summary: &RunSummary, cost: Option<f64>) {
        match &self.bar {
            Some(bar) => {
                bar.set_position(summary.queries);
                let mut words = counts_in_words(summary, cost);
                // Before the first result nothing can be estimated.
                if self.total.is_some() && summary.queries > 0 {
                    let time = format!("{:#}", HumanDuration(bar.eta()));
                    words = message!("{words} · {time} left", "{words:#} · 剩余 {time}");
                }
                bar.set_message(words.in_language(self.terminal.language).to_owned());
            }
            None if self.is_shown && self.shown_at.elapsed() >= LINE_EVERY => {
                self.shown_at = Instant::now();
                let queries = summary.queries;
                let of = self.total.map(|total| format!("/{total}")).unwrap_or_default();
                let noun = if self.total.unwrap_or(queries) == 1 { "query" } else { "queries" };
                self.terminal.notice(&message!(
                    "{queries}{of} {noun}: {counts}",
                    "{queries}{of} 个查询：{counts:#}",
                    counts = counts_in_words(summary, cost)
                ));
            }
            None => {}
        }
    }

    /// Removes the bar.
    pub fn end(&self) {
        self.terminal.set_progress(None);
    }
}

/// The counts of a run, and its cost in yuan if that is known.
pub fn counts_in_words(summary: &RunSummary, cost: Option<f64>) -> Message {
    let calls = if summary.calls == 1 { "call" } else { "calls" };
    let pages = if summary.archived_pages == 1 { "archived page" } else { "archived pages" };
    let unless_zero = |number, what| (number > 0).then(|| count_of(number, what));
    let counts = [
        Some(count_of(summary.found, Text::new("with records", "个有记录"))),
        unless_zero(summary.empty, Text::new("without records", "个无记录")),
        unless_zero(summary.partial, Text::new("partial", "个不完整")),
        unless_zero(summary.failed, Text::new("failed", "个失败")),
        unless_zero(summary.skipped, Text::new("not queried", "个未查询")),
        Some(count_of(summary.calls, Text::new(calls, "次调用"))),
        cost.map(|cost| Message::verbatim(format!("¥{cost:.2}"))),
        unless_zero(summary.archived_pages, Text::new(pages, "页取自存档")),
    ];
    let joined = |one: Message, other: Message| message!("{one}; {other}", "{one:#}；{other:#}");
    counts.into_iter().flatten().reduce(joined).unwrap_or_default()
}

fn count_of(number: u64, what: Text) -> Message {
    message!("{number} {what}", "{number} {what:#}")
}
