//! The words of a page in both languages: what is known here and not in a record.

use super::super::counts::Label;
use crate::domain::identifier::IdentifierKind;
use crate::domain::outcome::{QueryOutcome, RunSummary, Status};
use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::domain::text::{Language, Message, Text, counted, message};

/// `2026-01-02T03:04:05+08:00` as people read it, without its zone.
pub(super) fn readable(moment: &str) -> String {
    moment.trim_end_matches("+08:00").replacen('T', " ", 1)
}

pub(super) const fn title(topic: Topic) -> Text {
    match topic {
        Topic::Dishonest => Text::new("Dishonest debtors: search report", "失信被执行人查询报告"),
        Topic::Copyright | Topic::MergedCopyright => {
            Text::new("Registered copyrights: search report", "著作权登记查询报告")
        }
    }
}

pub(super) fn provider(provider: ProviderId) -> Message {
    message!("{label} ({provider})", "{label:#}（{provider}）", label = provider.label())
}

pub(super) const fn keyword_kind(kind: IdentifierKind) -> Text {
    match kind {
        IdentifierKind::Name => Text::new("name", "企业名称"),
        IdentifierKind::Uscc => Text::new("unified social credit code", "统一社会信用代码"),
        IdentifierKind::OrganisationCode => Text::new("organisation code", "组织机构代码"),
        IdentifierKind::RegistrationNumber => Text::new("registration number", "工商注册号"),
        IdentifierKind::CompanyId => Text::new("company id", "公司编号"),
        IdentifierKind::SoftwareCopyrightNumber => Text::new("copyright number", "软著登记号"),
    }
}

/// A status as its badge shows it: "nothing found" and "failed" share neither word nor sign nor colour.
pub(super) const fn status(status: Status) -> Text {
    match status {
        Status::Ok => Text::new("✓ records found", "✓ 有记录"),
        Status::Empty => Text::new("○ nothing found", "○ 未查到记录"),
        Status::Partial => Text::new("◐ only in part", "◐ 仅部分取得"),
        Status::Failed => Text::new("✕ failed, no answer", "✕ 失败，无答复"),
        Status::Skipped => Text::new("– not asked", "– 未查询"),
    }
}

/// The colour of a status.
pub(super) const fn tone(status: Status) -> &'static str {
    match status {
        Status::Ok => "info",
        Status::Empty => "calm",
        Status::Partial => "mixed",
        Status::Failed => "fault",
        Status::Skipped => "faint",
    }
}

/// What the status of a query means for its reader, in a sentence.
pub(super) fn meaning(outcome: &QueryOutcome, language: Language) -> String {
    let returned = outcome.returned;
    let sentence = match (outcome.status, outcome.total, language) {
        (Status::Empty, _, Language::English) => "The vendor answered that it has no record.".to_owned(),
        (Status::Empty, _, Language::Chinese) => "服务商已答复：没有记录。".to_owned(),
        (Status::Skipped, _, Language::English) => {
            "It was never asked, because the run had stopped: this says nothing about the company.".to_owned()
        }
        (Status::Skipped, _, Language::Chinese) => {
            "运行已提前停止，从未查询：不能据此判断有无记录。".to_owned()
        }
        (Status::Failed, _, Language::English) => {
            "There was no usable answer: this says nothing about the company.".to_owned()
        }
        (Status::Failed, _, Language::Chinese) => "没有得到可用的答复：不能据此判断有无记录。".to_owned(),
        (_, _, Language::English) if outcome.complete => "All records of the vendor are here.".to_owned(),
        (_, _, Language::Chinese) if outcome.complete => "服务商的记录已全部取得。".to_owned(),
        (_, Some(total), Language::English) => {
            format!("Not complete: {returned} of {}.", records_in_words(total))
        }
        (_, Some(total), Language::Chinese) => format!("不完整：共 {total} 条，取得 {returned} 条。"),
        (_, None, Language::English) => "Perhaps not complete: the vendor gave no total.".to_owned(),
        (_, None, Language::Chinese) => "未必完整：服务商未给出总数。".to_owned(),
    };
    let Some(failure) = &outcome.error else { return sentence };
    let label = failure.kind.label().in_language(language);
    let (colon, space) = match language {
        Language::English => (": ", " "),
        Language::Chinese => ("：", ""),
    };
    let code = match (&failure.code, language) {
        (None, _) => String::new(),
        (Some(code), Language::English) => format!(" (code {code})"),
        (Some(code), Language::Chinese) => format!("（代码 {code}）"),
    };
    format!("{sentence}{space}{label}{colon}{}{code}", failure.message.in_language(language))
}

