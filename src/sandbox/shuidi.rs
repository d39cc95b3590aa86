//! shuidi's software copyrights (`CopyrightSoftwarePageByKey/V2`), as `shuidi-copyright.txt` describes it: GET or POST,
//! `pname` / `ptime` / `vkey`, at most 10 rows a page, JSON or XML by `dtype`. Its rows are `shuidi_rows`.

use hyper::Method;
use md5::{Digest, Md5};
use serde::Serialize;
use serde_json::Value;

use super::company::{Company, Subject};
use super::counts::Charge;
use super::exchange::{Answer, Asked, Moment};
use super::script::Script;
use super::shuidi_rows;

/// The caller's id that the sandbox accepts.
pub const SHUIDI_PNAME: &str = "sandbox-shuidi-pname-5050";
/// The key of [`SHUIDI_PNAME`], from which `vkey` is made; it never travels.
pub const SHUIDI_PKEY: &str = "sandbox-shuidi-pkey-b81e6f24a0c3";

pub(super) const PATH: &str = "/utn/ip/CopyrightSoftwarePageByKey/V2";
const PAGE_SIZE: u64 = 10;
const SALT: u64 = 3;
const SUCCESS: &str = "请求成功";
const SHOWPIECE_TOTAL: u64 = 53;
/// The document: 接口的有效期为10分钟.
const STAMP_LIFE_MILLISECONDS: u64 = 600_000;

/// The document's two tables of codes, less 1.
const MESSAGES: [(i64, &str); 23] = [
    (2, "查询无结果"),
    (3, "接口权限未开通"),
    (4, "查询参数错误, 请检查"),
    (5, "等待处理中"),
    (20000, "请求接口URL不存在, 请确认"),
    (20001, "接口已下线停用"),
    (20002, "您还未购买过该接口，请先购买"),
    (20003, "您的账号剩余使用量已不足或已过期"),
    (10000, "账号无效或者还未生效中"),
    (10001, "账号未实名认证"),
    (10002, "账号状态异常，请联系管理员"),
    (10003, "账号密钥状态异常，请联系管理员"),
    (10010, "认证参数缺失，请确认"),
    (10011, "vkey校验失败，请核对计算逻辑"),
    (10012, "ptime格式错误，请确认"),
    (30001, "请求已过期"),
    (30002, "当前套餐已被禁用，请联系管理员"),
    (30003, "请求超过当前套餐每日调用总量限制"),
    (30004, "当前套餐已消费完毕"),
    (40000, "非法请求过多，请联系管理员"),
    (40001, "被禁止的IP"),
    (40002, "不支持的请求方法"),
    (99999, "系统未知错误，请联系技术客服"),
];

/// The form of an answer, told by `dtype`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Json,
    Xml,
}

/// An answer without a page, and the XML form of one with a page.
#[derive(Serialize)]
struct Envelope {
    #[serde(rename = "orderNo")]
    order_number: u64,
    data: Data,
    #[serde(rename = "statusMessage")]
    message: &'static str,
    #[serde(rename = "statusCode")]
    code: i64,
}

/// `{}` where there is no page, as the document's generic answer has it.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Data {
    #[serde(skip_serializing_if = "Option::is_none")]
    paging: Option<Paging>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<XmlRows>,
}

/// `page_size` is the number of rows on this page: the document's sample has 9 where 10 are the default.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Paging {
    page_size: u64,
    total_records: u64,
    page_index: u64,
}

/// `Items` has one element `Item` for each row.
#[derive(Serialize)]
struct XmlRows {
    #[serde(rename = "Item")]
    items: Vec<Value>,
}

/// A page that was found; `rows` is a JSON array.
struct Page {
    paging: Paging,
    rows: Vec<u8>,
}

/// Answers one request.
pub(super) fn answer(asked: &Asked, moment: &Moment) -> Answer {
    let wire = if asked.field("dtype") == "xml" { Wire::Xml } else { Wire::Json };
    if let Err(code) = admitted(asked, moment) {
        return without_page(code, moment, wire);
    }
    let keyword = asked.field("keyword");
    let script = Script::read(keyword);
    let company = Company::of_keyword(keyword);
    let page = match script {
        Script::Html(status) => return Answer::html(status),
        Script::Code(code) => match code.parse() {
            Ok(1) => page(asked, &company, &Script::Rows(1)),
            Ok(code) => Err(code),
            Err(_) => Err(4),
        },
        _ => page(asked, &company, &script),
    };
    match page {
        Ok(page) => with_page(page, moment, wire),
        Err(code) => without_page(code, moment, wire),
    }
    .after(script.delay())
}

