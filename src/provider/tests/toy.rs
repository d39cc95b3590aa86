//! A fourth provider, which exists in the unit tests only. With this file, its `mod` line, its entry in the registry and its
//! registration in the sandbox it has everything that the other providers have.

use crate::domain::query::{PageRequest, Query};
use crate::domain::record::Topic;
use crate::domain::request::{Method, ProviderId, Request, SignedRequest};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::provider::api::Envelope;
use crate::provider::codes::codes;
use crate::provider::fields::FieldKind::Verbatim;
use crate::provider::fields::copyright_field;
use crate::provider::{ConfigKey, ENDPOINT, Field, KeyKind, Provider, ProviderInfo, VendorCode};
use jiff::Timestamp;
use std::sync::Arc;

pub(crate) const ID: ProviderId = ProviderId::new("toy", Text::new("Toy registry", "示例登记处"));

pub(crate) static INFO: ProviderInfo = ProviderInfo {
    id: ID,
    name: Text::new("copyrights, toy", "著作权（示例）"),
    topic: Topic::Copyright,
    page_size_cap: 5,
    keys: &[
        ConfigKey::required(ENDPOINT, KeyKind::Text, Text::EMPTY),
        ConfigKey::required("token", KeyKind::Secret, Text::new("from the box", "见包装盒")),
        ConfigKey::optional("order", KeyKind::Choice(&["oldest", "newest"]), "oldest", Text::EMPTY),
    ],
    filters: &["--title"],
    keywords: &["name"],
    codes: &CODES,
    fields: &FIELDS,
    envelope: Envelope {
        code: "state",
        message: "words",
        serial: None,
        result: "found",
        total: &["count"],
        list: "rows",
        success: "ok",
        nothing: "none",
    },
    document: "toy.txt",
    new: |config| {
        Arc::new(Toy {
            endpoint: config.endpoint.clone(),
            token: config.secret("token"),
            order: config.text("order").to_owned(),
        })
    },
};

static FIELDS: [Field; 3] = [
    copyright_field("no", "registration_number", Verbatim),
    copyright_field("title", "name", Verbatim),
    copyright_field("holder", "owner", Verbatim),
];

const DOCUMENT: Text = Text::verbatim("toy.txt");
const NOTHING: Text = Text::new("nothing", "无需处理");
const NEW_TOKEN: Text = Text::new("buy another box", "请另购一盒");

static CODES: [VendorCode; 3] = codes! {
    "ok" ANSWER "records" "有记录" NOTHING DOCUMENT;
    "none" ANSWER "no records" "无记录" NOTHING DOCUMENT;
    "token" CREDENTIALS "wrong token" "令牌错误" NEW_TOKEN DOCUMENT;
};

#[derive(Debug)]
struct Toy {
    endpoint: String,
    token: Secret,
    order: String,
}

impl Provider for Toy {
    fn info(&self) -> &'static ProviderInfo {
        &INFO
    }

    fn request(&self, query: &Query, page: PageRequest) -> Request {
        let mut parameters = vec![("holder", query.identifier.canonical.clone())];
        parameters.extend(query.filters.title.clone().map(|title| ("title", title)));
        parameters.push(("page", page.number.to_string()));
        parameters.push(("size", page.size.to_string()));
        Request { provider: ID, form: "toy/rights@1", endpoint: self.endpoint.clone(), parameters }
    }

    fn sign<'a>(&'a self, request: &'a Request, _now: Timestamp) -> SignedRequest<'a> {
        let order = ("order", self.order.as_str().into());
        SignedRequest {
            method: Method::Get,
            endpoint: &request.endpoint,
            parameters: request.borrowed_parameters().chain([order]).collect(),
            authorization: None,
            secret_parameters: vec![("token", self.token.clone())],
            masked: vec![self.token.clone()],
        }
    }
}
