//! Whole tables, and what bounds them.

use super::super::samples::{self, SharedBytes};
use super::super::{Colour, Header};
use super::*;
use crate::domain::outcome::Status;
use crate::domain::record::{RecordMatch, Topic};
use crate::domain::text::Language;
use proptest::prelude::*;

fn options(width: impl Into<Option<u16>>, selection: Selection, colour: Colour) -> Options {
    Options { colour, width: width.into(), selection, ..Options::default() }
}

enum Event {
    Row(Row),
    Outcome(Box<QueryOutcome>),
}

fn shown(layout: &Layout, options: Options, events: &[Event]) -> String {
    let bytes = SharedBytes::default();
    let mut sink = open(layout, options, Box::new(bytes.clone()));
    for event in events {
        match event {
            Event::Row(row) => sink.row(row).unwrap(),
            Event::Outcome(outcome) => sink.outcome(outcome).unwrap(),
        }
    }
    sink.finish().unwrap();
    bytes.text()
}

fn chinese(topic: Topic) -> Layout {
    Layout::whole(topic, Header::Labels, Language::Chinese)
}

fn english(topic: Topic) -> Layout {
    Layout::whole(topic, Header::Labels, Language::English)
}

fn plain(width: u16) -> Options {
    options(width, Selection::Readable, Colour::Off)
}

fn rows_of(rows: Vec<Row>) -> Vec<Event> {
    rows.into_iter().map(Event::Row).collect()
}

fn ended(mut events: Vec<Event>, outcome: QueryOutcome) -> Vec<Event> {
    events.push(Event::Outcome(Box::new(outcome)));
    events
}

fn single_query() -> Vec<Event> {
    ended(rows_of(samples::dishonest_rows()), samples::outcomes().swap_remove(0))
}

fn batch() -> Vec<Event> {
    let mut events = single_query();
    events.extend(samples::outcomes().into_iter().skip(1).map(|outcome| Event::Outcome(Box::new(outcome))));
    events
}

