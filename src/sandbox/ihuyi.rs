//! ihuyi's copyright check (企业著作权软著核查) by `ihuyi-entcopy.txt`.
//!
//! GET or POST, static or dynamic password, exactly one of four ways to name a company. Filters, at most 50 rows a page,
//! every code in HTTP 200, JSON or XML by the path.

use hyper::Method;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::company::{Company, PEOPLE, SAMPLE_OWNER};
use super::exchange::{Vendor, VendorRequest, VendorResponse, VendorState, Wire, documented_message};
use super::listing::{Listing, ListingPage, ListingRules};
use super::random::{SeededRng, permuted};
use super::scenario::{RowContent, Scenario};
use super::software::{Software, software};
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
    row,
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
    match scenario.unless_refused(2, 4203).and_then(|scenario| find(request, keyword, scenario, state)) {
        Ok(page) => answer(page, state, wire),
        Err(code) => refusal(code, wire),
    }
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

const PARTNERS: [&str; 4] = ["复旦大学", "中国科学院软件研究所", "北京启明信息技术有限公司", "李敏"];
const WORKS: [&str; 6] = ["标志", "卡通形象", "宣传册", "用户手册", "产品摄影", "企业歌曲"];
const WORK_CATEGORIES: [&str; 4] = ["美术作品", "文字作品", "摄影作品", "音乐作品"];

/// A row with the fields in the document's order. Every value is a string.
fn row(company: &Company, index: u64, content: RowContent) -> Value {
    let subject = company.subject_of_row(index);
    let software = software(company, index, content);
    let mut rng = SeededRng::of_row(!company.seed, index);
    let mut row = software_row(&subject, &software, &mut rng);
    // Rows that change stay software, which both vendors have.
    if content == RowContent::Drawn && rng.one_in(4) {
        let number = permuted(company.seed, index, 100_000_000);
        make_work(&mut row, &software, number, &mut rng);
    }
    row
}

fn software_row(subject: &Company, software: &Software, rng: &mut SeededRng) -> Value {
    let name = &subject.name;
    let owner = if rng.one_in(6) { format!("{name};{}", rng.pick(&PARTNERS)) } else { name.clone() };
    json!({
        "entityName": name,
        "copyrightType": "软件著作权证书",
        "copyrightTypeCode": "S",
        "registrationNum": software.registration_number,
        "categoryType": software.category,
        "copyrightName": software.name,
        "copyrightNameAbbr": software.short_name.as_deref().unwrap_or(""),
        "copyrightOwner": owner,
        "copyrightOwnerType": if subject.is_person() { "P" } else { "E" },
        "author": "",
        "relatedEntity": related_entity(subject, rng),
        "version": software.version,
        "finishDate": format!("{}T00:00:00", software.finished),
        "publishDate": format!("{}T00:00:00", software.published),
        "registrationDate": format!("{}T00:00:00", software.registered),
        "publishYear": software.published.year().to_string(),
        "state": "登记",
        "stateDate": "",
        "powerScope": rng.pick(&["全部权利", "全部权利", "全部权利", "部分权利"]),
        "powerGainMethod": rng.pick(&["原始取得", "原始取得", "原始取得", "继受取得"]),
        "isHistory": if rng.one_in(10) { "1" } else { "0" },
    })
}

/// Turns a row into a registered work of art or letters: another type, number and name, an author in place of a version.
fn make_work(row: &mut Value, software: &Software, number: u64, rng: &mut SeededRng) {
    row["copyrightType"] = "作品著作权证书".into();
    row["copyrightTypeCode"] = "P".into();
    row["registrationNum"] = format!("国作登字-{}-F-{number:08}", software.registered.year()).into();
    row["categoryType"] = rng.pick(&WORK_CATEGORIES).into();
    row["copyrightName"] = rng.pick(&WORKS).into();
    row["copyrightNameAbbr"] = "".into();
    row["author"] = rng.pick(&PEOPLE).into();
    row["version"] = "".into();
}

/// JSON inside a string, as the vendor sends it.
fn related_entity(subject: &Company, rng: &mut SeededRng) -> String {
    if rng.one_in(3) {
        return "[]".to_owned();
    }
    let item = (1_000_000 + rng.below(900_000_000)).to_string();
    json!([{"item": item, "name": subject.name, "by": "ByName", "type": "E"}]).to_string()
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

    fn rows(keyword: &str, count: u64) -> Vec<Value> {
        let company = Company::of_keyword(keyword);
        (0..count).map(|index| row(&company, index, RowContent::Drawn)).collect()
    }

    fn text<'a>(row: &'a Value, key: &str) -> &'a str {
        row[key].as_str().expect("a string")
    }

    #[test]
    fn software_and_works_are_mixed_and_each_has_its_own_fields() {
        let rows = rows("深圳华信科技有限公司", 70);
        for row in &rows {
            match text(row, "copyrightTypeCode") {
                "S" => assert!(text(row, "registrationNum").contains("SR") && row["author"] == ""),
                "P" => assert!(text(row, "registrationNum").contains("国作登字") && row["version"] == ""),
                other => panic!("no such type: {other}"),
            }
            assert!(text(row, "publishDate").starts_with(text(row, "publishYear")));
            assert!(text(row, "copyrightOwner").contains("深圳华信科技有限公司"));
        }
        let works = rows.iter().filter(|row| row["copyrightTypeCode"] == "P").count();
        assert!((5..40).contains(&works), "{works} of 70 are works");
    }

    #[test]
    fn a_name_with_quotes_stays_a_name_also_in_json_inside_a_string() {
        let name = r#"甲"乙\公司"#;
        let related: Vec<Value> = rows(name, 30)
            .iter()
            .map(|row| serde_json::from_str(text(row, "relatedEntity")).expect("JSON inside a string"))
            .collect();
        let named = related.iter().filter(|entities| entities[0]["name"] == name).count();
        assert!(named > 10, "{named} of 30 name a related entity");
    }
}
