//! The dishonest list (失信被执行人) on a cloud market, by `dishonest.txt`.
//!
//! The document's heading says 软件著作权查询, but all of its text is about the dishonest list. It gives no address, so
//! the endpoint must be configured. `market_gateway` handles the gateway in front of it.

use super::api::Envelope;
use super::failures::{Billing, status_failure};
use super::fields::FieldKind::{Array, Code, Day, Id, Integer, NegatedFlag, Verbatim};
use super::fields::{Field, dishonest_field as field};
use super::market_codes::CODES;
use super::market_gateway::refused_by_headers;
use super::{Answered, ConfigKey, ENDPOINT, KeyKind, Provider, ProviderConfig, ProviderInfo};
use crate::domain::failure::{Charged, Failure, Retry};
use crate::domain::query::{PageRequest, Query};
use crate::domain::record::Topic;
use crate::domain::request::{Method, ProviderId, Request, Response, SignedRequest};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use jiff::Timestamp;
use std::sync::Arc;

/// The name of the dishonest list.
pub const ID: ProviderId = ProviderId::new(
    "market",
    Text::new("List of dishonest debtors on a cloud market", "云市场上的失信被执行人接口"),
);

/// The registry entry of the dishonest list.
pub static INFO: ProviderInfo = ProviderInfo {
    id: ID,
    name: Text::new("dishonest debtors, cloud market", "失信被执行人（云市场）"),
    topic: Topic::Dishonest,
    page_size_cap: 20,
    keys: &KEYS,
    filters: &[],
    keywords: &["name", "company-id", "reg-no", "uscc"],
    codes: &CODES,
    fields: &FIELDS,
    envelope: Envelope {
        code: "code",
        message: "desc",
        serial: None,
        result: "result",
        total: &["total"],
        list: "items",
        success: "0",
        nothing: "2",
    },
    document: "dishonest.txt",
    new: |config| Arc::new(MarketDishonest { config }),
};

static KEYS: [ConfigKey; 4] = [
    ConfigKey::required(ENDPOINT, KeyKind::Text, Text::new("from the product's page", "见商品页面")),
    ConfigKey::required(
        "appcode",
        KeyKind::Secret,
        Text::new("from the list of bought services", "见已购买服务列表"),
    ),
    ConfigKey::optional(
        "auth_header",
        KeyKind::HeaderName,
        "Authorization",
        Text::new(
            "some markets use another header, for example X-Apig-AppCode",
            "有的市场用其他标头，如 X-Apig-AppCode",
        ),
    ),
    ConfigKey::optional(
        "auth_scheme",
        KeyKind::AuthScheme,
        "APPCODE",
        Text::new(
            r#"the word before the code; "" for the code without it"#,
            r#"代码之前的文字；"" 表示只发送代码"#,
        ),
    ),
];

/// The dishonest list as a [`Provider`].
struct MarketDishonest {
    config: ProviderConfig,
}

static FIELDS: [Field; 27] = [
    field("courtname", "court", Verbatim),
    field("disrupttypename", "conduct", Verbatim),
    field("id", "id", Id),
    // 0: still on the official site, 1: no longer.
    field("status", "on_official_site", NegatedFlag),
    field("dishonestid", "subject_id", Id),
    field("gistid", "basis_number", Verbatim),
    field("cid", "company_id", Id),
    field("casecode", "case_number", Verbatim),
    field("focusnumber", "followers", Integer),
    field("duty", "obligation", Verbatim),
    field("regdate", "filed_on", Day),
    field("staff", "staff", Array),
    field("publishdate", "published_on", Day),
    field("unperformPart", "unperformed_part", Verbatim),
    field("cardnum", "id_number", Verbatim),
    field("cpwsUrl", "document_url", Verbatim),
    field("legelToco", "legal_person_companies", Integer),
    field("iname", "name", Verbatim),
    field("businessentity", "legal_representative", Verbatim),
    field("performedPart", "performed_part", Verbatim),
    field("areaname", "province", Verbatim),
    field("performance", "performance", Verbatim),
    field("legelId", "legal_person_id", Id),
    field("gistunit", "basis_court", Verbatim),
    field("businessId", "record_key", Verbatim),
    field("legelType", "legal_person_type", Code(&[("1", "company"), ("2", "person")], None)),
    field("type", "subject_type", Code(&[("0", "person"), ("1", "company"), ("2", "other")], Some("other"))),
];

