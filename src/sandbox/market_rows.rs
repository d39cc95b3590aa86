//! Rows of the dishonest list: the two that the document prints, and invented ones in the same shape. Owns the vendor's
//! field names and types; knows nothing of paging or codes.

use std::borrow::Cow;

use serde::Serialize;

use super::company::{Company, SHOWPIECE_DEBTOR, Subject};
use super::dice::{Dice, fingerprint, scattered};
use super::stencil::{self, Stencils, escaped, write_number};

/// One row, its fields in the document's order. Dates are milliseconds since 1970 of midnight in China (UTC+8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Row {
    courtname: &'static str,
    disrupttypename: &'static str,
    id: u64,
    status: u8,
    dishonestid: Cow<'static, str>,
    gistid: Cow<'static, str>,
    cid: u64,
    casecode: Cow<'static, str>,
    focusnumber: u64,
    duty: Cow<'static, str>,
    regdate: i64,
    staff: Cow<'static, str>,
    publishdate: i64,
    #[serde(rename = "unperformPart")]
    unperformed_part: Cow<'static, str>,
    cardnum: Cow<'static, str>,
    #[serde(rename = "cpwsUrl")]
    document_url: Cow<'static, str>,
    #[serde(rename = "legelToco")]
    legal_person_companies: Option<u64>,
    iname: &'static str,
    businessentity: Cow<'static, str>,
    #[serde(rename = "performedPart")]
    performed_part: Cow<'static, str>,
    areaname: &'static str,
    performance: &'static str,
    #[serde(rename = "legelId")]
    legal_person_id: Option<u64>,
    gistunit: &'static str,
    #[serde(rename = "businessId")]
    business_id: Cow<'static, str>,
    #[serde(rename = "legelType")]
    legal_person_type: Option<u8>,
    r#type: &'static str,
}

/// The rows that the document prints, without the line breaks and blanks that its typesetting put in.
const DOCUMENT_ROWS: [Row; 2] = [
    Row {
        courtname: "宿迁市宿豫区人民法院",
        disrupttypename: "",
        id: 30_778_596,
        status: 0,
        dishonestid: Cow::Borrowed(""),
        gistid: Cow::Borrowed("（2022）苏1311民初3200号"),
        cid: 26_900_010,
        casecode: Cow::Borrowed("(2023)苏1311执705号"),
        focusnumber: 0,
        duty: Cow::Borrowed(concat!(
            "被告乐视云计算有限公司于本判决生效之日起十日内向原告中国电信股份有限公司宿迁分公司支付服务费5261902.28元。",
            "如果未按本判决指定的期间履行给付金钱义务,应当依照-5-《中华人民共和国民事诉讼法》第二百六十条之规定,",
            "加倍支付迟延履行期间的债务利息。案件受理费48633元,保全费2020元,合计50653元,由被告乐视云计算有限公司负担。",
            "如不服本判决,可在判决书送达之日起十五日内,向本院递交上诉状,并按对方当事人的人数提出副本,",
            "上诉于江苏省宿迁市中级人民法院,同时向该院预交上诉案件受理费。"
        )),
        regdate: 1_676_390_400_000,
        staff: Cow::Borrowed("[]"),
        publishdate: 1_697_990_400_000,
        unperformed_part: Cow::Borrowed(""),
        cardnum: Cow::Borrowed(""),
        document_url: Cow::Borrowed(""),
        legal_person_companies: None,
        iname: SHOWPIECE_DEBTOR,
        businessentity: Cow::Borrowed(""),
        performed_part: Cow::Borrowed(""),
        areaname: "江苏",
        performance: "全部未履行",
        legal_person_id: None,
        gistunit: "",
        business_id: Cow::Borrowed("7c99m1ze5365b773c8ef2a1adld2mc98"),
        legal_person_type: None,
        r#type: "1",
    },
    Row {
        courtname: "北京市朝阳区人民法院",
        disrupttypename: "有履行能力而拒不履行生效法律文书确定义务",
        id: 13_989_961,
        status: 0,
        dishonestid: Cow::Borrowed("553296"),
        gistid: Cow::Borrowed("(2018)京0105民初2615号"),
        cid: 26_900_010,
        casecode: Cow::Borrowed("(2019)京0105执13494号"),
        focusnumber: 0,
        duty: Cow::Borrowed("偿还时趣互动（北京）科技有限公司101678.18元"),
        regdate: 1_554_048_000_000,
        staff: Cow::Borrowed("[]"),
        publishdate: 1_555_344_000_000,
        unperformed_part: Cow::Borrowed(""),
        cardnum: Cow::Borrowed("30637425-9"),
        document_url: Cow::Borrowed(""),
        legal_person_companies: Some(1),
        iname: SHOWPIECE_DEBTOR,
        businessentity: Cow::Borrowed(""),
        performed_part: Cow::Borrowed(""),
        areaname: "北京",
        performance: "全部未履行",
        legal_person_id: Some(5_104_447_134),
        gistunit: "北京市朝阳区人民法院",
        business_id: Cow::Borrowed("47zmzze4c36044be24af2a1a0l55z3e8"),
        legal_person_type: Some(2),
        r#type: "1",
    },
];

