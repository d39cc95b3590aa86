//! The sentences of a table: captions, what became of a query, and the sum of a run.

use super::super::facts::Facts;
use super::super::sanitise::sanitise;
use super::paint::Tone;
use crate::domain::identifier::IdentifierKind;
use crate::domain::outcome::{QueryOutcome, RunSummary, Status};
use crate::domain::record::Topic;
use crate::domain::text::{Language, Message, Text, counted, message};

/// Names a query and who answered it.
pub(super) fn caption(query: &str, provider: &str) -> String {
    format!("{} · {provider}", sanitise(query))
}

/// What became of a query, and its tone: "nothing found" and "failed" share no word.
pub(super) fn classify(
    outcome: &QueryOutcome,
    facts: &Facts,
    topic: Topic,
    language: Language,
) -> (String, Tone) {
    let (mut sentence, tone) = match outcome.status {
        Status::Ok | Status::Partial => {
            let is_plain = outcome.complete && outcome.matched == outcome.returned;
            let sentence =
                [fetched(outcome, language), matches(outcome, language), details(facts, topic, language)];
            (sentence.concat(), if is_plain { Tone::Faint } else { Tone::Mixed })
        }
        Status::Empty => (in_language(language, "nothing found", "未查到记录"), Tone::Faint),
        Status::Failed => (failure(outcome, language), Tone::Bad),
        Status::Skipped => {
            (in_language(language, "not asked: the run had stopped", "未查询：运行已提前停止"), Tone::Mixed)
        }
    };
    if outcome.status == Status::Partial && outcome.error.is_some() {
        sentence.push_str(&in_language(language, "; ", "；"));
        sentence.push_str(&failure(outcome, language));
    }
    if outcome.archived_pages > 0 {
        sentence.push_str(&from_archive(outcome, language));
    }
    (sentence, tone)
}

/// What the last lines say of records whose query did not come to its end.
pub(super) fn broken_off(language: Language) -> String {
    in_language(language, "not complete: the run ended here", "不完整：运行到此中断")
}

/// Names columns for which a terminal has no room.
pub(super) fn hidden(labels: &[&str], language: Language) -> String {
    match language {
        Language::English => format!("hidden columns: {}; --wide shows them", labels.join(", ")),
        Language::Chinese => format!("未显示的列：{}；加 --wide 可显示", labels.join("、")),
    }
}

/// The sum of a run of several queries, of whose records `other` belong to other companies.
pub(super) fn totals(run: &RunSummary, other: u64, language: Language) -> String {
    let parts = [
        (run.found, "with records", "个有记录"),
        (run.empty, "with nothing found", "个未查到记录"),
        (run.partial, "in part", "个仅部分取得"),
        (run.failed, "failed", "个失败"),
        (run.skipped, "not asked", "个未查询"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _, _)| *count > 0)
        .map(|(count, english, chinese)| {
            in_language(language, &format!("{count} {english}"), &format!("{count} {chinese}"))
        })
        .collect();
    let (queries, records) = (run.queries, run.records);
    let other = match other {
        0 => Message::default(),
        _ => message!(", {other} of other companies", "，其中 {other} 条属其他主体"),
    };
    match language {
        Language::English => {
            format!(
                "{}: {}; {}{other}",
                counted(queries, "query", "queries"),
                parts.join(", "),
                records_in_words(records)
            )
        }
        Language::Chinese => format!("共 {queries} 个查询：{}；{records} 条记录{other:#}", parts.join("，")),
    }
}

/// How many records there are and whether that is all.
fn fetched(outcome: &QueryOutcome, language: Language) -> String {
    let (returned, distinct) = (outcome.returned, outcome.distinct);
    let count = records_in_words(returned);
    let message = match outcome.total {
        _ if outcome.complete => message!("{count}", "共 {returned} 条记录"),
        Some(total) if returned < total => {
            let all = records_in_words(total);
            message!("showing {returned} of {all}", "已显示 {returned} 条（共 {total} 条）")
        }
        Some(_) if distinct < returned => message!(
            "{count}, only {distinct} of them different: not complete",
            "{returned} 条记录，其中仅 {distinct} 条不重复，不完整"
        ),
        Some(total) => message!(
            "{count}, the vendor gave a total of {total}: not complete",
            "{returned} 条记录，服务商给出的总数为 {total}，不完整"
        ),
        None => {
            message!("{count}; the vendor gave no total", "{returned} 条记录；服务商未给出总数")
        }
    };
    message.in_language(language).to_owned()
}

