//! Registered copyrights of several providers, merged into one row for each registration.

use super::column::COPYRIGHT;
use super::fold::fold_width;
use super::record::{Record, Row, Topic, Value};
use serde_json::{Map, json};
use std::collections::HashMap;

/// The rows of one query from one provider.
pub struct ProviderRows {
    /// Its rows.
    pub rows: Vec<Row>,
    /// Whether they are everything that the provider has.
    pub complete: bool,
}

/// One registration: at most one row of each provider.
struct RegistrationRows {
    /// Whether the rows show which providers have the registration.
    shows_providers: bool,
    rows: Vec<Row>,
}

/// Merges the rows of one query, in the order of the providers. Nothing is lost: a row without a key stays a row of its own.
pub fn merge_copyrights(groups: Vec<ProviderRows>) -> Vec<Row> {
    let is_comparable = groups.len() > 1 && groups.iter().all(|group| group.complete);
    let mut registrations: Vec<RegistrationRows> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for row in groups.into_iter().flat_map(|group| group.rows) {
        let key = row.record.registration();
        let place = key.as_ref().and_then(|key| places.get(key)).copied();
        if let Some(place) = place {
            let rows = &mut registrations[place].rows;
            match rows.iter().find(|other| other.provider == row.provider) {
                None => {
                    rows.push(row);
                    continue;
                }
                Some(other) if other.record == row.record => continue,
                // The same provider lists the registration twice, with other values.
                Some(_) => {}
            }
        }
        // A second row of a registration does not show which providers have it: the first one does.
        let shows_providers = is_comparable && key.is_some() && place.is_none();
        if let Some(key) = key {
            places.entry(key).or_insert(registrations.len());
        }
        registrations.push(RegistrationRows { shows_providers, rows: vec![row] });
    }
    registrations.into_iter().filter_map(merged_row).collect()
}

fn merged_row(RegistrationRows { shows_providers, rows }: RegistrationRows) -> Option<Row> {
    let first = rows.first()?;
    let mut record = Record::new(Topic::MergedCopyright);
    let mut conflicts = Vec::new();
    for column in &COPYRIGHT {
        let values: Vec<_> = rows
            .iter()
            .map(|row| (row.provider, row.record.value(column.key)))
            .filter(|(_, value)| *value != Value::Null)
            .collect();
        let Some((_, value)) = values.first() else { continue };
        record.set(column.key, json!(value));
        if values.iter().any(|(_, other)| !are_alike(column.key, *value, *other)) {
            let mut conflict = Map::from_iter([("field".to_owned(), json!(column.key))]);
            conflict.extend(values.iter().map(|(provider, value)| (provider.to_string(), json!(value))));
            conflicts.push(serde_json::Value::Object(conflict));
        }
    }
    let providers: Vec<_> = rows.iter().map(|row| row.provider.as_str()).collect();
    if let [only] = providers[..]
        && shows_providers
    {
        record.set("only_in", only.into());
    }
    if rows.len() > 1 {
        record.set("conflicts", conflicts.into());
    }
    record.set("providers", providers.into());
    record.extra = merged_extra(&rows);
    let matched = rows.iter().find(|row| row.record_match.is_matched()).unwrap_or(first);
    Some(Row { record_match: matched.record_match, record, ..first.clone() })
}

/// Whether two values mean the same, such as the versions `V1.0` and `1.0`, or names that differ in width or white space.
fn are_alike(column: &str, one: Value<'_>, other: Value<'_>) -> bool {
    let (Value::Text(one), Value::Text(other)) = (one, other) else { return one == other };
    let (one, other) = (fold_width(one), fold_width(other));
    match column {
        "registration_number" => true,
        "version" => plain_version(&one) == plain_version(&other),
        _ => one == other,
    }
}

fn plain_version(version: &str) -> String {
    version.to_lowercase().trim_start_matches('v').trim_start_matches('.').to_owned()
}

