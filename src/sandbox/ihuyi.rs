//! ihuyi's copyright check (企业著作权软著核查), as `ihuyi-entcopy.txt` describes it: GET or POST, static or dynamic password,
//! exactly one of four ways to name a company, filters, at most 50 rows a page, every code in HTTP 200, JSON or XML by the
//! path. Its rows are `ihuyi_rows`.

use hyper::Method;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::company::{Company, Subject};
use super::counts::Charge;
use super::exchange::{Answer, Asked, Moment};
use super::ihuyi_rows;
use super::script::Script;

/// The account (APIID) that the sandbox accepts.
pub const IHUYI_ACCOUNT: &str = "sandbox-ihuyi-account-70412";
/// The key (APIKEY) of [`IHUYI_ACCOUNT`]: the static password, and the secret of the dynamic one.
pub const IHUYI_API_KEY: &str = "sandbox-ihuyi-apikey-9c41d7e0b25f";

pub(super) const JSON_PATH: &str = "/idcard/entcopy/Submit.json";
pub(super) const XML_PATH: &str = "/idcard/entcopy/Submit.xml";
const PAGE_SIZE: u64 = 50;
const SALT: u64 = 2;
const SHOWPIECE_TOTAL: u64 = 60;
const FOUND: &str = "查询成功";
const PASSWORD_LIFE_SECONDS: u64 = 600;

/// The document's table of codes, less 2.
const MESSAGES: [(i64, &str); 22] = [
    (0, "未知错误"),
    (1, "查询失败"),
    (400, "非法ip访问"),
    (401, "帐号不能为空"),
    (402, "密码不能为空"),
    (403, "应用不存在"),
    (404, "姓名不能为空"),
    (4041, "姓名格式不正确(2-10个中文汉字)"),
    (406, "企业名称、统代、组织机构代码、工商注册号四选一"),
    (407, "每页条数最大50"),
    (4061, "身份证格式不正确"),
    (405, "API ID 或 API KEY 不正确"),
    (4050, "账号被冻结"),
    (40501, "动态密码已过期"),
    (40502, "动态密码校验失败"),
    (40505, "没有签定合同"),
    (4051, "剩余条数不足"),
    (4052, "访问 ip 与备案 ip 不符"),
    (4086, "通道无效"),
    (4010, "通道错误"),
    (4202, "查询失败"),
    (4203, "参数有误或者不支持查询关键字,请检查"),
];

/// The form of an answer, told by the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Json,
    Xml,
}

/// What goes out; `rows` is a JSON array.
enum Reply {
    Found { total: u64, rows: Vec<u8> },
    Nothing,
    Refused(i64),
}

/// An answer without rows, and the XML form of one with rows.
#[derive(Serialize)]
struct Envelope<'a> {
    code: i64,
    msg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    idcardid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<XmlListing>,
}

#[derive(Serialize)]
struct XmlListing {
    total: String,
    lists: XmlRows,
}

/// `lists` has one element `list` for each row.
#[derive(Serialize)]
struct XmlRows {
    list: Vec<Value>,
}

/// Answers one submission.
pub(super) fn answer(asked: &Asked, moment: &Moment, wire: Wire) -> Answer {
    let keyword = match admitted(asked, moment) {
        Ok(keyword) => keyword,
        Err(code) => return refused(code, wire),
    };
    let script = Script::read(keyword);
    let company = Company::of_keyword(keyword);
    let reply = match script {
        Script::Html(status) => return Answer::html(status),
        Script::Code(code) => match code.parse() {
            Ok(2) => found(asked, keyword, &company, &Script::Rows(1)),
            Ok(4201) => Ok(Reply::Nothing),
            Ok(code) => Err(code),
            Err(_) => Err(4203),
        },
        _ => found(asked, keyword, &company, &script),
    };
    written(reply.unwrap_or_else(Reply::Refused), moment, wire).after(script.delay())
}

