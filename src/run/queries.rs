//! Keywords turned into queries.

use crate::domain::failure::Failure;
use crate::domain::identifier::{Identifier, IdentifierKind, is_digits, read_as};
use crate::domain::outcome::{KeywordWarning, WarningCode};
use crate::domain::query::Query;
use crate::domain::request::ProviderId;
use crate::domain::text::message;
use crate::input::{BareNumbers, Keyword, KeywordList, ReviewContext, SuspiciousKeywords};
use crate::provider::info;
use crate::settings::QuerySettings;

/// A query with the provider it goes to.
pub struct QueryItem {
    /// The position of its provider in the run.
    pub provider: usize,
    /// The query.
    pub query: Query,
    /// Row of the keyword in the input file, or its position on the command line.
    pub input_row: u64,
    /// The warning about its keyword.
    pub warning: Option<KeywordWarning>,
    /// The reason for not sending it.
    pub refusal: Option<Failure>,
}

/// Reads a keyword for a query.
fn read_keyword(keyword: &str, context: ReviewContext) -> Identifier {
    let identifier = context.read(keyword);
    if context.by.is_some() {
        return identifier;
    }
    let takes_company_ids = context.bare_numbers == BareNumbers::CompanyIds;
    match identifier.kind {
        // In a list a bare number stays text; in a copyright query it is a name such as 360.
        IdentifierKind::CompanyId if !takes_company_ids => read_as(keyword, IdentifierKind::Name),
        IdentifierKind::OrganisationCode
            if takes_company_ids && identifier.is_ambiguous() && is_digits(&identifier.canonical) =>
        {
            Identifier { kind: IdentifierKind::CompanyId, ..identifier }
        }
        _ => identifier,
    }
}

/// The warning about a keyword that is suspicious, or of a kind that the vendor's document does not name. It may find
/// nothing and is charged.
pub fn keyword_warning(
    Keyword { text: keyword, suspicion, .. }: &Keyword,
    context: ReviewContext,
    provider: ProviderId,
) -> Option<KeywordWarning> {
    if let Some(suspicion) = suspicion {
        return Some(suspicion.warning(keyword));
    }
    let kind = read_keyword(keyword, context).kind;
    let words = kind.label();
    (!info(provider).keywords.contains(&kind.as_str())).then(|| KeywordWarning {
        code: WarningCode::Kind,
        message: message!(
            "'{keyword}' is read as {words}, which {provider} does not document as a keyword: it may find nothing",
            "'{keyword}' 按{words:#}读取，而 {provider} 的文档未说明可据此查询：可能查不到"
        ),
    })
}

/// The queries of a run: each keyword for each provider.
pub struct Queries<'a> {
    /// The queries in the order of the list.
    pub items: Box<dyn Iterator<Item = Result<QueryItem, Failure>> + 'a>,
    /// The highest possible number of queries; `None` for a shard.
    pub at_most: Option<u64>,
    /// Rows of the list whose keyword is in an earlier row.
    pub repeats: u64,
}

impl<'a> Queries<'a> {
    /// The queries of a list, without duplicates.
    ///
    /// # Errors
    /// If the list cannot be read again.
    pub fn new(list: &KeywordList, settings: &'a QuerySettings) -> Result<Self, Failure> {
        let summary = list.summary();
        let most = summary.keywords * settings.providers.len() as u64;
        let items = list.keywords()?.flat_map(|keyword| match keyword {
            Ok(keyword) => items(&keyword, settings),
            Err(failure) => vec![Err(failure)],
        });
        let at_most = settings.shard.is_none().then_some(most);
        Ok(Self { items: Box::new(items.fuse()), at_most, repeats: summary.repeats })
    }
}

/// The queries of a keyword; none if another shard has them.
fn items(keyword: &Keyword, settings: &QuerySettings) -> Vec<Result<QueryItem, Failure>> {
    let (text, context) = (&keyword.text, settings.review);
    if settings.shard.is_some_and(|shard| !shard.holds(text, context)) {
        return Vec::new();
    }
    let item = |(position, provider): (usize, &ProviderId)| {
        let identifier = read_keyword(text, context);
        let warning = keyword_warning(keyword, context, *provider);
        let refusal = match settings.suspicious {
            SuspiciousKeywords::Send => None,
            SuspiciousKeywords::Stop | SuspiciousKeywords::Skip => {
                keyword.suspicion.as_ref().map(|suspicion| suspicion.failure(text))
            }
        };
        let query = Query { keyword: text.clone(), identifier, filters: settings.filters.clone() };
        Ok(QueryItem { provider: position, query, input_row: keyword.input_row, warning, refusal })
    };
    settings.providers.iter().enumerate().map(item).collect()
}
