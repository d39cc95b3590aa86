//! Rows of shuidi's software copyrights: the nine that the document prints, and invented ones in the same shape. Owns the
//! vendor's field names; knows nothing of paging or codes.

use std::borrow::Cow;

use serde::Serialize;

use super::company::{Company, SHOWPIECE_OWNER, Subject};
use super::software::{self, Gaps, MARKS};
use super::stencil::{self, Stencils};

/// One row, its fields in the order of the document's sample. Dates are `YYYY-MM-DD 00:00:00`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    publish_date: Cow<'static, str>,
    owner: &'static str,
    category: &'static str,
    register_aper_date: Cow<'static, str>,
    register_no: Cow<'static, str>,
    version_no: Cow<'static, str>,
    short_name: Option<Cow<'static, str>>,
    name: Cow<'static, str>,
}

/// The rows that the document prints, three in its answer and six below it.
const DOCUMENT_ROWS: [Row; 9] = [
    Row {
        publish_date: Cow::Borrowed("2015-05-27 00:00:00"),
        owner: "上海二三四五网络科技有限公司",
        category: "10100-0000",
        register_aper_date: Cow::Borrowed("2015-09-21 00:00:00"),
        register_no: Cow::Borrowed("2015SR183758"),
        version_no: Cow::Borrowed("V3.5"),
        short_name: Some(Cow::Borrowed("影视大全")),
        name: Cow::Borrowed("二三四五网络影视大全软件"),
    },
    Row {
        publish_date: Cow::Borrowed("2016-03-15 00:00:00"),
        owner: "上海二三四五网络科技有限公司",
        category: "10100-0000",
        register_aper_date: Cow::Borrowed("2016-07-11 00:00:00"),
        register_no: Cow::Borrowed("2016SR173682"),
        version_no: Cow::Borrowed("V1.0"),
        short_name: Some(Cow::Borrowed("快修王报修端")),
        name: Cow::Borrowed("二三四五网络快修王报修端PC版软件"),
    },
    Row {
        publish_date: Cow::Borrowed("2015-07-14 00:00:00"),
        owner: "上海二三四五网络科技有限公司",
        category: "30200-0000",
        register_aper_date: Cow::Borrowed("2015-09-29 00:00:00"),
        register_no: Cow::Borrowed("2015SR189720"),
        version_no: Cow::Borrowed("V3.3"),
        short_name: Some(Cow::Borrowed("王牌输入法")),
        name: Cow::Borrowed("二三四五网络王牌拼音输入法软件"),
    },
    Row {
        publish_date: Cow::Borrowed("2019-06-19 00:00:00"),
        owner: "上海二三四五网络科技有限公司",
        category: "10100-0000",
        register_aper_date: Cow::Borrowed("2019-12-10 00:00:00"),
        register_no: Cow::Borrowed("2019SR1323030"),
        version_no: Cow::Borrowed("V1.0.0"),
        short_name: None,
        name: Cow::Borrowed("词库智能推荐后台系统"),
    },
    Row {
        publish_date: Cow::Borrowed("2015-05-19 00:00:00"),
        owner: "上海二三四五网络科技有限公司",
        category: "30200-0000",
        register_aper_date: Cow::Borrowed("2016-11-07 00:00:00"),
        register_no: Cow::Borrowed("2016SR320491"),
        version_no: Cow::Borrowed("V2.3"),
        short_name: Some(Cow::Borrowed("2345阅读王")),
        name: Cow::Borrowed("二三四五网络移动端阅读王IOS版软件"),
    },
    Row {
        publish_date: Cow::Borrowed("2013-04-25 00:00:00"),
        owner: "上海二三四五网络科技股份有限公司",
        category: "30000-0000",
        register_aper_date: Cow::Borrowed("2013-09-29 00:00:00"),
        register_no: Cow::Borrowed("2013SR105258"),
        version_no: Cow::Borrowed("V1.0"),
        short_name: Some(Cow::Borrowed("2345服务器跟踪工具")),
        name: Cow::Borrowed("2345服务器跟踪工具软件"),
    },
    Row {
        publish_date: Cow::Borrowed("2014-08-20 00:00:00"),
        owner: "上海二三四五网络科技有限责任公司",
        category: "30200-0000",
        register_aper_date: Cow::Borrowed("2014-10-22 00:00:00"),
        register_no: Cow::Borrowed("2014SR158118"),
        version_no: Cow::Borrowed("V1.0"),
        short_name: Some(Cow::Borrowed("二三四五精准营销数据分析平台")),
        name: Cow::Borrowed("二三四五网络精准营销数据分析平台软件"),
    },
    Row {
        publish_date: Cow::Borrowed("2013-01-11 00:00:00"),
        owner: "上海二三四五网络科技股份有限公司",
        category: "30104-0000",
        register_aper_date: Cow::Borrowed("2013-09-17 00:00:00"),
        register_no: Cow::Borrowed("2013SR102028"),
        version_no: Cow::Borrowed("V1.0"),
        short_name: Some(Cow::Borrowed("2345首页卫士")),
        name: Cow::Borrowed("2345首页卫士软件"),
    },
    Row {
        publish_date: Cow::Borrowed("2013-03-28 00:00:00"),
        owner: "上海二三四五网络科技股份有限公司",
        category: "30104-0000",
        register_aper_date: Cow::Borrowed("2013-05-16 00:00:00"),
        register_no: Cow::Borrowed("2013SR045439"),
        version_no: Cow::Borrowed("V1.0"),
        short_name: Some(Cow::Borrowed("2345加速浏览器")),
        name: Cow::Borrowed("2345加速浏览器软件"),
    },
];