/// The keyword of a request whose account, password and choice of a company are in order, or the code that refuses it.
fn admitted<'a>(asked: &'a Asked, moment: &Moment) -> Result<&'a str, i64> {
    if asked.method != Method::GET && asked.method != Method::POST {
        return Err(1);
    }
    authenticate(asked, moment)?;
    let names = ["ent_name", "ent_code", "organization_code", "reg_no"].map(|name| asked.field(name));
    let mut given = names.into_iter().filter(|name| !name.trim().is_empty());
    match (given.next(), given.next()) {
        (Some(keyword), None) => Ok(keyword),
        _ => Err(406),
    }
}

fn authenticate(asked: &Asked, moment: &Moment) -> Result<(), i64> {
    let (account, password, time) = (asked.field("account"), asked.field("password"), asked.field("time"));
    match account {
        "" => return Err(401),
        _ if password.is_empty() => return Err(402),
        IHUYI_ACCOUNT => {}
        _ => return Err(403),
    }
    if password == IHUYI_API_KEY {
        return Ok(());
    }
    if time.is_empty() {
        return Err(if password.len() == 32 { 40502 } else { 405 });
    }
    if time.len() != 10 {
        return Err(40502);
    }
    let stamped: u64 = time.parse().map_err(|_| 40502)?;
    if stamped.abs_diff(moment.milliseconds / 1000) > PASSWORD_LIFE_SECONDS {
        return Err(40501);
    }
    let (name, code) = (asked.field("ent_name"), asked.field("ent_code"));
    if password == dynamic_password(account, IHUYI_API_KEY, name, code, time) { Ok(()) } else { Err(40502) }
}

/// The document's PHP line: `md5($account.$password.$app.$ent_name.$ent_code.$time)`, `$app` = `entcopy`.
fn dynamic_password(account: &str, key: &str, ent_name: &str, ent_code: &str, time: &str) -> String {
    let text = [account, key, "entcopy", ent_name, ent_code, time].concat();
    format!("{:032x}", u128::from_be_bytes(Md5::digest(text).into()))
}

fn found(asked: &Asked, keyword: &str, company: &Company<'_>, script: &Script<'_>) -> Result<Reply, i64> {
    let size = asked.count_field("page_size", PAGE_SIZE).ok_or(4203)?;
    if size > PAGE_SIZE {
        return Err(407);
    }
    let page = asked.count_field("page_index", 1).ok_or(4203)?;
    let filter = Filter::of_request(asked)?;
    let all = match company.subject {
        Subject::Showpiece => SHOWPIECE_TOTAL,
        _ => script.total(keyword, SALT),
    };
    let (total, rows) = if filter.is_empty() {
        let places = script.rows_on_page(all, page, size, 2 * size);
        (all, places.map(|places| ihuyi_rows::page(company, places)))
    } else {
        let matching = filter.matching(company, all);
        let total = matching.len() as u64;
        let places = script.rows_on_page(total, page, size, 2 * size);
        let index_of =
            |place: u64| usize::try_from(place).ok().and_then(|place| matching.get(place)).copied();
        (total, places.map(|places| ihuyi_rows::page(company, places.filter_map(index_of))))
    };
    Ok(rows.map_or(Reply::Nothing, |rows| Reply::Found { total, rows }))
}

/// The five filters; "" = not asked for.
struct Filter<'a> {
    year: &'a str,
    copyright_type: &'a str,
    registration_number: &'a str,
    name: &'a str,
    owner: &'a str,
}

impl<'a> Filter<'a> {
    fn of_request(asked: &'a Asked) -> Result<Self, i64> {
        let filter = Self {
            year: asked.field("year"),
            copyright_type: asked.field("copyright_type"),
            registration_number: asked.field("reg_num"),
            name: asked.field("copyright_name"),
            owner: asked.field("owner"),
        };
        let year_is_good = filter.year.is_empty()
            || (filter.year.len() == 4 && filter.year.bytes().all(|digit| digit.is_ascii_digit()));
        if year_is_good && matches!(filter.copyright_type, "" | "P" | "S") { Ok(filter) } else { Err(4203) }
    }

