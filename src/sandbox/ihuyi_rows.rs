//! Rows of ihuyi's copyright check: the three masked ones that the document prints, and invented ones in the same shape.
//! Owns the vendor's field names; knows nothing of paging, filters or codes.

use std::borrow::Cow;

use serde::Serialize;

use super::company::{Company, Subject};
use super::dice::{Dice, fingerprint};
use super::software::{self, BRAND, EIGHT_DIGITS, Gaps, MARKS, NAME, NAME_IN_JSON, Software};
use super::stencil::{self, Stencils};

/// One row, its fields in the document's order. Every value is a string; dates are `YYYY-MM-DDT00:00:00`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    entity_name: &'static str,
    copyright_type: &'static str,
    copyright_type_code: &'static str,
    registration_num: Cow<'static, str>,
    category_type: &'static str,
    copyright_name: Cow<'static, str>,
    copyright_name_abbr: Cow<'static, str>,
    copyright_owner: Cow<'static, str>,
    copyright_owner_type: &'static str,
    author: &'static str,
    related_entity: Cow<'static, str>,
    version: Cow<'static, str>,
    finish_date: Cow<'static, str>,
    publish_date: Cow<'static, str>,
    registration_date: Cow<'static, str>,
    publish_year: Cow<'static, str>,
    state: &'static str,
    state_date: &'static str,
    power_scope: &'static str,
    power_gain_method: &'static str,
    is_history: &'static str,
}

/// The document prints this row three times.
const DOCUMENT_ROW: Row = Row {
    entity_name: "上海市************",
    copyright_type: "软件著作权证书",
    copyright_type_code: "S",
    registration_num: Cow::Borrowed("2017*******"),
    category_type: "",
    copyright_name: Cow::Borrowed("***软件"),
    copyright_name_abbr: Cow::Borrowed(""),
    copyright_owner: Cow::Borrowed("上海市***********公司"),
    copyright_owner_type: "E",
    author: "",
    related_entity: Cow::Borrowed(r#"[{"item":"2141***","name":"上海******公司","by":"ByName","type":"E"}]"#),
    version: Cow::Borrowed("V1.0"),
    finish_date: Cow::Borrowed("2017-03-08T00:00:00"),
    publish_date: Cow::Borrowed("2017-07-12T00:00:00"),
    registration_date: Cow::Borrowed("2017-12-13T00:00:00"),
    publish_year: Cow::Borrowed("2017"),
    state: "登记",
    state_date: "",
    power_scope: "全部权利",
    power_gain_method: "原始取得",
    is_history: "0",
};
const DOCUMENT_ROWS: u64 = 3;

const PARTNERS: [&str; 4] = ["复旦大学", "中国科学院软件研究所", "北京启明信息技术有限公司", "李敏"];
const WORKS: [&str; 6] = ["标志", "卡通形象", "宣传册", "用户手册", "产品摄影", "企业歌曲"];
const WORK_CATEGORIES: [&str; 4] = ["美术作品", "文字作品", "摄影作品", "音乐作品"];
const AUTHORS: [&str; 5] = ["王建国", "李敏", "张伟", "陈静", "周婷"];

static STENCILS: Stencils = Stencils::new();

/// The rows of these indexes (from 0) of a company, as a JSON array.
pub(super) fn page(company: &Company<'_>, rows: impl Iterator<Item = u64>) -> Vec<u8> {
    let gaps = Gaps::new(company, &company.name);
    stencil::array(rows, |index, page| {
        if company.subject == Subject::Showpiece && index < DOCUMENT_ROWS {
            page.extend_from_slice(&serde_json::to_vec(&DOCUMENT_ROW).unwrap_or_default());
            return;
        }
        let case = stencil::case_of_row(company, index);
        STENCILS.write(case, &MARKS, || invented(case), page, |mark, page| gaps.fill(mark, index, page));
    })
}

fn invented(case: u64) -> Row {
    let mut dice = Dice::of_row(fingerprint("ihuyi", 0), case);
    let row = registered_software(case, software::invent(case), &mut dice);
    if dice.once_in(4) { registered_work(row, &mut dice) } else { row }
}

fn registered_software(case: u64, software: Software, dice: &mut Dice) -> Row {
    Row {
        entity_name: NAME,
        copyright_type: "软件著作权证书",
        copyright_type_code: "S",
        registration_num: Cow::Owned(software.registration_number),
        category_type: software.category,
        copyright_name: Cow::Owned(software.name),
        copyright_name_abbr: software.short_name.map_or(Cow::Borrowed(""), Cow::Owned),
        copyright_owner: if dice.once_in(6) {
            Cow::Owned(format!("{NAME};{}", dice.pick(&PARTNERS)))
        } else {
            Cow::Borrowed(NAME)
        },
        copyright_owner_type: if stencil::is_person(case) { "P" } else { "E" },
        author: "",
        related_entity: related_entity(dice),
        version: Cow::Owned(software.version),
        finish_date: Cow::Owned(format!("{}T00:00:00", software.finished)),
        publish_date: Cow::Owned(format!("{}T00:00:00", software.published)),
        registration_date: Cow::Owned(format!("{}T00:00:00", software.registered)),
        publish_year: Cow::Owned(software.published.year().to_string()),
        state: "登记",
        state_date: "",
        power_scope: dice.pick(&["全部权利", "全部权利", "全部权利", "部分权利"]),
        power_gain_method: dice.pick(&["原始取得", "原始取得", "原始取得", "继受取得"]),
        is_history: if dice.once_in(10) { "1" } else { "0" },
    }
}

/// The same registration as a work of art or letters: other type, number, name, and an author in place of a version.
fn registered_work(row: Row, dice: &mut Dice) -> Row {
    let registered_year = row.registration_date.get(..4).unwrap_or("2017").to_owned();
    Row {
        copyright_type: "作品著作权证书",
        copyright_type_code: "P",
        registration_num: Cow::Owned(format!("国作登字-{registered_year}-F-{EIGHT_DIGITS}")),
        category_type: dice.pick(&WORK_CATEGORIES),
        copyright_name: Cow::Owned(format!("{BRAND}{}", dice.pick(&WORKS))),
        copyright_name_abbr: Cow::Borrowed(""),
        author: dice.pick(&AUTHORS),
        version: Cow::Borrowed(""),
        ..row
    }
}

fn related_entity(dice: &mut Dice) -> Cow<'static, str> {
    if dice.once_in(3) {
        return Cow::Borrowed("[]");
    }
    let item = 1_000_000 + dice.below(900_000_000);
    Cow::Owned(format!(r#"[{{"item":"{item}","name":"{NAME_IN_JSON}","by":"ByName","type":"E"}}]"#))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn rows(keyword: &str, rows: u64) -> Vec<Value> {
        let page = page(&Company::of_keyword(keyword), 0..rows);
        serde_json::from_slice(&page).expect("a JSON array")
    }

    fn text<'a>(row: &'a Value, key: &str) -> &'a str {
        row[key].as_str().expect("a string")
    }

    #[test]
    fn a_show_piece_begins_with_the_documents_three_rows_and_goes_on_with_its_own() {
        let rows = rows("乐视云计算有限公司", 4);
        assert!(rows[..3].iter().all(|row| row["registrationNum"] == "2017*******"));
        assert_eq!(rows[3]["entityName"], "乐视云计算有限公司");
    }

    #[test]
    fn software_and_works_are_mixed_and_each_has_what_belongs_to_it() {
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
