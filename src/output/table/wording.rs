//! The sentences of a table: captions, what became of a query, and the sum of a run.

use super::super::sanitise::sanitise;
use super::paint::Tone;
use crate::domain::outcome::{QueryOutcome, RunSummary, Status};
use crate::domain::text::Language;

/// Names a query and who answered it.
pub(super) fn caption(query: &str, provider: &str) -> String {
    format!("{} · {provider}", sanitise(query))
}

/// What became of a query, and how it is to be toned: "nothing found" and "failed" share no word.
pub(super) fn classify(outcome: &QueryOutcome, language: Language) -> (String, Tone) {
    let (mut sentence, tone) = match outcome.status {
        Status::Ok => (fetched(outcome, language), if outcome.complete { Tone::Faint } else { Tone::Mixed }),
        Status::Partial => (fetched(outcome, language), Tone::Mixed),
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

/// The sum of a run of several queries.
pub(super) fn totals(run: &RunSummary, language: Language) -> String {
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
    match language {
        Language::English => {
            format!("{queries} queries: {}; {}", parts.join(", "), counted(records))
        }
        Language::Chinese => format!("共 {queries} 个查询：{}；{records} 条记录", parts.join("，")),
    }
}

fn fetched(outcome: &QueryOutcome, language: Language) -> String {
    let returned = outcome.returned;
    match (outcome.total, outcome.complete, language) {
        (_, true, Language::English) => format!("{}, complete", counted(returned)),
        (_, true, Language::Chinese) => format!("共 {returned} 条，完整"),
        (Some(total), false, Language::English) => format!("{returned} of {total} records, not complete"),
        (Some(total), false, Language::Chinese) => format!("{returned} 条，共 {total} 条，不完整"),
        (None, false, Language::English) => format!("{}; the vendor gave no total", counted(returned)),
        (None, false, Language::Chinese) => format!("{returned} 条；服务商未给出总数"),
    }
}

fn counted(records: u64) -> String {
    if records == 1 { "1 record".to_owned() } else { format!("{records} records") }
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
        samples::outcomes().iter().map(|outcome| classify(outcome, language).0).collect()
    }

    #[test]
    fn each_status_has_its_own_words_in_both_languages() {
        assert_eq!(
            verdicts(Language::English),
            [
                "3 records, complete",
                "nothing found",
                "20 of 30 records, not complete; failed: account: 剩余条数不足 (code 1013)",
                "failed: account: 剩余条数不足 (code 1013)",
                "not asked: the run had stopped",
            ]
        );
        assert_eq!(
            verdicts(Language::Chinese),
            [
                "共 3 条，完整",
                "未查到记录",
                "20 条，共 30 条，不完整；失败：账户问题：剩余条数不足（代码 1013）",
                "失败：账户问题：剩余条数不足（代码 1013）",
                "未查询：运行已提前停止",
            ]
        );
    }

    #[test]
    fn an_answer_of_the_archive_says_so_and_of_which_day() {
        let outcome = QueryOutcome { archived_pages: 1, ..samples::outcomes().swap_remove(1) };
        assert_eq!(classify(&outcome, Language::English).0, "nothing found, from the archive of 2026-01-02");
        assert_eq!(classify(&outcome, Language::Chinese).0, "未查到记录，取自 2026-01-02 的存档");
    }

    #[test]
    fn the_sum_names_only_what_there_was() {
        let mut run = RunSummary::default();
        for outcome in &samples::outcomes()[..2] {
            run.count(outcome);
        }
        assert_eq!(
            totals(&run, Language::English),
            "2 queries: 1 with records, 1 with nothing found; 3 records"
        );
        assert_eq!(totals(&run, Language::Chinese), "共 2 个查询：1 个有记录，1 个未查到记录；3 条记录");
    }

    #[test]
    fn what_a_vendor_says_cannot_steer_the_terminal() {
        let mut outcome = samples::outcomes().swap_remove(3);
        if let Some(failure) = &mut outcome.error {
            failure.message = crate::domain::text::Message::verbatim("\u{1b}[2Jgone".to_owned());
        }
        assert_eq!(classify(&outcome, Language::English).0, "failed: account: ␛[2Jgone (code 1013)");
        assert_eq!(caption("a\u{202e}b\n", "market"), "a\u{fffd}b⏎ · market");
    }
}
