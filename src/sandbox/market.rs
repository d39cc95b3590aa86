//! The dishonest list (失信被执行人) of the cloud market by `dishonest.txt`: GET, `Authorization: APPCODE …`, at most 20 rows a
//! page, code 0 or 2.

use hyper::Method;
use hyper::header::HeaderValue;
use serde_json::json;

use super::company::SAMPLE_DEBTOR;
use super::exchange::{Vendor, VendorRequest, VendorResponse, VendorState};
use super::listing::{Listing, ListingRules};
use super::scenario::Scenario;
use super::{gateway, market_rows};
use crate::domain::failure::Charged;

/// The APPCODE that the sandbox accepts in `Authorization: APPCODE <code>`.
pub const MARKET_APPCODE: &str = "sandbox-appcode-3f9d0c7a51e84b62";

pub(super) const VENDOR: Vendor = Vendor {
    name: "market",
    prefix: "/market/",
    path: PATH,
    credentials: &[("HECHA_MARKET_APPCODE", MARKET_APPCODE)],
    respond,
};
const PATH: &str = "/market/dishonest";
const PAGE_SIZE: u64 = 20;
/// The document: 【可返回 20 条数据】.
const CAPPED_ROWS: u64 = 20;
const RULES: ListingRules = ListingRules {
    salt: 1,
    sample_total: 30,
    sample: (SAMPLE_DEBTOR, include_str!("samples/market.json")),
    row: market_rows::row,
};

fn respond(request: &VendorRequest, state: &VendorState<'_>) -> VendorResponse {
    if request.path != PATH {
        return gateway::failure("I404NF", state);
    }
    if request.method != Method::GET {
        let message = format!("Unsupported Method `{}`", request.method);
        return gateway::failure_with_message("I405UM", &message, state);
    }
    match request.headers.get("authorization").map(HeaderValue::as_bytes) {
        None => return gateway::failure("A401AC", state),
        Some(value) if value.strip_prefix(b"APPCODE ") != Some(MARKET_APPCODE.as_bytes()) => {
            return gateway::failure("A400AC", state);
        }
        Some(_) => {}
    }
    let keyword = request.field("keyword");
    if keyword.trim().is_empty() {
        return gateway::failure_with_message("I400MP", "Parameter `keyword` is required", state);
    }
    let Some(page) = request.count_field("pageNum", 1) else {
        return invalid_parameter("pageNum", state);
    };
    let size = request.count_field("pageSize", PAGE_SIZE).filter(|size| *size <= PAGE_SIZE);
    let Some(size) = size else {
        return invalid_parameter("pageSize", state);
    };
    answer(keyword, page, size, state)
}

fn answer(keyword: &str, page: u64, size: u64, state: &VendorState<'_>) -> VendorResponse {
    let scenario = Scenario::read(keyword);
    let delay = scenario.delay();
    let listing = |scenario| match Listing::of_request(keyword, scenario, RULES, page, state).page(
        page,
        size,
        CAPPED_ROWS,
    ) {
        Some(page) => {
            let result = json!({"total": page.total, "items": page.rows});
            VendorResponse::json(&json!({"code": 0, "desc": "成功", "result": result}), Charged::Yes)
        }
        None => no_data(Charged::Yes),
    };
    let response = match scenario {
        Scenario::Code(code) => match code.parse::<i64>() {
            Ok(0) => listing(Scenario::Rows(1)),
            Ok(2) => no_data(Charged::Yes),
            // The document does not have this code, so nothing says whether it is charged.
            Ok(code) => VendorResponse::json(&json!({"code": code, "desc": "查询失败"}), Charged::Unknown),
            Err(_) if code.len() == 6 && code.is_ascii() => return gateway::failure(code, state),
            Err(_) => return invalid_parameter("keyword", state),
        },
        Scenario::Html(status) => VendorResponse::html(status),
        Scenario::FreeNoData => no_data(Charged::No),
        scenario => listing(scenario),
    };
    gateway::forwarded(response, state).after(delay)
}

fn invalid_parameter(name: &str, state: &VendorState<'_>) -> VendorResponse {
    gateway::failure_with_message("I400IP", &format!("Invalid Parameter `{name}`"), state)
}

fn no_data(charged: Charged) -> VendorResponse {
    VendorResponse::json(&json!({"code": 2, "desc": "无数据"}), charged)
}