/// The answer in one sentence.
pub(super) fn answer(run: &RunSummary, language: Language) -> String {
    let RunSummary { queries, found, empty, records, .. } = *run;
    let open = queries - found - empty;
    match (queries, language) {
        (0, Language::English) => "Nothing was asked.".to_owned(),
        (0, Language::Chinese) => "没有进行任何查询。".to_owned(),
        (1, Language::English) if found == 1 => format!("{} found.", records_in_words(records)),
        (1, Language::Chinese) if found == 1 => format!("查到 {records} 条记录。"),
        (1, Language::English) if empty == 1 => "The vendor answered: no record.".to_owned(),
        (1, Language::Chinese) if empty == 1 => "服务商答复：没有记录。".to_owned(),
        (1, Language::English) if records > 0 => {
            format!("{} found, but not all of them.", records_in_words(records))
        }
        (1, Language::Chinese) if records > 0 => format!("查到 {records} 条记录，但未能全部取得。"),
        (1, Language::English) => "The query failed: it is not known whether there are records.".to_owned(),
        (1, Language::Chinese) => "查询失败：不知道有没有记录。".to_owned(),
        (_, Language::English) => {
            let open = if open > 0 { format!("; {open} without a full answer") } else { String::new() };
            let empty = match empty {
                0 => String::new(),
                _ => format!("; for {empty} the vendor answered that it has none"),
            };
            format!(
                "{found} of {} found records, {} in all{empty}{open}.",
                counted(queries, "query", "queries"),
                records_in_words(records)
            )
        }
        (_, Language::Chinese) => {
            let open = if open > 0 { format!("；{open} 个没有完整答复") } else { String::new() };
            let empty = if empty > 0 {
                format!("；{empty} 个经服务商答复没有记录")
            } else {
                String::new()
            };
            format!("{queries} 个查询中 {found} 个有记录，共 {records} 条{empty}{open}。")
        }
    }
}

fn records_in_words(records: u64) -> String {
    counted(records, "record", "records")
}

/// What must be known before anything on the page is used, each with its colour. Empty where everything was answered in full.
pub(super) fn warnings(
    run: &RunSummary,
    incomplete: u64,
    other: u64,
    language: Language,
) -> Vec<(&'static str, String)> {
    let unanswered = run.failed + run.skipped;
    let mut warnings = Vec::new();
    if unanswered > 0 {
        let sentence = match language {
            Language::English => format!(
                "Without an answer: {unanswered} of {}. That nothing was found there proves nothing.",
                counted(run.queries, "query", "queries")
            ),
            Language::Chinese => format!(
                "没有答复：{} 个查询中有 {unanswered} 个失败或未查询。它们没有记录，不能说明没有问题。",
                run.queries
            ),
        };
        warnings.push(("fault", sentence));
    }
    if other > 0 {
        let message = if other == run.records {
            message!(
                "All records are of other companies; none is of the company that was asked for.",
                "全部记录均属其他主体，没有所查企业的记录。"
            )
        } else {
            message!(
                "Records of other companies: {other}. The figures and charts leave them out.",
                "其中 {other} 条记录属其他主体，未计入下方数字与图表。"
            )
        };
        warnings.push(("mixed", message.in_language(language).to_owned()));
    }
    if incomplete > 0 {
        let sentence = match language {
            Language::English => {
                format!(
                    "Not complete: for {incomplete} of the queries the vendor has, or may have, more records than are on this page."
                )
            }
            Language::Chinese => {
                format!("不完整：有 {incomplete} 个查询，服务商的记录（可能）多于本页所列。")
            }
        };
        warnings.push(("mixed", sentence));
    }
    warnings
}

pub(super) fn label(label: &Label, language: Language) -> String {
    match label {
        Label::Value(value) => value.clone(),
        other => other.words().map_or_else(String::new, |words| words.in_language(language).to_owned()),
    }
}

