//! `table`: records for people at a terminal.
//!
//! Each query is a caption, its records as a grid or as cards, and a line that says whether that is all. The
//! first rows decide columns and widths for the whole run, so a table of any length streams in flat memory.
//! All text of vendors passes [`sanitise`](super::sanitise).

mod arrangement;
mod bars;
mod card;
mod cell;
mod paint;
mod wording;

use super::counts::{Counts, not_counted};
use super::facts::{FactColumns, Facts};
use super::fold::fold;
use super::sink::BUFFER_BYTES;
use super::{Header, Layout, Options, Sink, Summary, Writer};
use crate::domain::outcome::{QueryOutcome, RunSummary};
use crate::domain::record::{ColumnKind, Row};
use crate::domain::request::ProviderId;
use arrangement::{Form, GAP, PlacedColumn, RULE, Seen, arrange, line_width};
use cell::{Tones, cell_text};
use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, LineStyle, Table, TableStyle, Width as ColumnWidth,
};
use paint::{Tone, paint};
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// The number of rows and outcomes that decide the widths, and that are laid out together afterwards.
const MOST_WAITING: usize = 500;
/// Lines after which the next query repeats the headings.
const LINES_UNDER_A_HEADING: usize = 40;
const SEPARATOR: char = '╌';

struct TableSink {
    layout: Layout,
    options: Options,
    /// The width of a line; `None` if it is not bounded.
    width: Option<usize>,
    waiting: Vec<Event>,
    form: Option<Form>,
    page: Page,
    group: Option<Group>,
    run: RunSummary,
    /// Records of other companies.
    other: u64,
    fact_columns: FactColumns,
    told_of_hidden: bool,
    /// For `--summary`.
    counts: Option<Counts>,
}

enum Event {
    Row(Row),
    Outcome(Box<QueryOutcome>),
}

/// The query whose records are being shown.
struct Group {
    query: Arc<str>,
    provider: ProviderId,
    records: usize,
    facts: Facts,
}

impl Group {
    fn is_of(&self, query: &str, provider: ProviderId) -> bool {
        *self.query == *query && self.provider == provider
    }
}

pub(super) fn open(layout: &Layout, options: Options, writer: Writer) -> Box<dyn Sink> {
    let page = Page {
        writer: BufWriter::with_capacity(BUFFER_BYTES, writer),
        options,
        painted: String::new(),
        last: Last::Nothing,
        lines_since_heading: None,
    };
    Box::new(TableSink {
        width: line_width(options.width, options.selection),
        layout: layout.clone(),
        options,
        waiting: Vec::new(),
        form: None,
        page,
        group: None,
        run: RunSummary::default(),
        other: 0,
        fact_columns: FactColumns::of(layout.topic),
        told_of_hidden: false,
        counts: (options.summary == Summary::Shown).then(|| Counts::of(layout.topic)),
    })
}

impl Sink for TableSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        if let Some(counts) = &mut self.counts {
            counts.count(row);
        }
        self.waiting.push(Event::Row(row.clone()));
        self.lay_out_if_many()
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.run.count(outcome);
        self.other += outcome.other;
        self.waiting.push(Event::Outcome(Box::new(outcome.clone())));
        self.lay_out_if_many()
    }

    /// Before the widths are fixed, everything is kept.
    fn flush(&mut self) -> io::Result<()> {
        if self.form.is_some() {
            self.lay_out(Seen::TheBeginning)?;
        }
        self.page.writer.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let records = self.waiting_rows().count();
        if self.form.is_none() && records == 1 {
            self.form = Some(Form::Cards);
        }
        self.lay_out(Seen::Everything)?;
        let language = self.layout.language;
        if self.group.is_some() {
            let form = self.form.take().unwrap_or(Form::Cards);
            self.end_of_group(&form, &wording::broken_off(language), Tone::Mixed)?;
        }
        if self.run.queries > 1 {
            self.page.blank()?;
            self.page.folded(&wording::totals(&self.run, self.other, language), Tone::Faint, self.width)?;
        }
        self.summary()?;
        if let Some(mark) = self.options.authenticity.mark() {
            self.page.blank()?;
            self.page.folded(mark.in_language(language), Tone::Mixed, self.width)?;
        }
        self.page.writer.flush()
    }
}

impl TableSink {
    fn waiting_rows(&self) -> impl Iterator<Item = &Row> {
        self.waiting.iter().filter_map(|event| match event {
            Event::Row(row) => Some(row),
            Event::Outcome(_) => None,
        })
    }

    fn lay_out_if_many(&mut self) -> io::Result<()> {
        if self.waiting.len() < MOST_WAITING { Ok(()) } else { self.lay_out(Seen::TheBeginning) }
    }

