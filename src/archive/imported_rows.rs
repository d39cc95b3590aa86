//! What every import does: it inserts answers that are new, and groups them into snapshots.

use super::answer::ANSWER_COLUMNS;
use super::error::ArchiveError;
use super::handle::Archive;
use super::store::{Value, parameters};

/// Rows of one transaction.
pub(super) const STEP: u16 = 200;

/// The result of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Answers that were new.
    pub answers_added: u64,
    /// Answers that this archive had already.
    pub answers_known: u64,
    /// Damaged answers that were left out.
    pub answers_damaged: u64,
    /// Attempts that were new in the ledger.
    pub attempts_added: u64,
    /// Attempts that were in the ledger already.
    pub attempts_known: u64,
}

impl Archive {
    /// Inserts the answers that are new.
    pub(super) fn insert_answers(
        &self,
        rows: Vec<Vec<Value>>,
        summary: &mut ImportSummary,
    ) -> Result<(), ArchiveError> {
        let total = rows.len() as u64;
        let added = self.write(move |sql| {
            let insertion = format!(
                "INSERT INTO answers ({ANSWER_COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
                 WHERE NOT EXISTS (SELECT 1 FROM answers WHERE received_at = ?2 AND key_hash = ?1 AND sha256 = ?3)"
            );
            rows.iter().try_fold(0, |added, row| Ok(added + sql.execute(&insertion, &parameters(row))?))
        })?;
        summary.answers_added += added;
        summary.answers_known += total - added;
        Ok(())
    }

    /// Groups the answers that belong to no snapshot.
    pub(super) fn derive_snapshots(&self) -> Result<(), ArchiveError> {
        let statements = self.store.dialect().derive_snapshots;
        self.write(move |sql| sql.execute_batch(statements))
    }
}
