//! Vendor codes: a class gives the kind, the charge and the retry of a code. The tables are in the files of the vendors.

use super::body::begins_with;
use crate::domain::failure::{Charged, FailureKind, Retry};
use crate::domain::text::Text;

/// One documented code of a vendor or gateway.
#[derive(Debug, Clone, Copy)]
pub struct VendorCode {
    /// As the vendor writes it; a trailing `*` stands for any ending (`T429*`).
    pub code: &'static str,
    /// Its meaning; in Chinese the vendor's words.
    pub meaning: Text,
    /// The kind of failure; `None` for an answer.
    pub kind: Option<FailureKind>,
    /// Whether an answer with it was charged.
    pub charged: Charged,
    /// Whether the request may be repeated.
    pub retry: Retry,
    /// The advice to the user.
    pub advice: Text,
    /// Document and section, for example `ihuyi-entcopy.txt, 6、响应状态码说明`.
    pub document: Text,
}

/// The classes of codes, as templates of what all codes of a class have in common.
impl VendorCode {
    /// Data, or "no data": charged.
    pub(super) const ANSWER: Self = Self {
        code: "",
        meaning: Text::EMPTY,
        kind: None,
        charged: Charged::Yes,
        retry: Retry::No,
        advice: Text::EMPTY,
        document: Text::EMPTY,
    };
    /// Wrong credentials.
    pub(super) const CREDENTIALS: Self = Self::refused(FailureKind::Credentials);
    /// A wrong time stamp, in most cases because of the computer's clock.
    pub(super) const CLOCK: Self = Self { retry: Retry::WithServerClock, ..Self::CREDENTIALS };
    /// Quota, subscription, contract or IP allow-list.
    pub(super) const ACCOUNT: Self = Self::refused(FailureKind::Account);
    /// A wrong endpoint or method.
    pub(super) const CONFIGURATION: Self = Self::refused(FailureKind::Configuration);
    /// A parameter that the vendor refuses.
    pub(super) const INPUT: Self = Self::refused(FailureKind::Input);
    /// Throttling, or a gateway whose back end is down: not charged, so the request may be repeated.
    pub(super) const TEMPORARY: Self =
        Self { retry: Retry::AfterPause { not_before: None }, ..Self::refused(FailureKind::Temporary) };
    /// The vendor is still preparing the answer.
    pub(super) const PENDING: Self = Self { retry: Retry::Pending, ..Self::TEMPORARY };
    /// The vendor's own failure.
    pub(super) const VENDOR: Self = Self { charged: Charged::Unknown, ..Self::refused(FailureKind::Vendor) };
    /// A code that the document does not explain.
    pub(super) const OPEN: Self = Self { charged: Charged::Unknown, ..Self::refused(FailureKind::Refused) };

    const fn refused(kind: FailureKind) -> Self {
        Self { kind: Some(kind), charged: Charged::No, ..Self::ANSWER }
    }
}

/// A table of codes, one a line: code, class, meaning in English and Chinese, advice, document.
macro_rules! codes {
    ($($code:tt $class:ident $en:literal $zh:literal $advice:ident $document:ident;)*) => {
        [$($crate::provider::VendorCode {
            code: $code,
            meaning: Text::new($en, $zh),
            advice: $advice,
            document: $document,
            ..$crate::provider::VendorCode::$class
        }),*]
    };
}
pub(super) use codes;

/// The entry of a code. An entry of its own goes before that of its family.
pub(super) fn entry_of(codes: &'static [VendorCode], code: &str) -> Option<&'static VendorCode> {
    let code = code.trim();
    codes
        .iter()
        .find(|entry| entry.code.eq_ignore_ascii_case(code))
        .or_else(|| codes.iter().find(|entry| is_family_of(entry.code, code)))
}

fn is_family_of(family: &str, code: &str) -> bool {
    family.strip_suffix('*').is_some_and(|beginning| begins_with(code, beginning))
}

/// Advice for codes that are answers.
pub(super) const NOTHING_TO_DO: Text = Text::new("nothing: this is an answer", "无需处理：这是正常应答");
/// Advice for a parameter that the vendor refuses.
pub(super) const CHECK_THE_OPTIONS: Text =
    Text::new("check the keyword and the options", "请检查关键词和选项");
/// Advice for a vendor's own failure.
pub(super) const ASK_THE_VENDOR: Text = Text::new(
    "try again later with --retry-uncertain, since this call may have been charged; if it persists, ask the vendor's support",
    "请稍后加上 --retry-uncertain 再试，因为本次调用可能已计费；若持续出现，请联系服务商客服",
);
/// Advice for a time stamp that the vendor refuses.
pub(super) const SET_THE_CLOCK: Text = Text::new(
    "set this computer's clock: the vendor refuses the time stamp, and hecha corrects it at most once, by the time in the vendor's answer",
    "请校准本机时钟：服务商拒绝请求的时间戳，而 hecha 至多按应答所带的服务器时间校正一次",
);
/// Advice for throttling.
pub(super) const SLOW_DOWN: Text = Text::new(
    "lower --rate or the number of concurrent requests (-j)",
    "请放慢请求：调低 --rate 或减少并发（-j）",
);
/// Advice for an address that is not allowed.
pub(super) const ALLOW_THE_ADDRESS: Text = Text::new(
    "add this computer's public IP address to the vendor's allow-list",
    "请将本机公网 IP 加入服务商的白名单",
);

#[cfg(test)]
mod tests {
    use super::*;

    static CODES: [VendorCode; 3] = [
        VendorCode { code: "T429*", ..VendorCode::TEMPORARY },
        VendorCode { code: "T429XX", ..VendorCode::INPUT },
        VendorCode { code: "0", ..VendorCode::ANSWER },
    ];

    #[test]
    fn a_code_goes_before_its_family_in_any_case() {
        for (sent, entry) in [
            ("T429UC", Some("T429*")),
            ("t429", Some("T429*")),
            ("t429xx", Some("T429XX")),
            (" 0 ", Some("0")),
            ("00", None),
            ("T42", None),
            ("中", None),
            ("", None),
        ] {
            assert_eq!(entry_of(&CODES, sent).map(|found| found.code), entry, "{sent}");
        }
    }
}