/// The undocumented fields of all rows; of two fields of one name, the second gets its provider's name in front.
fn merged_extra(rows: &[Row]) -> Option<serde_json::Value> {
    let mut extra = Map::new();
    for row in rows {
        for (name, value) in
            row.record.extra.as_ref().and_then(serde_json::Value::as_object).into_iter().flatten()
        {
            let name =
                if extra.contains_key(name) { format!("{}.{name}", row.provider) } else { name.clone() };
            extra.insert(name, value.clone());
        }
    }
    (!extra.is_empty()).then_some(serde_json::Value::Object(extra))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::RecordMatch;
    use crate::domain::request::ProviderId;
    use crate::provider::{ihuyi, shuidi};

    fn row(provider: ProviderId, fields: &[(&str, &str)]) -> Row {
        let record = fields
            .iter()
            .fold(Record::new(Topic::Copyright), |record, (key, value)| record.with(key, *value));
        Row { query: "甲".into(), provider, record_match: RecordMatch::Other, input_row: 1, record }
    }

    fn merge(ihuyi: &[&[(&str, &str)]], shuidi: &[&[(&str, &str)]], complete: bool) -> Vec<Row> {
        let group = |provider, rows: &[&[(&str, &str)]]| ProviderRows {
            rows: rows.iter().map(|fields| row(provider, fields)).collect(),
            complete,
        };
        merge_copyrights(vec![group(ihuyi::ID, ihuyi), group(shuidi::ID, shuidi)])
    }

    fn values(row: &Row, keys: &[&str]) -> serde_json::Value {
        keys.iter().map(|key| json!(row.record.value(key))).collect()
    }

    const WHO: [&str; 3] = ["providers", "conflicts", "only_in"];

    #[test]
    fn one_registration_is_one_row_however_its_number_is_written() {
        for number in ["2017SR12345", "2017sr012345", " 2017 SR 012345", "２０１７ＳＲ１２３４５"]
        {
            let rows = merge(
                &[&[("registration_number", "2017SR012345"), ("name", "甲软件"), ("version", "V1.0")]],
                &[&[
                    ("registration_number", number),
                    ("name", "甲 软件"),
                    ("version", "1.0"),
                    ("short_name", "甲"),
                ]],
                true,
            );
            assert_eq!(rows.len(), 1, "{number}");
            assert_eq!(values(&rows[0], &WHO), json!([["ihuyi", "shuidi"], [], null]));
            let expected = json!(["2017SR012345", "甲软件", "V1.0", "甲"]);
            assert_eq!(values(&rows[0], &["registration_number", "name", "version", "short_name"]), expected);
        }
    }

    #[test]
    fn values_that_differ_are_conflicts_and_the_first_provider_wins() {
        let number = ("registration_number", "2017SR012345");
        let rows = merge(&[&[number, ("owner", "甲公司")]], &[&[number, ("owner", "乙公司")]], true);
        assert_eq!(
            values(&rows[0], &["owner", "conflicts"]),
            json!(["甲公司", [{"field": "owner", "ihuyi": "甲公司", "shuidi": "乙公司"}]])
        );
    }

    #[test]
    fn a_row_is_only_in_one_vendor_if_both_answers_were_complete() {
        let one = &[("registration_number", "2017SR1")][..];
        let other = &[("registration_number", "2018SR1")][..];
        for (complete, expected) in [(true, json!([["ihuyi", "shuidi"]])), (false, json!([[null, null]]))] {
            let rows = merge(&[one], &[other], complete);
            let only_in: Vec<_> = rows.iter().map(|row| row.record.text("only_in")).collect();
            assert_eq!(json!([only_in]), expected);
        }
    }

    #[test]
    fn a_number_that_identifies_nothing_stays_a_row_by_itself() {
        for number in ["2017*******", "软著登字第1234567号"] {
            let fields = &[("registration_number", number), ("name", "甲")][..];
            let rows = merge(&[fields, fields], &[fields, &[("name", "甲")]], true);
            assert_eq!(rows.len(), 4);
            assert_eq!(values(&rows[3], &WHO), json!([["shuidi"], null, null]));
        }
    }

    #[test]
    fn a_provider_that_lists_a_registration_twice_loses_nothing_and_claims_nothing() {
        let number = ("registration_number", "2017SR1");
        let rows = merge(&[&[number], &[number], &[number, ("name", "甲")]], &[&[number]], true);
        let only_in: Vec<_> = rows.iter().map(|row| row.record.text("only_in")).collect();
        assert_eq!(only_in, [None, None], "both vendors have the registration");
        let providers: Vec<_> = rows.iter().map(|row| json!(row.record.value("providers"))).collect();
        assert_eq!(providers, [json!(["ihuyi", "shuidi"]), json!(["ihuyi"])]);
    }
}
