//! Failures of the vendors: an unreadable body, a code, an HTTP status.
//!
//! Text of a vendor is repeated in limited length only. Secrets in it were masked before.

use super::VendorCode;
use super::codes::{ASK_THE_VENDOR, CHECK_THE_OPTIONS, SLOW_DOWN, entry_of};
use crate::domain::failure::{Charged, Failure, FailureKind, Retry};
use crate::domain::invisible::is_ignorable;
use crate::domain::request::Response;
use crate::domain::text::{Message, Text, message, shortened};

const EXCERPT_LIMIT: usize = 120;
const MESSAGE_LIMIT: usize = 300;
const CODE_LIMIT: usize = 64;

/// Whether a response with an HTTP status other than success is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Billing {
    /// Only HTTP 200 is charged; after any other status the request may be repeated.
    OnlyStatus200,
    /// Unknown if the vendor may have processed the request.
    Uncertain,
}

/// The verdict on a request as the body has it: an answer or a refusal, by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Its code.
    pub(super) code: String,
    /// Its message.
    pub(super) message: Option<String>,
    /// The vendor's number of the request.
    pub(super) serial: Option<String>,
}

/// The failure of an unreadable body, with the beginning of that body.
pub(super) fn unreadable(body: &[u8], reason: &Message) -> Failure {
    let excerpt = excerpt(body);
    let beginning = if excerpt.is_empty() {
        Message::default()
    } else {
        message!("; it begins: {excerpt}", "；开头为：{excerpt}")
    };
    let message = message!("{reason}{beginning}", "{reason:#}{beginning:#}");
    Failure::local(FailureKind::Answer, message).with_charged(Charged::Unknown).with_hint(Text::new(
        "check that the endpoint is the vendor's; if it is, report the answer",
        "请确认接口地址属于该服务商；若无误，请反馈该应答",
    ))
}

/// The entry of every refusal whose reason is not in the vendor's document.
pub(super) const UNDOCUMENTED: VendorCode = VendorCode {
    meaning: Text::new(
        "the request was refused for a reason that the vendor's document does not explain",
        "请求被拒绝，原因在服务商文档中没有说明",
    ),
    advice: Text::new(
        "ask the vendor's support with the code and the request id; it may have been charged",
        "请凭返回码和请求编号联系服务商客服；本次可能已计费",
    ),
    ..VendorCode::OPEN
};

/// The failure of a refusal, by the table of codes.
pub(super) fn refused(codes: &'static [VendorCode], refusal: Verdict, response: &Response) -> Failure {
    let words = refusal.message.map(|message| shortened(message, MESSAGE_LIMIT).into_owned());
    let entry = entry_of(codes, &refusal.code).unwrap_or(&UNDOCUMENTED);
    of_response(by_table(entry, words, response), response, Some(refusal.code), refusal.serial)
}

/// The failure with its code, and with the status and the number of the response.
pub(super) fn of_response(
    failure: Failure,
    response: &Response,
    code: Option<String>,
    serial: Option<String>,
) -> Failure {
    Failure {
        code: code.map(|code| shortened(code, CODE_LIMIT).into_owned()),
        http_status: Some(response.status),
        request_id: serial.or_else(|| gateway_request_id(response)),
        ..failure
    }
}

/// The failure of a code.
pub(super) fn by_table(entry: &VendorCode, words: Option<String>, response: &Response) -> Failure {
    let retry = match entry.retry {
        Retry::AfterPause { .. } => Retry::AfterPause { not_before: response.retry_after },
        retry => retry,
    };
    Failure::local(
        entry.kind.unwrap_or(FailureKind::Refused),
        words.map_or_else(|| entry.meaning.into(), |words| with_meaning(words, entry)),
    )
    .with_charged(entry.charged)
    .with_hint(entry.advice)
    .with_retry(retry)
}

/// The vendor's message; in Chinese an English message has its meaning in front.
fn with_meaning(words: String, entry: &VendorCode) -> Message {
    if words.is_ascii() {
        message!("{words}", "{meaning:#}（{words}）", meaning = entry.meaning)
    } else {
        Message::verbatim(words)
    }
}

/// The failure of an HTTP status other than success; `refusal` adds what the body says.
pub(super) fn status_failure(response: &Response, billing: Billing, refusal: Option<Verdict>) -> Failure {
    let status = response.status;
    let (kind, hint) = meaning_of_status(status, billing);
    let charged = match (billing, status) {
        (Billing::OnlyStatus200, _) | (_, 300..=407 | 409..=499 | 503) => Charged::No,
        _ => Charged::Unknown,
    };
    let mut message =
        message!("the vendor answered with HTTP status {status}", "服务商返回 HTTP 状态 {status}");
    let (code, words, serial) =
        refusal.map_or((None, None, None), |refusal| (Some(refusal.code), refusal.message, refusal.serial));
    if let Some(words) = words {
        let words = shortened(words, MESSAGE_LIMIT);
        message = message!("{message}: {words}", "{message:#}：{words}");
    }
    let retry = if kind == FailureKind::Temporary && charged == Charged::No {
        Retry::AfterPause { not_before: response.retry_after }
    } else {
        Retry::No
    };
    let failure = Failure { hint, ..Failure::local(kind, message).with_charged(charged).with_retry(retry) };
    of_response(failure, response, code, serial)
}

