//! The differences between two snapshots.

use super::snapshot::Snapshot;
use crate::domain::change::{Change, ChangeKind, FieldChange};
use crate::domain::record::{Row, Topic, normalise_registration_number};
use serde_json::json;
use std::collections::HashMap;

/// Columns whose values do not describe the record: the query's own, the vendor's numbering, and its counters. A
/// registration number may be spelled in several ways, and fields beyond the documents have no known meaning.
const NOT_COMPARED: [&str; 13] = [
    "query",
    "provider",
    "match",
    "input_row",
    "id",
    "record_key",
    "subject_id",
    "company_id",
    "legal_person_id",
    "followers",
    "legal_person_companies",
    "registration_number",
    "extra",
];

/// The records of `newer` that are not in `older` or differ there, then those of `older` that are gone.
///
/// Records are gone only from a complete list.
pub fn differences(older: Snapshot, newer: Snapshot) -> Vec<Change> {
    let newer_is_whole = newer.is_whole;
    let places: HashMap<&str, usize> =
        newer.rows.iter().enumerate().map(|(place, (key, _))| (key.as_str(), place)).collect();
    let mut partners = vec![None; newer.rows.len()];
    let mut gone = Vec::new();
    for (key, row) in older.rows {
        match places.get(key.as_str()) {
            Some(place) => partners[*place] = Some(row),
            None => gone.push(row),
        }
    }
    drop(places);
    pair_renumbered(&newer, &mut partners, &mut gone);
    let change = |kind, row, fields| Change { kind, row, fields };
    let difference = |((_, row), partner): ((String, Row), Option<Row>)| {
        let Some(partner) = partner else { return Some(change(ChangeKind::Added, row, Vec::new())) };
        let fields = changed_fields(&partner, &row);
        (!fields.is_empty()).then(|| change(ChangeKind::Changed, row, fields))
    };
    let mut changes: Vec<Change> = newer.rows.into_iter().zip(partners).filter_map(difference).collect();
    if newer_is_whole {
        changes.extend(gone.into_iter().map(|row| change(ChangeKind::Removed, row, Vec::new())));
    }
    changes
}

/// Pairs the remaining records that occur once on each side. Records of one case, name and day of publication were
/// renumbered by the vendor. Entries of one registration number differ because the stable key of an entry in a
/// copyright's history is all its values.
fn pair_renumbered(newer: &Snapshot, partners: &mut [Option<Row>], gone: &mut Vec<Row>) {
    let new_rows = newer.rows.iter().map(|(_, row)| row).enumerate();
    let new_places = places_by_number(new_rows.filter(|(place, _)| partners[*place].is_none()));
    let old_places = places_by_number(gone.iter().enumerate());
    let pair = |(number, old): (&Vec<String>, &Vec<usize>)| match (&old[..], &new_places.get(number)?[..]) {
        ([old], [new]) => Some((*old, *new)),
        _ => None,
    };
    let mut pairs: Vec<(usize, usize)> = old_places.iter().filter_map(pair).collect();
    pairs.sort_unstable();
    for (old, new) in pairs.into_iter().rev() {
        partners[new] = Some(gone.remove(old));
    }
}

/// The places of records by the number of their case, with name and day, or of their registration.
fn places_by_number<'a>(rows: impl Iterator<Item = (usize, &'a Row)>) -> HashMap<Vec<String>, Vec<usize>> {
    let mut places: HashMap<_, Vec<usize>> = HashMap::new();
    for (place, row) in rows {
        let text = |key| row.record.text(key).map(str::to_owned);
        let number: Option<Vec<String>> = match row.record.topic() {
            Topic::Dishonest => ["case_number", "name", "published_on"].into_iter().map(text).collect(),
            Topic::Copyright | Topic::MergedCopyright => row
                .record
                .text("registration_number")
                .and_then(normalise_registration_number)
                .map(|number| vec![number]),
        };
        if let Some(number) = number {
            places.entry(number).or_default().push(place);
        }
    }
    places
}

fn changed_fields(older: &Row, newer: &Row) -> Vec<FieldChange> {
    let columns = newer.record.topic().columns().iter();
    columns
        .enumerate()
        .filter(|(index, _)| older.value(*index) != newer.value(*index))
        .filter(|(_, column)| !NOT_COMPARED.contains(&column.key))
        .map(|(index, column)| FieldChange {
            column,
            old: json!(older.value(index)),
            new: json!(newer.value(index)),
        })
        .collect()
}
