//! How far a batch is: a bar on a terminal, else a line now and then.

use crate::domain::outcome::RunSummary;
use crate::domain::text::{Message, Text, message};
use crate::terminal::{ErrorFormat, Terminal, Verbosity};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// How often the bar is brought up to date.
const BAR_EVERY: Duration = Duration::from_millis(100);

/// Progress of one run; silent for a single query.
pub struct Progress {
    bar: Option<ProgressBar>,
    shown: Instant,
    speaks: bool,
}

impl Progress {
    /// For `total` queries, where that is known.
    pub fn new(total: Option<u64>, terminal: &Terminal) -> Self {
        let speaks = terminal.verbosity() >= Verbosity::Normal
            && terminal.error_format == ErrorFormat::Text
            && total.is_none_or(|total| total > 1);
        let bar = (speaks && terminal.errors_are_terminal).then(|| Self::bar(total, terminal));
        terminal.set_progress(bar.clone());
        Self { bar, shown: Instant::now(), speaks }
    }

    fn bar(total: Option<u64>, terminal: &Terminal) -> ProgressBar {
        let template = match total {
            Some(_) => terminal.say(Text::new(
                "{bar:24.cyan} {pos}/{len} {msg} · {eta} left",
                "{bar:24.cyan} {pos}/{len} {msg} · 剩余 {eta}",
            )),
            None => "{spinner} {pos} {msg}",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(5));
        bar.set_style(style.progress_chars("━╸─"));
        bar
    }

    /// Shows how far the run is, if it is time to. `total` shrinks while repeats are found.
    pub fn show(&mut self, summary: &RunSummary, cost: Option<f64>, total: Option<u64>, terminal: &Terminal) {
        let every = if self.bar.is_some() { BAR_EVERY } else { LINE_EVERY };
        if !self.speaks || self.shown.elapsed() < every {
            return;
        }
        self.shown = Instant::now();
        match &self.bar {
            Some(bar) => {
                if let Some(total) = total {
                    bar.set_length(total);
                }
                bar.set_position(summary.queries);
                bar.set_message(counts(summary, cost).in_language(terminal.language).to_owned());
            }
            None => {
                let of = total.map(|total| format!("/{total}")).unwrap_or_default();
                terminal.notice(&message!(
                    "{queries}{of} {counts}",
                    "{queries}{of} {counts:#}",
                    queries = summary.queries,
                    counts = counts(summary, cost)
                ));
            }
        }
    }

    /// Takes the bar away.
    pub fn end(&self, terminal: &Terminal) {
        terminal.set_progress(None);
    }
}

/// The counts of a run in a few words, and its cost in yuan where that is known.
pub fn counts(summary: &RunSummary, cost: Option<f64>) -> Message {
    let (found, calls) = (summary.found, summary.calls);
    let mut counts = message!("found {found}", "有结果 {found}");
    for (word, number) in [
        (Text::new("nothing", "无结果"), summary.empty),
        (Text::new("partial", "部分"), summary.partial),
        (Text::new("failed", "失败"), summary.failed),
        (Text::new("not asked", "未查询"), summary.skipped),
    ] {
        if number > 0 {
            counts = message!("{counts} · {word} {number}", "{counts:#} · {word:#} {number}");
        }
    }
    counts = message!("{counts} · calls {calls}", "{counts:#} · 调用 {calls}");
    if let Some(cost) = cost {
        counts = message!("{counts} · ¥{cost:.2}", "{counts:#} · ¥{cost:.2}");
    }
    if summary.archived_pages > 0 {
        let pages = summary.archived_pages;
        counts = message!("{counts} · from the archive {pages}", "{counts:#} · 取自存档 {pages}");
    }
    counts
}
