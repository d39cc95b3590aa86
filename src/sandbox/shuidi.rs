//! shuidi's software copyrights (`CopyrightSoftwarePageByKey/V2`) by `shuidi-copyright.txt`: GET or POST, `pname` / `ptime` /
//! `vkey`, at most 10 rows a page, JSON or XML by `dtype`.

use hyper::Method;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::company::{Company, SAMPLE_OWNER};
use super::exchange::{Vendor, VendorRequest, VendorResponse, VendorState, Wire, documented_message};
use super::listing::{Listing, ListingRules};
use super::scenario::{RowContent, Scenario};
use super::software::software;
use crate::domain::failure::Charged;
use crate::domain::text::hexadecimal;

/// The caller's id that the sandbox accepts.
pub const SHUIDI_PNAME: &str = "sandbox-shuidi-pname-5050";
/// The key of [`SHUIDI_PNAME`], from which `vkey` is computed; it is never sent.
pub const SHUIDI_PKEY: &str = "sandbox-shuidi-pkey-b81e6f24a0c3";

pub(super) const VENDOR: Vendor = Vendor {
    name: "shuidi",
    prefix: "/utn/",
    path: PATH,
    credentials: &[("HECHA_SHUIDI_PNAME", SHUIDI_PNAME), ("HECHA_SHUIDI_PKEY", SHUIDI_PKEY)],
    respond,
};
const PATH: &str = "/utn/ip/CopyrightSoftwarePageByKey/V2";
const PAGE_SIZE: u64 = 10;
const RULES: ListingRules = ListingRules {
    salt: 3,
    sample_total: 53,
    // Three in its answer and six below it.
    sample: (SAMPLE_OWNER, include_str!("samples/shuidi.json")),
    row,
};
/// The document: 接口的有效期为10分钟.
const STAMP_LIFE_MILLISECONDS: u64 = 600_000;

/// The document's two tables of codes.
const MESSAGES: &str = include_str!("samples/shuidi-codes.txt");

fn respond(request: &VendorRequest, state: &VendorState<'_>) -> VendorResponse {
    let wire = if request.field("dtype") == "xml" { Wire::Xml } else { Wire::Json };
    let scenario = Scenario::read(request.field("keyword"));
    let data = match (check(request, state), scenario) {
        (Ok(()), Scenario::Html(status)) => return VendorResponse::html(status),
        (Ok(()), scenario) => {
            scenario.unless_refused(1, 4).and_then(|scenario| page(request, scenario, state, wire))
        }
        (Err(code), _) => Err(code),
    };
    answer(data, state, wire)
}

fn check(request: &VendorRequest, state: &VendorState<'_>) -> Result<(), i64> {
    if request.path != PATH {
        return Err(20000);
    }
    if request.method != Method::GET && request.method != Method::POST {
        return Err(40002);
    }
    let (pname, ptime, vkey) = (request.field("pname"), request.field("ptime"), request.field("vkey"));
    if [pname, ptime, vkey].contains(&"") {
        return Err(10010);
    }
    if pname != SHUIDI_PNAME {
        return Err(10000);
    }
    let stamped: u64 = ptime.parse().ok().filter(|_| ptime.len() == 13).ok_or(10012)?;
    if vkey != expected_vkey(SHUIDI_PKEY, ptime) {
        return Err(10011);
    }
    if stamped.abs_diff(state.milliseconds) > STAMP_LIFE_MILLISECONDS {
        return Err(30001);
    }
    if request.field("keyword").trim().is_empty() || !matches!(request.field("dtype"), "" | "json" | "xml") {
        return Err(4);
    }
    Ok(())
}

/// The document: pkey, ptime and pkey joined by underscores, MD5 in 32 characters.
fn expected_vkey(pkey: &str, ptime: &str) -> String {
    hexadecimal(&Md5::digest(format!("{pkey}_{ptime}_{pkey}")))
}

/// The `data` of an answer. `PageSize` is the number of rows on this page: the document's sample has 9, not the default 10.
fn page(
    request: &VendorRequest,
    scenario: Scenario<'_>,
    state: &VendorState<'_>,
    wire: Wire,
) -> Result<Value, i64> {
    let size = request.count_field("pageSize", PAGE_SIZE).filter(|size| *size <= PAGE_SIZE).ok_or(4)?;
    let page_index = request.count_field("pageIndex", 1).ok_or(4)?;
    let listing = Listing::of_request(request.field("keyword"), scenario, RULES, page_index, state);
    let page = listing.page(page_index, size, 2 * size).ok_or(2)?;
    let paging = json!({"PageSize": page.rows.len(), "TotalRecords": page.total, "PageIndex": page_index});
    let items = match wire {
        Wire::Json => json!(page.rows),
        Wire::Xml => json!({"Item": page.rows}),
    };
    Ok(json!({"Paging": paging, "Items": items}))
}

/// One row of a company, its fields in the order of the document's sample.
fn row(company: &Company, index: u64, content: RowContent) -> Value {
    let subject = company.subject_of_row(index);
    let software = software(company, index, content);
    json!({
        "PublishDate": format!("{} 00:00:00", software.published),
        "Owner": subject.name,
        "Category": software.category,
        "RegisterAperDate": format!("{} 00:00:00", software.registered),
        "RegisterNo": software.registration_number,
        "VersionNo": software.version,
        "ShortName": software.short_name,
        "Name": software.name,
    })
}

/// The answer with its `data`, or with the code of a refusal.
fn answer(data: Result<Value, i64>, state: &VendorState<'_>, wire: Wire) -> VendorResponse {
    let (code, data) = data.map_or_else(|code| (code, json!({})), |data| (1, data));
    let message = documented_message(MESSAGES, code);
    let charged = match (code, message) {
        (1 | 2, _) => Charged::Yes,
        (99999, _) | (_, None) => Charged::Unknown,
        _ => Charged::No,
    };
    let body = json!({
        "orderNo": order_number(state),
        "data": data,
        "statusMessage": message.unwrap_or("未知状态"),
        "statusCode": code,
    });
    VendorResponse::document(wire, "root", &body, charged)
}

/// 19 digits, above 2^53 as in the document and unique by answer.
fn order_number(state: &VendorState<'_>) -> u64 {
    state.milliseconds.wrapping_mul(1 << 20) + state.serial % (1 << 20)
}

#[cfg(test)]
mod tests {
    use super::super::exchange::Editions;
    use super::*;

    #[test]
    fn the_vkey_is_that_of_the_published_example() {
        assert_eq!(expected_vkey("demo_key", "1700000000000"), "bcdbc95da2790727113aa83db467f287");
    }

    #[test]
    fn order_numbers_are_above_what_a_double_can_hold_and_differ() {
        let editions = Editions::default();
        let state = |serial| VendorState { milliseconds: 1_700_000_000_000, serial, editions: &editions };
        let number = |serial| order_number(&state(serial));
        assert!(number(1) > 1 << 53 && i64::try_from(number(1)).is_ok());
        assert_eq!(number(1).to_string().len(), 19);
        assert_ne!(number(1), number(2));
    }
}
