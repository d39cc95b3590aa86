//! The cloud market's gateway in front of the dishonest list: its failures have an HTTP status, an empty body, and their
//! reason in `X-Ca-Error-Code` and `X-Ca-Error-Message`. Owns the table of codes; knows nothing of the list behind it.

use super::exchange::{Answer, Moment};

/// Codes with their messages. The status is the three digits inside the code, unless the code says otherwise below.
const MESSAGES: [(&str, &str); 36] = [
    ("A400AC", "Invalid AppCode `not exists`"),
    ("A401AC", "Invalid AppCode `empty`"),
    ("A400MA", "Need authorization, `X-Ca-Key` or `Authorization: APPCODE ...` is required"),
    ("A403EP", "App authorization expired"),
    ("I403AA", "Unauthorized"),
    ("A403IP", "IP not allowed"),
    ("A403IN", "Internet not allowed"),
    ("A403VN", "VPC not allowed"),
    ("A403AC", "Access control rejected"),
    ("B403MQ", "Api Market Subscription quota exhausted"),
    ("B403ME", "Api Market Subscription expired"),
    ("B403MI", "Api Market Subscription invalid"),
    ("B403MO", "Api Market Subscription overdue"),
    ("T429ID", "Throttled by DOMAIN Flow Control"),
    ("T429IN", "Throttled by INSTANCE Flow Control"),
    ("T429GR", "Throttled by GROUP Flow Control"),
    ("T429PA", "Throttled by API Flow Control"),
    ("T429PR", "Throttled by PLUGIN Flow Control"),
    ("T429US", "Throttled by USER Flow Control"),
    ("T429AP", "Throttled by APP Flow Control"),
    ("T429MR", "Throttled by MARKET Flow Control"),
    ("D504BE", "Backend service request timeout"),
    ("D504RE", "Backend service request failed"),
    ("D504CO", "Backend service connect failed"),
    ("D504TO", "Backend service request timed out"),
    ("D503BB", "Backend circuit breaker busy"),
    ("D503CB", "Backend circuit breaker open"),
    ("X503BZ", "Service is busy"),
    ("X500ER", "Service internal error"),
    ("N502RE", "Bad gateway"),
    ("I404NF", "API not found"),
    ("I404DO", "Invalid Domain"),
    ("I403PT", "Invalid protocol HTTP unsupported"),
    ("I405UM", "Unsupported Method"),
    ("I400MP", "Parameter is required"),
    ("I413UL", "Request URL too Large"),
];

/// Older gateways send a message and no code; what it begins with tells the status.
const STATUS_OF_MESSAGE: [(&str, u16); 6] = [
    ("service unavailable", 503),
    ("internal error", 500),
    ("failed to call backend service", 500),
    ("invalid url", 404),
    ("invalid domain", 404),
    ("api not found", 404),
];

/// True for the six characters of a gateway code: a letter, an HTTP status from 400, two letters or digits.
pub(super) fn is_gateway_code(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 6
        && bytes[0].is_ascii_alphabetic()
        && matches!(bytes[1], b'4' | b'5')
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(u8::is_ascii_alphanumeric)
}

/// The gateway's answer with a code of its table (or one shaped like it).
pub(super) fn failure(code: &str, moment: &Moment) -> Answer {
    let code = code.to_ascii_uppercase();
    let known = MESSAGES.iter().find(|(known, _)| *known == code);
    let message = known.map_or_else(|| message_of_family(&code), |(_, message)| message);
    failure_with_message(&code, message, moment)
}

/// The gateway's answer with a message that says more than the table's.
pub(super) fn failure_with_message(code: &str, message: &str, moment: &Moment) -> Answer {
    // An unknown APPCODE is told with 403 on the market, whatever its code says.
    let status = if code.ends_with("AC") { 403 } else { code[1..4].parse().unwrap_or(500) };
    let answer = empty(status, moment).with_header("X-Ca-Error-Code", code);
    throttled_later(answer.with_header("X-Ca-Error-Message", message), message)
}

/// An older gateway's answer: a message without a code. What is not printable ASCII is left out of the header.
pub(super) fn failure_without_code(message: &str, moment: &Moment) -> Answer {
    let message: String = message.chars().filter(|letter| matches!(letter, ' '..='~')).collect();
    let lower = message.to_ascii_lowercase();
    let known = STATUS_OF_MESSAGE.iter().find(|(start, _)| lower.starts_with(start));
    let answer = empty(known.map_or(403, |(_, status)| *status), moment);
    throttled_later(answer.with_header("X-Ca-Error-Message", message.as_str()), &message)
}

/// The request id that every answer through the gateway carries, in the gateway's own form.
pub(super) fn with_request_id(answer: Answer, moment: &Moment) -> Answer {
    let [a, b, c, d] = [
        moment.milliseconds >> 16,
        moment.milliseconds & 0xffff,
        moment.serial >> 48,
        moment.serial & 0xffff_ffff_ffff,
    ];
    answer.with_header("X-Ca-Request-Id", format!("{a:08X}-{b:04X}-4ECA-A{:03X}-{d:012X}", c & 0xfff))
}

fn empty(status: u16, moment: &Moment) -> Answer {
    with_request_id(Answer::status(status), moment)
}

fn throttled_later(answer: Answer, message: &str) -> Answer {
    if message.to_ascii_lowercase().contains("throttled by") {
        answer.with_header("Retry-After", "1")
    } else {
        answer
    }
}

fn message_of_family(code: &str) -> &'static str {
    match code.as_bytes()[0] {
        b'A' => "Unauthorized",
        b'B' => "Api Market Subscription invalid",
        b'T' => "Throttled by Flow Control",
        b'D' => "Backend service failed",
        b'I' => "Invalid request",
        _ => "Service internal error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Moment = Moment { milliseconds: 1_700_000_000_000, serial: 7 };

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        answer.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn a_code_has_its_status_its_message_a_request_id_and_an_empty_body() {
        let answer = failure("b403mq", &MOMENT);
        assert_eq!((answer.status, answer.body.len()), (403, 0));
        assert_eq!(header(&answer, "X-Ca-Error-Code"), Some("B403MQ"));
        assert_eq!(header(&answer, "X-Ca-Error-Message"), Some("Api Market Subscription quota exhausted"));
        assert_eq!(header(&answer, "X-Ca-Request-Id"), Some("018BCFE5-6800-4ECA-A000-000000000007"));
        assert_eq!(failure("D504BE", &MOMENT).status, 504);
        assert_eq!(failure("A401AC", &MOMENT).status, 403);
        assert_eq!(failure("X599ZZ", &MOMENT).status, 599);
    }

    #[test]
    fn throttling_says_when_to_come_back() {
        assert_eq!(header(&failure("T429US", &MOMENT), "Retry-After"), Some("1"));
        assert_eq!(header(&failure("D504BE", &MOMENT), "Retry-After"), None);
        let old = failure_without_code("Throttled by API Flow Control", &MOMENT);
        assert_eq!((old.status, header(&old, "Retry-After")), (403, Some("1")));
        assert_eq!(header(&old, "X-Ca-Error-Code"), None);
        assert_eq!(failure_without_code("Service Unavailable", &MOMENT).status, 503);
    }

    #[test]
    fn every_code_of_the_table_is_shaped_like_a_gateway_code_and_business_codes_are_not() {
        for (code, _) in MESSAGES {
            assert!(is_gateway_code(code), "{code}");
        }
        for code in ["2", "99999", "10010", "A200OK", "A401A", "错误码错误"] {
            assert!(!is_gateway_code(code), "{code}");
        }
    }
}
