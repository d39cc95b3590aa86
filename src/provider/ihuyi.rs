//! 互亿无线 `entcopy`: registered copyrights of software and of works, by `ihuyi-entcopy.txt`.
//!
//! Success is code 2. Exactly one of the four identifiers of a company is sent. The document's GET example sends all of
//! them, which its code 406 forbids.

use super::api::Envelope;
use super::fields::FieldKind::{Array, Code, Day, Flag, Integer, Verbatim};
use super::fields::{Field, copyright_field as field};
use super::ihuyi_codes::CODES;
use super::signature::md5_of;
use super::{ConfigKey, ENDPOINT, KeyKind, Provider, ProviderConfig, ProviderInfo};
use crate::domain::identifier::IdentifierKind;
use crate::domain::query::{CopyrightKind, PageRequest, Query};
use crate::domain::record::Topic;
use crate::domain::request::{ProviderId, Request, SignedRequest};
use crate::domain::text::Text;
use jiff::Timestamp;
use std::borrow::Cow;
use std::sync::Arc;

/// The name of `entcopy`.
pub const ID: ProviderId = ProviderId::new("ihuyi", Text::verbatim("互亿无线"));

/// The registry entry of `entcopy`.
pub static INFO: ProviderInfo = ProviderInfo {
    id: ID,
    name: Text::new("copyrights, ihuyi", "企业著作权软著核查（互亿无线）"),
    topic: Topic::Copyright,
    page_size_cap: 50,
    keys: &KEYS,
    filters: &["--type", "--year", "--registration-number", "--title", "--owner"],
    keywords: &["name", "uscc", "org-code", "reg-no"],
    codes: &CODES,
    fields: &FIELDS,
    envelope: Envelope {
        code: "code",
        message: "msg",
        serial: Some("idcardid"),
        result: "result",
        total: &["total"],
        list: "lists",
        success: "2",
        nothing: "4201",
    },
    document: "ihuyi-entcopy.txt",
    new: |config| Arc::new(IhuyiCopyright { config }),
};

static KEYS: [ConfigKey; 5] = [
    ConfigKey::required("account", KeyKind::Text, Text::verbatim("APIID")),
    ConfigKey::required("api_key", KeyKind::Secret, Text::verbatim("APIKEY")),
    ConfigKey::optional(
        "password",
        KeyKind::Choice(&["dynamic", "static"]),
        "dynamic",
        Text::new(r#"the key itself is not sent; "static" sends it"#, r#"不发送密钥本身；"static" 则会发送"#),
    ),
    ConfigKey::optional("method", KeyKind::Choice(&["post", "get"]), "post", Text::EMPTY),
    ConfigKey::optional(
        ENDPOINT,
        KeyKind::Text,
        "https://api.ihuyi.com/idcard/entcopy/Submit.json",
        Text::EMPTY,
    ),
];

/// `entcopy` as a [`Provider`].
struct IhuyiCopyright {
    config: ProviderConfig,
}

static FIELDS: [Field; 21] = [
    field("entityName", "entity_name", Verbatim),
    field("copyrightType", "kind_label", Verbatim),
    field("copyrightTypeCode", "kind", Code(&[("P", "work"), ("S", "software")], None)),
    field("registrationNum", "registration_number", Verbatim),
    field("categoryType", "category", Verbatim),
    field("copyrightName", "name", Verbatim),
    field("copyrightNameAbbr", "short_name", Verbatim),
    field("copyrightOwner", "owner", Verbatim),
    field("copyrightOwnerType", "owner_type", Verbatim),
    field("author", "author", Verbatim),
    field("relatedEntity", "related_entities", Array),
    field("version", "version", Verbatim),
    field("finishDate", "completed_on", Day),
    field("publishDate", "published_on", Day),
    field("registrationDate", "registered_on", Day),
    field("publishYear", "publish_year", Integer),
    field("state", "status", Verbatim),
    field("stateDate", "status_on", Day),
    field("powerScope", "rights_scope", Verbatim),
    field("powerGainMethod", "acquired_by", Verbatim),
    field("isHistory", "is_history", Flag),
];

impl Provider for IhuyiCopyright {
    fn info(&self) -> &'static ProviderInfo {
        &INFO
    }

    fn request(&self, query: &Query, page: PageRequest) -> Request {
        let keyword = match query.identifier.kind {
            IdentifierKind::Uscc => "ent_code",
            IdentifierKind::OrganisationCode => "organization_code",
            IdentifierKind::RegistrationNumber => "reg_no",
            IdentifierKind::Name | IdentifierKind::CompanyId | IdentifierKind::SoftwareCopyrightNumber => {
                "ent_name"
            }
        };
        let filters = &query.filters;
        let mut parameters = vec![(keyword, query.identifier.canonical.clone())];
        let kind = filters.kind.map(|kind| match kind {
            CopyrightKind::Work => "P".to_owned(),
            CopyrightKind::Software => "S".to_owned(),
        });
        for (name, value) in [
            ("year", filters.year.clone()),
            ("copyright_type", kind),
            ("reg_num", filters.registration_number.clone()),
            ("copyright_name", filters.title.clone()),
            ("owner", filters.owner.clone()),
        ] {
            parameters.extend(value.map(|value| (name, value)));
        }
        parameters.push(("page_index", page.number.to_string()));
        parameters.push(("page_size", page.size.to_string()));
        Request { provider: ID, form: "ihuyi/entcopy@1", endpoint: self.config.endpoint.clone(), parameters }
    }

    fn sign<'a>(&'a self, request: &'a Request, now: Timestamp) -> SignedRequest<'a> {
        let (account, api_key) = (self.config.text("account"), self.config.secret("api_key"));
        let mut parameters = vec![("account", Cow::Borrowed(account))];
        parameters.extend(request.borrowed_parameters());
        let (password, masked) = if self.config.text("password") == "static" {
            (api_key.clone(), vec![api_key])
        } else {
            let time = now.as_second().to_string();
            let (name, code) = (sent(request, "ent_name"), sent(request, "ent_code"));
            let password = md5_of(&[account, api_key.expose(), "entcopy", name, code, &time]);
            parameters.push(("time", time.into()));
            (password.clone(), vec![api_key, password])
        };
        SignedRequest {
            method: self.config.method(),
            endpoint: &request.endpoint,
            parameters,
            authorization: None,
            secret_parameters: vec![("password", password)],
            masked,
        }
    }
}