    /// Writes everything that waits, in the form that is or will be fixed.
    fn lay_out(&mut self, seen: Seen) -> io::Result<()> {
        let form = self.form.take().unwrap_or_else(|| {
            let rows: Vec<&Row> = self.waiting_rows().collect();
            arrange(&self.layout, &rows, seen, self.width, self.options.selection)
        });
        let waiting = std::mem::take(&mut self.waiting);
        let mut rest = &waiting[..];
        while let Some(event) = rest.first() {
            match event {
                Event::Row(first) => {
                    let same = |event: &&Event| matches!(event, Event::Row(row) if row.query == first.query && row.provider == first.provider);
                    let length = rest.iter().take_while(same).count();
                    let (rows, behind) = rest.split_at(length);
                    self.records(&form, rows)?;
                    rest = behind;
                }
                Event::Outcome(outcome) => {
                    self.classify(&form, outcome)?;
                    rest = &rest[1..];
                }
            }
        }
        self.form = Some(form);
        Ok(())
    }

    /// Records of one query, or the next part of them.
    fn records(&mut self, form: &Form, events: &[Event]) -> io::Result<()> {
        let rows: Vec<&Row> = events
            .iter()
            .filter_map(|event| if let Event::Row(row) = event { Some(row) } else { None })
            .collect();
        let Some(first) = rows.first() else { return Ok(()) };
        let continued = self.group.take().filter(|group| group.is_of(&first.query, first.provider));
        let before = continued.as_ref().map_or(0, |group| group.records);
        let is_new = continued.is_none();
        let mut facts = continued.map(|group| group.facts).unwrap_or_default();
        for row in &rows {
            facts.count(row, self.fact_columns);
        }
        if is_new {
            self.page.caption(&wording::caption(&first.query, first.provider.as_str()), self.width)?;
        }
        match form {
            Form::Grid { columns, separated, .. } => self.grid(columns, *separated, &rows, before)?,
            Form::Cards => self.cards(&rows, before)?,
        }
        let (query, provider) = (Arc::clone(&first.query), first.provider);
        self.group = Some(Group { query, provider, records: before + rows.len(), facts });
        Ok(())
    }

    fn grid(
        &mut self,
        columns: &[PlacedColumn],
        separated: bool,
        rows: &[&Row],
        before: usize,
    ) -> io::Result<()> {
        let is_new =
            before == 0 && self.page.lines_since_heading.is_none_or(|lines| lines > LINES_UNDER_A_HEADING);
        let with_heading = is_new && self.layout.header != Header::None;
        if separated && before > 0 {
            let width = columns.iter().map(|column| column.width + GAP).sum();
            self.page.line(&Tone::Faint.mark(&SEPARATOR.to_string().repeat(width)))?;
        }
        if with_heading {
            self.page.lines_since_heading = Some(0);
        }
        for line in self.grid_lines(columns, separated, rows, with_heading) {
            let line = line.trim_end();
            if line.starts_with([RULE, SEPARATOR]) {
                self.page.line(&Tone::Faint.mark(line))?;
            } else {
                self.page.line(line)?;
            }
        }
        Ok(())
    }