#[test]
fn a_table_stays_aligned_with_chinese_text() {
    insta::assert_snapshot!(shown(&chinese(Topic::Dishonest), plain(100), &single_query()), @r"
    乐视云计算有限公司 · market
      证件号码            案号                     执行法院              省份  立案时间    履行情况
    ─────────────────────────────────────────────────────────────────────────────────────────────────
                          (2023)苏 1311执 705号    宿迁市宿豫区人民法院  江苏  2023-02-15  全部未履行
      91110105MA00FUFK6X  (2019)京 0105执 13494号  北京市朝阳区人民法院  北京  2019-04-01  部分未履行
      91110105MA00FUFK6X  (2019)京 0105执 13494号  北京市朝阳区人民法院  北京  2019-04-01  全部已履行
      未显示的列：发布时间、应履行义务、失信行为情形；加 --wide 可显示
      共 3 条记录，名称均相符；1 条全部未履行；最近立案 2023-02-15
    ");
}

#[test]
fn a_narrow_table_keeps_case_numbers_whole_and_names_what_it_hides() {
    insta::assert_snapshot!(shown(&english(Topic::Dishonest), plain(60), &single_query()), @r"
    乐视云计算有限公司 · market
      Case number              Province  Filed on    Performance
    ────────────────────────────────────────────────────────────
      (2023)苏 1311执 705号    江苏      2023-02-15  全部未履行
      (2019)京 0105执 13494号  北京      2019-04-01  部分未履行
      (2019)京 0105执 13494号  北京      2019-04-01  全部已履行
      hidden columns: ID number, Court, Published on,
      Obligation, Conduct; --wide shows them
      3 records, all under this name; 1 entirely unperformed;
      latest filed 2023-02-15
    ");
}

#[test]
fn exactly_one_record_is_a_card() {
    let mut rows = samples::dishonest_rows();
    rows.truncate(1);
    let events = ended(rows_of(rows), samples::outcome("乐视云计算有限公司", Status::Ok, Some(1), 1));
    let options = Options { is_only_query: true, ..plain(80) };
    insta::assert_snapshot!(shown(&chinese(Topic::Dishonest), options, &events), @r"
    乐视云计算有限公司 · market
      匹配          名称一致
      编号          30778596
      失信人名称    乐视云计算有限公司
      主体类型      公司
      案号          (2023)苏 1311执 705号
      执行法院      宿迁市宿豫区人民法院
      省份          江苏
      立案时间      2023-02-15
      发布时间      2023-10-23
      执行依据文号  （2022）苏 1311民初 3200号
      应履行义务    被告乐视云计算有限公司于本判决生效之日起十日内向原告中国电信股份
                    有限公司宿迁分公司支付服务费 5261902.28元。如果未按本判决指定的
                    期间履行给付金钱义务,应当依照-5-《中华人民共和国民事诉讼法》第二
                    百六十条之规定,加倍支付迟延履行期间的债务利息。案件受理费
                    48633元,保全费 2020元,合计
                    50653元,由被告乐视云计算有限公司负担。
      履行情况      全部未履行
      官网在列      是
      关注数        0
      企业编号      26900010
      加密主键      7c99m1ze5365b773c8ef2a1adld2mc98

      共 1 条记录，名称相符；1 条全部未履行；最近立案 2023-02-15
    ");
}

#[test]
fn several_queries_are_groups_and_what_gave_nothing_is_named() {
    insta::assert_snapshot!(shown(&chinese(Topic::Dishonest), plain(80), &batch()), @r"
    乐视云计算有限公司 · market
      案号                     执行法院              省份  立案时间    履行情况
    ─────────────────────────────────────────────────────────────────────────────
      (2023)苏 1311执 705号    宿迁市宿豫区人民法院  江苏  2023-02-15  全部未履行
      (2019)京 0105执 13494号  北京市朝阳区人民法院  北京  2019-04-01  部分未履行
      (2019)京 0105执 13494号  北京市朝阳区人民法院  北京  2019-04-01  全部已履行
      未显示的列：证件号码、发布时间、应履行义务、失信行为情形；加 --wide 可显示
      共 3 条记录，名称均相符；1 条全部未履行；最近立案 2023-02-15

    没有记录的公司 · market  无记录
    一半的公司 · market
      已显示 20 条（共 30 条），名称均相符；失败：账户问题：剩余条数不足（代码
      1013）
    失败的公司 · market  失败：账户问题：剩余条数不足（代码 1013）
    没问的公司 · market  未查询：运行已提前停止
    ");
}

#[test]
fn records_of_other_companies_are_marked() {
    let mut rows = samples::dishonest_rows();
    rows[1].record_match = RecordMatch::Other;
    let outcome = QueryOutcome { matched: 2, other: 1, ..samples::outcomes().swap_remove(0) };
    let text = shown(&english(Topic::Dishonest), plain(120), &ended(rows_of(rows), outcome));
    let marked: Vec<_> = text.lines().filter(|line| line.starts_with("  other ")).collect();
    assert_eq!(marked.len(), 1, "{text}");
    assert!(marked[0].contains("13494号"), "{text}");
    assert!(text.contains("3 records: 2 under this name, 1 of other companies; 1 entirely"), "{text}");
}

#[test]
fn columns_chosen_by_name_are_all_shown_in_their_order() {
    let layout = Layout { columns: vec![24, 0, 5], ..english(Topic::Dishonest) };
    let text = shown(&layout, options(80, Selection::Named, Colour::Off), &single_query());
    assert_eq!(text.lines().nth(1), Some("  Company ID  Query               Name"));
    assert_eq!(text.lines().nth(3), Some("  26900010    乐视云计算有限公司  乐视云计算有限公司"));
}

#[test]
fn colours_mark_headings_performance_and_history_and_nothing_without_them() {
    let coloured = options(100, Selection::Readable, Colour::On);
    let text = shown(&chinese(Topic::Dishonest), coloured, &batch());
    for painted in [
        "\u{1b}[1m  证件号码            案号                     执行法院              省份  立案时间    履行情况\u{1b}[0m",
        "\u{1b}[31m全部未履行\u{1b}[0m",
        "\u{1b}[33m部分未履行\u{1b}[0m",
        "\u{1b}[32m全部已履行\u{1b}[0m",
        "\u{1b}[31m失败：账户问题：剩余条数不足（代码 1013）\u{1b}[0m",
        "\u{1b}[2m无记录\u{1b}[0m",
    ] {
        assert!(text.contains(painted), "{painted:?} in {text}");
    }
    let history = shown(&english(Topic::Copyright), coloured, &rows_of(samples::copyright_rows()));
    let faint = |line: &&str| line.starts_with("\u{1b}[2m") && line.contains("  1.0  ");
    assert_eq!(history.lines().filter(faint).count(), 1, "{history}");
    assert!(!shown(&chinese(Topic::Dishonest), plain(100), &batch()).contains('\u{1b}'));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for (layout, events) in [
        (chinese(Topic::Dishonest), batch()),
        (english(Topic::Dishonest), batch()),
        (chinese(Topic::Copyright), rows_of(samples::copyright_rows())),
        (english(Topic::Copyright), rows_of(samples::copyright_rows())),
    ] {
        for width in [24, 30, 40, 60, 80, 100, 132, 200] {
            for selection in [Selection::Readable, Selection::Wide, Selection::Named] {
                let text = shown(&layout, options(width, selection, Colour::Off), &events);
                for line in text.lines() {
                    assert!(line.width() <= usize::from(width), "{width} {selection:?}: {line}");
                }
            }
        }
    }
}

#[test]
fn every_record_of_a_long_table_is_there_below_headings() {
    let mut rows = Vec::new();
    for number in 0..1700 {
        let mut row = samples::dishonest_rows().swap_remove(number % 3);
        let record = &mut row.record;
        record.set("case_number", format!("(2023)执{number:04}号").into());
        rows.push(row);
    }
    let total = Some(1700);
    let events = ended(rows_of(rows), samples::outcome("乐视云计算有限公司", Status::Ok, total, 1700));
    let text = shown(&chinese(Topic::Dishonest), plain(120), &events);
    let places: Vec<usize> = (0..1700)
        .map(|number| {
            let case = format!("(2023)执{number:04}号");
            let line = text.lines().find(|line| line.contains(&case)).expect("every record has its line");
            line[..line.find(&case).unwrap()].width()
        })
        .collect();
    assert!(places.iter().all(|place| *place == places[0]));
    assert_eq!(text.matches("  案号  ").count(), 1700_usize.div_ceil(MOST_WAITING));
    assert!(text.ends_with("\n  共 1700 条记录，名称均相符；567 条全部未履行；最近立案 2023-02-15\n"));
}

#[test]
fn the_number_of_records_that_wait_is_bounded() {
    let mut sink = new_sink(&chinese(Topic::Dishonest), plain(100), Box::new(io::sink()));
    let rows = samples::dishonest_rows();
    for number in 0..10_000 {
        sink.row(&rows[number % 3]).unwrap();
        assert!(sink.group.as_ref().is_some_and(|group| group.waiting.len() < MOST_WAITING));
    }
}

#[test]
fn records_without_an_outcome_are_said_to_be_incomplete() {
    let text = shown(&english(Topic::Dishonest), plain(100), &rows_of(samples::dishonest_rows()));
    assert!(text.ends_with("\n  incomplete: the run ended here\n"), "{text}");
}

#[test]
fn nothing_at_all_is_nothing() {
    assert_eq!(shown(&english(Topic::Dishonest), plain(100), &[]), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn hostile_text_neither_steers_nor_widens(rows in samples::hostile_rows(), width in 24_u16..200) {
        for selection in [Selection::Readable, Selection::Wide] {
            let text = shown(
                &english(Topic::Copyright), options(width, selection, Colour::Off), &rows_of(rows.clone()));
            for line in text.split('\n') {
                prop_assert!(line.width() <= usize::from(width), "{:?}", line);
                let steers = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
                prop_assert!(!line.contains(steers), "{:?}", line);
            }
        }
    }
}
