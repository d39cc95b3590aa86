//! From keywords to queries: what each keyword is, what is suspicious about it, and that none is asked twice.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::identifier::{
    Certainty, CheckDigit, Identifier, IdentifierKind, Shape, invisible_character, read_as, recognise,
};
use crate::domain::outcome::{KeywordWarning, WarningCode};
use crate::domain::query::{Filters, Query};
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, Text, message};
use crate::input::{InputError, Keyword};
use crate::provider::info;
use crate::settings::units::Shard;
use std::collections::HashSet;
use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};

/// A query with the provider it goes to.
pub struct QueryItem {
    /// Position of its provider in the run's.
    pub lane: usize,
    /// The query.
    pub query: Query,
    /// Row of the keyword in the input file, or its position on the command line.
    pub input_row: u64,
    /// What is suspicious about its keyword.
    pub warning: Option<KeywordWarning>,
    /// Why it must not be sent.
    pub refusal: Option<Failure>,
}

/// What a keyword was read as.
#[derive(Debug, Clone)]
pub struct KeywordReading {
    /// What it is.
    pub identifier: Identifier,
    /// What is suspicious about it.
    pub warning: Option<KeywordWarning>,
    /// Why it must not be sent.
    pub refusal: Option<Failure>,
}

/// Reads a keyword as `by`, or recognises it.
///
/// A wrong check digit is a warning. It keeps a keyword from being sent only where the keyword could just as
/// well be something else and the user has not said what it is.
pub fn read_keyword(keyword: &str, by: Option<IdentifierKind>, provider: ProviderId) -> KeywordReading {
    let identifier = match by.map_or_else(|| recognise(keyword), |kind| read_as(keyword, kind)) {
        // Only the dishonest list has company ids; elsewhere a bare number is a name such as 360.
        Identifier { kind: IdentifierKind::CompanyId, .. } if provider != ProviderId::Market => {
            read_as(keyword, IdentifierKind::Name)
        }
        identifier => identifier,
    };
    let kind = identifier.kind.in_words();
    let warning = match (&identifier.check, identifier.shape) {
        (CheckDigit::Wrong { expected }, Shape::Fits) => Some((
            WarningCode::CheckDigit,
            message!(
                "the check digit of '{keyword}' as {kind} is wrong; {expected} would be right: is it mistyped?",
                "'{keyword}' 作为{kind:#}校验码有误，应为 {expected}：是否输错？"
            ),
        )),
        (CheckDigit::Wrong { .. }, Shape::Misfits) => Some((
            WarningCode::CheckDigit,
            message!(
                "'{keyword}' looks like {kind} but holds a letter that such a code never has: is it mistyped?",
                "'{keyword}' 像是{kind:#}，却含有此类代码不会出现的字母：是否输错？"
            ),
        )),
        (_, Shape::Misfits) => Some((
            WarningCode::Form,
            message!("'{keyword}' does not have the form of {kind}", "'{keyword}' 不符合{kind:#}的格式"),
        )),
        (CheckDigit::Right | CheckDigit::NotApplicable, Shape::Fits) => {
            let kind = not_named(keyword, identifier.kind, provider);
            kind.map(|message| (WarningCode::Kind, message))
                .or_else(|| Some((WarningCode::Characters, invisible(keyword, &identifier.canonical)?)))
        }
    };
    let warning = warning.map(|(code, message)| KeywordWarning { code, message });
    if identifier.certainty == Certainty::Unmistakable {
        return KeywordReading { identifier, warning, refusal: None };
    }
    if provider == ProviderId::Market && is_bare_number(&identifier.canonical) {
        let identifier = Identifier { kind: IdentifierKind::CompanyId, ..identifier };
        return KeywordReading { identifier, warning: None, refusal: None };
    }
    KeywordReading { identifier, warning, refusal: Some(not_sent(keyword)) }
}

/// A keyword of a kind that the vendor's document does not name is sent, but may find nothing and cost money.
fn not_named(keyword: &str, kind: IdentifierKind, provider: ProviderId) -> Option<Message> {
    let words = kind.in_words();
    (!info(provider).keywords.contains(&kind.as_str())).then(|| {
        message!(
            "'{keyword}' is read as {words}, which {provider} does not say that it finds companies by: it may find nothing",
            "'{keyword}' 按{words:#}读取，而 {provider} 未说明可据此查找企业：可能查不到"
        )
    })
}

/// An invisible character makes another name of one that looks the same.
fn invisible(keyword: &str, canonical: &str) -> Option<Message> {
    let code = format!("U+{:04X}", u32::from(invisible_character(canonical)?));
    Some(message!(
        "'{keyword}' holds an invisible character ({code}), which is sent with it: type it anew",
        "'{keyword}' 含有不可见字符（{code}），会一并发送：请重新输入"
    ))
}

