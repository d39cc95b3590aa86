//! Queries: one company, and filters.

use super::identifier::Identifier;

/// Works or software, the vendors' `copyrightTypeCode` P and S.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CopyrightKind {
    /// 软件著作权.
    Software,
    /// 作品著作权.
    Work,
}

/// The filters of a copyright query; empty for providers without filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Works or software.
    pub kind: Option<CopyrightKind>,
    /// Year of publication (公布年份), four digits.
    pub year: Option<String>,
    /// 登记号.
    pub registration_number: Option<String>,
    /// Part of the title.
    pub title: Option<String>,
    /// Part of the owner's name (著作权人).
    pub owner: Option<String>,
}

impl Filters {
    /// The options that are set, as they are written on the command line.
    pub fn set_options(&self) -> Vec<&'static str> {
        [
            ("--type", self.kind.is_some()),
            ("--year", self.year.is_some()),
            ("--registration-number", self.registration_number.is_some()),
            ("--title", self.title.is_some()),
            ("--owner", self.owner.is_some()),
        ]
        .into_iter()
        .filter_map(|(option, is_set)| is_set.then_some(option))
        .collect()
    }
}

/// The question about one company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The keyword as the user gave it, trimmed; it is the `query` column.
    pub keyword: String,
    /// The kind of the keyword, and the form in which it is sent.
    pub identifier: Identifier,
    /// The filters.
    pub filters: Filters,
}

/// The pages that a query may fetch, and the records that are written.
#[derive(Debug, Clone, Copy)]
pub struct PageLimits {
    /// Records per page; `None` is the cap of each provider.
    pub page_size: Option<u32>,
    /// Maximum number of records of a query; no page beyond them is bought.
    pub limit: Option<u64>,
    /// Only this page.
    pub only_page: Option<u32>,
    /// `--exact`: only records of the company that was asked for are written and count towards the limit.
    pub exact: bool,
}

/// One page of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// Its number, from 1.
    pub number: u32,
    /// Records per page, at most the provider's cap.
    pub size: u32,
}