    /// The lines of a grid, marked for painting; every cell is folded to its column beforehand.
    fn grid_lines(
        &self,
        columns: &[PlacedColumn],
        separated: bool,
        rows: &[&Row],
        with_heading: bool,
    ) -> Vec<String> {
        let mut style = TableStyle::new().header_separator(LineStyle::none().fill(RULE));
        if separated {
            style = style.row_separator(LineStyle::none().fill(SEPARATOR));
        }
        let mut table = Table::new();
        table.load_style(style);
        if with_heading {
            table.set_header(columns.iter().zip(self.headings(columns)).map(|(column, heading)| {
                Cell::new_owned(marked(&fold(heading, column.width, 4), Some(Tone::Strong)))
            }));
        }
        let tones = Tones::of(self.layout.topic);
        for row in rows {
            table.add_row(columns.iter().map(|column| {
                let text = cell_text(
                    &self.layout.topic.columns()[column.index],
                    row.value(column.index),
                    self.layout.language,
                );
                let lines = fold(&text, column.width, column.most_lines);
                Cell::new_owned(marked(&lines, tones.of_cell(row, column.index)))
            }));
        }
        for (place, column) in columns.iter().enumerate() {
            let Some(shown) = table.column_mut(place) else { continue };
            let (gap, width) =
                (u16::try_from(GAP).unwrap_or(2), u16::try_from(column.width + GAP).unwrap_or(u16::MAX));
            shown.set_padding((gap, 0)).set_constraint(ColumnConstraint::Absolute(ColumnWidth::Fixed(width)));
            if column.kind == ColumnKind::Integer {
                shown.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.lines().collect()
    }

    fn headings(&self, columns: &[PlacedColumn]) -> impl Iterator<Item = &'static str> {
        let topic = self.layout.topic.columns();
        columns.iter().map(|placed| {
            let column = &topic[placed.index];
            self.layout.header.heading(column.key, column.label, self.layout.language).unwrap_or_default()
        })
    }

    fn cards(&mut self, rows: &[&Row], before: usize) -> io::Result<()> {
        for (place, row) in rows.iter().enumerate() {
            if before + place > 0 {
                let width = self.width.unwrap_or(40).min(40);
                let number = format!("{RULE}{RULE} {} ", before + place + 1);
                let rule = RULE.to_string().repeat(width - number.width());
                self.page.line(&Tone::Faint.mark(&format!("{number}{rule}")))?;
            }
            for line in card::card(&self.layout, row, self.width, self.options.selection) {
                self.page.line(line.trim_end())?;
            }
        }
        Ok(())
    }

    fn classify(&mut self, form: &Form, outcome: &QueryOutcome) -> io::Result<()> {
        let group = self.group.take().filter(|group| group.is_of(&outcome.query, outcome.provider));
        let facts = group.as_ref().map(|group| group.facts.clone()).unwrap_or_default();
        let Layout { topic, language, .. } = self.layout;
        let (sentence, tone) = wording::classify(outcome, &facts, topic, language);
        if group.is_some() {
            return self.end_of_group(form, &sentence, tone);
        }
        let caption = wording::caption(&outcome.query, outcome.provider.as_str());
        self.page.lone_verdict(&caption, &sentence, tone, self.width)
    }

    /// Names the columns that a grid has no room for, once.
    fn hidden_columns(&mut self, hidden: &[usize]) -> io::Result<()> {
        if hidden.is_empty() || std::mem::replace(&mut self.told_of_hidden, true) {
            return Ok(());
        }
        let Layout { topic, language, .. } = self.layout;
        let labels: Vec<&str> =
            hidden.iter().map(|index| topic.columns()[*index].label.in_language(language)).collect();
        self.page.indented(&wording::hidden(&labels, language), Tone::Faint, self.width)
    }

    fn summary(&mut self) -> io::Result<()> {
        for chart in self.counts.iter().flat_map(Counts::charts) {
            self.page.blank()?;
            for line in bars::lines(chart, self.layout.topic, self.width, self.layout.language) {
                self.page.line(&line)?;
            }
            self.page.last = Last::Records;
        }
        let other = self.counts.as_ref().map_or(0, |counts| counts.other);
        if let Some(remark) = not_counted(other, self.layout.language) {
            self.page.blank()?;
            self.page.indented(&remark, Tone::Faint, self.width)?;
        }
        Ok(())
    }

    /// The line below the records. A blank line separates it from a card.
    fn end_of_group(&mut self, form: &Form, sentence: &str, tone: Tone) -> io::Result<()> {
        match form {
            Form::Cards => self.page.line("")?,
            Form::Grid { hidden, .. } => self.hidden_columns(hidden)?,
        }
        self.page.indented(sentence, tone, self.width)
    }
}

/// The lines of a cell, each marked for itself so that padding stays plain.
fn marked(lines: &[String], tone: Option<Tone>) -> String {
    match tone {
        None => lines.join("\n"),
        Some(tone) => lines.iter().map(|line| tone.mark(line)).collect::<Vec<_>>().join("\n"),
    }
}

/// The part that was written last, which decides on a blank line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Records,
    LoneVerdict,
}

/// Writes lines, and counts them.
struct Page {
    writer: BufWriter<Writer>,
    options: Options,
    painted: String,
    last: Last,
    /// `None` while there was no heading.
    lines_since_heading: Option<usize>,
}

impl Page {
    fn line(&mut self, line: &str) -> io::Result<()> {
        self.painted.clear();
        paint(line, self.options.colour, &mut self.painted);
        self.painted.push('\n');
        if let Some(lines) = &mut self.lines_since_heading {
            *lines += 1;
        }
        self.writer.write_all(self.painted.as_bytes())
    }

    fn blank(&mut self) -> io::Result<()> {
        if self.last == Last::Nothing { Ok(()) } else { self.line("") }
    }

    fn caption(&mut self, caption: &str, width: Option<usize>) -> io::Result<()> {
        self.blank()?;
        self.last = Last::Records;
        self.folded(caption, Tone::Strong, width)
    }

    fn folded(&mut self, text: &str, tone: Tone, width: Option<usize>) -> io::Result<()> {
        for line in fold(text, width.unwrap_or(usize::MAX), usize::MAX) {
            self.line(&tone.mark(&line))?;
        }
        Ok(())
    }