/// The kind of a status, and what the user can do.
const fn meaning_of_status(status: u16, billing: Billing) -> (FailureKind, Option<Text>) {
    use FailureKind::{Account, Answer, Configuration, Credentials, Input, Temporary};
    let (kind, hint) = match (status, billing) {
        (401, _) => (Credentials, CHECK_THE_CREDENTIALS),
        (402, _) => (Account, CHECK_THE_BALANCE),
        (403, Billing::OnlyStatus200) => (Credentials, FORBIDDEN),
        (403, Billing::Uncertain) => (Account, FORBIDDEN),
        (407, _) => (Configuration, LOG_IN_TO_THE_PROXY),
        (300..=399, _) => (Configuration, NOT_REDIRECTED),
        // 501, 505, 510 and 511 do not pass with time.
        (404 | 405 | 410 | 501 | 505 | 510 | 511, _) => (Configuration, CHECK_THE_ENDPOINT),
        (429, _) => (Temporary, SLOW_DOWN),
        (503, _) | (408 | 500..=599, Billing::OnlyStatus200) => (Temporary, TRY_AGAIN),
        (408 | 500..=599, Billing::Uncertain) => (Temporary, ASK_THE_VENDOR),
        (400..=499, _) => (Input, CHECK_THE_OPTIONS),
        _ => return (Answer, None),
    };
    (kind, Some(hint))
}

const CHECK_THE_CREDENTIALS: Text =
    Text::new("check the credentials in the configuration", "请检查配置中的凭证");
const CHECK_THE_BALANCE: Text =
    Text::new("check the account's balance and subscription", "请检查账户余额和套餐");
const FORBIDDEN: Text = Text::new(
    "check that this computer's IP address is on the vendor's allow-list, that the subscription is valid, and the credentials",
    "请检查本机 IP 是否在服务商白名单内、套餐是否有效，以及凭证是否正确",
);
const LOG_IN_TO_THE_PROXY: Text = Text::new(
    "the proxy requires a user name and password: put them into the proxy's address",
    "代理需要用户名和密码：请写入代理地址",
);
const NOT_REDIRECTED: Text = Text::new(
    "redirects are not followed; configure the address to which the endpoint moved",
    "不跟随重定向；请在配置中改为接口的新地址",
);
const CHECK_THE_ENDPOINT: Text =
    Text::new("check the endpoint and the method in the configuration", "请检查配置中的接口地址和请求方法");
const TRY_AGAIN: Text = Text::new("try again later", "请稍后再试");

/// `X-Ca-Request-Id`, if it looks like one.
pub(super) fn gateway_request_id(response: &Response) -> Option<String> {
    request_number(response.gateway_request_id.as_deref()?.trim())
}

/// The vendor's number of a request; `None` for 0 and for text that cannot be one.
pub(super) fn request_number(text: &str) -> Option<String> {
    let is_number = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && text.bytes().any(|byte| byte != b'0');
    is_number.then(|| text.to_owned())
}

