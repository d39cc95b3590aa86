//! One request as a vendor sees it, and one answer as a vendor gives it: form decoding on the way in, bodies on the way out.
//! Knows HTTP's words, no socket and no vendor.

use std::time::Duration;

use hyper::{HeaderMap, Method};
use serde::Serialize;

use super::counts::Charge;

const JSON: &str = "application/json; charset=utf-8";
const FORM: &str = "application/x-www-form-urlencoded";

/// A request: its method, headers and form fields (the query's, and the body's where it is a form).
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    fields: Vec<(String, String)>,
}

/// The moment of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Milliseconds since 1970 by the sandbox's own clock.
    pub(super) milliseconds: u64,
    /// A number that no other answer of this sandbox has.
    pub(super) serial: u64,
}

/// An answer: HTTP status, headers, body, and what it means for the bill.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: Option<&'static str>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    pub(super) charge: Charge,
    /// How long this answer is held back on top of the sandbox's latency.
    pub(super) delay: Duration,
}

impl Asked {
    /// Reads the fields; `body` counts where the request is a POST of a form, as the vendors' documents demand.
    pub(super) fn new(method: Method, headers: HeaderMap, query: &str, body: &[u8]) -> Self {
        let mut fields = Vec::new();
        decode_form(query.as_bytes(), &mut fields);
        let content_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("");
        let media_type = content_type.split(';').next().unwrap_or("").trim();
        if method == Method::POST && media_type.eq_ignore_ascii_case(FORM) {
            decode_form(body, &mut fields);
        }
        Self { method, headers, fields }
    }

    /// The last value of a field; "" where it was not sent.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.iter().rev().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A field that is a whole number of at least 1; `default` where it was not sent, `None` where it is something else.
    pub(super) fn count_field(&self, name: &str, default: u64) -> Option<u64> {
        match self.field(name) {
            "" => Some(default),
            text if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().ok().filter(|number| *number >= 1)
            }
            _ => None,
        }
    }
}

fn decode_form(text: &[u8], fields: &mut Vec<(String, String)>) {
    for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let equals = pair.iter().position(|byte| *byte == b'=');
        let (key, value) = equals.map_or((pair, &[][..]), |place| (&pair[..place], &pair[place + 1..]));
        fields.push((decode(key), decode(value)));
    }
}

fn decode(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => {
                if let (Some(high), Some(low)) = (hexadecimal(*high), hexadecimal(*low)) {
                    bytes.push(high << 4 | low);
                    rest = after;
                } else {
                    bytes.push(b'%');
                }
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

impl Answer {
    /// HTTP 200 with a JSON body.
    pub(super) fn json(body: &impl Serialize, charge: Charge) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self::of_body(JSON, body, charge),
            Err(reason) => Self::broken(&reason.to_string()),
        }
    }

    /// HTTP 200 with a body that is JSON already.
    pub(super) fn json_text(body: Vec<u8>, charge: Charge) -> Self {
        Self::of_body(JSON, body, charge)
    }

    /// HTTP 200 with an XML body under the element `root`, empty elements written out as the vendors write them.
    pub(super) fn xml(root: &str, body: &impl Serialize, charge: Charge) -> Self {
        let mut text = String::from(r#"<?xml version="1.0" encoding="utf-8"?>"#);
        let written = quick_xml::se::Serializer::with_root(&mut text, Some(root)).and_then(|mut writer| {
            writer.expand_empty_elements(true);
            body.serialize(writer)
        });
        match written {
            Ok(_) => Self::of_body("application/xml; charset=utf-8", text.into_bytes(), charge),
            Err(reason) => Self::broken(&reason.to_string()),
        }
    }

    /// A page of HTML where the vendor's answer should be. An HTTP status other than 200 is not charged; with 200 nobody can
    /// know.
    pub(super) fn html(status: u16) -> Self {
        let body = format!(
            "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>系统维护中</h1></body></html>"
        );
        let charge = if status == 200 { Charge::Unknown } else { Charge::Refused };
        Self { status, ..Self::of_body("text/html; charset=utf-8", body.into_bytes(), charge) }
    }

    /// HTTP 200 with a body of plain text that costs nothing.
    pub(super) fn text(body: String) -> Self {
        Self::of_body("text/plain; charset=utf-8", body.into_bytes(), Charge::Refused)
    }

    /// An HTTP status without a body.
    pub(super) fn status(status: u16) -> Self {
        Self {
            status,
            content_type: None,
            headers: Vec::new(),
            body: Vec::new(),
            charge: Charge::Refused,
            delay: Duration::ZERO,
        }
    }

    /// The same answer with one more header.
    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same answer, held back.
    pub(super) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn of_body(content_type: &'static str, body: Vec<u8>, charge: Charge) -> Self {
        Self { content_type: Some(content_type), body, charge, ..Self::status(200) }
    }

    fn broken(reason: &str) -> Self {
        Self { status: 500, charge: Charge::Unknown, ..Self::text(format!("the sandbox failed: {reason}\n")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: Method, content_type: &str, query: &str, body: &str) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", content_type.parse().expect("a header value"));
        Asked::new(method, headers, query, body.as_bytes())
    }

    #[test]
    fn fields_are_percent_decoded_as_utf8_and_the_last_one_counts() {
        let asked = asked(Method::GET, "text/plain", "a=%E4%B9%90+%2B%zz%4&b&a2=1&a2=2&=x", "");
        assert_eq!(asked.field("a"), "乐 +%zz%4");
        assert_eq!((asked.field("b"), asked.field("a2"), asked.field("c")), ("", "2", ""));
    }

    #[test]
    fn a_body_counts_only_in_a_post_of_a_form() {
        let form = "application/x-www-form-urlencoded; charset=UTF-8";
        assert_eq!(asked(Method::POST, form, "", "k=v").field("k"), "v");
        assert_eq!(asked(Method::POST, "application/json", "", "k=v").field("k"), "");
        assert_eq!(asked(Method::GET, form, "", "k=v").field("k"), "");
    }

    #[test]
    fn a_count_is_a_whole_number_from_one() {
        let asked = asked(Method::GET, "text/plain", "zero=0&minus=-1&plus=%2B1&word=x&good=7", "");
        assert_eq!(asked.count_field("good", 1), Some(7));
        assert_eq!(asked.count_field("missing", 20), Some(20));
        for name in ["zero", "minus", "plus", "word"] {
            assert_eq!(asked.count_field(name, 1), None, "{name}");
        }
    }
}
