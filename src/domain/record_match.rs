//! Whether a record is about the company that was asked for.

use super::fold::fold_name;
use super::identifier::{IdentifierKind, fold_code, is_digits};
use super::query::Query;
use super::record::{Record, RecordMatch, Topic};

/// The relation of `record` to the company that `query` asked for.
pub fn match_record(query: &Query, record: &Record) -> RecordMatch {
    let asked = query.identifier.canonical.as_str();
    match (record.topic(), query.identifier.kind) {
        (Topic::Dishonest, kind) => match_dishonest(kind, asked, record),
        (_, IdentifierKind::Name) => match_names(asked, copyright_names(record)),
        // A copyright carries no code of a company.
        _ => RecordMatch::Undecided,
    }
}

fn match_dishonest(kind: IdentifierKind, asked: &str, record: &Record) -> RecordMatch {
    if record.text("subject_type") == Some("person") {
        return RecordMatch::Undecided;
    }
    let id_number = || record.text("id_number");
    match kind {
        IdentifierKind::Name => match_names(asked, record.text("name").into_iter()),
        IdentifierKind::Uscc | IdentifierKind::OrganisationCode => {
            match_codes(organisation_code(asked), id_number().and_then(organisation_code))
        }
        IdentifierKind::RegistrationNumber => {
            match_codes(registration_number(asked), id_number().and_then(registration_number))
        }
        IdentifierKind::CompanyId => match_codes(Some(asked), record.text("company_id")),
        IdentifierKind::SoftwareCopyrightNumber => RecordMatch::Undecided,
    }
}

fn match_codes<Code: PartialEq>(asked: Option<Code>, carried: Option<Code>) -> RecordMatch {
    match (asked, carried) {
        (Some(asked), Some(carried)) if asked == carried => RecordMatch::Identifier,
        (Some(_), Some(_)) => RecordMatch::Other,
        _ => RecordMatch::Undecided,
    }
}

/// The nine characters of an organisation code, which are characters 9 to 17 of a credit code. `None` for
/// another shape, for example a masked code.
fn organisation_code(code: &str) -> Option<String> {
    let code = plain_code(code)?;
    match code.len() {
        9 => Some(code),
        18 => Some(code[8..17].to_owned()),
        _ => None,
    }
}

fn registration_number(code: &str) -> Option<String> {
    plain_code(code).filter(|code| code.len() == 15 && is_digits(code))
}

/// The code in upper-case ASCII without hyphens and white space; `None` if it holds anything else.
fn plain_code(code: &str) -> Option<String> {
    fold_code(code).map(|code| code.replace('-', ""))
}

/// Compares a name with those that a record carries. A masked name can be compared with nothing.
fn match_names<'a>(asked: &str, mut names: impl Iterator<Item = &'a str> + Clone) -> RecordMatch {
    if names.clone().any(|name| name == asked) {
        return RecordMatch::Exact;
    }
    let asked = fold_name(asked);
    if names.clone().any(|name| fold_name(name) == asked) {
        RecordMatch::Folded
    } else if names.any(|name| !name.contains(['*', '＊'])) {
        RecordMatch::Other
    } else {
        RecordMatch::Undecided
    }
}

/// The company that the entry was found for, and its owners: the field as a whole and each of its parts.
fn copyright_names(record: &Record) -> impl Iterator<Item = &str> + Clone {
    let owner = record.text("owner");
    record.text("entity_name").into_iter().chain(owner).chain(owner.into_iter().flat_map(split_owners))
}

/// The owners in a list of them, each possibly with its country after a colon. A comma before a Latin letter separates
/// nothing: `Example Co., Ltd.`
fn split_owners(owners: &str) -> impl Iterator<Item = &str> + Clone {
    let separators = [';', '；', '、', '，', ':', '：', '|', '/', '\n', '\r', '\t'];
    owners.split(separators).flat_map(split_at_commas).map(str::trim).filter(|owner| !owner.is_empty())
}