/// Whose records they are.
fn matches(outcome: &QueryOutcome, language: Language) -> String {
    let QueryOutcome { returned, matched, other, undecided, .. } = outcome;
    let key = match outcome.kind {
        IdentifierKind::Name => Text::new("under this name", "名称"),
        _ => Text::new("with this code", "代码"),
    };
    let message = match (matched, other, undecided) {
        (0, 0, 0) => return String::new(),
        (1, 0, 0) => message!(", {key}", "，{key:#}相符"),
        (_, 0, 0) => message!(", all {key}", "，{key:#}均相符"),
        (0, _, 0) => message!(", none {key}: all of other companies", "，{key:#}均不相符，属其他主体"),
        (0, 0, _) => message!(", not known whether of this company", "，无法判断是否属于该主体"),
        _ if returned == matched => {
            message!(
                ", all {key}; {other} of other companies left out",
                "，{key:#}均相符；略去其他主体 {other} 条"
            )
        }
        _ => {
            let part = |count: &u64, words: Text| match count {
                0 => Message::default(),
                _ => message!(", {count} {words}", "，{count} 条{words:#}"),
            };
            let other = part(other, Text::new("of other companies", "属其他主体"));
            let undecided = part(undecided, Text::new("undecided", "无法判断"));
            message!(": {matched} {key}{other}{undecided}", "：{matched} 条{key:#}相符{other:#}{undecided:#}")
        }
    };
    message.in_language(language).to_owned()
}

/// How many are not performed, and the latest date.
fn details(facts: &Facts, topic: Topic, language: Language) -> String {
    let mut text = String::new();
    if facts.unperformed > 0 {
        let unperformed = facts.unperformed;
        let message = message!("; {unperformed} entirely unperformed", "；{unperformed} 条全部未履行");
        text.push_str(message.in_language(language));
    }
    if let Some(latest) = &facts.latest {
        let words = match topic {
            Topic::Dishonest => Text::new("latest filed", "最近立案"),
            Topic::Copyright | Topic::MergedCopyright => Text::new("latest registered", "最近登记"),
        };
        let latest = sanitise(latest);
        text.push_str(message!("; {words} {latest}", "；{words:#} {latest}").in_language(language));
    }
    text
}

fn records_in_words(records: u64) -> String {
    counted(records, "record", "records")
}

fn failure(outcome: &QueryOutcome, language: Language) -> String {
    let mut sentence = in_language(language, "failed", "失败");
    let Some(failure) = &outcome.error else {
        return sentence;
    };
    let colon = in_language(language, ": ", "：");
    sentence.push_str(&colon);
    sentence.push_str(failure.kind.label().in_language(language));
    sentence.push_str(&colon);
    sentence.push_str(&sanitise(failure.message.in_language(language)));
    if let Some(code) = &failure.code {
        let code = sanitise(code);
        sentence.push_str(&in_language(language, &format!(" (code {code})"), &format!("（代码 {code}）")));
    }
    sentence
}

fn from_archive(outcome: &QueryOutcome, language: Language) -> String {
    let day = outcome.fetched_at.as_deref().and_then(|moment| moment.get(..10));
    match (day, language) {
        (Some(day), Language::English) => format!(", from the archive of {}", sanitise(day)),
        (None, Language::English) => ", from the archive".to_owned(),
        (Some(day), Language::Chinese) => format!("，取自 {} 的存档", sanitise(day)),
        (None, Language::Chinese) => "，取自存档".to_owned(),
    }
}

