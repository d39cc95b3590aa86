//! 凭安/水滴 `CopyrightSoftwarePageByKey/V2`: registered software copyrights, by `shuidi-copyright.txt`.
//!
//! The documented address has no TLS. The key is never sent, only a digest that is valid for ten minutes. The vendor sends
//! neither `kind` nor `kind_label`.

use super::api::Envelope;
use super::fields::FieldKind::{Day, Verbatim};
use super::fields::{Field, copyright_field as field};
use super::shuidi_codes::CODES;
use super::signature::md5_of;
use super::{ConfigKey, ENDPOINT, KeyKind, Provider, ProviderConfig, ProviderInfo};
use crate::domain::query::{PageRequest, Query};
use crate::domain::record::Topic;
use crate::domain::request::{ProviderId, Request, SignedRequest};
use crate::domain::text::Text;
use jiff::Timestamp;
use std::sync::Arc;

/// The name of `CopyrightSoftwarePageByKey`.
pub const ID: ProviderId = ProviderId::new("shuidi", Text::verbatim("凭安/水滴"));

/// The registry entry of `CopyrightSoftwarePageByKey`.
pub static INFO: ProviderInfo = ProviderInfo {
    id: ID,
    name: Text::new("software copyrights, shuidi", "软件著作权（凭安征信/水滴）"),
    topic: Topic::Copyright,
    page_size_cap: 10,
    keys: &KEYS,
    filters: &[],
    keywords: &["name", "uscc", "reg-no"],
    codes: &CODES,
    fields: &FIELDS,
    envelope: Envelope {
        code: "statusCode",
        message: "statusMessage",
        serial: Some("orderNo"),
        result: "data",
        total: &["Paging", "TotalRecords"],
        list: "Items",
        success: "1",
        nothing: "2",
    },
    document: "shuidi-copyright.txt",
    new: |config| Arc::new(ShuidiCopyright { config }),
};

static KEYS: [ConfigKey; 5] = [
    ConfigKey::required("pname", KeyKind::Text, Text::EMPTY),
    ConfigKey::required("pkey", KeyKind::Secret, Text::EMPTY),
    ConfigKey::optional("wire", KeyKind::Choice(&["json", "xml"]), "json", Text::EMPTY),
    ConfigKey::optional("method", KeyKind::Choice(&["post", "get"]), "post", Text::EMPTY),
    ConfigKey::optional(
        ENDPOINT,
        KeyKind::Text,
        "http://api.shuidi.cn/utn/ip/CopyrightSoftwarePageByKey/V2",
        Text::EMPTY,
    ),
];

/// `CopyrightSoftwarePageByKey` as a [`Provider`].
struct ShuidiCopyright {
    config: ProviderConfig,
}

static FIELDS: [Field; 8] = [
    field("PublishDate", "published_on", Day),
    field("Owner", "owner", Verbatim),
    field("Category", "category", Verbatim),
    field("RegisterAperDate", "registered_on", Day),
    field("RegisterNo", "registration_number", Verbatim),
    field("VersionNo", "version", Verbatim),
    field("ShortName", "short_name", Verbatim),
    field("Name", "name", Verbatim),
];