    fn indented(&mut self, text: &str, tone: Tone, width: Option<usize>) -> io::Result<()> {
        let indent = " ".repeat(GAP);
        for line in fold(text, width.map_or(usize::MAX, |width| width - GAP), usize::MAX) {
            self.line(&format!("{indent}{}", tone.mark(&line)))?;
        }
        Ok(())
    }

    /// A query without records: caption and result, on one line if it is wide enough.
    fn lone_verdict(
        &mut self,
        caption: &str,
        sentence: &str,
        tone: Tone,
        width: Option<usize>,
    ) -> io::Result<()> {
        if self.last == Last::Records {
            self.line("")?;
        }
        self.last = Last::LoneVerdict;
        let together = caption.width() + GAP + sentence.width();
        if width.is_none_or(|width| together <= width) {
            let indent = " ".repeat(GAP);
            return self.line(&format!("{}{indent}{}", Tone::Strong.mark(caption), tone.mark(sentence)));
        }
        self.folded(caption, Tone::Strong, width)?;
        self.indented(sentence, tone, width)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, SharedBytes};
    use super::super::{Colour, Selection};
    use super::*;
    use crate::domain::outcome::Status;
    use crate::domain::record::{RecordMatch, Topic};
    use crate::domain::text::Language;
    use proptest::prelude::*;

    fn options(width: impl Into<Option<u16>>, selection: Selection, colour: Colour) -> Options {
        Options { colour, width: width.into(), selection, ..Options::default() }
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
        events
            .extend(samples::outcomes().into_iter().skip(1).map(|outcome| Event::Outcome(Box::new(outcome))));
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
        insta::assert_snapshot!(shown(&chinese(Topic::Dishonest), plain(80), &events), @r"
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
                        百六十条之规定,加倍支付迟延履行期间的债务利息。案件受理费 48633
                        元,保全费 2020元,合计 50653元,由被告乐视云计算有限公司负担。
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

        没有记录的公司 · market  未查到记录
        一半的公司 · market
          已显示 20 条（共 30 条），名称均相符；失败：账户问题：剩余条数不足（代码
          1013）
        失败的公司 · market  失败：账户问题：剩余条数不足（代码 1013）
        没问的公司 · market  未查询：运行已提前停止

        共 5 个查询：1 个有记录，1 个未查到记录，1 个仅部分取得，1 个失败，1 个未查询；
        23 条记录
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
            "\u{1b}[1m执行法院\u{1b}[0m",
            "\u{1b}[31m全部未履行\u{1b}[0m",
            "\u{1b}[33m部分未履行\u{1b}[0m",
            "\u{1b}[32m全部已履行\u{1b}[0m",
            "\u{1b}[31m失败：账户问题：剩余条数不足（代码 1013）\u{1b}[0m",
            "\u{1b}[2m未查到记录\u{1b}[0m",
        ] {
            assert!(text.contains(painted), "{painted:?} in {text}");
        }
        let history = shown(&english(Topic::Copyright), coloured, &rows_of(samples::copyright_rows()));
        assert!(history.contains("\u{1b}[2m1.0\u{1b}[0m"), "{history}");
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
    fn every_record_of_a_long_table_is_there_under_the_same_columns() {
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
        assert_eq!(text.matches("失信人名称").count(), 1);
        assert!(text.ends_with("\n  共 1700 条记录，名称均相符；567 条全部未履行；最近立案 2023-02-15\n"));
    }

    #[test]
    fn memory_is_bounded_by_the_waiting_events() {
        let layout = chinese(Topic::Dishonest);
        let page = Page {
            writer: BufWriter::new(Box::new(io::sink())),
            options: plain(100),
            painted: String::new(),
            last: Last::Nothing,
            lines_since_heading: None,
        };
        let mut sink = TableSink {
            width: Some(100),
            layout,
            options: plain(100),
            waiting: Vec::new(),
            form: None,
            page,
            group: None,
            run: RunSummary::default(),
            other: 0,
            fact_columns: FactColumns::of(Topic::Dishonest),
            told_of_hidden: false,
            counts: None,
        };
        let outcomes = samples::outcomes();
        for number in 0..100_000 {
            sink.outcome(&outcomes[1 + number % 4]).unwrap();
            assert!(sink.waiting.len() < MOST_WAITING);
        }
    }

    #[test]
    fn records_without_an_outcome_are_said_to_be_incomplete() {
        let text = shown(&english(Topic::Dishonest), plain(100), &rows_of(samples::dishonest_rows()));
        assert!(text.ends_with("\n  not complete: the run ended here\n"), "{text}");
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
}