#[derive(Clone, Copy)]
struct Court {
    province: &'static str,
    sign: &'static str,
    name: &'static str,
    number: &'static str,
}

const COURTS: [Court; 14] = [
    Court { province: "北京", sign: "京", name: "北京市朝阳区人民法院", number: "0105" },
    Court { province: "北京", sign: "京", name: "北京市海淀区人民法院", number: "0108" },
    Court { province: "上海", sign: "沪", name: "上海市浦东新区人民法院", number: "0115" },
    Court { province: "江苏", sign: "苏", name: "苏州市吴中区人民法院", number: "0506" },
    Court { province: "江苏", sign: "苏", name: "宿迁市宿豫区人民法院", number: "1311" },
    Court { province: "浙江", sign: "浙", name: "杭州市余杭区人民法院", number: "0110" },
    Court { province: "广东", sign: "粤", name: "深圳市南山区人民法院", number: "0305" },
    Court { province: "四川", sign: "川", name: "成都市武侯区人民法院", number: "0107" },
    Court { province: "山东", sign: "鲁", name: "济南市历下区人民法院", number: "0102" },
    Court { province: "湖北", sign: "鄂", name: "武汉市洪山区人民法院", number: "0111" },
    Court { province: "福建", sign: "闽", name: "厦门市思明区人民法院", number: "0203" },
    Court { province: "陕西", sign: "陕", name: "西安市雁塔区人民法院", number: "0113" },
    Court { province: "辽宁", sign: "辽", name: "沈阳市和平区人民法院", number: "0102" },
    Court { province: "重庆", sign: "渝", name: "重庆市渝北区人民法院", number: "0112" },
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
const PEOPLE: [&str; 8] = ["王建国", "李敏", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "周婷"];
const DAY: i64 = 86_400_000;
const CHINA_AHEAD_OF_UTC: i64 = 28_800_000;
/// 2013-01-01, when the list was first published, in days since 1970.
const FIRST_DAY: i64 = 15_706;

/// What a prepared row leaves open: the name, three numbers and a key that are the row's own, and the company's id. The last
/// two of them stand where the document has a number, so their marks are numbers.
const MARKS: [&str; 5] = ["\u{e000}", "\u{e001}", "\u{e002}", "18446744073709551615", "18446744073709551614"];
const NAME: &str = MARKS[0];
const KEY: &str = MARKS[1];
const CASE_NUMBER: &str = MARKS[2];
const ID: u64 = u64::MAX;
const COMPANY_ID: u64 = u64::MAX - 1;

static STENCILS: Stencils = Stencils::new();

/// The rows of these indexes (from 0) of a company, as a JSON array.
pub(super) fn page(company: &Company<'_>, rows: impl Iterator<Item = u64>) -> Vec<u8> {
    let showpiece = company.subject == Subject::Showpiece;
    let (name, company_id) = if showpiece {
        (SHOWPIECE_DEBTOR.to_owned(), DOCUMENT_ROWS[0].cid)
    } else {
        (escaped(&company.name), 1_000_000 + company.seed % 90_000_000)
    };
    stencil::array(rows, |index, page| {
        let document_row = usize::try_from(index).ok().and_then(|place| DOCUMENT_ROWS.get(place));
        if let (true, Some(row)) = (showpiece, document_row) {
            page.extend_from_slice(&serde_json::to_vec(row).unwrap_or_default());
            return;
        }
        let case = stencil::case_of_row(company, index);
        STENCILS.write(
            case,
            &MARKS,
            || invented(case),
            page,
            |mark, page| match mark {
                0 => page.extend_from_slice(name.as_bytes()),
                1 => write_key(company.seed, index, page),
                2 => write_number(1 + scattered(company.seed, index, 20_000), 1, page),
                3 => write_number(10_000_000 + scattered(company.seed, index, 80_000_000), 1, page),
                _ => write_number(company_id, 1, page),
            },
        );
    })
}

/// 32 hexadecimal digits, as the document's 加密主键 has.
fn write_key(seed: u64, index: u64, page: &mut Vec<u8>) {
    let mut dice = Dice::of_row(seed, index);
    for half in [dice.roll(), dice.roll()] {
        page.extend(
            half.to_be_bytes()
                .into_iter()
                .flat_map(|byte| [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)])),
        );
    }
}

