//! Failures: what kind they are, what they cost, and what the user can do next.

use super::text::{Message, Text};
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// What went wrong, as far as the user's next step depends on it. Each kind has one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The command line or the input is wrong; nothing was sent.
    Usage,
    /// The keyword is suspicious and was left out: `--suspicious skip`.
    Keyword,
    /// The row of the list has no keyword.
    Blank,
    /// The settings are wrong, or the endpoint is.
    Configuration,
    /// Credentials are missing, or the vendor refused them.
    Credentials,
    /// Network, time-out, throttling, a vendor that is down: later it may work.
    Temporary,
    /// The vendor says that it failed itself.
    Vendor,
    /// The vendor refused what was asked.
    Input,
    /// The vendor answered with a code that its document leaves open.
    Refused,
    /// An earlier attempt may have been charged, so the request was not sent again.
    Uncertain,
    /// Quota, subscription or IP allow-list.
    Account,
    /// A limit of the user's own.
    Limit,
    /// `--offline`, and the answer is not in the archive.
    Offline,
    /// An answer that could not be understood.
    Answer,
    /// The archive could not be used.
    Archive,
    /// The run was interrupted.
    Interrupted,
    /// Anything unforeseen.
    Unforeseen,
}

impl FailureKind {
    /// All kinds, in the order of their exit codes.
    pub const ALL: [Self; 17] = [
        Self::Unforeseen,
        Self::Archive,
        Self::Usage,
        Self::Keyword,
        Self::Blank,
        Self::Configuration,
        Self::Credentials,
        Self::Temporary,
        Self::Vendor,
        Self::Input,
        Self::Refused,
        Self::Uncertain,
        Self::Account,
        Self::Limit,
        Self::Offline,
        Self::Answer,
        Self::Interrupted,
    ];

    /// The word in the data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Keyword => "keyword",
            Self::Blank => "blank",
            Self::Configuration => "configuration",
            Self::Credentials => "credentials",
            Self::Temporary => "temporary",
            Self::Vendor => "vendor",
            Self::Input => "input",
            Self::Refused => "refused",
            Self::Uncertain => "uncertain",
            Self::Account => "account",
            Self::Limit => "limit",
            Self::Offline => "offline",
            Self::Answer => "answer",
            Self::Archive => "archive",
            Self::Interrupted => "interrupted",
            Self::Unforeseen => "unforeseen",
        }
    }

    /// The kind for people.
    pub const fn label(self) -> Text {
        match self {
            Self::Usage => Text::new("usage", "用法错误"),
            Self::Keyword => Text::new("suspicious keyword", "可疑关键词"),
            Self::Blank => Text::new("blank row", "空行"),
            Self::Configuration => Text::new("configuration", "配置错误"),
            Self::Credentials => Text::new("credentials", "凭证错误"),
            Self::Temporary => Text::new("temporary failure", "暂时性故障"),
            Self::Vendor => Text::new("vendor failure", "服务商故障"),
            Self::Input => Text::new("refused input", "请求参数被拒"),
            Self::Refused => Text::new("refused", "请求被拒"),
            Self::Uncertain => Text::new("perhaps charged before", "此前可能已计费"),
            Self::Account => Text::new("account", "账户问题"),
            Self::Limit => Text::new("own limit", "达到自设上限"),
            Self::Offline => Text::new("offline", "离线"),
            Self::Answer => Text::new("unreadable answer", "无法解读的应答"),
            Self::Archive => Text::new("archive", "存档问题"),
            Self::Interrupted => Text::new("interrupted", "已中断"),
            Self::Unforeseen => Text::new("unforeseen", "意外错误"),
        }
    }

    /// The exit code of a single query that failed so.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Unforeseen | Self::Archive => 1,
            Self::Usage | Self::Keyword | Self::Blank => 2,
            Self::Configuration | Self::Credentials => 4,
            Self::Temporary | Self::Vendor => 5,
            Self::Input | Self::Refused | Self::Uncertain => 6,
            Self::Account => 7,
            Self::Limit => 8,
            Self::Offline => 9,
            Self::Answer => 10,
            Self::Interrupted => 130,
        }
    }

    /// Whether every further call of the same provider must fail likewise, so that none may be bought.
    pub const fn stops_the_run(self) -> bool {
        matches!(
            self,
            Self::Configuration
                | Self::Credentials
                | Self::Account
                | Self::Limit
                | Self::Archive
                | Self::Interrupted
        )
    }

    /// Whether it arises on this side, free and without asking a vendor, so that it says nothing about the vendor.
    pub const fn blames_no_vendor(self) -> bool {
        matches!(self, Self::Offline | Self::Usage | Self::Uncertain | Self::Keyword | Self::Blank)
    }
}

