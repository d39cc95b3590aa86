//! The outcome of a query, and the exit code of a run.

use super::failure::{Failure, FailureKind};
use super::identifier::IdentifierKind;
use super::request::ProviderId;
use super::text::{Message, Text};
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;

/// The state in which a query ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Answered, with records.
    Ok,
    /// Answered, without records.
    Empty,
    /// Some pages arrived, another failed.
    Partial,
    /// No page arrived.
    Failed,
    /// Not queried.
    #[default]
    Skipped,
}

impl Status {
    /// The words for people.
    pub const fn label(self) -> Text {
        match self {
            Self::Ok => Text::new("records found", "有记录"),
            Self::Empty => Text::new("nothing found", "无记录"),
            Self::Partial => Text::new("only in part", "部分取得"),
            Self::Failed => Text::new("failed, no answer", "查询失败"),
            Self::Skipped => Text::new("not queried", "未查询"),
        }
    }
}

/// The kind of a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningCode {
    /// A code with a wrong check digit.
    CheckDigit,
    /// A placeholder for nothing, such as `N/A` or `无`.
    Placeholder,
    /// A heading of a table.
    Heading,
    /// A total or a remark.
    Remark,
    /// Separators, bullets or quotation marks around the name, or several names.
    Structure,
    /// A date, an amount, a telephone number or a web address.
    Number,
    /// A formula of a spreadsheet.
    Formula,
    /// Invisible, compatibility or replacement characters, or white space inside Chinese text.
    Characters,
    /// A number that lost digits or leading zeros.
    Lossy,
    /// A text that does not have the form of the stated kind.
    Form,
    /// A kind of keyword that the provider does not document.
    Kind,
    /// Records of other companies only.
    OtherCompanies,
    /// Fewer different records than the vendor's total, or a total that changed between pages.
    Incomplete,
}

/// The word in the data.
impl fmt::Display for WarningCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

/// A warning about a keyword, in JSON `{"code":"check-digit","message":"…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeywordWarning {
    /// Its kind.
    pub code: WarningCode,
    /// The sentence; in the data its English form.
    pub message: Message,
}

/// One page of a query's answer, with its place in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageEvidence {
    /// Its number, from 1.
    pub page: u32,
    /// Its number in the archive; `None` if it is not stored.
    pub archive_id: Option<i64>,
    /// The body as received, if the output shows it or its digest; otherwise empty.
    pub body: Vec<u8>,
    /// The time at which its last byte arrived.
    pub received_at: Timestamp,
    /// Whether it came from the archive.
    pub from_archive: bool,
}

/// One query's entry in `queries` and in a report. The default is that of a query that was not asked, without its provider.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct QueryOutcome {
    /// The keyword as given.
    pub query: String,
    /// The kind that the keyword is read as.
    pub kind: IdentifierKind,
    /// The provider that was asked.
    pub provider: ProviderId,
    /// The state in which the query ended.
    pub status: Status,
    /// The vendor's total; `None` if it gives none.
    pub total: Option<u64>,
    /// The number of records written.
    pub returned: u64,
    /// Whether everything that the vendor has was returned: `distinct` equals `total`.
    pub complete: bool,
    /// Requests of this run that reached the vendor.
    pub calls: u64,
    /// Pages from the archive.
    pub archived_pages: u64,
    /// The time at which the oldest of its pages was received, `…+08:00`.
    pub fetched_at: Option<String>,
    /// Records of the company that was asked for.
    pub matched: u64,
    /// Records of other companies.
    pub other: u64,
    /// Records that cannot be compared with the query.
    pub undecided: u64,
    /// Different records among those returned.
    pub distinct: u64,
    /// The warning about the keyword or its answer.
    pub warning: Option<KeywordWarning>,
    /// The failure, if there was one.
    pub error: Option<Failure>,
    /// Row of the keyword in the input file, or its position on the command line; from 1.
    #[serde(skip)]
    pub input_row: u64,
    /// Its pages by their numbers.
    #[serde(skip)]
    pub pages: Vec<PageEvidence>,
}

impl QueryOutcome {
    /// Whether the page that was asked for has no records, which is not "nothing found" either.
    pub fn is_empty_page(&self) -> bool {
        self.status == Status::Empty && self.distinct == 0 && !self.complete
    }

    /// Whether `--exact` left all records out, which is not "nothing found".
    pub fn is_left_out(&self) -> bool {
        self.status == Status::Empty && self.distinct > 0
    }

    /// The result for people: "nothing found" only if the vendor has answered so.
    pub fn result(&self) -> Text {
        if self.is_left_out() {
            Text::new("none of this company", "无本企业记录")
        } else if self.is_empty_page() {
            Text::new("no records on this page", "本页没有记录")
        } else {
            self.status.label()
        }
    }

    /// The origin of its pages; in English the word in a report.
    pub const fn source(&self) -> Text {
        match (self.archived_pages > 0, self.calls > 0) {
            (true, true) => Text::new("both", "服务商与存档"),
            (true, false) => Text::new("archive", "存档"),
            (false, true) => Text::new("vendor", "服务商"),
            (false, false) => Text::new("none", "无"),
        }
    }
}

