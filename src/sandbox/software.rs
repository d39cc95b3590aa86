//! Invented software copyrights (软件著作权), which both copyright vendors render with their own field names: the same
//! registration under one company at both, as in reality.

use jiff::civil::{Date, date};

use super::company::Company;
use super::random::{SeededRng, permuted};
use super::scenario::RowContent;

/// One registered work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Software {
    pub(super) name: String,
    /// The later content of a row has one.
    pub(super) short_name: Option<String>,
    pub(super) version: String,
    pub(super) category: &'static str,
    /// `YYYYSR` and 6 digits, 7 from 2018 on.
    pub(super) registration_number: String,
    pub(super) finished: Date,
    pub(super) published: Date,
    pub(super) registered: Date,
}

const SUBJECTS: [&str; 16] = [
    "移动办公",
    "客户管理",
    "数据分析",
    "智能推荐",
    "物料管理",
    "在线支付",
    "影视播放",
    "地图导航",
    "输入法",
    "安全浏览",
    "仓储物流",
    "企业征信",
    "图像识别",
    "视频会议",
    "电子合同",
    "设备监控",
];
const KINDS: [&str; 8] = ["系统", "平台", "APP", "后台管理系统", "服务端", "PC版", "IOS版", "Android版"];
const CATEGORIES: [&str; 6] =
    ["10100-0000", "30000-0000", "30104-0000", "30200-0000", "61000-6500", "30219-0000"];

/// The software in one row of a company.
pub(super) fn software(company: &Company, index: u64, content: RowContent) -> Software {
    let mut rng = SeededRng::of_row(company.seed, index);
    let (topic, kind) = (rng.pick(&SUBJECTS), rng.pick(&KINDS));
    let registered = date(2008, 1, 2).saturating_add(rng.days(6200));
    let published = registered.yesterday().unwrap_or(registered).saturating_sub(rng.days(400));
    let number = match registered.year() {
        ..2018 => format!("{:06}", permuted(company.seed, index, 1_000_000)),
        _ => format!("{:07}", permuted(company.seed, index, 10_000_000)),
    };
    let has_short_name = match content {
        RowContent::Drawn => !rng.one_in(5),
        RowContent::First => false,
        RowContent::Later => true,
    };
    Software {
        name: format!("{topic}{kind}软件"),
        short_name: has_short_name.then(|| topic.to_owned()),
        version: version(&mut rng),
        category: rng.pick(&CATEGORIES),
        registration_number: format!("{}SR{number}", registered.year()),
        finished: published.yesterday().unwrap_or(published).saturating_sub(rng.days(120)),
        published,
        registered,
    }
}

fn version(rng: &mut SeededRng) -> String {
    let (major, minor) = (1 + rng.below(6), rng.below(10));
    if rng.one_in(4) { format!("V{major}.{minor}.{}", rng.below(10)) } else { format!("V{major}.{minor}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_is_finished_then_published_then_registered() {
        let company = Company::of_keyword("深圳华信科技有限公司");
        let all: Vec<Software> = (0..500).map(|index| software(&company, index, RowContent::Drawn)).collect();
        for software in &all {
            assert!(software.finished < software.published && software.published < software.registered);
            let (year, number) = software.registration_number.split_once("SR").expect("a number");
            assert_eq!(year, software.registered.year().to_string());
            assert_eq!(number.len(), if software.registered.year() < 2018 { 6 } else { 7 });
        }
        assert!(all.iter().any(|software| software.short_name.is_none()));
    }
}
