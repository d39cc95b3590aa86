//! The dishonest list (失信被执行人) of the cloud market by `dishonest.txt`: GET, `Authorization: APPCODE …`, at most 20 rows a
//! page, code 0 or 2.

use hyper::Method;
use hyper::header::HeaderValue;
use jiff::civil::{Date, date};
use jiff::tz::{TimeZone, offset};
use serde_json::{Value, json};

use super::company::{Company, PEOPLE, SAMPLE_DEBTOR};
use super::exchange::{Vendor, VendorRequest, VendorResponse, VendorState};
use super::gateway;
use super::listing::{Listing, ListingRules};
use super::random::{SeededRng, permuted};
use super::scenario::{RowContent, Scenario};
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
    row,
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
    gateway::forwarded(response, state)
}

fn invalid_parameter(name: &str, state: &VendorState<'_>) -> VendorResponse {
    gateway::failure_with_message("I400IP", &format!("Invalid Parameter `{name}`"), state)
}

fn no_data(charged: Charged) -> VendorResponse {
    VendorResponse::json(&json!({"code": 2, "desc": "无数据"}), charged)
}

/// Province, abbreviation in case numbers, name and number of a court.
type Court = [&'static str; 4];

const COURTS: [Court; 14] = [
    ["北京", "京", "北京市朝阳区人民法院", "0105"],
    ["北京", "京", "北京市海淀区人民法院", "0108"],
    ["上海", "沪", "上海市浦东新区人民法院", "0115"],
    ["江苏", "苏", "苏州市吴中区人民法院", "0506"],
    ["江苏", "苏", "宿迁市宿豫区人民法院", "1311"],
    ["浙江", "浙", "杭州市余杭区人民法院", "0110"],
    ["广东", "粤", "深圳市南山区人民法院", "0305"],
    ["四川", "川", "成都市武侯区人民法院", "0107"],
    ["山东", "鲁", "济南市历下区人民法院", "0102"],
    ["湖北", "鄂", "武汉市洪山区人民法院", "0111"],
    ["福建", "闽", "厦门市思明区人民法院", "0203"],
    ["陕西", "陕", "西安市雁塔区人民法院", "0113"],
    ["辽宁", "辽", "沈阳市和平区人民法院", "0102"],
    ["重庆", "渝", "重庆市渝北区人民法院", "0112"],
];
const CONDUCTS: [&str; 5] = [
    "有履行能力而拒不履行生效法律文书确定义务",
    "违反财产报告制度",
    "违反限制消费令",
    "其他有履行能力而拒不履行生效法律文书确定义务",
    "",
];
const CREDITORS: [&str; 6] = [
    "中国电信股份有限公司",
    "某银行股份有限公司",
    "北京启明广告有限公司",
    "上海远航供应链管理有限公司",
    "深圳同创电子有限公司",
    "张某",
];
/// The day on which the list was first published.
const FIRST_DAY: Date = date(2013, 1, 1);

/// A row with the fields in the document's order.
fn row(company: &Company, index: u64, content: RowContent) -> Value {
    let mut rng = SeededRng::of_row(company.seed, index);
    let subject = company.subject_of_row(index);
    let [province, abbreviation, court, number] = rng.pick(&COURTS);
    let filed = FIRST_DAY.saturating_add(rng.days(4300));
    let published = filed.saturating_add(rng.days(300)).saturating_add(jiff::Span::new().days(10));
    let year = filed.year();
    let amount = 5_000 + rng.below(900_000_000);
    let drawn = performed_amount(&mut rng, amount);
    let performed = match content {
        RowContent::Drawn => drawn,
        RowContent::First => 0,
        RowContent::Later => amount,
    };
    let companies_of_legal_person = rng.one_in(2).then(|| 1 + rng.below(40));
    json!({
        "courtname": court,
        "disrupttypename": rng.pick(&CONDUCTS),
        "id": 10_000_000 + permuted(company.seed, index, 80_000_000),
        "status": u8::from(rng.one_in(8)),
        "dishonestid": (100_000 + rng.below(900_000)).to_string(),
        "gistid": format!("（{}）{abbreviation}{number}民初{}号", year - 1, 1 + rng.below(20_000)),
        "cid": subject.id,
        "casecode": format!("({year}){abbreviation}{number}执{}号", 1 + permuted(company.seed, index, 20_000)),
        "focusnumber": rng.below(4) * rng.below(30),
        "duty": format!(
            "被告{}于本判决生效之日起十日内支付{}{}。", subject.name, rng.pick(&CREDITORS), yuan(amount)
        ),
        "regdate": epoch_milliseconds(filed),
        "staff": staff(&mut rng, &subject),
        "publishdate": epoch_milliseconds(published),
        "unperformPart": if performed == 0 || performed == amount { String::new() } else { yuan(amount - performed) },
        "cardnum": card_number(&mut rng, &subject, index),
        "cpwsUrl": if rng.one_in(4) { format!("https://wenshu.example/{:016x}", rng.next()) } else { String::new() },
        "legelToco": companies_of_legal_person,
        "iname": subject.name,
        "businessentity": if subject.is_person() { "" } else { rng.pick(&PEOPLE) },
        "performedPart": if performed == 0 { String::new() } else { yuan(performed) },
        "areaname": province,
        "performance": match performed {
            0 => "全部未履行",
            _ if performed == amount => "全部已履行",
            _ => "部分未履行",
        },
        "legelId": companies_of_legal_person.map(|_| 5_000_000_000 + rng.below(900_000_000)),
        "gistunit": court,
        "businessId": format!("{:016x}{:016x}", rng.next(), rng.next()),
        "legelType": companies_of_legal_person.map(|companies| if companies > 35 { 1 } else { 2 }),
        "type": match (subject.is_person(), rng.one_in(12)) {
            (true, _) => "0",
            (false, true) => "2",
            (false, false) => "1",
        },
    })
}

fn performed_amount(rng: &mut SeededRng, amount: u64) -> u64 {
    match rng.below(10) {
        0 => amount,
        1..=3 => 1 + rng.below(amount - 1),
        _ => 0,
    }
}

/// JSON inside a string, as the vendor sends it.
fn staff(rng: &mut SeededRng, subject: &Company) -> String {
    if subject.is_person() || !rng.one_in(3) {
        return "[]".to_owned();
    }
    let entry = json!({
        "cardnum": masked_id_number(rng),
        "corporationtypename": "法定代表人",
        "iname": rng.pick(&PEOPLE),
    });
    json!([entry]).to_string()
}

/// One row in four of a company carries no code.
fn card_number(rng: &mut SeededRng, subject: &Company, index: u64) -> String {
    match (subject.is_person(), index % 4) {
        (true, _) => masked_id_number(rng),
        (false, 3) => String::new(),
        (false, _) => subject.organisation_code.clone(),
    }
}

fn masked_id_number(rng: &mut SeededRng) -> String {
    format!("110101{}****{:04}", 1955 + rng.below(40), rng.below(10_000))
}

fn yuan(cents: u64) -> String {
    format!("{}.{:02}元", cents / 100, cents % 100)
}

/// Milliseconds since 1970 of midnight in China.
fn epoch_milliseconds(day: Date) -> i64 {
    let midnight = day.to_zoned(TimeZone::fixed(offset(8)));
    midnight.map(|midnight| midnight.timestamp().as_millisecond()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn rows(keyword: &str, count: u64) -> Vec<Value> {
        let company = Company::of_keyword(keyword);
        (0..count).map(|index| row(&company, index, RowContent::Drawn)).collect()
    }

    #[test]
    fn a_company_has_the_same_rows_every_time_and_no_duplicate_id_key_or_case() {
        let all = rows("深圳华信科技有限公司", 1000);
        assert_eq!(all, rows("深圳华信科技有限公司", 1000));
        assert!(all.iter().all(|row| row["iname"] == "深圳华信科技有限公司" && row["cid"] == all[0]["cid"]));
        for key in ["id", "businessId", "casecode"] {
            let values: HashSet<String> = all.iter().map(|row| row[key].to_string()).collect();
            assert_eq!(values.len(), all.len(), "{key}");
        }
        assert_ne!(all[0]["cid"], rows("杭州华信科技有限公司", 1)[0]["cid"]);
        assert_eq!(all[0]["businessId"].as_str().map(str::len), Some(32));
    }

    #[test]
    fn dates_are_midnights_in_china_and_rows_vary() {
        let rows = rows("深圳华信科技有限公司", 70);
        for row in &rows {
            let (filed, published) = (row["regdate"].as_i64(), row["publishdate"].as_i64());
            assert_eq!(filed.map(|filed| (filed + 28_800_000) % 86_400_000), Some(0));
            assert!(published > filed);
        }
        for label in ["全部未履行", "部分未履行", "全部已履行"] {
            assert!(rows.iter().any(|row| row["performance"] == label), "{label}");
        }
        assert!(rows.iter().any(|row| row["status"] == 1) && rows.iter().any(|row| row["staff"] != "[]"));
        assert!(rows.iter().any(|row| row["legelId"].is_null()));
    }

    #[test]
    fn a_name_with_quotes_stays_a_name() {
        assert_eq!(rows(r#"甲"乙\公司"#, 1)[0]["iname"], r#"甲"乙\公司"#);
    }

    #[test]
    fn a_person_is_listed_as_a_person() {
        let row = &rows("王建国", 1)[0];
        assert_eq!(
            (&row["type"], &row["businessentity"], &row["staff"]),
            (&"0".into(), &"".into(), &"[]".into())
        );
        assert!(row["cardnum"].as_str().is_some_and(|number| number.contains("****")));
    }

    #[test]
    fn the_later_content_of_a_row_differs_in_its_performance_only() {
        let company = Company::of_keyword("逐次变化企业");
        for index in 0..10 {
            let first = row(&company, index, RowContent::First);
            let later = row(&company, index, RowContent::Later);
            let fields = first.as_object().expect("an object").keys();
            let changed: Vec<&String> = fields.filter(|field| first[*field] != later[*field]).collect();
            assert_eq!(changed, ["performedPart", "performance"]);
        }
    }
}
