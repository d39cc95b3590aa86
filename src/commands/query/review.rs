//! The review of the keywords before anything is sent: warnings, and a question about suspicious ones.

use crate::commands::Context;
use crate::domain::failure::Failure;
use crate::domain::request::ProviderId;
use crate::domain::text::{Text, counted, message};
use crate::input::{KeywordList, SuspiciousKeywords};
use crate::run::keyword_warning;
use crate::settings::{KeywordSource, QuerySettings};
use log::LevelFilter;

/// Maximum number of suspicious keywords that are shown, and of other warnings.
const MAX_SHOWN: u64 = 50;

/// Reports how a list was read and which of its keywords are suspicious, and decides whether these are sent.
///
/// # Errors
/// Suspicious keywords without a decision to skip or to send them.
pub(super) fn review_keywords(
    settings: &QuerySettings,
    keywords: &mut KeywordList,
    context: &Context,
) -> Result<SuspiciousKeywords, Failure> {
    if let KeywordSource::List(_) = settings.keywords {
        context.terminal.notice(&keywords.summary().in_words());
    }
    let count = warn_of_keywords(settings, keywords, context)?;
    let decision = match settings.suspicious {
        SuspiciousKeywords::Stop if count > 0 && !settings.dry_run => ask(count, settings, context)?,
        decision => decision,
    };
    if decision == SuspiciousKeywords::Send {
        keywords.send_suspicious()?;
    }
    Ok(decision)
}

/// Asks on a terminal whether suspicious keywords are skipped or sent.
fn ask(count: u64, settings: &QuerySettings, context: &Context) -> Result<SuspiciousKeywords, Failure> {
    if context.terminal.can_ask && !settings.yes {
        let answer = context.terminal.ask(
            &message!(
                "suspicious keywords: {count}. Skip them, send them as they are, or stop?",
                "可疑的关键词：{count} 个。跳过、按原样发送，还是停止？"
            ),
            "skip/send/STOP",
        );
        match answer.as_str() {
            "skip" | "跳过" => return Ok(SuspiciousKeywords::Skip),
            "send" | "发送" => return Ok(SuspiciousKeywords::Send),
            _ => {}
        }
    }
    let message = message!(
        "suspicious keywords: {count}; nothing was sent",
        "可疑的关键词：{count} 个；没有发送任何请求"
    );
    Err(Failure::usage(message).with_hint(Text::new(
        "correct them, leave them out with --suspicious skip, or send them as they are with --suspicious send",
        "请更正，或用 --suspicious skip 跳过，或用 --suspicious send 按原样发送",
    )))
}

/// Warns of suspicious keywords and of those that may find nothing. Returns the number of suspicious ones.
fn warn_of_keywords(
    settings: &QuerySettings,
    keywords: &KeywordList,
    context: &Context,
) -> Result<u64, Failure> {
    let terminal = &context.terminal;
    let will_stop = settings.suspicious == SuspiciousKeywords::Stop && !settings.dry_run;
    let least = |stops: bool| if will_stop && stops { LevelFilter::Error } else { LevelFilter::Warn };
    let (mut suspicious, mut others) = (0_u64, 0_u64);
    for keyword in keywords.keywords()? {
        let keyword = keyword?;
        let warning = |provider: &ProviderId| keyword_warning(&keyword, settings.review, *provider);
        let Some(warning) = settings.providers.iter().find_map(warning) else { continue };
        let is_suspicious = keyword.suspicion.is_some();
        let count = if is_suspicious { &mut suspicious } else { &mut others };
        *count += 1;
        if *count <= MAX_SHOWN {
            let (place, code, sentence) = (keyword.place, warning.code, warning.message);
            let warning = message!("{place}: {code}: {sentence}", "{place:#}：{code}：{sentence:#}");
            terminal.warning_from(least(is_suspicious), &warning);
        }
    }
    let more = suspicious.saturating_sub(MAX_SHOWN) + others.saturating_sub(MAX_SHOWN);
    if more > 0 {
        let message = message!(
            "{more_warnings}; `hecha identify -f csv` lists them all with the probable texts, free of charge",
            "另有 {more} 条提示；`hecha identify -f csv` 可免费列出全部可疑的关键词及可能的正确写法",
            more_warnings = counted(more, "more warning", "more warnings")
        );
        terminal.warning_from(least(suspicious > 0), &message);
    }
    Ok(suspicious)
}
