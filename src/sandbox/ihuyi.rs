//! ihuyi's copyright check (企业著作权软著核查) by `ihuyi-entcopy.txt`.
//!
//! GET or POST, static or dynamic password, exactly one of four ways to name a company. Filters, at most 50 rows a page,
//! every code in HTTP 200, JSON or XML by the path.

use hyper::Method;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::company::SAMPLE_OWNER;
use super::exchange::{Vendor, VendorRequest, VendorResponse, VendorState, Wire, documented_message};
use super::ihuyi_rows;
use super::listing::{Listing, ListingPage, ListingRules};
use super::scenario::Scenario;
use crate::domain::failure::Charged;
use crate::domain::text::hexadecimal;

/// The account (APIID) that the sandbox accepts.
pub const IHUYI_ACCOUNT: &str = "sandbox-ihuyi-account-70412";
/// The key (APIKEY) of [`IHUYI_ACCOUNT`]: the static password, and the secret of the dynamic one.
pub const IHUYI_API_KEY: &str = "sandbox-ihuyi-apikey-9c41d7e0b25f";

pub(super) const VENDOR: Vendor = Vendor {
    name: "ihuyi",
    prefix: "/idcard/",
    path: JSON_PATH,
    credentials: &[("HECHA_IHUYI_ACCOUNT", IHUYI_ACCOUNT), ("HECHA_IHUYI_API_KEY", IHUYI_API_KEY)],
    respond,
};
const JSON_PATH: &str = "/idcard/entcopy/Submit.json";
const XML_PATH: &str = "/idcard/entcopy/Submit.xml";
const PAGE_SIZE: u64 = 50;
const RULES: ListingRules = ListingRules {
    salt: 2,
    sample_total: 60,
    sample: (SAMPLE_OWNER, include_str!("samples/ihuyi.json")),
    row: ihuyi_rows::row,
};
const PASSWORD_LIFE_SECONDS: u64 = 600;
const NOTHING_FOUND: i64 = 4201;
/// The root element of an answer in XML.
const ROOT: &str = "SubmitResult";

/// The document's table of codes without 2. The document prints another message for 1, and this one in its answer.
const MESSAGES: &str = include_str!("samples/ihuyi-codes.txt");

fn respond(request: &VendorRequest, state: &VendorState<'_>) -> VendorResponse {
    let wire = match request.path.as_str() {
        JSON_PATH => Wire::Json,
        XML_PATH => Wire::Xml,
        _ => return VendorResponse::status(404),
    };
    let keyword = match checked_keyword(request, state) {
        Ok(keyword) => keyword,
        Err(code) => return refusal(code, wire),
    };
    let scenario = Scenario::read(keyword);
    if let Scenario::Html(status) = scenario {
        return VendorResponse::html(status);
    }
    let delay = scenario.delay();
    match scenario.unless_refused(2, 4203).and_then(|scenario| find(request, keyword, scenario, state)) {
        Ok(page) => answer(page, state, wire),
        Err(code) => refusal(code, wire),
    }
    .after(delay)
}

/// The keyword of a request with valid account, password and choice of a company, or the code of the refusal.
fn checked_keyword<'a>(request: &'a VendorRequest, state: &VendorState<'_>) -> Result<&'a str, i64> {
    if request.method != Method::GET && request.method != Method::POST {
        return Err(1);
    }
    authenticate(request, state)?;
    let names = ["ent_name", "ent_code", "organization_code", "reg_no"].map(|name| request.field(name));
    let mut given = names.into_iter().filter(|name| !name.trim().is_empty());
    match (given.next(), given.next()) {
        (Some(keyword), None) => Ok(keyword),
        _ => Err(406),
    }
}

fn authenticate(request: &VendorRequest, state: &VendorState<'_>) -> Result<(), i64> {
    let (account, password, time) =
        (request.field("account"), request.field("password"), request.field("time"));
    match account {
        "" => return Err(401),
        _ if password.is_empty() => return Err(402),
        IHUYI_ACCOUNT => {}
        _ => return Err(403),
    }
    if password == IHUYI_API_KEY {
        return Ok(());
    }
    if time.is_empty() && password.len() != 32 {
        return Err(405);
    }
    let stamped: u64 = time.parse().ok().filter(|_| time.len() == 10).ok_or(40502)?;
    if stamped.abs_diff(state.milliseconds / 1000) > PASSWORD_LIFE_SECONDS {
        return Err(40501);
    }
    let (name, code) = (request.field("ent_name"), request.field("ent_code"));
    if password == dynamic_password(account, IHUYI_API_KEY, name, code, time) { Ok(()) } else { Err(40502) }
}