static STENCILS: Stencils = Stencils::new();

/// The rows of these indexes (from 0) of a company, as a JSON array.
pub(super) fn page(company: &Company<'_>, rows: impl Iterator<Item = u64>) -> Vec<u8> {
    let showpiece = company.subject == Subject::Showpiece;
    let gaps = Gaps::new(company, if showpiece { SHOWPIECE_OWNER } else { &company.name });
    stencil::array(rows, |index, page| {
        let document_row = usize::try_from(index).ok().and_then(|place| DOCUMENT_ROWS.get(place));
        if let (true, Some(row)) = (showpiece, document_row) {
            page.extend_from_slice(&serde_json::to_vec(row).unwrap_or_default());
            return;
        }
        let case = stencil::case_of_row(company, index);
        STENCILS.write(case, &MARKS, || invented(case), page, |mark, page| gaps.fill(mark, index, page));
    })
}

fn invented(case: u64) -> Row {
    let software = software::invent(case);
    Row {
        publish_date: Cow::Owned(format!("{} 00:00:00", software.published)),
        owner: software::NAME,
        category: software.category,
        register_aper_date: Cow::Owned(format!("{} 00:00:00", software.registered)),
        register_no: Cow::Owned(software.registration_number),
        version_no: Cow::Owned(software.version),
        short_name: software.short_name.map(Cow::Owned),
        name: Cow::Owned(software.name),
    }
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
    fn a_show_piece_begins_with_the_documents_nine_rows() {
        let rows = rows(SHOWPIECE_OWNER, 10);
        assert_eq!(rows[0]["Name"], "二三四五网络影视大全软件");
        assert_eq!((&rows[3]["ShortName"], &rows[3]["RegisterNo"]), (&Value::Null, &"2019SR1323030".into()));
        assert_eq!((&rows[8]["Name"], &rows[8]["VersionNo"]), (&"2345加速浏览器软件".into(), &"V1.0".into()));
        assert_eq!(rows[6]["Owner"], "上海二三四五网络科技有限责任公司");
        assert_eq!(rows[9]["Owner"], SHOWPIECE_OWNER);
    }

    #[test]
    fn an_ordinary_owner_is_the_name_that_was_asked_for_and_no_number_comes_twice() {
        let rows = rows("上海凭安征信服务有限公司", 2000);
        let numbers: HashSet<&str> = rows.iter().filter_map(|row| row["RegisterNo"].as_str()).collect();
        assert_eq!(numbers.len(), rows.len());
        for row in rows {
            assert_eq!(row["Owner"], "上海凭安征信服务有限公司");
            assert!(row["Name"].as_str().is_some_and(|name| name.starts_with("凭安征信")));
            let (year, number) =
                row["RegisterNo"].as_str().and_then(|n| n.split_once("SR")).expect("a number");
            assert_eq!(number.len(), if year < "2018" { 6 } else { 7 });
        }
    }
}
