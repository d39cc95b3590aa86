//! The simulation of the fourth provider of the unit tests.

use crate::domain::failure::Charged;
use crate::sandbox::company::Company;
use crate::sandbox::exchange::{Vendor, VendorRequest, VendorResponse, VendorState};
use crate::sandbox::listing::{Listing, ListingRules};
use crate::sandbox::scenario::{RowContent, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "sandbox-toy-token-1a2b3c";
const PATH: &str = "/toy/rights";
const RULES: ListingRules = ListingRules { salt: 4, sample_total: 8, sample: ("", ""), row };

pub(in crate::sandbox) const VENDOR: Vendor =
    Vendor { name: "toy", prefix: "/toy/", path: PATH, credentials: &[("HECHA_TOY_TOKEN", TOKEN)], respond };

fn row(company: &Company, index: u64, _: RowContent) -> Value {
    json!({"no": format!("2021SR{index:07}"), "title": format!("Toy {index}"), "holder": company.subject_of_row(index).name})
}

fn respond(request: &VendorRequest, state: &VendorState<'_>) -> VendorResponse {
    if request.field("token") != TOKEN {
        return VendorResponse::json(&json!({"state": "token", "words": "wrong token"}), Charged::No);
    }
    let (number, size) =
        (request.count_field("page", 1).unwrap_or(1), request.count_field("size", 5).unwrap_or(5));
    let holder = request.field("holder");
    let listing = Listing::of_request(holder, Scenario::read(holder), RULES, number, state);
    match listing.page(number, size.min(5), 5) {
        Some(page) => {
            let found = json!({"count": page.total, "rows": page.rows});
            VendorResponse::json(&json!({"state": "ok", "found": found}), Charged::Yes)
        }
        None => VendorResponse::json(&json!({"state": "none"}), Charged::Yes),
    }
}
