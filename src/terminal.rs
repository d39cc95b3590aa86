//! The state of the terminal, and the only writer of standard error.

use crate::cli::{ColorChoice, ErrorFormat, GlobalArgs};
use crate::domain::failure::{Charged, Failure};
use crate::domain::request::ProviderId;
use crate::domain::text::{Language, Message, Text, message};
use crate::locking::lock;
use crate::output::Colour;
use crate::output::sanitise::{escaped_in_json, sanitise};
use crate::settings::Environment;
use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;
use log::LevelFilter;
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex};

const COLON: Text = Text::new(": ", "：");

/// The state of the terminal, read once, and the writer of standard error.
#[derive(Debug)]
pub struct Terminal {
    /// Whether standard output is a terminal.
    pub output_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub errors_are_terminal: bool,
    /// Whether questions can be asked: standard input and standard error are terminals.
    pub can_ask: bool,
    /// The columns of the terminal.
    pub width: Option<u16>,
    /// The language of messages.
    pub language: Language,
    /// The format of errors.
    pub error_format: ErrorFormat,
    /// `-q` leaves errors, `-v` adds retries and archive hits, `-vv` requests and responses with secrets masked.
    pub verbosity: LevelFilter,
    /// `--color`, or `never` in an environment without colours.
    colours: ColorChoice,
    progress: Mutex<Option<ProgressBar>>,
}

