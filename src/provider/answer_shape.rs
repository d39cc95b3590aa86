//! Where a vendor's answers carry their code, their total and their list, and how an answer is judged by them.
//!
//! Judging and parsing go through the same steps, so that what was judged an answer can be parsed; judging only
//! skims the records. A failure is never taken for "nothing found".

use super::judgement::{
    Billing, Refusal, gateway_request_id, refused, serial_number, status_failure, unreadable,
};
use super::record_fields::{FieldSorter, field_position};
use super::vendor_codes::find;
use super::wire_value::{Detail, Member, Unreadable, WireValue, read};
use super::{Answered, Classification, Finding, VendorCode};
use crate::domain::failure::{Charged, Failure};
use crate::domain::page::Page;
use crate::domain::record::Record;
use crate::domain::request::Response;
use std::borrow::Cow;

/// How many records an answer may hold; a page of these interfaces has fifty at most, and who sends a thousand times as
/// many does not mean well.
const RECORD_LIMIT: usize = 200_000;

/// The shape of a vendor's answers. Every name is found in any upper and lower case.
pub(super) struct AnswerShape {
    /// The name of the code.
    pub(super) code: &'static str,
    /// The name of the sentence beside it.
    pub(super) message: &'static str,
    /// The name of the serial number, if the body carries one.
    pub(super) serial: Option<&'static str>,
    /// The name of what holds total and list.
    pub(super) result: &'static str,
    /// The names on the way from there to the total.
    pub(super) total: &'static [&'static str],
    /// The name of the list.
    pub(super) list: &'static str,
    /// The code of success.
    pub(super) success: &'static str,
    /// The code of "nothing found".
    pub(super) nothing: &'static str,
    /// The documented names of a record's fields.
    pub(super) fields: &'static [&'static str],
    /// Every documented code.
    pub(super) codes: &'static [VendorCode],
}

/// The records of an answer, each as its fields, and the vendor's total.
#[derive(Debug, PartialEq)]
pub(super) struct Contents<'a> {
    /// One element for each record; empty ones where the body was skimmed.
    pub(super) records: Vec<Vec<Member<'a>>>,
    /// What the vendor says there is in all.
    pub(super) total: Option<u64>,
}

impl<'a> Contents<'a> {
    /// The page, each record made by `record` of its fields.
    pub(super) fn into_page<const N: usize>(
        self,
        names: &'static [&'static str; N],
        record: impl Fn(&mut FieldSorter<N>, &[Member<'a>]) -> Record,
    ) -> Page {
        let mut sorter = FieldSorter::new(names);
        let records = self.records.iter().map(|members| record(&mut sorter, members)).collect();
        Page { records, total: self.total }
    }
}

impl AnswerShape {
    /// Judges an answer by its body, whatever its status.
    pub(super) fn verdict_by_body(&self, answer: &Response) -> Classification {
        match self.judged(answer, Detail::Skimmed) {
            Ok(Ok((answered, _))) => Classification::Answered(answered),
            Ok(Err(refusal)) => Classification::Failed(refused(self.codes, refusal, answer)),
            Err(reason) => {
                let mut failure = unreadable(&answer.body, &reason);
                failure.http_status = Some(answer.status);
                failure.request_id = gateway_request_id(answer);
                Classification::Failed(failure)
            }
        }
    }

    /// Judges an answer by its status, then by its body. Another status than success is a failure whatever the
    /// body says, but a code that the vendor documents says better which.
    pub(super) fn classify(&self, answer: &Response) -> Classification {
        if (200..300).contains(&answer.status) {
            return self.verdict_by_body(answer);
        }
        let refusal = self.refusal(answer);
        Classification::Failed(match refusal {
            Some(refusal) if find(self.codes, &refusal.code).is_some_and(|entry| entry.kind.is_some()) => {
                refused(self.codes, refusal, answer)
            }
            refusal => status_failure(answer, Billing::Uncertain, refusal),
        })
    }

    /// What the body says of a request that was refused, if it can be read. A body that claims success beside
    /// another status says nothing.
    pub(super) fn refusal(&self, answer: &Response) -> Option<Refusal> {
        self.said(answer).filter(|refusal| refusal.code != self.success && refusal.code != self.nothing)
    }

    /// Whether the body carries a result code at all.
    pub(super) fn carries_a_code(&self, answer: &Response) -> bool {
        self.said(answer).is_some()
    }

    fn said(&self, answer: &Response) -> Option<Refusal> {
        let mut tree = read(&answer.body, Detail::Skimmed).ok()?;
        self.envelope(&mut tree).ok()
    }

