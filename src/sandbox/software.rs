//! Invented software copyrights (软件著作权), from which both copyright vendors make their prepared rows, each with its own
//! field names. Owns names, versions, numbers and dates, and what fills the gaps; knows no vendor.

use jiff::Span;
use jiff::civil::{Date, date};

use super::company::Company;
use super::dice::{Dice, fingerprint, scattered};
use super::stencil::{escaped, write_number};

/// What a prepared row leaves open: the owner's name (also inside JSON inside a string), its brand, and a number of the row's
/// own in 6, 7 or 8 digits.
pub(super) const MARKS: [&str; 6] = ["\u{e000}", "\u{e001}", "\u{e002}", "\u{e003}", "\u{e004}", "\u{e005}"];
pub(super) const NAME: &str = MARKS[0];
pub(super) const NAME_IN_JSON: &str = MARKS[1];
pub(super) const BRAND: &str = MARKS[2];
pub(super) const SIX_DIGITS: &str = MARKS[3];
pub(super) const SEVEN_DIGITS: &str = MARKS[4];
pub(super) const EIGHT_DIGITS: &str = MARKS[5];

/// What stands in the gaps of one company's rows.
#[derive(Debug)]
pub(super) struct Gaps {
    seed: u64,
    name: String,
    name_in_json: String,
    brand: String,
}

impl Gaps {
    /// The gaps of a company whose rows bear the name `name`.
    pub(super) fn new(company: &Company<'_>, name: &str) -> Self {
        let name = escaped(name);
        let name_in_json = escaped(&name);
        Self { seed: company.seed, name, name_in_json, brand: escaped(&company.brand) }
    }

    /// Fills the gap of the `mark`-th of [`MARKS`] in row `index`.
    pub(super) fn fill(&self, mark: usize, index: u64, page: &mut Vec<u8>) {
        match mark {
            0 => page.extend_from_slice(self.name.as_bytes()),
            1 => page.extend_from_slice(self.name_in_json.as_bytes()),
            2 => page.extend_from_slice(self.brand.as_bytes()),
            3 => write_number(scattered(self.seed, index, 1_000_000), 6, page),
            4 => write_number(scattered(self.seed, index, 10_000_000), 7, page),
            _ => write_number(scattered(self.seed, index, 100_000_000), 8, page),
        }
    }
}

/// One registered work, with marks in place of what is its company's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Software {
    pub(super) name: String,
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
    "客户关系管理",
    "数据分析",
    "智能推荐",
    "供应链管理",
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

/// The software of a case.
pub(super) fn invent(case: u64) -> Software {
    let mut dice = Dice::of_row(fingerprint("software", 0), case);
    let (subject, kind) = (dice.pick(&SUBJECTS), dice.pick(&KINDS));
    let registered = date(2008, 1, 1).saturating_add(days(&mut dice, 6200));
    let published = registered.saturating_sub(days(&mut dice, 400));
    let number = if registered.year() < 2018 { SIX_DIGITS } else { SEVEN_DIGITS };
    Software {
        name: format!("{BRAND}{subject}{kind}软件"),
        short_name: (!dice.once_in(5)).then(|| format!("{BRAND}{subject}")),
        version: version(&mut dice),
        category: dice.pick(&CATEGORIES),
        registration_number: format!("{}SR{number}", registered.year()),
        finished: published.saturating_sub(days(&mut dice, 120)),
        published,
        registered,
    }
}

fn version(dice: &mut Dice) -> String {
    let (major, minor) = (1 + dice.below(6), dice.below(10));
    if dice.once_in(4) { format!("V{major}.{minor}.{}", dice.below(10)) } else { format!("V{major}.{minor}") }
}

fn days(dice: &mut Dice, limit: u64) -> Span {
    Span::new().days(i64::try_from(1 + dice.below(limit)).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::super::stencil::CASES;
    use super::*;

    #[test]
    fn software_is_finished_then_published_then_registered() {
        let all: Vec<Software> = (0..CASES).map(invent).collect();
        for software in &all {
            assert!(software.finished < software.published && software.published < software.registered);
            let (year, number) = software.registration_number.split_once("SR").expect("a number");
            assert_eq!(year, software.registered.year().to_string());
            assert_eq!(number, if software.registered.year() < 2018 { SIX_DIGITS } else { SEVEN_DIGITS });
        }
        assert!(all.iter().any(|software| software.short_name.is_none()));
    }
}
