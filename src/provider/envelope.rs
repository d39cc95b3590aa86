//! The envelope of a vendor's answers: the places of code, total and list, and the classification by them.
//!
//! Classifying and parsing are one pass over one tree. A failure is never taken for "nothing found".

use super::api::{Answered, ProviderInfo};
use super::body::{get, is_blank, read, scalar, take};
use super::failures::{
    Billing, Verdict, gateway_request_id, of_response, refused, request_number, status_failure, unreadable,
};
use super::fields::{is_documented, record};
use crate::domain::failure::{Charged, Failure};
use crate::domain::identifier::is_digits;
use crate::domain::page::Page;
use crate::domain::request::Response;
use crate::domain::text::{Message, Text};
use serde_json::Value;

const INVALID_LIST: Text = Text::new("its list is not a list of records", "其列表不是记录列表");

impl ProviderInfo {
    /// Classifies a response by its body, whatever its status.
    pub(super) fn classify_body(&self, response: &Response) -> Result<Answered, Failure> {
        match self.open(&response.body) {
            Ok((verdict, Some(page))) => Ok(Answered {
                charged: Charged::Yes,
                serial: verdict.serial.or_else(|| gateway_request_id(response)),
                page,
            }),
            Ok((refusal, None)) => Err(refused(self.codes, refusal, response)),
            Err(reason) => Err(of_response(unreadable(&response.body, &reason), response, None, None)),
        }
    }

    /// Classifies a response by its status, then by its body. A status other than success is a failure whatever the body
    /// says; a documented code in the body says more precisely which.
    pub(super) fn classify(&self, response: &Response) -> Result<Answered, Failure> {
        if (200..300).contains(&response.status) {
            return self.classify_body(response);
        }
        Err(match self.refusal(response) {
            Some(refusal) if self.code(&refusal.code).is_some_and(|entry| entry.kind.is_some()) => {
                refused(self.codes, refusal, response)
            }
            refusal => status_failure(response, Billing::Uncertain, refusal),
        })
    }

    /// The refusal in the body of a refused request. A body that claims success beside another status has none.
    pub(super) fn refusal(&self, response: &Response) -> Option<Verdict> {
        let tree = read(&response.body).ok()?;
        self.verdict(&tree).ok().filter(|verdict| !self.is_answer(&verdict.code))
    }

    /// Whether the body carries a result code.
    pub(super) fn has_code(&self, response: &Response) -> bool {
        read(&response.body).is_ok_and(|tree| self.verdict(&tree).is_ok())
    }

    /// The page of an answer that was classified before, such as one from the archive.
    ///
    /// # Errors
    /// A failure of kind `FailureKind::Answer` if the body cannot be understood.
    pub fn parse(&self, body: &[u8]) -> Result<Page, Failure> {
        let page = self.open(body).and_then(|(_, page)| {
            page.ok_or(Text::new("it is a refusal, not an answer", "是拒绝信息，不是查询结果").into())
        });
        page.map_err(|reason| unreadable(body, &reason))
    }

    fn is_answer(&self, code: &str) -> bool {
        code == self.envelope.success || code == self.envelope.nothing
    }

    /// The verdict of a body with its page; a refusal has none.
    fn open(&self, body: &[u8]) -> Result<(Verdict, Option<Page>), Message> {
        let mut tree = read(body)?;
        let verdict = self.verdict(&tree)?;
        let page = || self.page(&verdict.code, take(&mut tree, self.envelope.result));
        let page = self.is_answer(&verdict.code).then(page).transpose()?;
        Ok((verdict, page))
    }

    /// The result code of a body, and what stands beside it.
    fn verdict(&self, tree: &Value) -> Result<Verdict, Message> {
        let text = |name: &str| scalar(get(tree, name)?).map(std::borrow::Cow::into_owned);
        Ok(Verdict {
            code: text(self.envelope.code).ok_or(Text::new("it has no result code", "没有返回码"))?,
            message: text(self.envelope.message),
            serial: self.envelope.serial.and_then(text).and_then(|serial| request_number(&serial)),
        })
    }