impl Terminal {
    /// Reads the state of the standard streams.
    pub fn of_this_process(options: &GlobalArgs, language: Language, environment: &Environment) -> Self {
        let output_is_terminal = std::io::stdout().is_terminal();
        let errors_are_terminal = std::io::stderr().is_terminal();
        let measured = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0);
        let of_environment = environment.text("COLUMNS").and_then(|columns| columns.parse().ok());
        Self {
            output_is_terminal,
            errors_are_terminal,
            can_ask: std::io::stdin().is_terminal() && errors_are_terminal,
            width: measured.or(of_environment).filter(|width| *width > 0),
            language,
            error_format: options.error_format,
            verbosity: match (options.quiet, options.verbose) {
                (true, _) => LevelFilter::Error,
                (false, 0) => LevelFilter::Warn,
                (false, 1) => LevelFilter::Info,
                (false, _) => LevelFilter::Debug,
            },
            colours: match options.color {
                ColorChoice::Auto if is_without_colours(environment) => ColorChoice::Never,
                choice => choice,
            },
            progress: Mutex::new(None),
        }
    }

    /// Whether the pipe behind standard output is closed. This is found without a write, because some formats write only at
    /// the end, after more was bought.
    #[cfg(unix)]
    pub fn output_pipe_is_closed(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let stdout = std::io::stdout();
        let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
        poll(&mut watched, Some(&Timespec::default())).is_ok()
            && watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
    }

    /// Other systems report it at the next write.
    #[cfg(not(unix))]
    pub const fn output_pipe_is_closed(&self) -> bool {
        false
    }

    /// Whether text for a terminal, or for something else, is coloured.
    pub fn colour(&self, is_terminal: bool) -> Colour {
        match self.colours {
            ColorChoice::Always => Colour::On,
            ColorChoice::Auto if is_terminal => Colour::On,
            ColorChoice::Auto | ColorChoice::Never => Colour::Off,
        }
    }

    /// The text in the user's language.
    pub const fn text(&self, text: Text) -> &'static str {
        text.in_language(self.language)
    }

    /// The language of plain lines on standard output: English, except on a terminal.
    pub const fn language_of_output(&self) -> Language {
        if self.output_is_terminal { self.language } else { Language::English }
    }

    /// Writes a notice. With JSON errors, only with `-v`.
    pub fn notice(&self, message: &Message) {
        let least = match self.error_format {
            ErrorFormat::Text => LevelFilter::Warn,
            ErrorFormat::Json => LevelFilter::Info,
        };
        self.message(least, "notice", "", message);
    }

    /// Writes a warning.
    pub fn warning(&self, message: &Message) {
        self.warning_from(LevelFilter::Warn, message);
    }

    /// Writes a warning from the given verbosity on: one that stops the command is shown even with `-q`.
    pub fn warning_from(&self, least: LevelFilter, message: &Message) {
        let label = self.label(Text::new("warning", "警告"), AnsiColor::Yellow);
        self.message(least, "warning", &label, message);
    }

    fn message(&self, least: LevelFilter, kind: &str, label: &str, message: &Message) {
        if self.verbosity < least {
            return;
        }
        match self.error_format {
            ErrorFormat::Json => self.write_json(&json!({"kind": kind, "message": message.en()})),
            ErrorFormat::Text => {
                self.write_line(&format!("hecha: {label}{}", sanitise(message.in_language(self.language))));
            }
        }
    }

    /// Writes a failure, of one query or of the whole command.
    pub fn error(&self, failure: &Failure, of: Option<(&str, ProviderId)>) {
        match self.error_format {
            ErrorFormat::Json => {
                let mut object = json!(failure);
                if let Some((query, provider)) = of {
                    object["query"] = json!(query);
                    object["provider"] = json!(provider.as_str());
                }
                self.write_json(&object);
            }
            ErrorFormat::Text => self.write_line(&self.sentence(failure, of)),
        }
    }

    fn sentence(&self, failure: &Failure, of: Option<(&str, ProviderId)>) -> String {
        let subject =
            of.map(|(query, provider)| message!("{query} ({provider}): ", "{query}（{provider}）："));
        let code = failure.code.as_ref().map(|code| message!("code {code}", "代码 {code}"));
        let status = failure.http_status.map(|status| message!("HTTP {status}", "HTTP {status}"));
        let request = failure.request_id.as_ref().map(|id| message!("request {id}", "请求编号 {id}"));
        let charged = of.map(|_| match failure.charged {
            Charged::No => Text::new("not charged", "未计费").into(),
            Charged::Yes => Text::new("charged", "已计费").into(),
            Charged::Unknown => Text::new("possibly charged", "可能已计费").into(),
        });
        let details = [code, status, request, charged].into_iter().flatten();
        let details = details.reduce(|details, next| message!("{details}, {next}", "{details:#}，{next:#}"));
        let details = details.map(|details| message!(" [{details}]", "（{details:#}）"));
        let sentence = message!(
            "{subject}{kind}: {words}{details}",
            "{subject:#}{kind:#}：{words:#}{details:#}",
            subject = subject.unwrap_or_default(),
            kind = failure.kind.label(),
            words = failure.message,
            details = details.unwrap_or_default()
        );
        let label = self.label(Text::new("error", "错误"), AnsiColor::Red);
        let hint = failure.hint.map(|hint| {
            let label = self.label(Text::new("hint", "提示"), AnsiColor::Cyan);
            format!("\n       {label}{}", self.text(hint))
        });
        let sentence = sanitise(sentence.in_language(self.language));
        format!("hecha: {label}{sentence}{}", hint.unwrap_or_default())
    }

    /// Asks a yes-or-no question. Any other answer is no.
    pub fn confirm(&self, question: &Message) -> bool {
        matches!(self.ask(question, "y/N").as_str(), "y" | "yes" | "是")
    }

    /// Asks a question with the possible `answers`, and returns the answer in lower case.
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

    /// Shows a progress bar below all other lines, or removes it.
    pub fn set_progress(&self, bar: Option<ProgressBar>) {
        let previous = std::mem::replace(&mut *lock(&self.progress), bar);
        if let Some(previous) = previous {
            previous.finish_and_clear();
        }
    }

    /// Runs `work`, which writes to the terminal, with the progress bar hidden.
    pub fn with_progress_hidden<T>(&self, work: impl FnOnce() -> T) -> T {
        let bar = lock(&self.progress).clone();
        match bar {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    /// Writes a line to standard error. An error is ignored, because it cannot be reported.
    pub fn write_line(&self, line: &str) {
        self.with_progress_hidden(|| {
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        });
    }

    /// Writes one JSON object on a line. Control characters are escaped, so that the text stays exact.
    fn write_json(&self, object: &serde_json::Value) {
        self.write_line(&escaped_in_json(&object.to_string()));
    }

    /// A coloured word and a colon.
    fn label(&self, word: Text, colour: AnsiColor) -> String {
        let style = match self.colour(self.errors_are_terminal) {
            Colour::On => Style::new().bold().fg_color(Some(colour.into())),
            Colour::Off => Style::new(),
        };
        format!("{style}{}{style:#}{}", self.text(word), self.text(COLON))
    }
}

/// Whether the environment asks for text without colours.
pub fn is_without_colours(environment: &Environment) -> bool {
    environment.path("NO_COLOR").is_some() || environment.text("TERM") == Some("dumb")
}

/// Writes the log messages of this crate to the terminal.
struct Log(Arc<Terminal>);

impl log::Log for Log {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("hecha")
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let en = shortened(&record.args().to_string());
        let zh = record.key_values().get(log::kv::Key::from("zh")).map(|zh| zh.to_string());
        let message = Message::of_both(en.clone(), zh.unwrap_or(en));
        match record.level() {
            log::Level::Error | log::Level::Warn => self.0.warning(&message),
            log::Level::Info | log::Level::Debug | log::Level::Trace => self.0.notice(&message),
        }
    }

    fn flush(&self) {}
}

/// The length at which a message is cut, in characters.
const LONGEST_MESSAGE: usize = 4000;

fn shortened(message: &str) -> String {
    match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}… ({} bytes)", &message[..end], message.len()),
        None => message.to_owned(),
    }
}

/// Sends the log to `terminal`, according to its verbosity.
pub fn listen_to_log(terminal: &Arc<Terminal>) {
    if log::set_boxed_logger(Box::new(Log(Arc::clone(terminal)))).is_ok() {
        log::set_max_level(terminal.verbosity);
    }
}
