//! The store of a list and its readers.

use super::*;

fn arguments(list: &[&str]) -> Result<KeywordList, Failure> {
    let list = list.iter().map(|&text| text.to_owned()).collect();
    KeywordList::from_arguments(list, ReviewContext::default())
}

fn row(input_row: u64, text: &str) -> FileRow {
    FileRow {
        input_row,
        line: Some(input_row),
        cells: vec![Cell::Text(text.to_owned())],
        ..FileRow::default()
    }
}

fn listed(rows: Vec<FileRow>) -> KeywordList {
    let mut collector = Collector::new(ReviewContext::default(), KeptColumns::None);
    for row in rows {
        let place = Place::of(&row, 0);
        collector.take(row, 0, place).unwrap();
    }
    collector.finish().unwrap()
}

#[test]
fn places_read_as_people_name_them() {
    assert_eq!(Place::Line(12).to_string(), "line 12");
    let in_workbook = FileRow { input_row: 7, ..FileRow::default() };
    assert_eq!(Place::of(&in_workbook, 1).to_string(), "cell B7");
    assert_eq!(Place::Argument(2).to_string(), "keyword 2");
}

#[test]
fn arguments_come_back_in_order_with_their_positions() {
    let list = arguments(&[" 华为技术有限公司", "91350100M000100Y43"]).unwrap();
    assert_eq!((list.summary().keywords, list.summary().blank), (2, 0));
    let keywords: Vec<_> = list.keywords().unwrap().map(Result::unwrap).collect();
    let keyword = |text: &str, position| Keyword {
        text: text.to_owned(),
        place: Place::Argument(position),
        input_row: position,
        suspicion: None,
    };
    assert_eq!(keywords, [keyword("华为技术有限公司", 1), keyword("91350100M000100Y43", 2)]);
}

#[test]
fn a_blank_argument_is_refused_by_its_position() {
    let error = arguments(&["甲公司", "\u{3000} "]).unwrap_err();
    assert_eq!(error.to_string(), "keyword 2 is blank; leave it out or name a company");
    assert!(arguments(&[]).unwrap_err().to_string().starts_with("no keyword"));
}

#[test]
fn every_row_is_given_with_its_state() {
    let list = listed(vec![
        row(2, "腾讯科技（深圳）有限公司"),
        row(3, "腾讯科技(深圳)有限公司"),
        row(6, "60003734-1"),
        row(7, "600037341"),
        row(8, "\u{3000}"),
        row(9, "⼴州⽯油有限公司"),
        row(10, "广州石油有限公司"),
        row(11, "无"),
        row(12, "无"),
    ]);
    let states: Vec<_> =
        list.rows().unwrap().map(Result::unwrap).map(|row| (row.input_row, row.state)).collect();
    let suspicious = |kind, suggestion: Option<&str>| {
        RowState::Asked(Some(Suspicion { kind, suggestion: suggestion.map(str::to_owned) }))
    };
    assert_eq!(
        states,
        [
            (1, RowState::Blank),
            (2, RowState::Asked(None)),
            (3, RowState::RepeatOf(2)),
            (4, RowState::Blank),
            (5, RowState::Blank),
            (6, RowState::Asked(None)),
            (7, RowState::RepeatOf(6)),
            (8, RowState::Blank),
            (9, suspicious(SuspicionKind::Compatibility, Some("广州石油有限公司"))),
            (10, RowState::Asked(None)),
            (11, suspicious(SuspicionKind::Placeholder, None)),
            (12, RowState::RepeatOf(11)),
        ]
    );
    let keywords: Vec<_> = list.keywords().unwrap().map(|keyword| keyword.unwrap().input_row).collect();
    assert_eq!(keywords, [2, 6, 9, 10, 11]);
    let summary = list.summary();
    assert_eq!((summary.keywords, summary.repeats, summary.blank, summary.suspicious), (5, 3, 3, 3));
}

#[test]
fn a_long_list_leaves_memory_and_reads_back_whole_by_several_readers() {
    let list = listed((1..=50_000).map(|number| row(number, &format!("第{number}号有限公司"))).collect());
    assert!(list.rows.lock().unwrap().is_rolled(), "the store must have become a file");
    let mut first = list.keywords().unwrap();
    let mut second = list.keywords().unwrap();
    for number in 1..=50_000_u64 {
        for reader in [&mut first, &mut second] {
            let keyword = reader.next().unwrap().unwrap();
            assert_eq!(keyword.text, format!("第{number}号有限公司"));
            assert_eq!(keyword.place, Place::Line(number));
        }
    }
    assert!(first.next().is_none() && second.next().is_none());
}

#[test]
fn keywords_can_be_moved_to_another_thread() {
    let list = arguments(&["甲公司", "乙公司"]).unwrap();
    let keywords = list.keywords().unwrap();
    drop(list);
    let read = std::thread::spawn(move || keywords.count()).join().unwrap();
    assert_eq!(read, 2);
}

#[test]
fn a_store_that_ends_early_is_an_error_and_ends_the_iteration() {
    let list = arguments(&["甲公司", "乙公司"]).unwrap();
    list.rows.lock().unwrap().set_len(150).unwrap();
    let mut keywords = list.keywords().unwrap();
    assert!(keywords.next().unwrap().is_ok());
    let error = keywords.next().unwrap().unwrap_err().to_string();
    assert!(error.starts_with("cannot write the list to a temporary file"), "{error}");
    assert!(keywords.next().is_none());
}
