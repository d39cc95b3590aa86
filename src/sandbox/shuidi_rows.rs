//! Rows of shuidi's software copyrights: the nine that the document prints, and invented ones in the same shape.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::company::{Company, SAMPLE_OWNER};
use super::scenario::RowContent;
use super::software::software;

/// The rows that the document prints, three in its answer and six below it.
static SAMPLE_ROWS: LazyLock<Vec<Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("samples/shuidi.json")).unwrap_or_default());

/// One row of a company, its fields in the order of the document's sample.
pub(super) fn row(company: &Company, index: u64, content: RowContent) -> Value {
    if let Some(row) = company.sample_row(SAMPLE_OWNER, &SAMPLE_ROWS, index) {
        return row;
    }
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::company::SAMPLE_OWNER;
    use super::*;

    fn rows(keyword: &str, count: u64) -> Vec<Value> {
        let company = Company::of_keyword(keyword);
        (0..count).map(|index| row(&company, index, RowContent::Drawn)).collect()
    }

    #[test]
    fn the_sample_begins_with_the_documents_nine_rows() {
        let rows = rows(SAMPLE_OWNER, 10);
        assert_eq!(rows[0]["Name"], "二三四五网络影视大全软件");
        assert_eq!((&rows[3]["ShortName"], &rows[3]["RegisterNo"]), (&Value::Null, &"2019SR1323030".into()));
        assert_eq!((&rows[8]["Name"], &rows[8]["VersionNo"]), (&"2345加速浏览器软件".into(), &"V1.0".into()));
        assert_eq!(rows[6]["Owner"], "上海二三四五网络科技有限责任公司");
        assert_eq!(rows[9]["Owner"], SAMPLE_OWNER);
    }

    #[test]
    fn an_ordinary_owner_is_the_name_that_was_asked_for_and_every_number_is_unique() {
        let rows = rows("上海凭安征信服务有限公司", 2000);
        let numbers: HashSet<&str> = rows.iter().filter_map(|row| row["RegisterNo"].as_str()).collect();
        assert_eq!(numbers.len(), rows.len());
        for row in rows {
            assert_eq!(row["Owner"], "上海凭安征信服务有限公司");
        }
    }
}