fn split_at_commas(owners: &str) -> impl Iterator<Item = &str> + Clone {
    let mut start = 0;
    let commas = owners.match_indices(',').map(|(comma, _)| comma).filter(|comma| {
        !owners[comma + 1..].trim_start().starts_with(|next: char| next.is_ascii_alphabetic())
    });
    commas.chain([owners.len()]).map(move |end| {
        let owner = &owners[start..end];
        start = end + 1;
        owner
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identifier::{read_as, recognise};
    use crate::domain::query::Filters;

    fn query(keyword: &str, kind: Option<IdentifierKind>) -> Query {
        let identifier = kind.map_or_else(|| recognise(keyword), |kind| read_as(keyword, kind));
        Query { keyword: keyword.to_owned(), identifier, filters: Filters::default() }
    }

    fn dishonest(name: &str, id_number: &str, subject_type: &str) -> Record {
        let fields = [("name", name), ("id_number", id_number), ("subject_type", subject_type)];
        let record = Record::new(Topic::Dishonest).with("company_id", "26900010");
        fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .fold(record, |record, (key, value)| record.with(key, value))
    }

    fn company(keyword: &str, name: &str, id_number: &str) -> RecordMatch {
        match_record(&query(keyword, None), &dishonest(name, id_number, "company"))
    }

    fn copyright(keyword: &str, entity_name: Option<&str>, owner: Option<&str>) -> RecordMatch {
        let mut record = Record::new(Topic::Copyright);
        for (key, value) in [("entity_name", entity_name), ("owner", owner)] {
            record.set(key, value.into());
        }
        match_record(&query(keyword, None), &record)
    }

    #[test]
    fn names_are_compared_exactly_then_folded() {
        assert_eq!(company("腾讯科技（深圳）有限公司", "腾讯科技（深圳）有限公司", ""), RecordMatch::Exact);
        assert_eq!(company("腾讯科技（深圳）有限公司", "腾讯科技(深圳)有限公司", ""), RecordMatch::Folded);
        assert_eq!(company("腾讯科技（深圳）有限公司", "乐视云计算有限公司", ""), RecordMatch::Other);
        assert_eq!(company("腾讯科技（深圳）有限公司", "", "60003734-1"), RecordMatch::Undecided);
        assert_eq!(company("上海甲公司", "上海******公司", ""), RecordMatch::Undecided);
    }

    #[test]
    fn codes_are_compared_with_the_code_of_the_record() {
        for asked in ["91110000600037341L", "60003734-1", "600037341"] {
            for carried in ["60003734-1", "600037341", "91110000600037341l", "６０００３７３４－１"]
            {
                assert_eq!(company(asked, "甲", carried), RecordMatch::Identifier, "{asked} {carried}");
            }
            assert_eq!(company(asked, "甲", "59467239-9"), RecordMatch::Other);
            for carried in ["", "60003*****", "110108000000016"] {
                assert_eq!(company(asked, "甲", carried), RecordMatch::Undecided, "{asked} {carried}");
            }
        }
        assert_eq!(company("110108000000016", "甲", "60003734-1"), RecordMatch::Undecided);
        assert_eq!(company("110108000000016", "甲", "110108000000016"), RecordMatch::Identifier);
        assert_eq!(company("26900010", "甲", "60003734-1"), RecordMatch::Identifier);
        assert_eq!(company("26900011", "甲", "60003734-1"), RecordMatch::Other);
    }

    #[test]
    fn a_natural_person_may_be_a_namesake() {
        let person = dishonest("张三", "11010519491231002X", "person");
        assert_eq!(match_record(&query("张三", None), &person), RecordMatch::Undecided);
        let id = query("26900010", Some(IdentifierKind::CompanyId));
        assert_eq!(match_record(&id, &person), RecordMatch::Undecided);
    }

    #[test]
    fn any_owner_of_a_copyright_may_match() {
        for owner in [
            "甲公司;乙公司",
            "乙公司、甲公司",
            "乙公司,甲公司",
            "乙公司，甲公司/丙公司",
            "乙公司:中国;甲公司：中国",
            "甲公司",
        ] {
            assert_eq!(copyright("甲公司", Some("乙公司"), Some(owner)), RecordMatch::Exact, "{owner}");
        }
        assert_eq!(copyright("甲(中国)公司", None, Some("乙公司；甲（中国）公司")), RecordMatch::Folded);
        assert_eq!(copyright("甲公司", Some("甲公司"), None), RecordMatch::Exact);
        assert_eq!(copyright("甲公司", None, Some("乙公司")), RecordMatch::Other);
        assert_eq!(copyright("甲公司", None, None), RecordMatch::Undecided);
        assert_eq!(copyright("Example Co.", None, Some("Example Co., Ltd.")), RecordMatch::Other);
        assert_eq!(copyright("91110000600037341L", None, Some("乙公司")), RecordMatch::Undecided);
    }
}