    fn page(&self, code: &str, mut result: Value) -> Result<Page, Message> {
        let total =
            self.envelope.total.iter().try_fold(&result, |value, name| get(value, name)).and_then(scalar);
        let total =
            total.and_then(|total| total.parse().ok()).or((code == self.envelope.nothing).then_some(0));
        let mut page = Page { records: Vec::new(), unreadable: 0, total };
        let list = take(&mut result, self.envelope.list);
        let has_nothing = match &list {
            Value::Array(_) => false,
            // In XML `<items><item/></items>`.
            Value::Object(members) => members.values().all(|value| is_blank(value) && !value.is_array()),
            value => is_blank(value),
        };
        if has_nothing {
            // With a total, `<items/>` is an empty list, as `[]` is.
            let is_empty_list = total.is_some() && list.is_string();
            if code == self.envelope.nothing || total == Some(0) || is_empty_list {
                return Ok(page);
            }
            return Err(Text::new("it reports success but has no list", "返回成功却没有列表").into());
        }
        for entry in self.entries(list)? {
            match entry {
                Value::Object(members) if !members.is_empty() => {
                    page.records.push(record(self.topic, self.fields, members));
                }
                _ => page.unreadable += 1,
            }
        }
        if page.records.is_empty() && page.unreadable > 0 {
            return Err(Text::new("its list has entries but no record", "其列表有内容但没有记录").into());
        }
        Ok(page)
    }