    /// The records of an answer that was judged worth keeping.
    pub(super) fn contents<'a>(&self, body: &'a [u8]) -> Result<Contents<'a>, Failure> {
        let contents = read(body, Detail::Whole).and_then(|mut tree| {
            let envelope = self.envelope(&mut tree)?;
            if envelope.code != self.success && envelope.code != self.nothing {
                return Err(Unreadable::Refusal);
            }
            self.contents_of(&envelope.code, &mut tree)
        });
        contents.map_err(|reason| unreadable(body, &reason))
    }

    /// Judges and reads an answer in one go. `None` for any that has to be judged by itself: one that is a failure by its
    /// status or its body.
    pub(super) fn read<'a>(&self, answer: &'a Response) -> Option<(Answered, Contents<'a>)> {
        let is_success = (200..300).contains(&answer.status);
        is_success.then(|| self.judged(answer, Detail::Whole).ok()?.ok()).flatten()
    }

    fn judged<'a>(
        &self,
        answer: &'a Response,
        detail: Detail,
    ) -> Result<Result<(Answered, Contents<'a>), Refusal>, Unreadable> {
        let mut tree = read(&answer.body, detail)?;
        let envelope = self.envelope(&mut tree)?;
        if envelope.code != self.success && envelope.code != self.nothing {
            return Ok(Err(envelope));
        }
        let contents = self.contents_of(&envelope.code, &mut tree)?;
        let finding = if contents.records.is_empty() { Finding::Nothing } else { Finding::Records };
        let serial = envelope.serial.or_else(|| gateway_request_id(answer));
        Ok(Ok((Answered { finding, charged: Charged::Yes, serial }, contents)))
    }

    fn envelope(&self, tree: &mut WireValue<'_>) -> Result<Refusal, Unreadable> {
        let mut text = |name: &str| tree.take(name)?.scalar().map(Cow::into_owned);
        Ok(Refusal {
            code: text(self.code).ok_or(Unreadable::NoResultCode)?,
            message: text(self.message),
            serial: self.serial.and_then(&mut text).and_then(|serial| serial_number(&serial)),
        })
    }

    fn contents_of<'a>(&self, code: &str, tree: &mut WireValue<'a>) -> Result<Contents<'a>, Unreadable> {
        let mut result = tree.take(self.result).unwrap_or(WireValue::Null);
        let total =
            self.total.iter().try_fold(&result, |value, name| value.get(name)).and_then(WireValue::count);
        let list =
            result.take(self.list).filter(|list| matches!(list, WireValue::List(_)) || !list.is_blank());
        let records = match list {
            Some(list) => Some(self.records_of(list)?),
            None if code == self.nothing || total == Some(0) => None,
            None => return Err(Unreadable::NoList),
        };
        if records.as_ref().is_some_and(|records| records.len() > RECORD_LIMIT) {
            return Err(Unreadable::TooManyRecords);
        }
        let total = if code == self.nothing { total.or(Some(0)) } else { total };
        Ok(Contents { records: records.unwrap_or_default(), total })
    }

    fn records_of<'a>(&self, list: WireValue<'a>) -> Result<Vec<Vec<Member<'a>>>, Unreadable> {
        match list {
            WireValue::List(items) => items.into_iter().map(fields_of).collect(),
            WireValue::Object(members) => self.records_of_object(members),
            _ => Err(Unreadable::ListIsNoList),
        }
    }

    /// A list as an object: `<lists><list>…</list></lists>`, whatever the inner element is called, a single record
    /// by itself, or an array as PHP writes it when its numbers have gaps.
    fn records_of_object<'a>(
        &self,
        mut members: Vec<Member<'a>>,
    ) -> Result<Vec<Vec<Member<'a>>>, Unreadable> {
        if members.iter().all(|(name, value)| {
            name.bytes().all(|byte| byte.is_ascii_digit()) && matches!(value, WireValue::Object(_))
        }) {
            return members.into_iter().map(|(_, value)| fields_of(value)).collect();
        }
        let is_alone = members.len() == 1;
        let wrapper = members.iter().position(|(name, value)| match value {
            WireValue::List(items) => {
                self.is_item_name(name) || (is_alone && items.iter().all(|item| self.is_record(item)))
            }
            WireValue::Object(_) => self.is_item_name(name) || (is_alone && self.is_record(value)),
            _ => false,
        });
        if let Some(position) = wrapper {
            return match members.swap_remove(position).1 {
                WireValue::List(items) => items.into_iter().map(fields_of).collect(),
                single => Ok(vec![fields_of(single)?]),
            };
        }
        if members.iter().any(|(name, _)| field_position(self.fields, name).is_some()) {
            return Ok(vec![members]);
        }
        Err(Unreadable::ListIsNoList)
    }

    /// Whether any of its fields is documented.
    fn is_record(&self, value: &WireValue<'_>) -> bool {
        matches!(value, WireValue::Object(fields)
            if fields.iter().any(|(name, _)| field_position(self.fields, name).is_some()))
    }

    /// `list` and `Item`: the list's own name in the singular, or the same again.
    fn is_item_name(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.list) || name.eq_ignore_ascii_case(self.list.trim_end_matches('s'))
    }
}