/// Whether nine digits that are no organisation code are a company id of the dishonest list.
fn is_bare_number(canonical: &str) -> bool {
    canonical.len() == 9 && canonical.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_sent(keyword: &str) -> Failure {
    Failure::local(
        FailureKind::Usage,
        message!(
            "'{keyword}' looks like a mistyped code but could be something else, so it was not sent",
            "'{keyword}' 像是输错的代码，但也可能是其他内容，因此没有发送"
        ),
    )
    .with_hint(Text::new(
        "say what it is with --by, for example --by name or --by org-code, and it is sent as it is",
        "请用 --by 说明其类型（如 --by name 或 --by org-code），将按原样发送",
    ))
}

/// Which keywords of a list are one and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// The same text. Two spellings of a code both get their rows, from one call: the archive sees to it.
    Texts,
    /// The same question, however it is spelt: without an archive each spelling would be bought.
    Questions,
}

/// A stream of keywords, whatever it comes from.
pub type KeywordStream = Box<dyn Iterator<Item = Result<Keyword, InputError>> + Send>;

/// Beyond it the set of what was seen grows as it must.
const MOST_EXPECTED: usize = 1 << 20;

/// A stream of queries: each keyword once, for each provider.
pub struct Queries {
    keywords: KeywordStream,
    /// An upper bound of what is to come, for progress; repeats and other shares are in it.
    count: Option<u64>,
    providers: Vec<ProviderId>,
    by: Option<IdentifierKind>,
    filters: Filters,
    shard: Option<Shard>,
    same: Repeats,
    /// 64-bit hashes instead of texts: a million keywords take a few megabytes.
    seen: HashSet<u64>,
    hashing: RandomState,
    repeats: u64,
    waiting: VecDeque<QueryItem>,
}

impl Queries {
    /// Queries for `keywords`, of which there are at most `count`.
    pub fn new(
        keywords: KeywordStream,
        count: u64,
        providers: Vec<ProviderId>,
        by: Option<IdentifierKind>,
        filters: Filters,
        shard: Option<Shard>,
        same: Repeats,
    ) -> Self {
        // A set that grows holds itself twice for a moment, which a long list would show at its peak.
        let expected = count / shard.map_or(1, |shard| shard.of.max(1));
        let expected = usize::try_from(expected).unwrap_or(0).min(MOST_EXPECTED);
        Self {
            keywords,
            count: shard.is_none().then_some(count * providers.len() as u64),
            providers,
            by,
            filters,
            shard,
            same,
            seen: HashSet::with_capacity(expected),
            hashing: RandomState::new(),
            repeats: 0,
            waiting: VecDeque::new(),
        }
    }

    /// How many queries there are at most, where that is known.
    pub const fn at_most(&self) -> Option<u64> {
        self.count
    }

    /// Repeated keywords so far.
    pub const fn repeats(&self) -> u64 {
        self.repeats
    }

    /// Queries for a keyword, which was read for the first provider already.
    fn enqueue(&mut self, keyword: &str, input_row: u64, first: KeywordReading) {
        let mut first = Some(first);
        for (lane, provider) in self.providers.iter().enumerate() {
            let reading = first.take().unwrap_or_else(|| read_keyword(keyword, self.by, *provider));
            let KeywordReading { identifier, warning, refusal } = reading;
            let query = Query { keyword: keyword.to_owned(), identifier, filters: self.filters.clone() };
            self.waiting.push_back(QueryItem { lane, query, input_row, warning, refusal });
        }
    }
}

impl Iterator for Queries {
    type Item = Result<QueryItem, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Some(Ok(item));
            }
            let keyword = match self.keywords.next()? {
                Ok(keyword) => keyword,
                Err(error) => return Some(Err(error.into())),
            };
            let (keyword, input_row) = (keyword.text.as_str(), keyword.input_row());
            let reading = read_keyword(keyword, self.by, self.providers[0]);
            // What is asked for, so that two spellings of a code are one.
            let meaning = &reading.identifier.canonical;
            if self.shard.is_some_and(|shard| !shard.holds(meaning)) {
                continue;
            }
            let hash = match self.same {
                Repeats::Texts => self.hashing.hash_one(keyword),
                Repeats::Questions => self.hashing.hash_one(meaning),
            };
            if self.seen.insert(hash) {
                self.enqueue(keyword, input_row, reading);
            } else {
                self.repeats += 1;
                self.count = self.count.map(|count| count - self.providers.len() as u64);
            }
        }
    }
}