pub(super) const AND_MORE: Text = Text::new("and {} more", "等共 {} 个");
pub(super) const ASKED_AT: Text = Text::new("Asked at", "查询时间");
pub(super) const PROVIDER: Text = Text::new("Provider", "服务商");
pub(super) const DATA_OF: Text = Text::new("Data received", "数据取得时间");
pub(super) const TO: Text = Text::new("to", "至");
pub(super) const RECORDS: Text = Text::new("Records", "记录");
pub(super) const OTHER: Text = Text::new("of other companies", "属其他主体");
pub(super) const QUERIES: Text = Text::new("Queries", "查询");
pub(super) const UNPERFORMED: Text = Text::new("nothing performed", "全部未履行");
pub(super) const FOUND: Text = Text::new("with records", "有记录");
pub(super) const EMPTY: Text = Text::new("nothing found", "未查到记录");
pub(super) const PARTIAL: Text = Text::new("only in part", "仅部分取得");
pub(super) const FAILED: Text = Text::new("failed", "失败");
pub(super) const SKIPPED: Text = Text::new("not asked", "未查询");
pub(super) const CALLS: Text = Text::new("paid calls in this run", "本次付费调用");
pub(super) const ARCHIVED: Text = Text::new("pages from the archive", "取自存档的页");
pub(super) const CHARTS: Text = Text::new("At a glance", "概览");
pub(super) const EVIDENCE: Text = Text::new("Evidence", "凭据");
pub(super) const QUERIES_INTRO: Text = Text::new(
    "What became of each query. “Nothing found” is an answer of the vendor; “failed” and “not asked” are not.",
    "每个查询的结果。“未查到记录”是服务商的答复；“失败”和“未查询”不是。",
);
pub(super) const EVIDENCE_INTRO: Text = Text::new(
    "Every page that the vendor answered, with the SHA-256 of its body as received. The archive keeps the bodies: “hecha archive show ID --body” gives one back byte for byte, “hecha archive verify” compares all digests.",
    "服务商答复的每一页，及其原始报文的 SHA-256。报文保存在存档中：用 hecha archive show 编号 --body 可逐字节取回，用 hecha archive verify 可核对全部摘要。",
);
pub(super) const EVIDENCE_NOT_KEPT: Text = Text::new(
    "Every page that the vendor answered, with the SHA-256 of its body as received. The bodies were not archived, so they cannot be looked up again.",
    "服务商答复的每一页，及其原始报文的 SHA-256。报文未存档，无法再次取回。",
);
pub(super) const NO_EVIDENCE: Text = Text::new("No page was answered.", "没有任何答复。");
pub(super) const NO_RECORDS: Text = Text::new(
    "No records. Look at the queries below: whether nothing was found, or nothing was answered.",
    "没有记录。请看下面的查询结果：是未查到记录，还是没有得到答复。",
);
pub(super) const WITHOUT_SCRIPTS: Text = Text::new(
    "This list shows only its first rows: {}. All of them are in this file: allow its script to see, sort and filter them.",
    "此处只显示前 {} 行。全部数据都在本文件中：允许脚本运行即可查看、排序和筛选。",
);
pub(super) const FOOTER: Text = Text::new(
    "This page is one file. It loads nothing, sends nothing and works offline.",
    "本页是单个文件，不加载、不发送任何内容，可离线使用。",
);
pub(super) const NOT_KEPT: Text = Text::new("not kept", "未存档");
pub(super) const FROM_ARCHIVE: Text = Text::new("archive", "存档");
pub(super) const FROM_VENDOR: Text = Text::new("vendor, this run", "服务商（本次）");

/// Headings of the queries and of the evidence.
pub(super) mod heading {
    use super::Text;

    pub const QUERY: Text = Text::new("Query", "查询");
    pub const KIND: Text = Text::new("Read as", "识别为");
    pub const PROVIDER: Text = Text::new("Provider", "服务商");
    pub const STATUS: Text = Text::new("Result", "结果");
    pub const MEANING: Text = Text::new("What that means", "说明");
    pub const RETURNED: Text = Text::new("Records", "取得条数");
    pub const TOTAL: Text = Text::new("Vendor's total", "服务商总数");
    pub const MATCHED: Text = Text::new("Of this company", "本企业");
    pub const OTHER: Text = Text::new("Of other companies", "其他主体");
    pub const UNDECIDED: Text = Text::new("Undecided", "无法判断");
    pub const COMPLETE: Text = Text::new("Complete", "完整");
    pub const CALLS: Text = Text::new("Calls", "调用");
    pub const ARCHIVED: Text = Text::new("From archive", "存档页");
    pub const FETCHED_AT: Text = Text::new("Received at (UTC+8)", "取得时间（UTC+8）");
    pub const PAGE: Text = Text::new("Page", "页");
    pub const ARCHIVE_ID: Text = Text::new("Archive ID", "存档编号");
    pub const SOURCE: Text = Text::new("Source", "来源");
}

