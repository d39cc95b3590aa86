//! The sentences of a table: captions, and the result of a query.

use super::super::facts::Facts;
use super::super::sanitise::sanitise;
use super::paint::Tone;
use crate::domain::failure::FailureKind;
use crate::domain::identifier::IdentifierKind;
use crate::domain::outcome::{QueryOutcome, Status};
use crate::domain::record::Topic;
use crate::domain::text::{Language, Message, Text, counted, message};

/// Names a query and its provider.
pub(super) fn caption(query: &str, provider: &str) -> String {
    format!("{} · {provider}", sanitise(query))
}

/// The result of a query, and its tone: "nothing found" and "failed" share no word.
pub(super) fn result(
    outcome: &QueryOutcome,
    facts: &Facts,
    topic: Topic,
    language: Language,
) -> (String, Tone) {
    let failed = match &outcome.error {
        None => message!("failed", "失败"),
        Some(failure) => message!("failed: {reason}", "失败：{reason:#}", reason = failure.reason()),
    };
    let is_plain = outcome.complete && outcome.matched == outcome.returned;
    let (sentence, tone) = match outcome.status {
        Status::Ok | Status::Partial => {
            let records = joined(joined(fetched(outcome), matches(outcome)), details(facts, topic));
            let sentence = match (outcome.status, &outcome.error) {
                (Status::Partial, Some(_)) => message!("{records}; {failed}", "{records:#}；{failed:#}"),
                _ => records,
            };
            (sentence, if is_plain { Tone::Faint } else { Tone::Mixed })
        }
        Status::Empty if outcome.is_left_out() => (
            message!(
                "no record of this company among {seen}; the others are left out (--exact)",
                "已取得的 {number} 条记录中没有该企业的记录，均已略去（--exact）",
                seen = counted(outcome.distinct, "record", "records"),
                number = outcome.distinct
            ),
            Tone::Mixed,
        ),
        Status::Empty => {
            (outcome.result().into(), if outcome.is_empty_page() { Tone::Mixed } else { Tone::Faint })
        }
        Status::Failed => (failed, Tone::Bad),
        Status::Skipped => (skipped(outcome), Tone::Mixed),
    };
    let sentence = joined(sentence, from_archive(outcome));
    (sanitise(sentence.in_language(language)).into_owned(), tone)
}

fn joined(one: Message, next: Message) -> Message {
    message!("{one}{next}", "{one:#}{next:#}")
}

/// The reason for which a query was not sent: its keyword was skipped, or the run stopped before.
fn skipped(outcome: &QueryOutcome) -> Message {
    match &outcome.error {
        Some(failure) if failure.kind == FailureKind::Keyword => {
            message!("not queried: {reason}", "未查询：{reason:#}", reason = failure.message)
        }
        _ => message!("not queried: the run had stopped", "未查询：运行已提前停止"),
    }
}

/// Names columns for which a terminal has no room.
pub(super) fn hidden(labels: &[&str], language: Language) -> String {
    let labels = labels.join(language.choose(", ", "、"));
    let message =
        message!("hidden columns: {labels}; --wide shows them", "未显示的列：{labels}；加 --wide 可显示");
    message.in_language(language).to_owned()
}

/// The number of records, and whether they are complete.
fn fetched(outcome: &QueryOutcome) -> Message {
    let (returned, distinct) = (outcome.returned, outcome.distinct);
    let count = counted(returned, "record", "records");
    match outcome.total {
        _ if outcome.complete => message!("{count}", "共 {returned} 条记录"),
        Some(total) if returned < total => {
            let all = counted(total, "record", "records");
            message!("showing {returned} of {all}", "已显示 {returned} 条（共 {total} 条）")
        }
        Some(total) => message!(
            "{count} ({distinct} different) of a total of {total}: incomplete",
            "{returned} 条记录（{distinct} 条不重复），服务商给出的总数为 {total}：不完整"
        ),
        None => {
            message!("{count}; the vendor gave no total", "{returned} 条记录；服务商未给出总数")
        }
    }
}

