//! The user's terminal and the only writer of standard error.

use crate::cli::{ColourChoice, ErrorFormat};
use crate::domain::failure::{Charged, Failure};
use crate::domain::request::ProviderId;
use crate::domain::text::{Language, Message, Text, message};
use crate::locking::lock;
use crate::output::Colour;
use crate::output::sanitise::{escaped_in_json, sanitise};
use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex};

const COLON: Text = Text::new(": ", "：");

/// The amount of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// `-q`: only errors.
    ErrorsOnly,
    /// Errors, warnings and notices.
    Normal,
    /// `-v`: also retries and archive hits.
    Verbose,
    /// `-vv`: also requests and responses, with secrets masked.
    Debug,
}

/// What is known of the terminal, read once, and the one writer of standard error.
#[derive(Debug)]
pub struct Terminal {
    /// Whether data goes to a terminal.
    pub output_is_terminal: bool,
    /// Whether messages do.
    pub errors_are_terminal: bool,
    /// Whether the user can answer a question.
    pub can_ask: bool,
    /// Columns of the terminal that data goes to.
    pub width: Option<u16>,
    /// Whether data on standard output is coloured.
    pub output_colour: Colour,
    /// Whether data in a file is.
    pub file_colour: Colour,
    /// The language of everything for people.
    pub language: Language,
    /// How errors are written.
    pub error_format: ErrorFormat,
    verbosity: Verbosity,
    error_colour: Colour,
    progress: Mutex<Option<ProgressBar>>,
}