impl Provider for MarketDishonest {
    fn info(&self) -> &'static ProviderInfo {
        &INFO
    }

    fn request(&self, query: &Query, page: PageRequest) -> Request {
        Request {
            provider: ID,
            form: "market/dishonest@1",
            endpoint: self.config.endpoint.clone(),
            parameters: vec![
                ("keyword", query.identifier.canonical.clone()),
                ("pageNum", page.number.to_string()),
                ("pageSize", page.size.to_string()),
            ],
        }
    }

    fn sign<'a>(&'a self, request: &'a Request, _now: Timestamp) -> SignedRequest<'a> {
        let appcode = self.config.secret("appcode");
        // The code follows the scheme and one space; some markets want the code without a scheme.
        let value = match self.config.text("auth_scheme").trim() {
            "" => appcode.clone(),
            scheme => Secret::new(format!("{scheme} {}", appcode.expose())),
        };
        SignedRequest {
            method: Method::Get,
            endpoint: &request.endpoint,
            parameters: request.borrowed_parameters().collect(),
            authorization: Some((self.config.text("auth_header"), value)),
            secret_parameters: Vec::new(),
            masked: vec![appcode],
        }
    }

    /// The gateway's billing header overrides every rule. A charged request is not repeated.
    fn classify(&self, response: &Response) -> Result<Answered, Failure> {
        let classification = match refused_by_headers(response) {
            Some(failure) => Err(failure),
            None => classify_by_status(response),
        };
        let charged = match response.billed {
            Some(true) => Charged::Yes,
            Some(false) => Charged::No,
            None => return classification,
        };
        match classification {
            Ok(answered) => Ok(Answered { charged, ..answered }),
            Err(failure) if charged == Charged::No || failure.retry == Retry::No => {
                Err(failure.with_charged(charged))
            }
            Err(failure) => {
                Err(failure.with_charged(charged).with_retry(Retry::No).with_hint(CHARGED_FAILURE))
            }
        }
    }
}

const CHARGED_FAILURE: Text = Text::new(
    "the gateway charged this call: ask the cloud market's support; --retry-uncertain buys it again",
    "网关已对本次调用计费：请联系云市场客服；加上 --retry-uncertain 可再次购买",
);