/// Counts of a run. They decide the exit code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSummary {
    /// All queries.
    pub queries: u64,
    /// Queries with records.
    pub found: u64,
    /// Queries without records.
    pub empty: u64,
    /// Queries with some pages only.
    pub partial: u64,
    /// Queries without an answer.
    pub failed: u64,
    /// Queries that were not sent.
    pub skipped: u64,
    /// Answered queries whose records may not be all, although no limit was set.
    pub short: u64,
    /// Records written.
    pub records: u64,
    /// Requests that reached a vendor.
    pub calls: u64,
    /// Pages from the archive.
    pub archived_pages: u64,
    /// The kind of the first failure of a run's only query.
    pub only_failure: Option<FailureKind>,
    /// The kind of failure that stopped the run.
    pub stopped_by: Option<FailureKind>,
    /// The exit code of a run that `--max-errors` stopped.
    pub max_errors_code: Option<u8>,
    /// Queries that may succeed if the same command is run again.
    pub rerun_helps: u64,
    /// Queries that were refused, or may have been charged without an answer.
    pub lost: u64,
    /// Records that `--exact` left out.
    pub left_out: u64,
}

impl RunSummary {
    /// Counts one more query.
    pub fn count(&mut self, outcome: &QueryOutcome) {
        self.queries += 1;
        self.records += outcome.returned;
        self.left_out +=
            (outcome.matched + outcome.other + outcome.undecided).saturating_sub(outcome.returned);
        self.calls += outcome.calls;
        self.archived_pages += outcome.archived_pages;
        match outcome.status {
            Status::Ok => self.found += 1,
            Status::Empty => self.empty += 1,
            Status::Partial => self.partial += 1,
            Status::Failed => self.failed += 1,
            Status::Skipped => self.skipped += 1,
        }
        match (&outcome.error, outcome.status) {
            (Some(failure), _) => {
                self.only_failure.get_or_insert(failure.kind);
                let was_left_out = matches!(failure.kind, FailureKind::Keyword | FailureKind::Blank);
                if failure.rerun_helps() {
                    self.rerun_helps += 1;
                } else if !was_left_out {
                    self.lost += 1;
                }
            }
            (None, Status::Partial | Status::Failed | Status::Skipped) => self.rerun_helps += 1,
            (None, Status::Ok | Status::Empty) => {}
        }
    }

    /// Records that `--max-errors` stopped the run after these failures.
    pub fn stop_after(&mut self, failures: &[FailureKind]) {
        let temporary = FailureKind::Temporary.exit_code();
        let are_temporary = failures.iter().all(|kind| kind.exit_code() == temporary);
        self.stopped_by = Some(FailureKind::Limit);
        self.max_errors_code = Some(if are_temporary { temporary } else { 3 });
    }

    /// The exit code by the contract's table; `if_empty` is that of a run without records and failures.
    ///
    /// In this order: what stopped the run; for a single query its own failure, or 3 if some of its pages arrived; 3 if a
    /// failed query may succeed later; 6 for other failures; `if_empty`, or 0.
    pub fn exit_code(&self, if_empty: u8) -> u8 {
        if let Some(code) = self.max_errors_code.or(self.stopped_by.map(FailureKind::exit_code)) {
            return code;
        }
        if self.queries == 1 && self.failed == 1 {
            return self.only_failure.map_or(1, FailureKind::exit_code);
        }
        let is_single_and_partial = self.queries == 1 && self.partial == 1;
        if self.rerun_helps > 0 || is_single_and_partial {
            return 3;
        }
        if self.lost > 0 {
            return 6;
        }
        // Neither a keyword that was left out nor an incomplete answer is "nothing found".
        if self.found == 0 && self.empty > 0 && self.short == 0 { if_empty } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(found: u64, empty: u64, failed: u64) -> RunSummary {
        let queries = found + empty + failed;
        RunSummary { queries, found, empty, failed, rerun_helps: failed, ..RunSummary::default() }
    }

    #[test]
    fn what_stopped_the_run_decides_the_code() {
        for (kind, code) in
            [(FailureKind::Credentials, 4), (FailureKind::Account, 7), (FailureKind::Limit, 8)]
        {
            let run = RunSummary { stopped_by: Some(kind), ..summary(3, 0, 1) };
            assert_eq!(run.exit_code(0), code);
        }
    }

    #[test]
    fn max_errors_is_temporary_or_partial() {
        for (failures, code) in [
            (&[FailureKind::Temporary, FailureKind::Vendor][..], 5),
            (&[FailureKind::Temporary, FailureKind::Answer], 3),
        ] {
            let mut run = summary(3, 0, 2);
            run.stop_after(failures);
            assert_eq!(run.exit_code(0), code);
        }
    }

    #[test]
    fn a_single_failure_has_its_own_code_and_a_batch_has_three_or_six() {
        let only_failure = Some(FailureKind::Answer);
        assert_eq!(RunSummary { only_failure, ..summary(0, 0, 1) }.exit_code(0), 10);
        assert_eq!(summary(1, 0, 1).exit_code(0), 3);
        assert_eq!(RunSummary { lost: 1, ..summary(1, 0, 1) }.exit_code(0), 3);
        assert_eq!(RunSummary { lost: 2, rerun_helps: 0, ..summary(0, 0, 2) }.exit_code(0), 6);
    }

    #[test]
    fn running_again_helps_only_what_cannot_have_been_charged() {
        use crate::domain::failure::Charged;
        let failure = |kind, charged| Failure::local(kind, Message::default()).with_charged(charged);
        assert!(failure(FailureKind::Temporary, Charged::No).rerun_helps());
        assert!(failure(FailureKind::Interrupted, Charged::Unknown).rerun_helps());
        assert!(!failure(FailureKind::Temporary, Charged::Unknown).rerun_helps());
        assert!(!failure(FailureKind::Input, Charged::No).rerun_helps());
        assert!(!failure(FailureKind::Answer, Charged::Yes).rerun_helps());
    }

    #[test]
    fn nothing_found_is_success_unless_asked_otherwise() {
        assert_eq!(summary(0, 2, 0).exit_code(0), 0);
        assert_eq!(summary(0, 2, 0).exit_code(20), 20);
        assert_eq!(summary(1, 2, 0).exit_code(20), 0);
    }
}
