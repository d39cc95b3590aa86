//! Invented rows of the dishonest list, in the shape of the two that the document prints.

use jiff::civil::{Date, date};
use jiff::tz::{TimeZone, offset};
use serde_json::{Value, json};

use super::company::{Company, PEOPLE};
use super::random::{SeededRng, permuted};
use super::scenario::RowContent;

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
pub(super) fn row(company: &Company, index: u64, content: RowContent) -> Value {
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