impl Provider for ShuidiCopyright {
    fn info(&self) -> &'static ProviderInfo {
        &INFO
    }

    fn request(&self, query: &Query, page: PageRequest) -> Request {
        Request {
            provider: ID,
            form: "shuidi/copyright-software@1",
            endpoint: self.config.endpoint.clone(),
            parameters: vec![
                ("keyword", query.identifier.canonical.clone()),
                ("pageSize", page.size.to_string()),
                ("pageIndex", page.number.to_string()),
            ],
        }
    }

    fn sign<'a>(&'a self, request: &'a Request, now: Timestamp) -> SignedRequest<'a> {
        let pkey = self.config.secret("pkey");
        let ptime = now.as_millisecond().to_string();
        let vkey = md5_of(&[pkey.expose(), "_", &ptime, "_", pkey.expose()]);
        let mut parameters: Vec<_> = request.borrowed_parameters().collect();
        // JSON is the default; as in the document's example, `dtype` is not sent for it.
        if self.config.text("wire") == "xml" {
            parameters.push(("dtype", "xml".into()));
        }
        parameters.push(("pname", self.config.text("pname").into()));
        parameters.push(("ptime", ptime.into()));
        SignedRequest {
            method: self.config.method(),
            endpoint: &request.endpoint,
            parameters,
            authorization: None,
            secret_parameters: vec![("vkey", vkey.clone())],
            masked: vec![pkey, vkey],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{SHUIDI_JSON, answer, columns, query};
    use super::*;
    use crate::domain::failure::Charged;
    use crate::domain::identifier::IdentifierKind;
    use crate::domain::page::Finding;
    use crate::domain::secret::Secret;
    use crate::provider::Answered;
    use serde_json::{Value, json};

    const PAGE: PageRequest = PageRequest { number: 1, size: 10 };

    fn provider(wire: &str) -> ShuidiCopyright {
        let config = ProviderConfig {
            endpoint: "http://shuidi.example/V2".into(),
            texts: [("pname", "patest".into()), ("wire", wire.into()), ("method", "get".into())].into(),
            secrets: [("pkey", Secret::new("demo_key".into()))].into(),
        };
        ShuidiCopyright { config }
    }

    fn json() -> ShuidiCopyright {
        provider("json")
    }

    fn moment() -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000).unwrap()
    }

    /// The document's sample as XML: the same names as elements.
    fn as_xml(name: &str, value: &Value) -> String {
        match value {
            Value::Array(items) => items.iter().map(|item| as_xml(name, item)).collect(),
            Value::Object(members) => {
                let inner: String = members.iter().map(|(name, value)| as_xml(name, value)).collect();
                format!("<{name}>{inner}</{name}>")
            }
            Value::Null => format!("<{name}/>"),
            Value::String(text) => format!("<{name}><![CDATA[{text}]]></{name}>"),
            other => format!("<{name}>{other}</{name}>"),
        }
    }

    fn field(member: &str) -> Value {
        let body = format!(
            r#"{{"statusCode":1,"data":{{"items":[{{{member}}}],"paging":{{"totalRecords":"1"}}}}}}"#
        );
        columns(&INFO.parse(body.as_bytes()).unwrap().records[0])
    }

    #[test]
    fn the_call_is_the_question_and_nothing_else() {
        let request = json()
            .request(&query(IdentifierKind::Uscc, "91350100M000100Y43"), PageRequest { number: 6, size: 9 });
        assert_eq!(
            request.key(),
            r#"{"form":"shuidi/copyright-software@1","endpoint":"http://shuidi.example/V2","ask":{"keyword":"91350100M000100Y43","pageSize":"9","pageIndex":"6"}}"#
        );
    }

    #[test]
    fn xml_is_asked_for_by_dtype_and_json_by_nothing() {
        let request = json().request(&query(IdentifierKind::Name, "一"), PAGE);
        let dtype = |wire| {
            let provider = provider(wire);
            let signed = provider.sign(&request, moment());
            let dtype = signed.parameters.iter().find(|(name, _)| *name == "dtype");
            dtype.map(|(_, value)| value.clone().into_owned())
        };
        assert_eq!(dtype("xml").as_deref(), Some("xml"));
        assert_eq!(dtype("json"), None);
        assert_eq!(provider("xml").request(&query(IdentifierKind::Name, "一"), PAGE), request);
    }

    #[test]
    fn the_sample_as_xml_gives_the_same_records() {
        let page = INFO.parse(SHUIDI_JSON.as_bytes()).unwrap();
        let sample: Value = serde_json::from_str(SHUIDI_JSON).unwrap();
        let repeated = as_xml("Response", &sample);
        assert_eq!(INFO.parse(repeated.as_bytes()).unwrap(), page);
        let mut wrapped = sample.clone();
        wrapped["data"]["Items"] = json!({"Item": sample["data"]["Items"]});
        assert_eq!(INFO.parse(as_xml("Response", &wrapped).as_bytes()).unwrap(), page);
        let mut single = sample.clone();
        single["data"]["Items"] = sample["data"]["Items"][0].clone();
        let single = INFO.parse(as_xml("Response", &single).as_bytes()).unwrap();
        assert_eq!(single.records, page.records[..1]);
        assert_eq!(
            provider("xml").classify(&answer(200, &repeated)),
            json().classify(&answer(200, SHUIDI_JSON))
        );
    }

    #[test]
    fn names_in_another_case_and_stray_fields_are_tolerated() {
        for (member, column, value) in [
            (r#""registerNo":"2015SR1""#, "registration_number", json!("2015SR1")),
            (r#""NAME":" 软件 ""#, "name", json!(" 软件 ")),
            (r#""VersionNo":2"#, "version", json!("2")),
            (r#""PublishDate":1432656000000"#, "published_on", json!("2015-05-27")),
            (r#""RegisterAperDate":"不详""#, "extra", json!({"RegisterAperDate": "不详"})),
            (r#""Url":"http://x""#, "extra", json!({"Url": "http://x"})),
        ] {
            assert_eq!(field(member)[column], value, "{member}");
        }
    }

    #[test]
    fn data_and_no_result_are_answers_that_were_paid_for() {
        for (body, finding, serial) in [
            (SHUIDI_JSON, Finding::Records, Some("1359050784083415000")),
            (r#"{"statusCode":2,"statusMessage":"查询无结果","orderNo":"13"}"#, Finding::Nothing, Some("13")),
            (r#"{"statusCode":"2","data":{},"orderNo":null}"#, Finding::Nothing, None),
            (r#"{"statusCode":1,"data":{"Paging":{"TotalRecords":0},"Items":null}}"#, Finding::Nothing, None),
            (
                r#"{"statusCode":1,"data":{"Items":[]},"orderNo":1369970515023986700123}"#,
                Finding::Nothing,
                Some("1369970515023986700123"),
            ),
        ] {
            let serial = serial.map(str::to_owned);
            let page = INFO.parse(body.as_bytes()).unwrap();
            assert_eq!(page.finding(), finding, "{body}");
            let answered = Answered { charged: Charged::Yes, serial, page };
            assert_eq!(json().classify(&answer(200, body)), Ok(answered), "{body}");
        }
    }
}
