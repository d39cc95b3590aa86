//! Failures with their kind, their charge and a hint for the user.

use super::text::{Message, Text, message};
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;

/// The kind of a failure, by what the user can do next. Each kind has one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The command line or the input is wrong; nothing was sent.
    Usage,
    /// The keyword is suspicious and was left out: `--suspicious skip`.
    Keyword,
    /// The row of the list has no keyword.
    Blank,
    /// The settings or the endpoint are wrong.
    Configuration,
    /// Credentials are missing, or the vendor refused them.
    Credentials,
    /// Network, timeout, throttling, or a vendor that is down.
    Temporary,
    /// The vendor reports a failure of its own.
    Vendor,
    /// The vendor refused a parameter.
    Input,
    /// The vendor answered with a code that its document does not explain.
    Refused,
    /// An earlier attempt may have been charged, so the request was not sent again.
    Uncertain,
    /// Quota, subscription or IP allow-list.
    Account,
    /// A limit that the user set.
    Limit,
    /// `--offline`, and the answer is not in the archive.
    Offline,
    /// An unreadable answer.
    Answer,
    /// The archive is unusable.
    Archive,
    /// The server that holds the archive cannot be reached.
    ArchiveServer,
    /// The run was interrupted.
    Interrupted,
    /// The reader of the output has gone: nothing is reported.
    ClosedPipe,
    /// Anything else.
    Unforeseen,
}

impl FailureKind {
    /// All kinds, in the order of their declaration.
    pub fn all() -> impl Iterator<Item = Self> {
        FACTS.iter().map(|facts| facts.0)
    }

    /// The word in the data.
    pub const fn as_str(self) -> &'static str {
        FACTS[self as usize].1
    }

    /// The exit code of a single query with this failure.
    pub const fn exit_code(self) -> u8 {
        FACTS[self as usize].2
    }

    /// The kind for people.
    pub const fn label(self) -> Text {
        FACTS[self as usize].3
    }

    /// Whether every further call to the provider fails as well, or may do harm, so that the run stops.
    pub const fn stops_the_run(self) -> bool {
        matches!(
            self,
            Self::Configuration
                | Self::Credentials
                | Self::Account
                | Self::Limit
                | Self::Archive
                | Self::ArchiveServer
                | Self::Interrupted
                | Self::Unforeseen
        )
    }

    /// Whether it arises without asking a vendor, so that it does not count as the vendor's.
    pub const fn blames_no_vendor(self) -> bool {
        matches!(self, Self::Offline | Self::Usage | Self::Uncertain | Self::Keyword | Self::Blank)
    }
}

/// Each kind with its word, exit code and label, in the order of the declaration.
const FACTS: [(FailureKind, &str, u8, Text); 19] = [
    (FailureKind::Usage, "usage", 2, Text::new("usage", "用法")),
    (FailureKind::Keyword, "keyword", 2, Text::new("suspicious keyword", "可疑关键词")),
    (FailureKind::Blank, "blank", 2, Text::new("blank row", "空行")),
    (FailureKind::Configuration, "configuration", 4, Text::new("configuration", "配置")),
    (FailureKind::Credentials, "credentials", 4, Text::new("credentials", "凭证")),
    (FailureKind::Temporary, "temporary", 5, Text::new("temporary failure", "暂时性故障")),
    (FailureKind::Vendor, "vendor", 5, Text::new("vendor failure", "服务商故障")),
    (FailureKind::Input, "input", 6, Text::new("refused input", "请求参数被拒")),
    (FailureKind::Refused, "refused", 6, Text::new("refused", "请求被拒")),
    (FailureKind::Uncertain, "uncertain", 6, Text::new("possibly charged before", "此前可能已计费")),
    (FailureKind::Account, "account", 7, Text::new("account", "账户问题")),
    (FailureKind::Limit, "limit", 8, Text::new("own limit", "达到自设上限")),
    (FailureKind::Offline, "offline", 9, Text::new("offline", "离线")),
    (FailureKind::Answer, "answer", 10, Text::new("unreadable answer", "无法解读的应答")),
    (FailureKind::Archive, "archive", 1, Text::new("archive", "存档问题")),
    (FailureKind::ArchiveServer, "archive-server", 5, Text::new("archive server", "存档服务器")),
    (FailureKind::Interrupted, "interrupted", 130, Text::new("interrupted", "已中断")),
    (FailureKind::ClosedPipe, "closed-pipe", 0, Text::new("closed pipe", "管道已关闭")),
    (FailureKind::Unforeseen, "unforeseen", 1, Text::new("unforeseen", "意外错误")),
];

