//! The description of a simulated vendor, the request as it receives it and the response as it sends it: form decoding in,
//! bodies out. Knows no socket.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use hyper::{HeaderMap, Method, Response, StatusCode};
use quick_xml::escape::partial_escape;
use serde_json::Value;

use super::scenario::Scenario;
use crate::domain::failure::Charged;

/// One simulated vendor.
#[derive(Debug)]
pub(super) struct Vendor {
    /// Its name in configuration and data.
    pub(super) name: &'static str,
    /// The beginning of all its paths, also of unknown ones.
    pub(super) prefix: &'static str,
    /// The path of its endpoint.
    pub(super) path: &'static str,
    /// Environment variables of hecha with the credentials that the vendor accepts.
    pub(super) credentials: &'static [(&'static str, &'static str)],
    /// Answers one request.
    pub(super) respond: fn(&VendorRequest, &VendorState<'_>) -> VendorResponse,
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Json,
    Xml,
}

/// A request: its method, path, headers and form fields (of the query, and of the body if it is a form).
#[derive(Debug)]
pub(super) struct VendorRequest {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    fields: Vec<(String, String)>,
}

/// The state of the sandbox on which a response depends.
#[derive(Debug, Clone, Copy)]
pub(super) struct VendorState<'sandbox> {
    /// Milliseconds since 1970 by the clock.
    pub(super) milliseconds: u64,
    /// A number unique among the responses of this sandbox.
    pub(super) serial: u64,
    pub(super) editions: &'sandbox Editions,
}

/// The number of requests for the first page of each changing listing, by vendor and keyword.
pub(super) type Editions = Mutex<BTreeMap<(u64, String), u64>>;

/// A response, and whether it is charged.
#[derive(Debug)]
pub(super) struct VendorResponse {
    pub(super) http: Response<Full<Bytes>>,
    pub(super) charged: Charged,
}

impl VendorRequest {
    /// Reads the fields; `body` is read only in a POST of a form, as the vendors' documents require.
    pub(super) fn new(method: Method, uri: &hyper::Uri, headers: HeaderMap, body: &[u8]) -> Self {
        let content_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("");
        let media_type = content_type.split(';').next().unwrap_or("").trim();
        let is_form = method == Method::POST && media_type.eq_ignore_ascii_case(FORM);
        let parts = [uri.query().unwrap_or("").as_bytes(), if is_form { body } else { &[] }];
        let pairs = parts.into_iter().flat_map(url::form_urlencoded::parse);
        let fields = pairs.map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
        Self { method, path: uri.path().to_owned(), headers, fields }
    }

    /// The last value of a field; "" if it was not sent.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.iter().rev().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The delay for which a magic keyword asks, on top of the sandbox's latency.
    pub(super) fn delay(&self) -> Duration {
        self.fields.iter().map(|(_, value)| Scenario::read(value).delay()).max().unwrap_or_default()
    }

    /// A field that is an integer of at least 1; `default` if it was not sent, `None` if it is anything else.
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

impl VendorResponse {
    /// HTTP 200 with a JSON body, or with an XML body under the element `root`.
    pub(super) fn document(wire: Wire, root: &str, body: &Value, charged: Charged) -> Self {
        match wire {
            Wire::Json => Self::json(body, charged),
            Wire::Xml => {
                let text = r#"<?xml version="1.0" encoding="utf-8"?>"#.to_owned() + &xml_element(root, body);
                Self::new(200, "application/xml; charset=utf-8", text, charged)
            }
        }
    }

    /// HTTP 200 with a JSON body.
    pub(super) fn json(body: &Value, charged: Charged) -> Self {
        Self::new(200, "application/json; charset=utf-8", body.to_string(), charged)
    }

    /// An HTML page in place of the vendor's answer. An HTTP status other than 200 is not charged; for 200 it is unknown.
    pub(super) fn html(status: u16) -> Self {
        let body = format!(
            "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>系统维护中</h1></body></html>"
        );
        let charged = if status == 200 { Charged::Unknown } else { Charged::No };
        Self::new(status, "text/html; charset=utf-8", body, charged)
    }

    /// An HTTP status without a body, free of charge.
    pub(super) fn status(status: u16) -> Self {
        let mut http = Response::new(Full::default());
        *http.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { http, charged: Charged::No }
    }

    /// The same answer with one more header.
    pub(super) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.http.headers_mut().insert(name, value);
        }
        self
    }

    fn new(status: u16, content_type: &'static str, body: String, charged: Charged) -> Self {
        let mut response = Self::status(status).with_header("content-type", content_type);
        *response.http.body_mut() = Full::from(body);
        Self { charged, ..response }
    }
}

/// The message of a code in a document's table of codes, which has one code on each line.
pub(super) fn documented_message(table: &'static str, code: i64) -> Option<&'static str> {
    let code = code.to_string();
    table.lines().filter_map(|line| line.split_once(' ')).find(|(known, _)| *known == code).map(|line| line.1)
}

/// An element, or one for each item of an array. Empty elements have both tags, as the vendors write them.
fn xml_element(name: &str, value: &Value) -> String {
    let content = match value {
        Value::Array(items) => return items.iter().map(|item| xml_element(name, item)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| xml_element(name, value)).collect(),
        Value::Null => String::new(),
        Value::String(text) => partial_escape(text.as_str()).into_owned(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
    };
    format!("<{name}>{content}</{name}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, content_type: &str, query: &str, body: &str) -> VendorRequest {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", content_type.parse().expect("a header value"));
        let uri = format!("/path?{query}").parse().expect("a URI");
        VendorRequest::new(method, &uri, headers, body.as_bytes())
    }

    #[test]
    fn fields_are_percent_decoded_as_utf8_and_the_last_one_counts() {
        let request = request(Method::GET, "text/plain", "a=%E4%B9%90+%2B%zz%4&b&a2=1&a2=2&=x", "");
        assert_eq!(request.field("a"), "乐 +%zz%4");
        assert_eq!((request.field("b"), request.field("a2"), request.field("c")), ("", "2", ""));
    }

    #[test]
    fn a_body_counts_only_in_a_post_of_a_form() {
        let form = "application/x-www-form-urlencoded; charset=UTF-8";
        assert_eq!(request(Method::POST, form, "", "k=v").field("k"), "v");
        assert_eq!(request(Method::POST, "application/json", "", "k=v").field("k"), "");
        assert_eq!(request(Method::GET, form, "", "k=v").field("k"), "");
    }

    #[test]
    fn a_count_is_a_whole_number_from_one() {
        let request = request(Method::GET, "text/plain", "zero=0&minus=-1&plus=%2B1&word=x&good=7", "");
        assert_eq!(request.count_field("good", 1), Some(7));
        assert_eq!(request.count_field("missing", 20), Some(20));
        for name in ["zero", "minus", "plus", "word"] {
            assert_eq!(request.count_field(name, 1), None, "{name}");
        }
    }
}