/// The value of a parameter; empty if it is not sent.
fn sent<'a>(request: &'a Request, name: &str) -> &'a str {
    request.parameters.iter().find(|(parameter, _)| *parameter == name).map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{IHUYI_JSON, IHUYI_XML, answer, columns, query};
    use super::*;
    use crate::domain::failure::{Charged, FailureKind};
    use crate::domain::page::Finding;
    use crate::domain::query::Filters;
    use crate::domain::secret::Secret;
    use crate::provider::Answered;
    use serde_json::{Value, json};

    const PAGE: PageRequest = PageRequest { number: 1, size: 50 };

    fn provider(password: &str) -> IhuyiCopyright {
        let config = ProviderConfig {
            endpoint: "https://ihuyi.example/Submit.json".into(),
            texts: [("account", "xxxxxxxx".into()), ("password", password.into())].into(),
            secrets: [("api_key", Secret::new("xxxxxxxxx".into()))].into(),
        };
        IhuyiCopyright { config }
    }

    fn dynamic() -> IhuyiCopyright {
        provider("dynamic")
    }

    fn moment() -> Timestamp {
        Timestamp::from_second(1_623_643_787).unwrap()
    }

    fn field(member: &str) -> Value {
        let body = format!(r#"{{"code":2,"result":{{"total":"1","lists":[{{{member}}}]}}}}"#);
        columns(&INFO.parse(body.as_bytes()).unwrap().records[0])
    }

    #[test]
    fn exactly_one_way_of_naming_the_company_is_sent() {
        for (kind, keyword, parameter) in [
            (IdentifierKind::Name, "上海一有限公司", "ent_name"),
            (IdentifierKind::Uscc, "91350100M000100Y43", "ent_code"),
            (IdentifierKind::OrganisationCode, "59467239-9", "organization_code"),
            (IdentifierKind::RegistrationNumber, "110108000000016", "reg_no"),
            (IdentifierKind::CompanyId, "26900010", "ent_name"),
            (IdentifierKind::SoftwareCopyrightNumber, "2015SR183758", "ent_name"),
        ] {
            let request = dynamic().request(&query(kind, keyword), PAGE);
            let expected = [(parameter, keyword), ("page_index", "1"), ("page_size", "50")];
            let expected: Vec<_> = expected.map(|(name, value)| (name, value.to_owned())).into();
            assert_eq!(request.parameters, expected);
            assert_eq!(
                (request.form, request.endpoint.as_str()),
                ("ihuyi/entcopy@1", "https://ihuyi.example/Submit.json")
            );
        }
    }

    #[test]
    fn every_filter_is_sent_under_the_vendors_name() {
        let mut query = query(IdentifierKind::Name, "一");
        query.filters = Filters {
            kind: Some(CopyrightKind::Work),
            year: Some("2024".into()),
            registration_number: Some("2017SR1".into()),
            title: Some("著作".into()),
            owner: Some("张".into()),
        };
        let expected = [
            ("ent_name", "一"),
            ("year", "2024"),
            ("copyright_type", "P"),
            ("reg_num", "2017SR1"),
            ("copyright_name", "著作"),
            ("owner", "张"),
            ("page_index", "3"),
            ("page_size", "10"),
        ];
        let expected: Vec<_> = expected.map(|(name, value)| (name, value.to_owned())).into();
        assert_eq!(dynamic().request(&query, PageRequest { number: 3, size: 10 }).parameters, expected);
        query.filters = Filters { kind: Some(CopyrightKind::Software), ..Filters::default() };
        assert_eq!(dynamic().request(&query, PAGE).parameters[1], ("copyright_type", "S".to_owned()));
    }

    #[test]
    fn the_dynamic_password_is_that_of_the_documents_php_line() {
        // printf '%s' 'xxxxxxxxxxxxxxxxxentcopy上海************有限公司913******1623643787' | md5sum
        let request = Request {
            provider: ID,
            form: "ihuyi/entcopy@1",
            endpoint: String::new(),
            parameters: vec![
                ("ent_name", "上海************有限公司".into()),
                ("ent_code", "913******".into()),
            ],
        };
        let provider = dynamic();
        let signed = provider.sign(&request, moment());
        let (name, password) = &signed.secret_parameters[0];
        assert_eq!((*name, password.expose()), ("password", "aed926d0b2177be41d1d73f2f6818d05"));
        assert_eq!(signed.parameters.first(), Some(&("account", "xxxxxxxx".into())));
        assert_eq!(signed.parameters.last(), Some(&("time", "1623643787".into())));
        let masked: Vec<_> = signed.masked.iter().map(Secret::expose).collect();
        assert_eq!(masked, ["xxxxxxxxx", "aed926d0b2177be41d1d73f2f6818d05"]);
    }

    #[test]
    fn columns_that_the_samples_leave_empty_are_read_too() {
        for (member, column, value) in [
            (r#""categoryType":"30100-0000""#, "category", json!("30100-0000")),
            (r#""copyrightNameAbbr":"简""#, "short_name", json!("简")),
            (r#""author":"张三""#, "author", json!("张三")),
            (r#""stateDate":"2018-01-02T00:00:00""#, "status_on", json!("2018-01-02")),
            (r#""copyrightTypeCode":"P""#, "kind", json!("work")),
            (r#""isHistory":1"#, "is_history", json!(true)),
            (r#""isHistory":true"#, "is_history", json!(true)),
            (r#""publishYear":2017"#, "publish_year", json!(2017)),
            (r#""version":1.10"#, "version", json!("1.10")),
            (r#""ENTITYNAME":"一""#, "entity_name", json!("一")),
            (r#""relatedEntity":"{}""#, "related_entities", json!(null)),
            (r#""relatedEntity":[{"name":"一"}]"#, "related_entities", json!([{"name": "一"}])),
            (r#""copyrightTypeCode":"X""#, "extra", json!({"copyrightTypeCode": "X"})),
            (r#""publishYear":"民国""#, "extra", json!({"publishYear": "民国"})),
            (r#""score":1"#, "extra", json!({"score": 1})),
        ] {
            assert_eq!(field(member)[column], value, "{member}");
        }
    }

    #[test]
    fn data_and_no_result_are_answers_that_were_paid_for() {
        for (body, finding, serial) in [
            (IHUYI_JSON, Finding::Records, Some("16236437872836")),
            (IHUYI_XML, Finding::Records, Some("16236437872836")),
            (
                r#"{"code":"4201","msg":"查询无结果","idcardid":"0","result":{"status":0,"info":{}}}"#,
                Finding::Nothing,
                None,
            ),
            (r#"{"code":4201,"idcardid":0,"result":[]}"#, Finding::Nothing, None),
            (r#"{"code":4201,"idcardid":"","result":{}}"#, Finding::Nothing, None),
            (r#"{"code":4201,"idcardid":16236437872836123}"#, Finding::Nothing, Some("16236437872836123")),
            ("<SubmitResult><code>4201</code><msg>查询无结果</msg></SubmitResult>", Finding::Nothing, None),
            (r#"{"code":2,"result":{"total":"0","lists":[]}}"#, Finding::Nothing, None),
        ] {
            let serial = serial.map(str::to_owned);
            let page = INFO.parse(body.as_bytes()).unwrap();
            assert_eq!(page.finding(), finding, "{body}");
            let answered = Answered { charged: Charged::Yes, serial, page };
            assert_eq!(dynamic().classify(&answer(200, body)), Ok(answered), "{body}");
        }
    }

    #[test]
    fn the_documents_failing_samples_are_failures() {
        for body in [
            r#"{"code":1,"msg":"查询失败"}"#,
            r#"<?xml version="1.0" encoding="utf-8"?><SubmitResult><code>1</code><msg>查询失败</msg></SubmitResult>"#,
        ] {
            let Err(failure) = dynamic().classify(&answer(200, body)) else { panic!("{body}") };
            assert_eq!((failure.kind, failure.message.en()), (FailureKind::Refused, "查询失败"));
        }
    }
}
