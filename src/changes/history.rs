//! The choice of the two snapshots that are compared.

use super::differences::differences;
use super::snapshot::Snapshot;
use crate::domain::change::{Change, ChangeKind, Comparison, ComparisonStatus, Incomparable};
use jiff::Timestamp;
use std::collections::HashSet;

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

/// Compares the newest snapshot of a query with an older one of the same endpoint: another endpoint is another seller's
/// list. `history` is the endpoint and the time of each snapshot, the newest first; `load` reads the answers of one.
///
/// # Errors
/// Those of `load`.
pub fn compare_history<E>(
    history: &[(&str, Timestamp)],
    baseline: Baseline,
    mut load: impl FnMut(usize) -> Result<Snapshot, E>,
) -> Result<Comparison, E> {
    let Some((newest_endpoint, _)) = history.first() else {
        return Ok(Comparison::default());
    };
    let mut entries = history.iter().enumerate().filter(|(_, (endpoint, _))| endpoint == newest_endpoint);
    let is_after_baseline = |taken_at: Timestamp| match baseline {
        Baseline::Previous | Baseline::Marked(None) => true,
        Baseline::Before(moment) => taken_at >= moment,
        Baseline::Marked(Some(moment)) => taken_at > moment,
    };
    let positions = entries.by_ref().map(|(position, _)| position);
    let (newest_whole, partial) = newest_snapshots(positions, &mut load)?;
    let Some(newest_whole) = newest_whole else {
        return Ok(Comparison {
            status: ComparisonStatus::Incomplete,
            reason: Some(Incomparable::NeverComplete),
            newer: partial.as_ref().map(Snapshot::summary),
            ..Comparison::default()
        });
    };
    let partial = partial.filter(|partial| is_after_baseline(partial.taken_at));
    let newest_whole_at = newest_whole.taken_at;
    let (older, newer) = if is_after_baseline(newest_whole_at) {
        let is_candidate =
            |taken_at: Timestamp| baseline == Baseline::Previous || !is_after_baseline(taken_at);
        let candidates = entries.by_ref().filter(|(_, (_, taken_at))| is_candidate(*taken_at));
        let is_whole = |loaded: &Result<Snapshot, E>| loaded.as_ref().map_or(true, |it| it.is_whole);
        match candidates.map(|(position, _)| load(position)).find(is_whole).transpose()? {
            None if baseline == Baseline::Previous && partial.is_some() => (Some(newest_whole), None),
            older => (older, Some(newest_whole)),
        }
    } else {
        (Some(newest_whole), None)
    };
    let has_other_endpoints = history.iter().any(|(endpoint, _)| endpoint != newest_endpoint);
    let mut comparison = compare_sides(older, newer, partial, baseline, has_other_endpoints);
    comparison.newest_whole = Some(newest_whole_at);
    mark_reappeared(&mut comparison.changes, entries.map(|(position, _)| position), load)?;
    let count = |kind| comparison.changes.iter().filter(|change| change.kind == kind).count() as u64;
    comparison.counts = ChangeKind::ALL.map(count);
    Ok(comparison)
}

/// The newest complete snapshot, and the newest incomplete one if that is newer.
fn newest_snapshots<E>(
    positions: impl Iterator<Item = usize>,
    load: &mut impl FnMut(usize) -> Result<Snapshot, E>,
) -> Result<(Option<Snapshot>, Option<Snapshot>), E> {
    let mut partial = None;
    for position in positions {
        let snapshot = load(position)?;
        if snapshot.is_whole {
            return Ok((Some(snapshot), partial));
        }
        partial.get_or_insert(snapshot);
    }
    Ok((None, partial))
}

/// Compares the two sides. `partial` is an incomplete snapshot that is newer than `newer`: what it shows is new, but
/// what it lacks is not gone.
fn compare_sides(
    older: Option<Snapshot>,
    newer: Option<Snapshot>,
    partial: Option<Snapshot>,
    baseline: Baseline,
    has_other_endpoints: bool,
) -> Comparison {
    let is_incomplete = partial.is_some();
    let newer = match (newer, partial) {
        (Some(whole), Some(partial)) => Some(whole.updated_by(partial)),
        (whole, partial) => partial.or(whole),
    };
    let [older_summary, newer_summary] = [&older, &newer].map(|side| side.as_ref().map(Snapshot::summary));
    let changes = match (older, newer) {
        (Some(older), Some(newer)) => Some(differences(older, newer)),
        _ => None,
    };
    let incomplete = |reason| (ComparisonStatus::Incomplete, Some(reason));
    let (status, reason) = match (&changes, baseline) {
        _ if is_incomplete => incomplete(Incomparable::NewestIncomplete),
        (Some(changes), _) if changes.is_empty() => (ComparisonStatus::Unchanged, None),
        (Some(_), _) => (ComparisonStatus::Changed, None),
        (None, Baseline::Before(_)) if older_summary.is_some() => incomplete(Incomparable::NotQueriedSince),
        (None, _) if older_summary.is_some() => (ComparisonStatus::Unchanged, None),
        (None, Baseline::Marked(None)) => (ComparisonStatus::Baseline, None),
        (None, _) if has_other_endpoints => incomplete(Incomparable::OtherEndpoint),
        (None, Baseline::Marked(Some(_))) => incomplete(Incomparable::BaselineGone),
        (None, Baseline::Previous | Baseline::Before(_)) => (ComparisonStatus::Baseline, None),
    };
    Comparison {
        status,
        reason,
        changes: changes.unwrap_or_default(),
        newer: newer_summary.or_else(|| older_summary.clone()),
        older: older_summary,
        ..Comparison::default()
    }
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