/// Only HTTP 200 is certainly charged. Data with another status of success, or with 450, may be charged.
fn classify_by_status(response: &Response) -> Result<Answered, Failure> {
    match (response.status, response.status == 450 && !INFO.has_code(response)) {
        (200, _) => INFO.classify_body(response),
        (201..=299 | 450, false) => match INFO.classify_body(response) {
            Ok(answered) => Ok(Answered { charged: Charged::Unknown, ..answered }),
            Err(failure) => Err(failure.with_charged(Charged::No)),
        },
        _ => Err(status_failure(response, Billing::OnlyStatus200, INFO.refusal(response))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{MARKET_JSON, answer, columns, query};
    use super::*;
    use crate::domain::failure::FailureKind;
    use crate::domain::identifier::IdentifierKind;
    use crate::domain::page::Finding;
    use crate::domain::page::Page;
    use crate::provider::Answered;
    use serde_json::{Value, json};

    fn provider() -> MarketDishonest {
        with_header("Authorization", "APPCODE")
    }

    fn with_header(header: &str, scheme: &str) -> MarketDishonest {
        let config = ProviderConfig {
            endpoint: "https://market.example/dishonest".into(),
            texts: [("auth_header", header.into()), ("auth_scheme", scheme.into())].into(),
            secrets: [("appcode", Secret::new("canary-appcode".into()))].into(),
        };
        MarketDishonest { config }
    }

    fn failure(answer: &Response) -> Failure {
        match provider().classify(answer) {
            Err(failure) => failure,
            Ok(answered) => panic!("{answered:?}"),
        }
    }

    /// The row of a record with this one field.
    fn field(member: &str) -> Value {
        let body = format!(r#"{{"code":0,"result":{{"total":1,"items":[{{{member}}}]}}}}"#);
        columns(&INFO.parse(body.as_bytes()).unwrap().records[0])
    }

    #[test]
    fn the_call_is_the_question_and_nothing_else() {
        let query = query(IdentifierKind::Name, "乐视云计算有限公司");
        let request = provider().request(&query, PageRequest { number: 2, size: 20 });
        assert_eq!(
            request.key(),
            r#"{"form":"market/dishonest@1","endpoint":"https://market.example/dishonest","ask":{"keyword":"乐视云计算有限公司","pageNum":"2","pageSize":"20"}}"#
        );
    }

    #[test]
    fn the_code_travels_in_the_header_after_one_space() {
        for (header, scheme, value) in [
            ("Authorization", "APPCODE", "APPCODE canary-appcode"),
            ("X-Apig-AppCode", "", "canary-appcode"),
            ("X-Apig-AppCode", " ", "canary-appcode"),
        ] {
            let provider = with_header(header, scheme);
            let request =
                provider.request(&query(IdentifierKind::Name, "一"), PageRequest { number: 1, size: 20 });
            let signed = provider.sign(&request, Timestamp::UNIX_EPOCH);
            let (name, sent) = signed.authorization.unwrap();
            assert_eq!((name, sent.expose()), (header, value));
            assert_eq!(signed.method, Method::Get);
            assert_eq!(signed.endpoint, request.endpoint);
            assert_eq!(signed.parameters, request.borrowed_parameters().collect::<Vec<_>>());
            assert!(signed.secret_parameters.is_empty());
            assert_eq!(signed.masked.iter().map(Secret::expose).collect::<Vec<_>>(), ["canary-appcode"]);
        }
    }

    #[test]
    fn columns_that_the_sample_leaves_empty_are_read_too() {
        for (member, column, value) in [
            (r#""businessentity":" 张三 ""#, "legal_representative", json!(" 张三 ")),
            (r#""performedPart":"一半""#, "performed_part", json!("一半")),
            (r#""unperformPart":"另一半""#, "unperformed_part", json!("另一半")),
            (r#""cpwsUrl":"https://wenshu.example/1""#, "document_url", json!("https://wenshu.example/1")),
            (r#""cardnum":"1101011980****1234""#, "id_number", json!("1101011980****1234")),
            (r#""type":"0""#, "subject_type", json!("person")),
            (r#""type":1"#, "subject_type", json!("company")),
            (r#""TYPE":"2""#, "subject_type", json!("other")),
            (r#""status":1"#, "on_official_site", json!(false)),
            (r#""status":"0""#, "on_official_site", json!(true)),
            (r#""legelType":1"#, "legal_person_type", json!("company")),
            (r#""legelType":"2""#, "legal_person_type", json!("person")),
            (r#""legelToco":"12""#, "legal_person_companies", json!(12)),
            (r#""focusnumber":"3""#, "followers", json!(3)),
            (r#""legelId":123456789012345678901"#, "legal_person_id", json!("123456789012345678901")),
            (r#""regdate":"1676390400000""#, "filed_on", json!("2023-02-15")),
            (r#""publishdate":"2023年""#, "published_on", json!(null)),
            (r#""staff":"[{\"name\":\"李四\"}]""#, "staff", json!([{"name": "李四"}])),
            (r#""staff":[{"name":"李四"}]"#, "staff", json!([{"name": "李四"}])),
            (r#""staff":"{}""#, "staff", json!(null)),
        ] {
            assert_eq!(field(member)[column], value, "{member}");
        }
    }

    #[test]
    fn what_no_column_holds_is_kept_under_extra() {
        for (member, extra) in [
            (r#""score":7,"Tags":["a"]"#, json!({"score": 7, "Tags": ["a"]})),
            (r#""type":"9""#, json!({"type": "9"})),
            (r#""legelType":9"#, json!({"legelType": 9})),
            (r#""publishdate":"2023年""#, json!({"publishdate": "2023年"})),
            (r#""STATUS":"在""#, json!({"STATUS": "在"})),
            (r#""iname":"","cid":null"#, json!(null)),
        ] {
            assert_eq!(field(member)["extra"], extra, "{member}");
        }
        assert_eq!(field(r#""type":"9""#)["subject_type"], "other");
    }

    #[test]
    fn data_and_no_data_are_answers_and_only_status_200_is_charged_for_certain() {
        let nothing = r#"{"code":2,"desc":"无数据"}"#;
        for (status, body, finding, charged) in [
            (200, MARKET_JSON, Finding::Records, Charged::Yes),
            (450, MARKET_JSON, Finding::Records, Charged::Unknown),
            (206, MARKET_JSON, Finding::Records, Charged::Unknown),
            (200, nothing, Finding::Nothing, Charged::Yes),
            (200, r#"{"CODE":"2","result":[]}"#, Finding::Nothing, Charged::Yes),
            (450, nothing, Finding::Nothing, Charged::Unknown),
            (200, r#"{"code":"0","result":{"total":"0"}}"#, Finding::Nothing, Charged::Yes),
        ] {
            let mut answer = answer(status, body);
            answer.gateway_request_id = Some("9D1F".into());
            let serial = Some("9D1F".to_owned());
            let page = INFO.parse(body.as_bytes()).unwrap();
            assert_eq!(page.finding(), finding);
            assert_eq!(provider().classify(&answer), Ok(Answered { charged, serial, page }));
        }
        assert_eq!(
            INFO.parse(nothing.as_bytes()),
            Ok(Page { records: Vec::new(), unreadable: 0, total: Some(0) })
        );
    }

    #[test]
    fn the_gateways_billing_result_decides_the_charge() {
        for (billed, charged) in [(true, Charged::Yes), (false, Charged::No)] {
            for status in [200, 206, 450] {
                let response = Response { billed: Some(billed), ..answer(status, MARKET_JSON) };
                let Ok(answered) = provider().classify(&response) else { panic!("{status}") };
                assert_eq!(answered.charged, charged, "{status}");
            }
            for (status, body) in [(503, ""), (200, "OK"), (200, r#"{"code":1001}"#)] {
                let failure = failure(&Response { billed: Some(billed), ..answer(status, body) });
                assert_eq!(failure.charged, charged, "{status} {body}");
                assert_eq!(failure.retry != Retry::No, status == 503 && !billed);
            }
            let throttled =
                Response { gateway_code: Some("T429UC".into()), billed: Some(billed), ..answer(403, "") };
            assert_eq!(
                (failure(&throttled).charged, failure(&throttled).retry == Retry::No),
                (charged, billed)
            );
        }
    }

    #[test]
    fn an_undocumented_code_is_shown_with_its_words() {
        let body = r#"{"code":1001,"desc":"系统繁忙"}"#;
        for (status, charged) in [(200, Charged::Unknown), (450, Charged::No)] {
            let failure = failure(&answer(status, body));
            assert_eq!((failure.kind, failure.charged), (FailureKind::Refused, charged));
            assert_eq!((failure.code.as_deref(), failure.message.en()), (Some("1001"), "系统繁忙"));
            assert_eq!((failure.http_status, failure.retry), (Some(status), Retry::No));
        }
    }

    #[test]
    fn other_statuses_are_failures_that_were_not_charged() {
        for (status, kind) in [
            (302, FailureKind::Configuration),
            (400, FailureKind::Input),
            (403, FailureKind::Credentials),
            (404, FailureKind::Configuration),
            (429, FailureKind::Temporary),
            (450, FailureKind::Input),
            (500, FailureKind::Temporary),
            (503, FailureKind::Temporary),
        ] {
            let bodies = ["", "<html>nginx</html>", MARKET_JSON];
            for body in &bodies[..if status == 450 { 2 } else { 3 }] {
                let failure = failure(&answer(status, body));
                assert_eq!((failure.kind, failure.charged), (kind, Charged::No), "{status} {body}");
                assert_eq!(failure.retry != Retry::No, kind == FailureKind::Temporary, "{status}");
            }
        }
    }

    #[test]
    fn the_gateways_headers_go_before_any_body() {
        for status in [200, 403, 450] {
            let refused = Response { gateway_code: Some("B403MQ".into()), ..answer(status, MARKET_JSON) };
            let failure = failure(&refused);
            assert_eq!((failure.kind, failure.charged), (FailureKind::Account, Charged::No));
        }
    }
}