    /// The entries of a list. It may be an object: `<lists><list>…</list></lists>` whatever the inner element is called, a
    /// single record by itself, or an array as PHP writes it when its keys have gaps.
    fn entries(&self, list: Value) -> Result<Vec<Value>, Message> {
        let mut members = match list {
            Value::Array(entries) => return Ok(entries),
            Value::Object(members) => members,
            _ => return Err(INVALID_LIST.into()),
        };
        let is_numbered = |(key, value): (&String, &Value)| is_digits(key) && value.is_object();
        if members.iter().all(is_numbered) {
            return Ok(members.into_iter().map(|(_, entry)| entry).collect());
        }
        let is_documented = |name: &String| is_documented(self.fields, name);
        let is_record =
            |entry: &Value| entry.as_object().is_some_and(|entry| entry.keys().any(is_documented));
        let names = [self.envelope.list, self.envelope.list.trim_end_matches('s')];
        let is_wrapper = |(key, value): &(&String, &Value)| {
            let entries = match value {
                Value::Array(entries) => entries.as_slice(),
                Value::Object(_) => std::slice::from_ref(*value),
                _ => return false,
            };
            names.iter().any(|name| key.eq_ignore_ascii_case(name))
                || (members.len() == 1 && entries.iter().all(is_record))
        };
        // The member that holds the entries: the list's own name, its singular, or the only one.
        let wrapper = members.iter().find(is_wrapper).map(|(key, _)| key.clone());
        if let Some(key) = wrapper {
            return match members.swap_remove(&key) {
                Some(Value::Array(entries)) => Ok(entries),
                single => Ok(single.into_iter().collect()),
            };
        }
        if members.keys().any(is_documented) {
            return Ok(vec![Value::Object(members)]);
        }
        Err(INVALID_LIST.into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::api::Envelope;
    use super::super::fields::Field;
    use super::super::fields::{FieldKind, dishonest_field};
    use super::super::fixtures::answer;
    use super::super::{VendorCode, market};
    use super::*;
    use crate::domain::failure::{FailureKind, Retry};

    const MEANING: Text = Text::new("quota exhausted", "余额不足");
    const ADVICE: Text = Text::new("top up", "充值");
    static CODES: [VendorCode; 4] = [
        VendorCode { code: "1", ..VendorCode::ANSWER },
        VendorCode { code: "2", ..VendorCode::ANSWER },
        VendorCode { code: "7", meaning: MEANING, advice: ADVICE, ..VendorCode::ACCOUNT },
        VendorCode { code: "8", ..VendorCode::TEMPORARY },
    ];
    static FIELDS: [Field; 1] = [dishonest_field("name", "name", FieldKind::Verbatim)];
    static INFO: ProviderInfo = ProviderInfo {
        codes: &CODES,
        fields: &FIELDS,
        envelope: Envelope {
            code: "code",
            message: "msg",
            serial: Some("order"),
            result: "data",
            total: &["paging", "total"],
            list: "items",
            success: "1",
            nothing: "2",
        },
        ..market::INFO
    };

    fn found(body: &str) -> (usize, Option<u64>) {
        let page = INFO.parse(body.as_bytes()).unwrap_or_else(|failure| panic!("{body}: {failure}"));
        let Ok(answered) = INFO.classify(&answer(200, body)) else { panic!("{body}") };
        assert_eq!(answered.charged, Charged::Yes, "{body}");
        assert_eq!(answered.page, page);
        (page.records.len(), page.total)
    }

    fn unread(body: &str) {
        let Err(failure) = INFO.classify(&answer(200, body)) else { panic!("{body}") };
        assert_eq!((failure.kind, failure.charged), (FailureKind::Answer, Charged::Unknown), "{body}");
        assert_eq!(failure.http_status, Some(200));
        assert_eq!(INFO.parse(body.as_bytes()).unwrap_err().kind, FailureKind::Answer, "{body}");
    }

    #[test]
    fn lists_come_in_every_form() {
        for (body, records) in [
            (r#"{"code":1,"data":{"items":[{"name":"a"},{"x":1}],"paging":{"total":9}}}"#, 2),
            (r#"{"CODE":"1","Data":{"Items":[{"name":"a"}],"Paging":{"TOTAL":"9"}}}"#, 1),
            (r#"{"code":1,"data":{"items":{"NAME":"a"},"paging":{"total":9}}}"#, 1),
            (r#"{"code":1,"data":{"items":{"item":[{"x":1},{"x":2},{"x":3}]},"paging":{"total":9}}}"#, 3),
            (r#"{"code":1,"data":{"items":{"1":{"x":1},"3":{"x":2}},"paging":{"total":9}}}"#, 2),
            (
                "<r><code>1</code><data><paging><total>9</total></paging><items><item><x/></item></items></data></r>",
                1,
            ),
            (
                "<r><code>1</code><data><paging><total>9</total></paging><items><item><x>1</x></item></items></data></r>",
                1,
            ),
            (
                "<r><code>1</code><data><paging><total>9</total></paging><items><Item><x>1</x></Item><Item><x>1</x></Item></items></data></r>",
                2,
            ),
            (
                "<r><code>1</code><data><paging><total>9</total></paging><items><name>1</name></items></data></r>",
                1,
            ),
            (
                "<r><code>1</code><data><paging><total>9</total></paging><items><name>1</name></items><items><x>2</x></items></data></r>",
                2,
            ),
            (
                "<r><code>1</code><data><paging><total>9</total></paging><items><Row><name>1</name></Row><Row><name>2</name></Row></items></data></r>",
                2,
            ),
            (
                "<r><code>1</code><data><paging><total>9</total></paging><items><Row><name>1</name></Row></items></data></r>",
                1,
            ),
        ] {
            assert_eq!(found(body), (records, Some(9)), "{body}");
        }
        assert_eq!(found(r#"{"code":1,"data":{"items":[{"name":"a"}]}}"#), (1, None));
        assert_eq!(
            found(r#"{"code":1,"data":{"items":[{"name":"a"}],"paging":{"total":"many"}}}"#),
            (1, None)
        );
    }

    #[test]
    fn nothing_is_found_only_where_the_answer_says_so() {
        for (body, total) in [
            (r#"{"code":2}"#, Some(0)),
            (r#"{"code":"2","data":[]}"#, Some(0)),
            (r#"{"code":2,"data":{"status":0,"info":{}}}"#, Some(0)),
            (r#"{"code":1,"data":{"items":[]}}"#, None),
            (r#"{"code":1,"data":{"items":[],"paging":{"total":53}}}"#, Some(53)),
            (r#"{"code":1,"data":{"items":null,"paging":{"total":0}}}"#, Some(0)),
            (r#"{"code":1,"data":{"items":{},"paging":{"total":"0"}}}"#, Some(0)),
            (r#"{"code":1,"data":{"paging":{"total":0}}}"#, Some(0)),
            ("<r><code>1</code><data><paging><total>0</total></paging><items/></data></r>", Some(0)),
            ("<r><code>1</code><data><paging><total>53</total></paging><items/></data></r>", Some(53)),
            (
                "<r><code>1</code><data><paging><total>0</total></paging><items><item/></items></data></r>",
                Some(0),
            ),
        ] {
            assert_eq!(found(body), (0, total), "{body}");
        }
        assert_eq!(found(r#"{"code":2,"data":{"items":[{"name":"a"}]}}"#), (1, Some(0)));
    }

    #[test]
    fn success_without_a_list_is_no_answer() {
        for body in [
            r#"{"code":1}"#,
            r#"{"code":1,"data":null}"#,
            r#"{"code":1,"data":"暂无"}"#,
            r#"{"code":1,"data":[]}"#,
            r#"{"code":1,"data":{}}"#,
            r#"{"code":1,"data":[{"name":"a"}]}"#,
            r#"{"code":1,"data":{"paging":{"total":3}}}"#,
            r#"{"code":1,"data":{"items":null,"paging":{"total":3}}}"#,
            r#"{"code":1,"data":{"items":{},"paging":{"total":3}}}"#,
            r#"{"code":1,"data":{"items":"none","paging":{"total":0}}}"#,
            r#"{"code":1,"data":{"items":{"error":"x"},"paging":{"total":0}}}"#,
            r#"{"code":1,"data":{"items":{"error":{"text":"x"}},"paging":{"total":0}}}"#,
            r#"{"code":1,"data":{"items":{"errors":[{"text":"x"}]},"paging":{"total":0}}}"#,
            r#"{"code":1,"data":{"items":[null]}}"#,
            r#"{"code":1,"data":{"items":[{}],"paging":{"total":1}}}"#,
            r#"{"code":1,"data":{"items":["a"]}}"#,
            "<r><code>1</code><data><items/></data></r>",
            "<r><code>1</code><data><paging><total>3</total></paging><items><item/></items></data></r>",
        ] {
            unread(body);
        }
    }

    #[test]
    fn entries_that_are_no_records_do_not_cost_the_records_beside_them() {
        let body =
            r#"{"code":1,"data":{"items":[{"name":"a"},null,{"name":"b"},"c",{}],"paging":{"total":5}}}"#;
        let page = INFO.parse(body.as_bytes()).unwrap();
        assert_eq!((page.records.len(), page.unreadable, page.total), (2, 3, Some(5)));
    }

    #[test]
    fn codes_and_totals_that_went_through_a_double_are_integers() {
        for body in [
            r#"{"code":1.0,"data":{"items":[{"name":"a"}],"paging":{"total":30.0}}}"#,
            r#"{"code":"1.0","data":{"items":[{"name":"a"}],"paging":{"total":"3.0E1"}}}"#,
            "<r><code>1.0</code><data><paging><total>30.0</total></paging><items><name>1</name></items></data></r>",
        ] {
            assert_eq!(found(body), (1, Some(30)), "{body}");
        }
        assert_eq!(found(r#"{"code":2.0}"#), (0, Some(0)));
    }

    #[test]
    fn a_body_without_a_code_is_no_answer() {
        for body in [
            "",
            "  ",
            "{}",
            "[]",
            "[1]",
            r#"{"error":"x"}"#,
            r#"{"code":null}"#,
            r#"{"code":""}"#,
            r#"{"code":{}}"#,
            r#"{"code":1"#,
            "<r/>",
            "<r>1</r>",
            "<html>502</html>",
            "<r><code>1</code><code>1</code></r>",
            "OK",
        ] {
            unread(body);
        }
    }

    #[test]
    fn codes_are_judged_by_the_table_and_unknown_ones_repeated_verbatim() {
        let refused = |status, body: &str| match INFO.classify(&answer(status, body)) {
            Err(failure) => failure,
            Ok(_) => panic!("{body}"),
        };
        let failure = refused(200, r#"{"code":7,"msg":"余额不足","order":1369970515023986700}"#);
        assert_eq!((failure.kind, failure.charged), (FailureKind::Account, Charged::No));
        assert_eq!((failure.code.as_deref(), failure.message.en()), (Some("7"), "余额不足"));
        assert_eq!(
            (failure.request_id.as_deref(), failure.http_status),
            (Some("1369970515023986700"), Some(200))
        );
        assert_eq!(failure.hint, Some(ADVICE));
        assert_eq!(refused(200, r#"{"code":"7","order":0}"#).message.en(), "quota exhausted");
        let failure = refused(200, r#"{"code":"E-9","msg":"其他"}"#);
        assert_eq!(
            (failure.kind, failure.charged, failure.retry),
            (FailureKind::Refused, Charged::Unknown, Retry::No)
        );
        assert_eq!((failure.code.as_deref(), failure.message.en()), (Some("E-9"), "其他"));
        let failure = refused(500, r#"{"code":7,"msg":"余额不足"}"#);
        assert_eq!((failure.kind, failure.http_status), (FailureKind::Account, Some(500)));
        let failure = refused(500, r#"{"code":1,"data":{"items":[]}}"#);
        assert_eq!((failure.kind, failure.charged), (FailureKind::Temporary, Charged::Unknown));
        assert_eq!((failure.code, failure.message.en()), (None, "the vendor answered with HTTP status 500"));
        let failure = refused(500, r#"{"code":"E-9","msg":"其他"}"#);
        assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::Temporary, Some("E-9")));
        assert_eq!(failure.message.en(), "the vendor answered with HTTP status 500: 其他");
    }

    #[test]
    fn a_pause_lasts_as_long_as_the_server_says() {
        let moment = Some(jiff::Timestamp::UNIX_EPOCH);
        let busy = Response { retry_after: moment, ..answer(200, r#"{"code":8}"#) };
        let Err(failure) = INFO.classify(&busy) else { panic!() };
        assert_eq!(failure.retry, Retry::AfterPause { not_before: moment });
    }
}