impl Terminal {
    /// Looks at the standard streams.
    pub fn of_this_process(
        language: Language,
        error_format: ErrorFormat,
        verbosity: Verbosity,
        colours: ColourChoice,
        environment: &crate::settings::Environment,
    ) -> Self {
        let output_is_terminal = std::io::stdout().is_terminal();
        let errors_are_terminal = std::io::stderr().is_terminal();
        let no_color = environment.has("NO_COLOR");
        let dumb = environment.text("TERM").is_some_and(|term| term == "dumb");
        let colour = |is_terminal: bool| match colours {
            ColourChoice::Always => Colour::On,
            ColourChoice::Auto if is_terminal && !no_color && !dumb => Colour::On,
            ColourChoice::Auto | ColourChoice::Never => Colour::Off,
        };
        let measured = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0);
        let told = environment.text("COLUMNS").and_then(|columns| columns.parse().ok());
        Self {
            output_is_terminal,
            errors_are_terminal,
            can_ask: std::io::stdin().is_terminal() && errors_are_terminal,
            width: measured.or(told).filter(|width| *width > 0),
            output_colour: colour(output_is_terminal),
            file_colour: colour(false),
            language,
            error_format,
            verbosity,
            error_colour: colour(errors_are_terminal),
            progress: Mutex::new(None),
        }
    }

    /// Whether the reader of standard output has closed it. The system is asked without a write: a format that has
    /// nothing to write yet would notice it only after more was bought.
    #[cfg(unix)]
    pub fn reader_has_gone(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let stdout = std::io::stdout();
        let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
        poll(&mut watched, Some(&Timespec::default())).is_ok()
            && watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
    }

    /// Other systems tell it at the next write.
    #[cfg(not(unix))]
    pub const fn reader_has_gone(&self) -> bool {
        false
    }

    /// The form of `text` in the user's language.
    pub const fn say(&self, text: Text) -> &'static str {
        text.in_language(self.language)
    }

    /// The language of lines on standard output that are no table: a program that reads them knows no Chinese.
    pub const fn language_of_output(&self) -> Language {
        if self.output_is_terminal { self.language } else { Language::English }
    }

    /// How much is said.
    pub const fn verbosity(&self) -> Verbosity {
        self.verbosity
    }

    /// Writes a notice. With JSON errors only with `-v`.
    pub fn notice(&self, message: &Message) {
        match self.error_format {
            ErrorFormat::Text if self.verbosity >= Verbosity::Normal => {
                self.line(&format!("hecha: {}", sanitise(message.in_language(self.language))));
            }
            ErrorFormat::Json if self.verbosity >= Verbosity::Verbose => {
                self.object(&json!({"kind": "notice", "message": message.en()}));
            }
            ErrorFormat::Text | ErrorFormat::Json => {}
        }
    }

    /// Writes a warning.
    pub fn warning(&self, message: &Message) {
        if self.verbosity < Verbosity::Normal {
            return;
        }
        match self.error_format {
            ErrorFormat::Json => self.object(&json!({"kind": "warning", "message": message.en()})),
            ErrorFormat::Text => {
                let label = self.styled(self.say(Text::new("warning", "警告")), AnsiColor::Yellow);
                let (colon, message) = (self.say(COLON), sanitise(message.in_language(self.language)));
                self.line(&format!("hecha: {label}{colon}{message}"));
            }
        }
    }

    /// A failure, of one query or of the whole command.
    pub fn error(&self, failure: &Failure, of: Option<(&str, ProviderId)>) {
        match self.error_format {
            ErrorFormat::Json => {
                let mut object = serde_json::to_value(failure).unwrap_or_default();
                if let (Some((query, provider)), Some(object)) = (of, object.as_object_mut()) {
                    object.insert("query".to_owned(), json!(query));
                    object.insert("provider".to_owned(), json!(provider.as_str()));
                }
                self.object(&object);
            }
            ErrorFormat::Text => self.line(&self.sentence(failure, of)),
        }
    }

    fn sentence(&self, failure: &Failure, of: Option<(&str, ProviderId)>) -> String {
        let label = self.styled(self.say(Text::new("error", "错误")), AnsiColor::Red);
        let colon = self.say(COLON);
        let subject = of.map(|(query, provider)| {
            let query = sanitise(query);
            message!("{query} ({provider}): ", "{query}（{provider}）：")
        });
        let subject = subject.unwrap_or_default();
        let subject = subject.in_language(self.language);
        let mut details = Vec::new();
        if let Some(code) = &failure.code {
            details.push(format!("{} {}", self.say(Text::new("code", "代码")), sanitise(code)));
        }
        if let Some(status) = failure.http_status {
            details.push(format!("HTTP {status}"));
        }
        if let Some(id) = &failure.request_id {
            details.push(format!("{} {}", self.say(Text::new("request", "请求编号")), sanitise(id)));
        }
        if of.is_some() {
            let charged = match failure.charged {
                Charged::No => Text::new("not charged", "未计费"),
                Charged::Yes => Text::new("charged", "已计费"),
                Charged::Unknown => Text::new("perhaps charged", "可能已计费"),
            };
            details.push(self.say(charged).to_owned());
        }
        let kind = self.say(failure.kind.label());
        let message = sanitise(failure.message.in_language(self.language));
        let mut text = format!("hecha: {label}{colon}{subject}{kind}{colon}{message}");
        if !details.is_empty() {
            text.push_str(&format!(" [{}]", details.join(self.say(Text::new(", ", "，")))));
        }
        if let Some(hint) = failure.hint {
            let label = self.styled(self.say(Text::new("hint", "提示")), AnsiColor::Cyan);
            text.push_str(&format!("\n       {label}{colon}{}", self.say(hint)));
        }
        text
    }

    /// Asks a question that is answered with yes or no; anything but yes is no.
    pub fn confirm(&self, question: &Message) -> bool {
        matches!(self.ask(question, "y/N").as_str(), "y" | "yes" | "是")
    }

    /// Asks a question and returns the answer in lower case; `answers` shows those that are possible.
    pub fn ask(&self, question: &Message, answers: &str) -> String {
        let mut stderr = std::io::stderr().lock();
        let _ = write!(stderr, "hecha: {} [{answers}] ", sanitise(question.in_language(self.language)));
        let _ = stderr.flush();
        let mut answer = String::new();
        match std::io::stdin().read_line(&mut answer) {
            Ok(_) => answer.trim().to_lowercase(),
            Err(_) => String::new(),
        }
    }

    /// Shows a progress bar below everything else, or takes it away.
    pub fn set_progress(&self, bar: Option<ProgressBar>) {
        let previous = std::mem::replace(&mut *lock(&self.progress), bar);
        if let Some(previous) = previous {
            previous.finish_and_clear();
        }
    }

    /// Does `work`, which writes to the terminal, while the progress bar is out of the way.
    pub fn beside_progress<T>(&self, work: impl FnOnce() -> T) -> T {
        let bar = lock(&self.progress).clone();
        match bar {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    /// A line on standard error as it is; nothing can be done where even that fails.
    pub fn line(&self, line: &str) {
        self.beside_progress(|| {
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        });
    }

    /// One JSON object on a line. What could steer a terminal is escaped, so that its text stays exact.
    fn object(&self, object: &serde_json::Value) {
        self.line(&escaped_in_json(&object.to_string()));
    }

    fn styled(&self, text: &str, colour: AnsiColor) -> String {
        match self.error_colour {
            Colour::On => {
                let style = Style::new().bold().fg_color(Some(colour.into()));
                format!("{style}{text}{style:#}")
            }
            Colour::Off => text.to_owned(),
        }
    }
}

/// The sink of the log: only messages of this crate, as notices.
struct Log(Arc<Terminal>);

impl log::Log for Log {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("hecha")
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let message = said(record);
        match record.level() {
            log::Level::Error | log::Level::Warn => self.0.warning(&message),
            log::Level::Info => self.0.notice(&message),
            log::Level::Debug | log::Level::Trace => {
                self.0.notice(&Message::verbatim(shortened(message.en())));
            }
        }
    }

    fn flush(&self) {}
}

/// What was logged: the English sentence, and the Chinese one where it was given beside it as `zh`.
fn said(record: &log::Record<'_>) -> Message {
    let en = record.args().to_string();
    match record.key_values().get(log::kv::Key::from("zh")) {
        Some(zh) => Message::of_both(en, zh.to_string()),
        None => Message::verbatim(en),
    }
}

/// The most of one message that is shown, in characters.
const LONGEST_MESSAGE: usize = 4000;

fn shortened(message: &str) -> String {
    match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}… ({} bytes)", &message[..end], message.len()),
        None => message.to_owned(),
    }
}

/// Lets the log speak through `terminal`, as much as the user wants to hear.
pub fn listen_to_log(terminal: &Arc<Terminal>) {
    let level = match terminal.verbosity() {
        Verbosity::ErrorsOnly => log::LevelFilter::Off,
        Verbosity::Normal => log::LevelFilter::Warn,
        Verbosity::Verbose => log::LevelFilter::Info,
        Verbosity::Debug => log::LevelFilter::Debug,
    };
    if log::set_boxed_logger(Box::new(Log(Arc::clone(terminal)))).is_ok() {
        log::set_max_level(level);
    }
}
