//! Invented rows of ihuyi's copyright check, in the shape of the one that the document prints.

use serde_json::{Value, json};

use super::company::{Company, PEOPLE};
use super::random::SeededRng;
use super::scenario::RowContent;
use super::software::{Software, software};

const PARTNERS: [&str; 4] = ["复旦大学", "中国科学院软件研究所", "北京启明信息技术有限公司", "李敏"];
const WORKS: [&str; 6] = ["标志", "卡通形象", "宣传册", "用户手册", "产品摄影", "企业歌曲"];
const WORK_CATEGORIES: [&str; 4] = ["美术作品", "文字作品", "摄影作品", "音乐作品"];

/// A row with the fields in the document's order. Every value is a string.
pub(super) fn row(company: &Company, index: u64, content: RowContent) -> Value {
    let subject = company.subject_of_row(index);
    let software = software(company, index, content);
    let mut rng = SeededRng::of_row(!company.seed, index);
    let mut row = software_row(&subject, &software, &mut rng);
    // Rows that change stay software, which both vendors have.
    if content == RowContent::Drawn && rng.one_in(4) {
        let number = super::random::permuted(company.seed, index, 100_000_000);
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
    use super::*;

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
