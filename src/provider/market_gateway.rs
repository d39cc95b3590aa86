//! Failures of the gateway in front of the dishonest list, from its headers.
//!
//! A header may echo the credential. Only well-formed codes and the known beginnings of messages are repeated.

use super::VendorCode;
use super::body::begins_with;
use super::codes::{ASK_THE_VENDOR, entry_of};
use super::failures::{Billing, UNDOCUMENTED, by_table, of_response, status_failure};
use super::market_codes::{CODES, MESSAGES, THROTTLED};
use crate::domain::failure::{Charged, Failure, FailureKind, Retry};
use crate::domain::request::Response;

/// The failure in the gateway's headers, whatever the status; `None` if they have none.
pub(super) fn refused_by_headers(response: &Response) -> Option<Failure> {
    let [code, message] = [&response.gateway_code, &response.gateway_message]
        .map(|header| header.as_deref().map(str::trim).filter(|text| !text.is_empty()));
    if code.is_none() && message.is_none() {
        return None;
    }
    let known_message = message.and_then(known_beginning);
    let entry = code.and_then(failing).or_else(|| failing(known_message?.1));
    let is_success = (200..300).contains(&response.status);
    let failure = match entry {
        Some(entry) => {
            let failure = by_table(entry, known_message.map(|(words, _)| words.to_owned()), response);
            let is_back_end = entry.kind == Some(FailureKind::Temporary) && entry.code != THROTTLED;
            if is_back_end && is_success {
                // The market charges for HTTP 200, and the back end may have processed the request.
                failure.with_charged(Charged::Unknown).with_retry(Retry::No).with_hint(ASK_THE_VENDOR)
            } else {
                failure
            }
        }
        None if is_success => by_table(&UNDOCUMENTED, None, response),
        None => status_failure(response, Billing::OnlyStatus200, None),
    };
    let code = code.filter(|code| looks_like_a_code(code)).map(str::to_owned);
    Some(of_response(failure, response, code, None))
}

/// The entry of a code, if it is a failure; 0 and 2 are codes of the back end.
fn failing(code: &str) -> Option<&'static VendorCode> {
    entry_of(&CODES, code).filter(|entry| entry.kind.is_some())
}

fn known_beginning(message: &str) -> Option<(&'static str, &'static str)> {
    MESSAGES.into_iter().find(|(beginning, _)| begins_with(message, beginning))
}

fn looks_like_a_code(code: &str) -> bool {
    code.len() <= 12 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::answer;
    use super::*;
    use FailureKind::{Account, Configuration, Credentials, Input, Refused, Temporary};

    fn gateway(status: u16, code: &str, message: &str) -> Failure {
        let answer = Response {
            gateway_code: Some(code.to_owned()),
            gateway_message: Some(message.to_owned()),
            gateway_request_id: Some("9D1F-01".to_owned()),
            ..answer(status, "")
        };
        refused_by_headers(&answer).unwrap()
    }

    #[test]
    fn a_code_goes_before_a_message_and_a_message_before_the_status() {
        assert_eq!(gateway(500, "B403MQ", "Throttled by x").kind, Account);
        assert_eq!(gateway(500, "Z999ZZ", "Throttled by x").kind, Temporary);
        assert_eq!(gateway(404, "Z999ZZ", "something new").kind, Configuration);
        assert_eq!(gateway(404, "Z999ZZ", "something new").code.as_deref(), Some("Z999ZZ"));
        assert_eq!(gateway(403, "", "it was Throttled by x").kind, Credentials);
    }

    #[test]
    fn no_header_is_repeated_as_it_came() {
        let secret = "canary0123456789";
        for failure in [
            gateway(403, secret, secret),
            gateway(200, secret, secret),
            gateway(400, "A400AC", &format!("Invalid AppCode {secret}")),
            gateway(400, &format!("T429 {secret}"), ""),
            gateway(400, "a b", "x"),
        ] {
            let shown = format!("{failure:?}");
            assert!(!shown.contains(secret) && !shown.contains("a b"), "{shown}");
        }
        assert_eq!(gateway(400, "A400AC", "Invalid AppCode x").message.en(), "Invalid AppCode");
        assert_eq!(gateway(400, "A400AC", "new words").message.en(), "invalid AppCode");
    }

    #[test]
    fn an_error_header_on_status_200_is_a_failure_that_may_have_been_charged() {
        for (code, kind, charged) in [
            ("A400AC", Credentials, Charged::No),
            ("B403MQ", Account, Charged::No),
            ("I404AP", Configuration, Charged::No),
            ("I400HD", Input, Charged::No),
            ("T429ID", Temporary, Charged::No),
            ("D504RE", Temporary, Charged::Unknown),
            ("X500ER", Temporary, Charged::Unknown),
            ("Z999ZZ", Refused, Charged::Unknown),
            ("0", Refused, Charged::Unknown),
        ] {
            let failure = gateway(200, code, "");
            assert_eq!((failure.kind, failure.charged), (kind, charged), "{code}");
            assert_eq!(failure.retry != Retry::No, code == "T429ID", "{code}");
            let is_back_end = kind == Temporary && charged == Charged::Unknown;
            assert_eq!(failure.hint == Some(ASK_THE_VENDOR), is_back_end, "{code}");
            assert_eq!(failure.http_status, Some(200));
        }
    }

    #[test]
    fn silent_headers_are_no_failure() {
        let silent = Response {
            gateway_code: Some(" ".into()),
            gateway_message: Some(String::new()),
            ..answer(200, "")
        };
        assert_eq!(refused_by_headers(&silent), None);
        assert_eq!(refused_by_headers(&answer(500, "")), None);
    }

    #[test]
    fn every_message_stands_for_a_code_of_the_table() {
        for (message, code) in MESSAGES {
            assert!(CODES.iter().any(|entry| entry.code == code && entry.kind.is_some()), "{message}");
        }
    }
}