/// The answer to a path of this vendor that is none of its interfaces.
pub(super) fn unknown_interface(moment: &Moment) -> Answer {
    without_page(20000, moment, Wire::Json)
}

fn admitted(asked: &Asked, moment: &Moment) -> Result<(), i64> {
    if asked.method != Method::GET && asked.method != Method::POST {
        return Err(40002);
    }
    let (pname, ptime, vkey) = (asked.field("pname"), asked.field("ptime"), asked.field("vkey"));
    if [pname, ptime, vkey].contains(&"") {
        return Err(10010);
    }
    if pname != SHUIDI_PNAME {
        return Err(10000);
    }
    if ptime.len() != 13 || !ptime.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(10012);
    }
    if vkey != expected_vkey(SHUIDI_PKEY, ptime) {
        return Err(10011);
    }
    let stamped: u64 = ptime.parse().map_err(|_| 10012)?;
    if stamped.abs_diff(moment.milliseconds) > STAMP_LIFE_MILLISECONDS {
        return Err(30001);
    }
    if asked.field("keyword").trim().is_empty() || !matches!(asked.field("dtype"), "" | "json" | "xml") {
        return Err(4);
    }
    Ok(())
}

/// The document: pkey, ptime and pkey joined by underscores, MD5 in 32 characters.
fn expected_vkey(pkey: &str, ptime: &str) -> String {
    let digest = Md5::digest(format!("{pkey}_{ptime}_{pkey}"));
    format!("{:032x}", u128::from_be_bytes(digest.into()))
}

fn page(asked: &Asked, company: &Company<'_>, script: &Script<'_>) -> Result<Page, i64> {
    let size = asked.count_field("pageSize", PAGE_SIZE).filter(|size| *size <= PAGE_SIZE).ok_or(4)?;
    let page_index = asked.count_field("pageIndex", 1).ok_or(4)?;
    let total_records = match company.subject {
        Subject::Showpiece => SHOWPIECE_TOTAL,
        _ => script.total(asked.field("keyword"), SALT),
    };
    let places = script.rows_on_page(total_records, page_index, size, 2 * size).ok_or(2)?;
    let page_size = places.end - places.start;
    Ok(Page {
        paging: Paging { page_size, total_records, page_index },
        rows: shuidi_rows::page(company, places),
    })
}

fn with_page(page: Page, moment: &Moment, wire: Wire) -> Answer {
    let order_number = order_number(moment);
    let Page { paging, rows } = page;
    match wire {
        Wire::Json => {
            let head = format!(
                r#"{{"orderNo":{order_number},"data":{{"Paging":{{"PageSize":{},"TotalRecords":{},"PageIndex":{}}},"Items":"#,
                paging.page_size, paging.total_records, paging.page_index
            );
            let tail = format!(r#"}},"statusMessage":"{SUCCESS}","statusCode":1}}"#);
            Answer::json_text([head.as_bytes(), &rows, tail.as_bytes()].concat(), Charge::Charged)
        }
        Wire::Xml => {
            let items = serde_json::from_slice(&rows).unwrap_or_default();
            let data = Data { paging: Some(paging), items: Some(XmlRows { items }) };
            Answer::xml("root", &Envelope { order_number, data, message: SUCCESS, code: 1 }, Charge::Charged)
        }
    }
}

fn without_page(code: i64, moment: &Moment, wire: Wire) -> Answer {
    let known = MESSAGES.iter().find(|(known, _)| *known == code);
    let charge = match (code, known) {
        (2, _) => Charge::Charged,
        (99999, _) | (_, None) => Charge::Unknown,
        _ => Charge::Refused,
    };
    let message = known.map_or("未知状态", |(_, message)| message);
    let envelope = Envelope { order_number: order_number(moment), data: Data::default(), message, code };
    match wire {
        Wire::Json => Answer::json(&envelope, charge),
        Wire::Xml => Answer::xml("root", &envelope, charge),
    }
}

/// 19 digits, far above 2^53 as the document's are, of which no two answers have the same.
fn order_number(moment: &Moment) -> u64 {
    moment.milliseconds.wrapping_mul(1 << 20) + moment.serial % (1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vkey_is_that_of_the_published_example() {
        assert_eq!(expected_vkey("demo_key", "1700000000000"), "bcdbc95da2790727113aa83db467f287");
    }

    #[test]
    fn order_numbers_are_above_what_a_double_can_hold_and_differ() {
        let number = |serial| order_number(&Moment { milliseconds: 1_700_000_000_000, serial });
        assert!(number(1) > 1 << 53 && i64::try_from(number(1)).is_ok());
        assert_eq!(number(1).to_string().len(), 19);
        assert_ne!(number(1), number(2));
    }
}