/// Whether an attempt was charged, as far as can be known (`notes.md`, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Charged {
    /// It cannot have been.
    No,
    /// It was.
    Yes,
    /// It may have been; such a request is repeated only with `--retry-uncertain` or `--fresh`.
    Unknown,
}

impl Charged {
    /// The word for people: in English that of the data.
    pub const fn in_words(self) -> Text {
        match self {
            Self::No => Text::new("no", "否"),
            Self::Yes => Text::new("yes", "是"),
            Self::Unknown => Text::new("unknown", "不确定"),
        }
    }

    /// The word in the data and in the ledger.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether an attempt may be repeated. Only what cannot have been charged ever is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Never.
    No,
    /// After a back-off, or not before the moment that the server named.
    AfterPause {
        /// The server's `Retry-After`.
        not_before: Option<Timestamp>,
    },
    /// The vendor is still preparing the answer: ask again after this pause.
    Pending {
        /// How long to wait.
        pause: Duration,
    },
    /// Once more, at once, with the clock that the server's `Date` header shows.
    WithServerClock,
}

/// One failure, as it is shown, booked and reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it is.
    pub kind: FailureKind,
    /// The vendor's or the gateway's code, verbatim and short.
    pub code: Option<String>,
    /// A lower-case sentence, or the vendor's own words.
    pub message: Message,
    /// The HTTP status, where there was one.
    pub http_status: Option<u16>,
    /// The vendor's number for this request, for its support desk.
    pub request_id: Option<String>,
    /// Whether it was charged.
    pub charged: Charged,
    /// What the user can do next.
    pub hint: Option<Text>,
    /// Whether it may be repeated.
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

    /// The same with a hint.
    #[must_use]
    pub const fn with_hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same, charged so.
    #[must_use]
    pub const fn with_charged(mut self, charged: Charged) -> Self {
        self.charged = charged;
        self
    }

    /// The same, to be repeated so.
    #[must_use]
    pub const fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Whether the same command may succeed later without buying what may have been charged already.
    pub const fn rerun_helps(&self) -> bool {
        let is_final = matches!(
            self.kind,
            FailureKind::Usage
                | FailureKind::Input
                | FailureKind::Refused
                | FailureKind::Uncertain
                | FailureKind::Answer
                | FailureKind::Keyword
                | FailureKind::Blank
        );
        match self.kind {
            FailureKind::Interrupted => true,
            _ => !is_final && matches!(self.charged, Charged::No),
        }
    }

    /// The failure as machines read it; never in the user's language.
    pub fn report(&self) -> FailureReport {
        FailureReport {
            kind: self.kind,
            code: self.code.clone(),
            message: self.message.en().to_owned(),
            http_status: self.http_status,
            request_id: self.request_id.clone(),
            charged: self.charged,
            hint: self.hint.map(|hint| hint.en),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(formatter)
    }
}

impl std::error::Error for Failure {}

/// `error` in the data, field by field as the contract has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailureReport {
    /// See [`Failure::kind`].
    pub kind: FailureKind,
    /// See [`Failure::code`].
    pub code: Option<String>,
    /// See [`Failure::message`].
    pub message: String,
    /// See [`Failure::http_status`].
    pub http_status: Option<u16>,
    /// See [`Failure::request_id`].
    pub request_id: Option<String>,
    /// See [`Failure::charged`].
    pub charged: Charged,
    /// See [`Failure::hint`].
    pub hint: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_has_the_fields_of_the_contract_in_their_order() {
        let failure = Failure::local(FailureKind::Account, Message::verbatim("剩余条数不足".to_owned()))
            .with_charged(Charged::Unknown);
        assert_eq!(
            serde_json::to_string(&failure.report()).unwrap(),
            r#"{"kind":"account","code":null,"message":"剩余条数不足","http_status":null,"request_id":null,"charged":"unknown","hint":null}"#
        );
    }

    #[test]
    fn every_kind_has_an_exit_code_of_the_contract_and_its_own_word() {
        let mut words: Vec<_> = FailureKind::ALL.iter().map(|kind| kind.as_str()).collect();
        for kind in FailureKind::ALL {
            assert!([1, 2, 4, 5, 6, 7, 8, 9, 10, 130].contains(&kind.exit_code()), "{kind:?}");
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), FailureKind::ALL.len());
    }
}