/// The words that the script needs, by the names that it has for them.
pub(super) const SCRIPT: &[(&str, Text)] = &[
    ("search", Text::new("Search", "搜索")),
    ("all", Text::new("all", "全部")),
    ("shown", Text::new("{} of {}", "{} / {} 条")),
    ("previous", Text::new("Previous", "上一页")),
    ("next", Text::new("Next", "下一页")),
    ("page", Text::new("Page {} of {}", "第 {} / {} 页")),
    ("reset", Text::new("Reset", "清除筛选")),
    ("details", Text::new("All fields", "全部字段")),
    ("nothing", Text::new("Nothing matches.", "没有符合条件的行。")),
    ("printed", Text::new("Printed: the first {} of {}.", "仅打印前 {} 行，共 {} 行。")),
    ("yes", Text::new("yes", "是")),
    ("no", Text::new("no", "否")),
];

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;

    fn run(outcomes: &[QueryOutcome]) -> RunSummary {
        let mut run = RunSummary::default();
        for outcome in outcomes {
            run.count(outcome);
        }
        run
    }

    #[test]
    fn what_is_unknown_is_never_called_nothing_found() {
        let [.., empty, _, failed, skipped] = &samples::outcomes()[..] else { panic!("five outcomes") };
        for language in [Language::English, Language::Chinese] {
            let sentences = [empty, failed, skipped].map(|outcome| meaning(outcome, language));
            let badges = [empty, failed, skipped].map(|outcome| status(outcome.status).in_language(language));
            for unknown in 1..3 {
                assert!(!sentences[unknown].contains(&sentences[0]) && badges[unknown] != badges[0]);
                assert_ne!(badges[unknown].chars().next(), badges[0].chars().next(), "the signs differ");
            }
        }
        assert_eq!(
            meaning(failed, Language::English),
            "There was no usable answer: this says nothing about the company. account: 剩余条数不足 (code 1013)"
        );
        assert_eq!(meaning(empty, Language::Chinese), "服务商已答复：没有记录。");
        assert_eq!(tone(Status::Failed), "fault");
        assert_ne!(tone(Status::Empty), tone(Status::Failed));
    }

    #[test]
    fn the_answer_fits_what_became_of_the_run() {
        let outcomes = samples::outcomes();
        for (of, english, chinese) in [
            (&outcomes[..1], "3 records found.", "查到 3 条记录。"),
            (&outcomes[1..2], "The vendor answered: no record.", "服务商答复：没有记录。"),
            (&outcomes[2..3], "20 records found, but not all of them.", "查到 20 条记录，但未能全部取得。"),
            (
                &outcomes[3..4],
                "The query failed: it is not known whether there are records.",
                "查询失败：不知道有没有记录。",
            ),
            (
                &outcomes[..],
                "1 of 5 queries found records, 23 records in all; for 1 the vendor answered that it has none; 3 without a full answer.",
                "5 个查询中 1 个有记录，共 23 条；1 个经服务商答复没有记录；3 个没有完整答复。",
            ),
        ] {
            assert_eq!(answer(&run(of), Language::English), english);
            assert_eq!(answer(&run(of), Language::Chinese), chinese);
        }
    }

    #[test]
    fn warnings_are_given_where_something_is_missing_and_nowhere_else() {
        let outcomes = samples::outcomes();
        assert!(warnings(&run(&outcomes[..2]), 0, 0, Language::English).is_empty());
        let all = warnings(&run(&outcomes), 1, 0, Language::English);
        assert_eq!(all.iter().map(|(tone, _)| *tone).collect::<Vec<_>>(), ["fault", "mixed"]);
        assert!(all[0].1.starts_with("Without an answer: 2 of 5 queries."), "{}", all[0].1);
    }
}
