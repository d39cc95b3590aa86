//! The choice of the two snapshots that are compared.

use super::differences::differences;
use super::snapshot::Snapshot;
use crate::domain::change::{Change, ChangeKind, ComparisonStatus, Incomparable};
use jiff::Timestamp;
use std::collections::HashSet;

/// What is known of a snapshot before its answers are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotEntry {
    /// The endpoint that answered: another endpoint is another seller's list.
    pub endpoint: String,
    /// When its newest page was received.
    pub taken_at: Timestamp,
}

/// The older side of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The complete snapshot before the newest.
    Previous,
    /// The newest complete snapshot before that moment.
    Before(Timestamp),
    /// The complete snapshot that was marked; `None` if the query has no such mark.
    Marked(Option<Timestamp>),
}

/// What the comparison of one query came to.
pub struct Comparison {
    /// The result.
    pub status: ComparisonStatus,
    /// Why it is incomplete.
    pub reason: Option<Incomparable>,
    /// The records that differ.
    pub changes: Vec<Change>,
    /// Position in the history, and records, of the snapshot that was compared with.
    pub older: Option<(usize, u64)>,
    /// Position in the history, and records, of the newest snapshot.
    pub newer: Option<(usize, u64)>,
    /// Position in the history of the newest complete snapshot.
    pub newest_whole: Option<usize>,
}

/// A snapshot with its position in the history.
struct Loaded {
    position: usize,
    snapshot: Snapshot,
}

impl Loaded {
    const fn summary(&self) -> (usize, u64) {
        (self.position, self.snapshot.record_count())
    }
}

/// Compares the newest snapshot of a query with an older one of the same endpoint. `history` begins with the newest
/// entry; `load` reads the answers of an entry.
///
/// # Errors
/// Those of `load`.
pub fn compare_history<E>(
    history: &[SnapshotEntry],
    baseline: Baseline,
    mut load: impl FnMut(usize) -> Result<Snapshot, E>,
) -> Result<Comparison, E> {
    let Some(newest) = history.first() else {
        return Ok(ended(ComparisonStatus::NeverAsked, None));
    };
    let mut positions = (0..history.len()).filter(|position| history[*position].endpoint == newest.endpoint);
    let is_after_baseline = |position: usize| match baseline {
        Baseline::Previous | Baseline::Marked(None) => true,
        Baseline::Before(moment) => history[position].taken_at >= moment,
        Baseline::Marked(Some(moment)) => history[position].taken_at > moment,
    };
    let mut partial = None;
    let newest_whole = next_whole(&mut positions, &mut load, |loaded| {
        partial.get_or_insert(loaded);
    })?;
    let Some(newest_whole) = newest_whole else {
        let newer = partial.as_ref().map(Loaded::summary);
        let reason = Some(Incomparable::NeverComplete);
        return Ok(Comparison { newer, ..ended(ComparisonStatus::Incomplete, reason) });
    };
    let partial = partial.filter(|partial| is_after_baseline(partial.position));
    let newest_whole_at = newest_whole.position;
    let older = match baseline {
        _ if !is_after_baseline(newest_whole.position) => None,
        Baseline::Marked(None) => None,
        Baseline::Previous => next_whole(&mut positions, &mut load, |_| ())?,
        Baseline::Before(_) | Baseline::Marked(Some(_)) => {
            let mut before = positions.by_ref().filter(|position| !is_after_baseline(*position));
            next_whole(&mut before, &mut load, |_| ())?
        }
    };
    let (older, newer) = match older {
        Some(older) => (Some(older), Some(newest_whole)),
        None if !is_after_baseline(newest_whole_at) => (Some(newest_whole), None),
        None if baseline == Baseline::Previous && partial.is_some() => (Some(newest_whole), None),
        None => (None, Some(newest_whole)),
    };
    let has_other_endpoints = history.iter().any(|entry| entry.endpoint != newest.endpoint);
    let mut comparison = compare_sides(older, newer, partial, baseline, has_other_endpoints);
    comparison.newest_whole = Some(newest_whole_at);
    mark_reappeared(&mut comparison.changes, positions, load)?;
    Ok(comparison)
}

