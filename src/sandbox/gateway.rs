//! The cloud market's gateway in front of the dishonest list. Its failures have an HTTP status, an empty body, and the reason
//! in `X-Ca-Error-Code` and `X-Ca-Error-Message`.

use super::exchange::{VendorResponse, VendorState};
use crate::domain::failure::Charged;

/// Whether the market charges for a response: 1 or 0.
const BILLING_RESULT: &str = "x-ca-market-billing-result";

/// The document's table of codes: their beginnings with their messages. The HTTP status is in the three digits of a code;
/// exceptions are below.
const MESSAGES: &str = include_str!("samples/market-codes.txt");

/// The gateway's response with a code of its table, or another one of six ASCII characters.
pub(super) fn failure(code: &str, state: &VendorState<'_>) -> VendorResponse {
    let code = code.to_ascii_uppercase();
    let mut messages = MESSAGES.lines().filter_map(|line| line.split_once(' '));
    let known = messages.find(|(known, _)| code.starts_with(known));
    let message = known.map_or("Service internal error", |(_, message)| message);
    failure_with_message(&code, message, state)
}

/// The gateway's response with a message more specific than the table's.
pub(super) fn failure_with_message(code: &str, message: &str, state: &VendorState<'_>) -> VendorResponse {
    // The market refuses an unknown APPCODE with 403, not with the status in its code.
    let status = if code.ends_with("AC") { 403 } else { code[1..4].parse().unwrap_or(500) };
    let response = with_request_id(VendorResponse::status(status), state)
        .with_header("x-ca-error-code", code)
        .with_header("x-ca-error-message", message);
    if status == 429 { response.with_header("retry-after", "1") } else { response }
}

/// Adds the request id and the billing result that the gateway adds to every response of the back end. There is no billing
/// result if the charge is unknown.
pub(super) fn forwarded(response: VendorResponse, state: &VendorState<'_>) -> VendorResponse {
    let response = with_request_id(response, state);
    match response.charged {
        Charged::Yes => response.with_header(BILLING_RESULT, "1"),
        Charged::No => response.with_header(BILLING_RESULT, "0"),
        Charged::Unknown => response,
    }
}

fn with_request_id(response: VendorResponse, state: &VendorState<'_>) -> VendorResponse {
    let (begun, rest) = (state.milliseconds >> 16, state.milliseconds & 0xffff);
    let id = format!("{begun:08X}-{rest:04X}-4ECA-A000-{:012X}", state.serial);
    response.with_header("x-ca-request-id", &id)
}

#[cfg(test)]
mod tests {
    use super::super::exchange::Editions;
    use super::*;
    use hyper::body::Body;
    use std::sync::LazyLock;

    static EDITIONS: LazyLock<Editions> = LazyLock::new(Editions::default);
    static STATE: LazyLock<VendorState<'static>> =
        LazyLock::new(|| VendorState { milliseconds: 1_700_000_000_000, serial: 7, editions: &EDITIONS });

    fn header<'a>(response: &'a VendorResponse, name: &str) -> Option<&'a str> {
        response.http.headers().get(name).and_then(|value| value.to_str().ok())
    }

    fn status(response: &VendorResponse) -> u16 {
        response.http.status().as_u16()
    }

    #[test]
    fn a_code_has_its_status_its_message_a_request_id_and_an_empty_body() {
        let response = failure("b403mq", &STATE);
        assert_eq!(status(&response), 403);
        assert_eq!(response.http.body().size_hint().exact(), Some(0));
        assert_eq!(header(&response, "X-Ca-Error-Code"), Some("B403MQ"));
        assert_eq!(header(&response, "X-Ca-Error-Message"), Some("Api Market Subscription quota exhausted"));
        assert_eq!(header(&response, "X-Ca-Request-Id"), Some("018BCFE5-6800-4ECA-A000-000000000007"));
        assert_eq!(status(&failure("D504BE", &STATE)), 504);
        assert_eq!(status(&failure("A401AC", &STATE)), 403);
        assert_eq!(status(&failure("X599ZZ", &STATE)), 599);
    }

    #[test]
    fn throttling_says_when_to_come_back() {
        assert_eq!(header(&failure("T429US", &STATE), "Retry-After"), Some("1"));
        assert_eq!(header(&failure("D504BE", &STATE), "Retry-After"), None);
    }
}