/// The numbers of records by company. With `--exact`, only those of the company are there.
fn matches(outcome: &QueryOutcome) -> Message {
    let QueryOutcome { returned, matched, other, undecided, .. } = outcome;
    let key = match outcome.kind {
        IdentifierKind::Name => Text::new("under this name", "名称"),
        _ => Text::new("with this code", "代码"),
    };
    if other + undecided == 0 {
        return match matched {
            0 => Message::default(),
            1 => message!(", {key}", "，{key:#}相符"),
            _ => message!(", all {key}", "，{key:#}均相符"),
        };
    }
    let mut counts = message!(": {matched} {key}", "：{matched} 条{key:#}相符");
    for (count, words) in [
        (other, Text::new("of other companies", "属其他主体")),
        (undecided, Text::new("undecided", "无法判断")),
    ] {
        if *count > 0 {
            counts = message!("{counts}, {count} {words}", "{counts:#}，{count} 条{words:#}");
        }
    }
    if returned == matched {
        joined(counts, Text::new(" (left out)", "（已略去）").into())
    } else {
        counts
    }
}

/// The number of records without performance, and the latest date.
fn details(facts: &Facts, topic: Topic) -> Message {
    let unperformed = facts.unperformed;
    let unperformed = match unperformed {
        0 => Message::default(),
        _ => message!("; {unperformed} entirely unperformed", "；{unperformed} 条全部未履行"),
    };
    let words = match topic {
        Topic::Dishonest => Text::new("latest filed", "最近立案"),
        Topic::Copyright | Topic::MergedCopyright => Text::new("latest registered", "最近登记"),
    };
    let latest = match &facts.latest {
        None => Message::default(),
        Some(latest) => message!("; {words} {latest}", "；{words:#} {latest}"),
    };
    joined(unperformed, latest)
}

fn from_archive(outcome: &QueryOutcome) -> Message {
    match outcome.fetched_at.as_deref().and_then(|moment| moment.get(..10)) {
        Some(day) if outcome.archived_pages > 0 => {
            message!(", from the archive of {day}", "，取自 {day} 的存档")
        }
        _ => Message::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;

    fn verdicts(language: Language) -> Vec<String> {
        samples::outcomes()
            .iter()
            .map(|outcome| result(outcome, &Facts::default(), Topic::Dishonest, language).0)
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
                "not queried: the run had stopped",
            ]
        );
        assert_eq!(
            verdicts(Language::Chinese),
            [
                "共 3 条记录，名称均相符",
                "无记录",
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
                .map(|language| result(&outcome, &facts, Topic::Dishonest, language).0)
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
        assert!(english.starts_with("30 records: 0 under this name, 30 of other companies;"));
        assert!(chinese.starts_with("共 30 条记录：0 条名称相符，30 条属其他主体；"));
    }

    #[test]
    fn an_answer_of_the_archive_says_so_and_of_which_day() {
        let outcome = QueryOutcome { archived_pages: 1, ..samples::outcomes().swap_remove(1) };
        assert_eq!(
            result(&outcome, &Facts::default(), Topic::Dishonest, Language::English).0,
            "nothing found, from the archive of 2026-01-02"
        );
        assert_eq!(
            result(&outcome, &Facts::default(), Topic::Dishonest, Language::Chinese).0,
            "无记录，取自 2026-01-02 的存档"
        );
    }

    #[test]
    fn what_a_vendor_says_cannot_steer_the_terminal() {
        let mut outcome = samples::outcomes().swap_remove(3);
        if let Some(failure) = &mut outcome.error {
            failure.message = Message::verbatim("\u{1b}[2Jgone".to_owned());
        }
        assert_eq!(
            result(&outcome, &Facts::default(), Topic::Dishonest, Language::English).0,
            "failed: account: ␛[2Jgone (code 1013)"
        );
        assert_eq!(caption("a\u{202e}b\n", "market"), "a\u{fffd}b⏎ · market");
    }
}