/// The beginning of a body on one line; control and invisible characters are replaced.
fn excerpt(body: &[u8]) -> String {
    let beginning = &body[..body.len().min(EXCERPT_LIMIT * 8)];
    let visible = |character: char| match character {
        _ if character.is_whitespace() => ' ',
        // Replaced, not removed, so that the parts of a split secret are not joined.
        _ if is_ignorable(character) => char::REPLACEMENT_CHARACTER,
        _ => character,
    };
    let mut characters: Vec<char> = String::from_utf8_lossy(beginning).chars().map(visible).collect();
    characters.dedup_by(|next, before| next == before && matches!(*next, ' ' | char::REPLACEMENT_CHARACTER));
    let line = String::from_iter(characters);
    let excerpt: String = line.trim_start().chars().take(EXCERPT_LIMIT).collect();
    excerpt.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::answer;
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_cannot_reach_the_terminal() {
        let body =
            "\u{feff}\r\n <b>\u{1b}[31m一\u{202e}二\u{2066}\u{200f} \t 三\0\u{85}\u{9b}</b>".as_bytes();
        assert_eq!(excerpt(body), "\u{fffd} <b>\u{fffd}[31m一\u{fffd}二\u{fffd} 三\u{fffd} \u{fffd}</b>");
        assert_eq!(excerpt(&"乐".repeat(1000).into_bytes()).chars().count(), 120);
        assert_eq!(excerpt(&[0xff; 4000]), "\u{fffd}");
        assert_eq!(excerpt(b"  \n"), "");
    }

    #[test]
    fn an_unreadable_answer_may_have_been_charged() {
        let failure = unreadable(b"OK", &Text::new("it is neither JSON nor XML", "").into());
        assert_eq!(failure.kind, FailureKind::Answer);
        assert_eq!(failure.charged, Charged::Unknown);
        assert_eq!(failure.retry, Retry::No);
        assert_eq!(failure.message.en(), "it is neither JSON nor XML; it begins: OK");
    }

    #[test]
    fn every_status_has_its_kind_charge_and_retry() {
        use FailureKind::{Account, Answer, Configuration, Credentials, Input, Temporary};
        let again = Retry::AfterPause { not_before: None };
        for (status, uncertain, market) in [
            (301, (Configuration, Charged::No, Retry::No), Configuration),
            (302, (Configuration, Charged::No, Retry::No), Configuration),
            (400, (Input, Charged::No, Retry::No), Input),
            (401, (Credentials, Charged::No, Retry::No), Credentials),
            (402, (Account, Charged::No, Retry::No), Account),
            (403, (Account, Charged::No, Retry::No), Credentials),
            (404, (Configuration, Charged::No, Retry::No), Configuration),
            (405, (Configuration, Charged::No, Retry::No), Configuration),
            (407, (Configuration, Charged::No, Retry::No), Configuration),
            (408, (Temporary, Charged::Unknown, Retry::No), Temporary),
            (410, (Configuration, Charged::No, Retry::No), Configuration),
            (413, (Input, Charged::No, Retry::No), Input),
            (415, (Input, Charged::No, Retry::No), Input),
            (418, (Input, Charged::No, Retry::No), Input),
            (422, (Input, Charged::No, Retry::No), Input),
            (429, (Temporary, Charged::No, again), Temporary),
            (500, (Temporary, Charged::Unknown, Retry::No), Temporary),
            (501, (Configuration, Charged::Unknown, Retry::No), Configuration),
            (502, (Temporary, Charged::Unknown, Retry::No), Temporary),
            (503, (Temporary, Charged::No, again), Temporary),
            (504, (Temporary, Charged::Unknown, Retry::No), Temporary),
            (600, (Answer, Charged::Unknown, Retry::No), Answer),
        ] {
            let failure = status_failure(&answer(status, ""), Billing::Uncertain, None);
            assert_eq!((failure.kind, failure.charged, failure.retry), uncertain, "{status}");
            assert_eq!(failure.http_status, Some(status));
            let may_have_been_charged = uncertain.0 == Temporary && uncertain.1 == Charged::Unknown;
            assert_eq!(failure.hint == Some(ASK_THE_VENDOR), may_have_been_charged, "{status}");
            let failure = status_failure(&answer(status, ""), Billing::OnlyStatus200, None);
            let retry = if market == Temporary { again } else { Retry::No };
            assert_eq!(
                (failure.kind, failure.charged, failure.retry),
                (market, Charged::No, retry),
                "{status}"
            );
        }
    }

    #[test]
    fn a_status_repeats_what_the_body_says_and_when_to_come_back() {
        let mut busy = answer(503, "");
        busy.retry_after = Some(jiff::Timestamp::UNIX_EPOCH);
        busy.gateway_request_id = Some("AB-12_c".to_owned());
        let refusal =
            Verdict { code: "77".repeat(40), message: Some("忙".repeat(400)), serial: Some("9".to_owned()) };
        let failure = status_failure(&busy, Billing::Uncertain, Some(refusal));
        assert_eq!(failure.retry, Retry::AfterPause { not_before: busy.retry_after });
        assert_eq!(failure.code.as_ref().map(|code| code.chars().count()), Some(CODE_LIMIT + 1));
        assert!(failure.message.en().starts_with("the vendor answered with HTTP status 503: 忙忙"));
        assert!(failure.message.en().chars().count() < 350);
        assert_eq!(failure.request_id.as_deref(), Some("9"));
        assert_eq!(status_failure(&busy, Billing::Uncertain, None).request_id.as_deref(), Some("AB-12_c"));
    }

    #[test]
    fn numbers_of_requests_are_shown_only_if_they_look_like_one() {
        for (id, shown) in
            [("9D1-f_0", true), ("a b", false), ("", false), ("APPCODE:x", false), ("编号", false)]
        {
            let answer = Response { gateway_request_id: Some(id.to_owned()), ..answer(200, "") };
            assert_eq!(gateway_request_id(&answer).is_some(), shown, "{id}");
        }
        let long = Response { gateway_request_id: Some("a".repeat(65)), ..answer(200, "") };
        assert_eq!(gateway_request_id(&long), None);
        for (serial, kept) in
            [("16236437872836", true), ("0", false), ("00", false), ("", false), ("a b", false)]
        {
            assert_eq!(request_number(serial).is_some(), kept, "{serial}");
        }
    }
}