fn fields_of(item: WireValue<'_>) -> Result<Vec<Member<'_>>, Unreadable> {
    match item {
        WireValue::Object(members) => Ok(members),
        _ => Err(Unreadable::NoRecord),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::answer;
    use super::super::vendor_codes::CodeClass;
    use super::*;
    use crate::domain::failure::{FailureKind, Retry};
    use crate::domain::text::Text;

    const NONE: Text = Text::new("none", "");
    static CODES: [VendorCode; 4] = [
        CodeClass::ANSWER.code("1", NONE, NONE, NONE),
        CodeClass::ANSWER.code("2", NONE, NONE, NONE),
        CodeClass::ACCOUNT.code("7", NONE, NONE, NONE),
        CodeClass::TEMPORARY.code("8", NONE, NONE, NONE),
    ];
    const SHAPE: AnswerShape = AnswerShape {
        code: "code",
        message: "msg",
        serial: Some("order"),
        result: "data",
        total: &["paging", "total"],
        list: "items",
        success: "1",
        nothing: "2",
        fields: &["name"],
        codes: &CODES,
    };

    fn found(body: &str) -> (usize, Option<u64>) {
        let contents = SHAPE.contents(body.as_bytes()).unwrap_or_else(|failure| panic!("{body}: {failure}"));
        let finding = if contents.records.is_empty() { Finding::Nothing } else { Finding::Records };
        let Classification::Answered(answered) = SHAPE.classify(&answer(200, body)) else { panic!("{body}") };
        assert_eq!((answered.finding, answered.charged), (finding, Charged::Yes), "{body}");
        (contents.records.len(), contents.total)
    }

    fn unread(body: &str) {
        let Classification::Failed(failure) = SHAPE.classify(&answer(200, body)) else { panic!("{body}") };
        assert_eq!((failure.kind, failure.charged), (FailureKind::Answer, Charged::Unknown), "{body}");
        assert_eq!(failure.http_status, Some(200));
        assert_eq!(SHAPE.contents(body.as_bytes()).unwrap_err().kind, FailureKind::Answer, "{body}");
    }

    #[test]
    fn lists_come_in_every_form() {
        for (body, records) in [
            (r#"{"code":1,"data":{"items":[{"name":"a"},{}],"paging":{"total":9}}}"#, 2),
            (r#"{"CODE":"1","Data":{"Items":[{"name":"a"}],"Paging":{"TOTAL":"9"}}}"#, 1),
            (r#"{"code":1,"data":{"items":{"NAME":"a"},"paging":{"total":9}}}"#, 1),
            (r#"{"code":1,"data":{"items":{"item":[{},{},{}]},"paging":{"total":9}}}"#, 3),
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
            r#"{"code":1,"data":{"items":[{"name":"a"},null]}}"#,
            r#"{"code":1,"data":{"items":["a"]}}"#,
            "<r><code>1</code><data><items/></data></r>",
        ] {
            unread(body);
        }
    }

    #[test]
    fn more_records_than_any_page_has_are_no_answer() {
        let page = |records: usize| {
            format!(r#"{{"code":1,"data":{{"items":[{}]}}}}"#, vec!["{}"; records].join(","))
        };
        assert_eq!(found(&page(RECORD_LIMIT)), (RECORD_LIMIT, None));
        unread(&page(RECORD_LIMIT + 1));
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
        let refused = |status, body: &str| match SHAPE.classify(&answer(status, body)) {
            Classification::Failed(failure) => failure,
            Classification::Answered(_) => panic!("{body}"),
        };
        let failure = refused(200, r#"{"code":7,"msg":"余额不足","order":1369970515023986700}"#);
        assert_eq!((failure.kind, failure.charged), (FailureKind::Account, Charged::No));
        assert_eq!((failure.code.as_deref(), failure.message.en()), (Some("7"), "余额不足"));
        assert_eq!(
            (failure.request_id.as_deref(), failure.http_status),
            (Some("1369970515023986700"), Some(200))
        );
        assert_eq!(failure.hint, Some(NONE));
        assert_eq!(refused(200, r#"{"code":"7","order":0}"#).message.en(), "none");
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
        let Classification::Failed(failure) = SHAPE.classify(&busy) else { panic!() };
        assert_eq!(failure.retry, Retry::AfterPause { not_before: moment });
    }
}