fn invented(case: u64) -> Row {
    let mut dice = Dice::of_row(fingerprint("market", 0), case);
    let court = dice.pick(&COURTS);
    let filed = FIRST_DAY + draw(&mut dice, 4300);
    // 2013 to 2015 have 365 days and 2016 has 366, and so on by fours.
    let year = 2013 + ((filed - FIRST_DAY) * 4 + 3) / 1461;
    let amount = 5_000 + dice.below(900_000_000);
    let performance = Performance::drawn(&mut dice, amount);
    let person = stencil::is_person(case);
    let legal_person = dice.once_in(2).then(|| 1 + dice.below(40));
    let place = [court.sign, court.number].concat();
    Row {
        courtname: court.name,
        disrupttypename: dice.pick(&CONDUCTS),
        id: ID,
        status: u8::from(dice.once_in(8)),
        dishonestid: Cow::Owned((100_000 + dice.below(900_000)).to_string()),
        gistid: Cow::Owned(format!("（{}）{place}民初{}号", year - 1, 1 + dice.below(20_000))),
        cid: COMPANY_ID,
        casecode: Cow::Owned(format!("({year}){place}执{CASE_NUMBER}号")),
        focusnumber: dice.below(4) * dice.below(30),
        duty: Cow::Owned(format!(
            "被告{NAME}于本判决生效之日起十日内支付{}{}。",
            dice.pick(&CREDITORS),
            yuan(amount)
        )),
        regdate: filed * DAY - CHINA_AHEAD_OF_UTC,
        staff: staff(&mut dice, person),
        publishdate: (filed + 10 + draw(&mut dice, 300)) * DAY - CHINA_AHEAD_OF_UTC,
        unperformed_part: performance.unperformed,
        cardnum: card_number(&mut dice, person),
        document_url: if dice.once_in(4) {
            Cow::Owned(format!("https://wenshu.example/{:016x}", dice.roll()))
        } else {
            Cow::Borrowed("")
        },
        legal_person_companies: legal_person,
        iname: NAME,
        businessentity: Cow::Borrowed(if person { "" } else { dice.pick(&PEOPLE) }),
        performed_part: performance.performed,
        areaname: court.province,
        performance: performance.label,
        legal_person_id: legal_person.map(|_| 5_000_000_000 + dice.below(900_000_000)),
        gistunit: court.name,
        business_id: Cow::Borrowed(KEY),
        legal_person_type: legal_person.map(|companies| if companies > 35 { 1 } else { 2 }),
        r#type: match (person, dice.once_in(12)) {
            (true, _) => "0",
            (false, true) => "2",
            (false, false) => "1",
        },
    }
}

struct Performance {
    label: &'static str,
    performed: Cow<'static, str>,
    unperformed: Cow<'static, str>,
}

impl Performance {
    fn drawn(dice: &mut Dice, amount: u64) -> Self {
        let nothing = Cow::Borrowed("");
        match dice.below(10) {
            0 => Self { label: "全部已履行", performed: Cow::Owned(yuan(amount)), unperformed: nothing },
            1..=3 => {
                let performed = dice.below(amount);
                let (performed, unperformed) = (yuan(performed), yuan(amount - performed));
                Self {
                    label: "部分未履行",
                    performed: Cow::Owned(performed),
                    unperformed: Cow::Owned(unperformed),
                }
            }
            _ => Self { label: "全部未履行", performed: nothing.clone(), unperformed: nothing },
        }
    }
}

fn staff(dice: &mut Dice, person: bool) -> Cow<'static, str> {
    if person || !dice.once_in(3) {
        return Cow::Borrowed("[]");
    }
    let name = dice.pick(&PEOPLE);
    let year = 1955 + dice.below(40);
    Cow::Owned(format!(
        r#"[{{"cardnum":"110101{year}****{:04}","corporationtypename":"法定代表人","iname":"{name}"}}]"#,
        dice.below(10_000)
    ))
}

fn card_number(dice: &mut Dice, person: bool) -> Cow<'static, str> {
    if person {
        Cow::Owned(format!("110101{}****{:04}", 1955 + dice.below(40), dice.below(10_000)))
    } else if dice.once_in(4) {
        Cow::Borrowed("")
    } else {
        Cow::Owned(organisation_code(10_000_000 + dice.below(90_000_000)))
    }
}

/// An organisation code with its check digit by GB 11714.
fn organisation_code(number: u64) -> String {
    let digits = format!("{number:08}");
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u64 = digits.bytes().zip(weights).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    match 11 - sum % 11 {
        10 => format!("{digits}-X"),
        11 => format!("{digits}-0"),
        check => format!("{digits}-{check}"),
    }
}

fn yuan(cents: u64) -> String {
    format!("{}.{:02}元", cents / 100, cents % 100)
}

fn draw(dice: &mut Dice, limit: u64) -> i64 {
    i64::try_from(dice.below(limit)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    fn rows(keyword: &str, rows: u64) -> Vec<Value> {
        let page = page(&Company::of_keyword(keyword), 0..rows);
        serde_json::from_slice(&page).expect("a JSON array")
    }

    #[test]
    fn a_company_has_the_same_rows_every_time_and_no_id_key_or_case_twice() {
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
            assert_eq!(filed.map(|filed| (filed + CHINA_AHEAD_OF_UTC) % DAY), Some(0));
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
    fn organisation_codes_carry_the_right_check_digit() {
        assert_eq!(organisation_code(59_467_239), "59467239-9");
        assert_eq!(organisation_code(30_637_425), "30637425-9");
    }
}