fn in_language(language: Language, english: &str, chinese: &str) -> String {
    match language {
        Language::English => english.to_owned(),
        Language::Chinese => chinese.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;

    fn verdicts(language: Language) -> Vec<String> {
        samples::outcomes()
            .iter()
            .map(|outcome| classify(outcome, &Facts::default(), Topic::Dishonest, language).0)
            .collect()
    }

    #[test]
    fn each_status_has_its_own_words_in_both_languages() {
        assert_eq!(
            verdicts(Language::English),
            [
                "3 records, all under this name",
                "nothing found",
                "showing 20 of 30 records, all under this name; failed: account: 剩余条数不足 (code 1013)",
                "failed: account: 剩余条数不足 (code 1013)",
                "not asked: the run had stopped",
            ]
        );
        assert_eq!(
            verdicts(Language::Chinese),
            [
                "共 3 条记录，名称均相符",
                "未查到记录",
                "已显示 20 条（共 30 条），名称均相符；失败：账户问题：剩余条数不足（代码 1013）",
                "失败：账户问题：剩余条数不足（代码 1013）",
                "未查询：运行已提前停止",
            ]
        );
    }

    #[test]
    fn the_sentence_says_whose_records_they_are() {
        let facts = Facts { latest: Some("2024-06-28".to_owned()), unperformed: 21 };
        let of = |matched, other, undecided| {
            let outcome = samples::outcome("甲公司", Status::Ok, Some(30), 30);
            let outcome = QueryOutcome { matched, other, undecided, ..outcome };
            [Language::English, Language::Chinese]
                .map(|language| classify(&outcome, &facts, Topic::Dishonest, language).0)
        };
        assert_eq!(
            of(30, 0, 0),
            [
                "30 records, all under this name; 21 entirely unperformed; latest filed 2024-06-28",
                "共 30 条记录，名称均相符；21 条全部未履行；最近立案 2024-06-28",
            ]
        );
        let [english, chinese] = of(27, 2, 1);
        assert!(english.starts_with("30 records: 27 under this name, 2 of other companies, 1 undecided;"));
        assert!(chinese.starts_with("共 30 条记录：27 条名称相符，2 条属其他主体，1 条无法判断；"));
        let [english, chinese] = of(0, 30, 0);
        assert!(english.starts_with("30 records, none under this name: all of other companies;"));
        assert!(chinese.starts_with("共 30 条记录，名称均不相符，属其他主体；"));
    }

    #[test]
    fn an_answer_of_the_archive_says_so_and_of_which_day() {
        let outcome = QueryOutcome { archived_pages: 1, ..samples::outcomes().swap_remove(1) };
        assert_eq!(
            classify(&outcome, &Facts::default(), Topic::Dishonest, Language::English).0,
            "nothing found, from the archive of 2026-01-02"
        );
        assert_eq!(
            classify(&outcome, &Facts::default(), Topic::Dishonest, Language::Chinese).0,
            "未查到记录，取自 2026-01-02 的存档"
        );
    }

    #[test]
    fn the_sum_names_only_what_there_was() {
        let mut run = RunSummary::default();
        for outcome in &samples::outcomes()[..2] {
            run.count(outcome);
        }
        assert_eq!(
            totals(&run, 0, Language::English),
            "2 queries: 1 with records, 1 with nothing found; 3 records"
        );
        assert_eq!(totals(&run, 0, Language::Chinese), "共 2 个查询：1 个有记录，1 个未查到记录；3 条记录");
    }

    #[test]
    fn what_a_vendor_says_cannot_steer_the_terminal() {
        let mut outcome = samples::outcomes().swap_remove(3);
        if let Some(failure) = &mut outcome.error {
            failure.message = Message::verbatim("\u{1b}[2Jgone".to_owned());
        }
        assert_eq!(
            classify(&outcome, &Facts::default(), Topic::Dishonest, Language::English).0,
            "failed: account: ␛[2Jgone (code 1013)"
        );
        assert_eq!(caption("a\u{202e}b\n", "market"), "a\u{fffd}b⏎ · market");
    }
}