    fn is_empty(&self) -> bool {
        [self.year, self.copyright_type, self.registration_number, self.name, self.owner]
            .iter()
            .all(|wanted| wanted.is_empty())
    }

    /// The indexes of the rows among the first `all` that pass, found by reading the rows themselves.
    fn matching(&self, company: &Company<'_>, all: u64) -> Vec<u64> {
        let mut matching = Vec::new();
        for start in (0..all).step_by(100) {
            let indexes = start..all.min(start + 100);
            let rows = ihuyi_rows::page(company, indexes.clone());
            let rows: Vec<Filtered> = serde_json::from_slice(&rows).unwrap_or_default();
            let passing = indexes.zip(rows).filter(|(_, row)| self.accepts(row));
            matching.extend(passing.map(|(index, _)| index));
        }
        matching
    }

    fn accepts(&self, row: &Filtered) -> bool {
        let same = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        same(self.year, &row.publish_year)
            && same(self.copyright_type, &row.copyright_type_code)
            && same(self.registration_number, &row.registration_num)
            && row.copyright_name.contains(self.name)
            && row.copyright_owner.contains(self.owner)
    }
}

/// The fields of a row that filters look at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filtered {
    publish_year: String,
    copyright_type_code: String,
    registration_num: String,
    copyright_name: String,
    copyright_owner: String,
}

fn written(reply: Reply, moment: &Moment, wire: Wire) -> Answer {
    let serial = serial_number(moment);
    let (total, rows) = match reply {
        Reply::Found { total, rows } => (total, rows),
        Reply::Nothing => return without_rows(4201, "查询无结果", Some("0"), Charge::Charged, wire),
        Reply::Refused(code) => return refused(code, wire),
    };
    match wire {
        Wire::Json => {
            let head = format!(
                r#"{{"code":2,"msg":"{FOUND}","idcardid":"{serial}","result":{{"total":"{total}","lists":"#
            );
            Answer::json_text([head.as_bytes(), &rows, b"}}"].concat(), Charge::Charged)
        }
        Wire::Xml => {
            let list = serde_json::from_slice(&rows).unwrap_or_default();
            let result = XmlListing { total: total.to_string(), lists: XmlRows { list } };
            let envelope = Envelope { code: 2, msg: FOUND, idcardid: Some(&serial), result: Some(result) };
            Answer::xml("SubmitResult", &envelope, Charge::Charged)
        }
    }
}

fn refused(code: i64, wire: Wire) -> Answer {
    let known = MESSAGES.iter().find(|(known, _)| *known == code);
    let charge = match (code, known) {
        (0 | 1 | 4202 | 4086 | 4010, _) | (_, None) => Charge::Unknown,
        _ => Charge::Refused,
    };
    without_rows(code, known.map_or("查询失败", |(_, message)| message), None, charge, wire)
}

fn without_rows(code: i64, msg: &str, idcardid: Option<&str>, charge: Charge, wire: Wire) -> Answer {
    let envelope = Envelope { code, msg, idcardid, result: None };
    match wire {
        Wire::Json => Answer::json(&envelope, charge),
        Wire::Xml => Answer::xml("SubmitResult", &envelope, charge),
    }
}

/// 17 digits, of which no two answers have the same: seconds, then a running number.
fn serial_number(moment: &Moment) -> String {
    format!("{:010}{:07}", moment.milliseconds / 1000, moment.serial % 10_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dynamic_password_is_the_md5_of_the_documents_concatenation() {
        // The digest of the document's second PHP line, computed with md5sum.
        let password =
            dynamic_password("xxxxxxxx", "xxxxxxxxx", "上海************有限公司", "913******", "1623643787");
        assert_eq!(password, "aed926d0b2177be41d1d73f2f6818d05");
    }

    #[test]
    fn serial_numbers_have_seventeen_digits() {
        let moment = Moment { milliseconds: 1_700_000_000_123, serial: 41 };
        assert_eq!(serial_number(&moment), "17000000000000041");
    }
}