/// The next complete snapshot; each incomplete one before it goes to `incomplete`.
fn next_whole<E>(
    positions: &mut impl Iterator<Item = usize>,
    load: &mut impl FnMut(usize) -> Result<Snapshot, E>,
    mut incomplete: impl FnMut(Loaded),
) -> Result<Option<Loaded>, E> {
    for position in positions {
        let loaded = Loaded { position, snapshot: load(position)? };
        if loaded.snapshot.is_whole() {
            return Ok(Some(loaded));
        }
        incomplete(loaded);
    }
    Ok(None)
}

/// A comparison without changes.
const fn ended(status: ComparisonStatus, reason: Option<Incomparable>) -> Comparison {
    Comparison { status, reason, changes: Vec::new(), older: None, newer: None, newest_whole: None }
}

/// Compares the two sides. `partial` is an incomplete snapshot that is newer than `newer`: what it shows is new, but
/// what it lacks is not gone.
fn compare_sides(
    older: Option<Loaded>,
    newer: Option<Loaded>,
    partial: Option<Loaded>,
    baseline: Baseline,
    has_other_endpoints: bool,
) -> Comparison {
    let newer_is_whole = newer.is_some();
    let is_incomplete = partial.is_some();
    let newer = match (newer, partial) {
        (Some(whole), Some(partial)) => {
            Some(Loaded { position: partial.position, snapshot: whole.snapshot.updated_by(partial.snapshot) })
        }
        (whole, partial) => partial.or(whole),
    };
    let (newer_summary, older_summary) =
        (newer.as_ref().map(Loaded::summary), older.as_ref().map(Loaded::summary));
    let (status, reason, changes) = match (older, newer) {
        _ if older_summary.is_none() && is_incomplete => {
            (ComparisonStatus::Incomplete, Some(Incomparable::NewestIncomplete), Vec::new())
        }
        (None, _) => match baseline {
            Baseline::Marked(None) => (ComparisonStatus::Baseline, None, Vec::new()),
            _ if has_other_endpoints => {
                (ComparisonStatus::Incomplete, Some(Incomparable::OtherEndpoint), Vec::new())
            }
            Baseline::Marked(Some(_)) => {
                (ComparisonStatus::Incomplete, Some(Incomparable::BaselineGone), Vec::new())
            }
            Baseline::Previous | Baseline::Before(_) => (ComparisonStatus::Baseline, None, Vec::new()),
        },
        (Some(_), None) => match baseline {
            Baseline::Before(_) => {
                (ComparisonStatus::Incomplete, Some(Incomparable::NotQueriedSince), Vec::new())
            }
            Baseline::Previous | Baseline::Marked(_) => (ComparisonStatus::Unchanged, None, Vec::new()),
        },
        (Some(older), Some(newer)) => {
            let changes = differences(older.snapshot, newer.snapshot, newer_is_whole);
            let (status, reason) = match (is_incomplete, changes.is_empty()) {
                (true, _) => (ComparisonStatus::Incomplete, Some(Incomparable::NewestIncomplete)),
                (false, true) => (ComparisonStatus::Unchanged, None),
                (false, false) => (ComparisonStatus::Changed, None),
            };
            (status, reason, changes)
        }
    };
    let newer = newer_summary.or(older_summary);
    Comparison { changes, older: older_summary, newer, ..ended(status, reason) }
}

/// Added records that an earlier snapshot lists are listed again.
fn mark_reappeared<E>(
    changes: &mut [Change],
    earlier: impl Iterator<Item = usize>,
    mut load: impl FnMut(usize) -> Result<Snapshot, E>,
) -> Result<(), E> {
    for position in earlier {
        let mut added = changes.iter_mut().filter(|change| change.kind == ChangeKind::Added).peekable();
        if added.peek().is_none() {
            break;
        }
        let snapshot = load(position)?;
        let keys: HashSet<&str> = snapshot.rows.iter().map(|(key, _)| key.as_str()).collect();
        for change in added {
            if keys.contains(change.row.record.stable_key().as_str()) {
                change.kind = ChangeKind::Reappeared;
            }
        }
    }
    Ok(())
}
