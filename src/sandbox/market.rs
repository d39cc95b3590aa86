//! The dishonest list (失信被执行人) of the cloud market, as `dishonest.txt` describes it: GET, `Authorization: APPCODE …`,
//! at most 20 rows a page, code 0 or 2. The gateway in front of it is `gateway`, its rows are `market_rows`.

use hyper::Method;
use serde::Serialize;

use super::company::{Company, Subject};
use super::counts::Charge;
use super::exchange::{Answer, Asked, Moment};
use super::gateway;
use super::market_rows;
use super::script::Script;

/// The APPCODE that the sandbox accepts in `Authorization: APPCODE <code>`.
pub const MARKET_APPCODE: &str = "sandbox-appcode-3f9d0c7a51e84b62";

pub(super) const PATH: &str = "/market/dishonest";
const PAGE_SIZE: u64 = 20;
/// The document: 【可返回 20 条数据】.
const CAPPED_ROWS: u64 = 20;
const SALT: u64 = 1;
const SHOWPIECE_TOTAL: u64 = 30;

/// An answer without a result.
#[derive(Serialize)]
struct Envelope<'a> {
    code: i64,
    desc: &'a str,
}

/// Answers one request to the list.
pub(super) fn answer(asked: &Asked, moment: &Moment) -> Answer {
    if asked.method != Method::GET {
        let message = format!("Unsupported Method `{}`", asked.method);
        return gateway::failure_with_message("I405UM", &message, moment);
    }
    match asked.headers.get("authorization").map(hyper::header::HeaderValue::as_bytes) {
        None => return gateway::failure("A401AC", moment),
        Some(value) if value.strip_prefix(b"APPCODE ") != Some(MARKET_APPCODE.as_bytes()) => {
            return gateway::failure("A400AC", moment);
        }
        Some(_) => {}
    }
    let keyword = asked.field("keyword");
    if keyword.trim().is_empty() {
        return gateway::failure_with_message("I400MP", "Parameter `keyword` is required", moment);
    }
    let Some(page) = asked.count_field("pageNum", 1) else {
        return gateway::failure_with_message("I400IP", "Invalid Parameter `pageNum`", moment);
    };
    let size = asked.count_field("pageSize", PAGE_SIZE).filter(|size| *size <= PAGE_SIZE);
    let Some(size) = size else {
        return gateway::failure_with_message("I400IP", "Invalid Parameter `pageSize`", moment);
    };
    scripted(keyword, page, size, moment)
}

fn scripted(keyword: &str, page: u64, size: u64, moment: &Moment) -> Answer {
    let script = Script::read(keyword);
    let answer = match script {
        Script::Code(code) if gateway::is_gateway_code(code) => return gateway::failure(code, moment),
        Script::Code(code) => match code.parse() {
            Ok(0) => listing(keyword, &Script::Rows(1), page, size),
            Ok(2) => no_data(),
            Ok(number) => business_failure(number),
            Err(_) => return gateway::failure_without_code(code, moment),
        },
        Script::Html(status) => Answer::html(status),
        _ => listing(keyword, &script, page, size),
    };
    gateway::with_request_id(answer, moment).after(script.delay())
}

fn listing(keyword: &str, script: &Script<'_>, page: u64, size: u64) -> Answer {
    let company = Company::of_keyword(keyword);
    let total = match company.subject {
        Subject::Showpiece => SHOWPIECE_TOTAL,
        _ => script.total(keyword, SALT),
    };
    let Some(rows) = script.rows_on_page(total, page, size, CAPPED_ROWS) else {
        return no_data();
    };
    let items = market_rows::page(&company, rows);
    let head = format!(r#"{{"code":0,"desc":"成功","result":{{"total":{total},"items":"#);
    Answer::json_text([head.as_bytes(), &items, b"}}"].concat(), Charge::Charged)
}

fn no_data() -> Answer {
    Answer::json(&Envelope { code: 2, desc: "无数据" }, Charge::Charged)
}

/// The document has no other codes, so nothing says whether one is charged.
fn business_failure(code: i64) -> Answer {
    Answer::json(&Envelope { code, desc: "查询失败" }, Charge::Unknown)
}