/// Whether an attempt was charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Charged {
    /// Certainly not.
    No,
    /// Certainly.
    Yes,
    /// Perhaps: the request is repeated only with `--retry-uncertain` or `--fresh`.
    Unknown,
}

impl Charged {
    /// The word for people: in English that of the data.
    pub const fn label(self) -> Text {
        match self {
            Self::No => Text::new("no", "否"),
            Self::Yes => Text::new("yes", "是"),
            Self::Unknown => Text::new("unknown", "不确定"),
        }
    }

    /// The word in the data and in the ledger.
    pub const fn as_str(self) -> &'static str {
        self.label().en
    }
}

/// Whether and when an uncharged attempt is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Never.
    No,
    /// After a back-off, and not before the given moment.
    AfterPause {
        /// The server's `Retry-After`.
        not_before: Option<Timestamp>,
    },
    /// After a pause, because the vendor is still preparing the answer.
    Pending,
    /// Once, immediately, with the clock corrected by the server's `Date`.
    WithServerClock,
}

/// One failure. In JSON it is `error` of the contract, with English texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its kind.
    pub kind: FailureKind,
    /// The vendor's or the gateway's code, verbatim and short.
    pub code: Option<String>,
    /// A lower-case sentence, or the vendor's message.
    pub message: Message,
    /// The HTTP status, if there was a response.
    pub http_status: Option<u16>,
    /// The vendor's number of the request, for its support.
    pub request_id: Option<String>,
    /// Whether the attempt was charged.
    pub charged: Charged,
    /// The advice to the user.
    pub hint: Option<Text>,
    /// Whether the attempt may be repeated.
    #[serde(skip)]
    pub retry: Retry,
}

impl Failure {
    /// A failure before anything was sent: not charged, not repeated.
    pub fn local(kind: FailureKind, message: impl Into<Message>) -> Self {
        Self {
            kind,
            code: None,
            message: message.into(),
            http_status: None,
            request_id: None,
            charged: Charged::No,
            hint: None,
            retry: Retry::No,
        }
    }

    /// A mistake in the command line or in the input.
    pub fn usage(message: impl Into<Message>) -> Self {
        Self::local(FailureKind::Usage, message)
    }

    /// A mistake in the settings.
    pub fn configuration(message: impl Into<Message>) -> Self {
        Self::local(FailureKind::Configuration, message)
    }

    /// The same with a hint.
    #[must_use]
    pub const fn with_hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same with another charge.
    #[must_use]
    pub const fn with_charged(mut self, charged: Charged) -> Self {
        self.charged = charged;
        self
    }

    /// The same with another retry.
    #[must_use]
    pub const fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Kind, message and code for people: the reason for which a query failed.
    pub fn reason(&self) -> Message {
        let code = self.code.as_ref().map(|code| message!(" (code {code})", "（代码 {code}）"));
        message!(
            "{kind}: {words}{code}",
            "{kind:#}：{words:#}{code:#}",
            kind = self.kind.label(),
            words = self.message,
            code = code.unwrap_or_default()
        )
    }

    /// Whether the same command may succeed later without a second charge. A failure with the exit code 2, 6 or 10 comes
    /// again.
    pub const fn rerun_helps(&self) -> bool {
        let comes_again = matches!(self.kind.exit_code(), 2 | 6 | 10);
        matches!(self.kind, FailureKind::Interrupted) || (matches!(self.charged, Charged::No) && !comes_again)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(formatter)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_has_the_fields_of_the_contract_in_their_order() {
        let failure = Failure::local(FailureKind::Account, Message::verbatim("剩余条数不足".to_owned()))
            .with_charged(Charged::Unknown);
        assert_eq!(
            serde_json::to_string(&failure).unwrap(),
            r#"{"kind":"account","code":null,"message":"剩余条数不足","http_status":null,"request_id":null,"charged":"unknown","hint":null}"#
        );
    }

    #[test]
    fn every_kind_has_an_exit_code_of_the_contract_and_its_own_word() {
        let mut words: Vec<_> = FailureKind::all().map(FailureKind::as_str).collect();
        for (index, kind) in FailureKind::all().enumerate() {
            assert_eq!(kind as usize, index, "{kind:?} is at its place in the table");
            assert!([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 130].contains(&kind.exit_code()), "{kind:?}");
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), FACTS.len());
    }
}