/// The document's PHP line: `md5($account.$password.$app.$ent_name.$ent_code.$time)`, `$app` = `entcopy`.
fn dynamic_password(account: &str, key: &str, ent_name: &str, ent_code: &str, time: &str) -> String {
    let text = [account, key, "entcopy", ent_name, ent_code, time].concat();
    hexadecimal(&Md5::digest(text))
}

fn find(
    request: &VendorRequest,
    keyword: &str,
    scenario: Scenario<'_>,
    state: &VendorState<'_>,
) -> Result<ListingPage, i64> {
    let size = request.count_field("page_size", PAGE_SIZE).ok_or(4203)?;
    if size > PAGE_SIZE {
        return Err(407);
    }
    let page = request.count_field("page_index", 1).ok_or(4203)?;
    check_filters(request)?;
    let listing = Listing::of_request(keyword, scenario, RULES, page, state);
    let page = if FILTERS.iter().all(|(name, ..)| request.field(name).is_empty()) {
        listing.page(page, size, 2 * size)
    } else {
        listing.filtered_page((page, size, 2 * size), |row| passes(row, request))
    };
    page.ok_or(NOTHING_FOUND)
}

/// The filters: field of the request, field of the rows, and whether a part of the text is enough.
const FILTERS: [(&str, &str, bool); 5] = [
    ("year", "publishYear", false),
    ("copyright_type", "copyrightTypeCode", false),
    ("reg_num", "registrationNum", false),
    ("copyright_name", "copyrightName", true),
    ("owner", "copyrightOwner", true),
];

fn check_filters(request: &VendorRequest) -> Result<(), i64> {
    let year = request.field("year");
    let is_year = year.is_empty() || (year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit()));
    if is_year && matches!(request.field("copyright_type"), "" | "P" | "S") { Ok(()) } else { Err(4203) }
}

fn passes(row: &Value, request: &VendorRequest) -> bool {
    FILTERS.iter().all(|&(name, field, is_part)| {
        let (wanted, text) = (request.field(name), row[field].as_str().unwrap_or(""));
        wanted.is_empty() || wanted == text || (is_part && text.contains(wanted))
    })
}

fn answer(ListingPage { total, rows }: ListingPage, state: &VendorState<'_>, wire: Wire) -> VendorResponse {
    let lists = match wire {
        Wire::Json => json!(rows),
        Wire::Xml => json!({"list": rows}),
    };
    let result = json!({"total": total.to_string(), "lists": lists});
    let body = json!({"code": 2, "msg": "查询成功", "idcardid": serial_number(state), "result": result});
    VendorResponse::document(wire, ROOT, &body, Charged::Yes)
}

fn refusal(code: i64, wire: Wire) -> VendorResponse {
    let message = documented_message(MESSAGES, code);
    let charged = match (code, message) {
        (NOTHING_FOUND, _) => Charged::Yes,
        (0 | 1 | 4202 | 4086 | 4010, _) | (_, None) => Charged::Unknown,
        _ => Charged::No,
    };
    let mut body = json!({"code": code, "msg": message.unwrap_or("查询失败")});
    if code == NOTHING_FOUND {
        body["idcardid"] = "0".into();
    }
    VendorResponse::document(wire, ROOT, &body, charged)
}

/// 17 digits, unique by answer: seconds, then a serial number.
fn serial_number(state: &VendorState<'_>) -> String {
    format!("{:010}{:07}", state.milliseconds / 1000, state.serial % 10_000_000)
}

#[cfg(test)]
mod tests {
    use super::super::exchange::Editions;
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
        let editions = Editions::default();
        let state = VendorState { milliseconds: 1_700_000_000_123, serial: 41, editions: &editions };
        assert_eq!(serial_number(&state), "17000000000000041");
    }
}
