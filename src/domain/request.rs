//! Requests and responses. A request is the billable question for one page, without secrets and time.

use super::secret::Secret;
use super::text::Text;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::fmt;

/// The name of a provider. The registry in `provider` has the rest. The default names none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderId {
    name: &'static str,
    label: Text,
}

impl ProviderId {
    /// Names a provider.
    pub const fn new(name: &'static str, label: Text) -> Self {
        Self { name, label }
    }

    /// The name on the command line, in the configuration and in the data.
    pub const fn as_str(self) -> &'static str {
        self.name
    }

    /// The name for people.
    pub const fn label(self) -> Text {
        self.label
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// In JSON the name.
impl Serialize for ProviderId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// The question of one paid call. Equal requests buy the same answer.
///
/// It has no credential, signature or time, so it can be logged and stored. [`Request::key`] is the key of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Request {
    /// The provider that is asked.
    pub provider: ProviderId,
    /// Name and version of the question's form, for example `market/dishonest@1`. The version is raised when a provider
    /// asks differently, so that old answers are not taken for new ones.
    pub form: &'static str,
    /// The endpoint without a query. Answers of another endpoint are other answers.
    pub endpoint: String,
    /// The vendor's parameters, in the order of its document.
    pub parameters: Vec<(&'static str, String)>,
}

impl Request {
    /// The parameters, borrowed.
    pub fn borrowed_parameters(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        self.parameters.iter().map(|(name, value)| (*name, Cow::Borrowed(value.as_str())))
    }

    /// The question in canonical form: one line of JSON with its version tag.
    pub fn key(&self) -> String {
        let ask = members(&self.parameters);
        json!({"form": self.form, "endpoint": self.endpoint, "ask": ask}).to_string()
    }

    /// The common part of two pages of one query, without the endpoint, as one line of JSON.
    pub fn question_shared_with(&self, other_page: &Self) -> String {
        let shared = self.parameters.iter().filter(|parameter| other_page.parameters.contains(parameter));
        json!({"form": self.form, "ask": members(shared)}).to_string()
    }
}

fn members<'a>(parameters: impl IntoIterator<Item = &'a (&'static str, String)>) -> Map<String, Value> {
    parameters.into_iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect()
}

/// The HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Parameters in the address.
    Get,
    /// Parameters in a form-encoded body.
    Post,
}

/// A request, signed for one attempt. Besides the settings only this type contains secrets. It has no `Debug`.
pub struct SignedRequest<'a> {
    /// GET or POST.
    pub method: Method,
    /// The endpoint without a query.
    pub endpoint: &'a str,
    /// The parameters, not encoded.
    pub parameters: Vec<(&'static str, Cow<'a, str>)>,
    /// Name and value of the header with the credential, if the vendor uses one.
    pub authorization: Option<(&'a str, Secret)>,
    /// The parameters whose values are secret.
    pub secret_parameters: Vec<(&'static str, Secret)>,
    /// All keys and signatures. They are masked if the response echoes them.
    pub masked: Vec<Secret>,
}

/// One HTTP response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `X-Ca-Error-Code`.
    pub gateway_code: Option<String>,
    /// `X-Ca-Error-Message`.
    pub gateway_message: Option<String>,
    /// `X-Ca-Request-Id`.
    pub gateway_request_id: Option<String>,
    /// `Retry-After` as a moment.
    pub retry_after: Option<Timestamp>,
    /// The server's clock by its `Date` header.
    pub server_date: Option<Timestamp>,
    /// Whether the call was charged by `X-Ca-Market-Billing-Result`; `None` without that header.
    pub billed: Option<bool>,
    /// The time at which the last byte arrived, by the computer's clock.
    pub received_at: Timestamp,
    /// The body, decompressed, with echoed secrets masked.
    pub body: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_names_form_endpoint_and_parameters_in_their_order() {
        let call = Request {
            provider: ProviderId::new("market", Text::new("market", "云市场")),
            form: "market/dishonest@1",
            endpoint: "https://market.example/list".into(),
            parameters: vec![("keyword", "乐视\"云\"".into()), ("pageNum", "1".into())],
        };
        assert_eq!(
            call.key(),
            r#"{"form":"market/dishonest@1","endpoint":"https://market.example/list","ask":{"keyword":"乐视\"云\"","pageNum":"1"}}"#
        );
    }
}
