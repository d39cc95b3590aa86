//! A run: a stream of queries through the callers into a sink. One keyword and a million are the same path.
//!
//! The coordinator (this thread) admits queries in the order of the input, hands pages to the workers,
//! writes rows in the order of the input, and decides when to stop. Queries behind the first one in line
//! wait in a bounded buffer.

mod active;
mod jobs;
pub mod pagination;
mod placement;
mod progress;
mod queries;
mod workers;

pub use progress::{Progress, counts};
pub use queries::{KeywordReading, Queries, QueryItem, Repeats, read_keyword};

use crate::client::{ClientSettings, Origin};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::outcome::{QueryOutcome, RunSummary, Status};
use crate::domain::query::Query;
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, message};
use crate::interrupt::{CancellationToken, StopReason};
use crate::output::Sink;
use crate::provider::Provider;
use crate::terminal::Terminal;
use active::QueryState;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use jobs::Job;
use pagination::PageLimits;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::time::{Duration, Instant};
use workers::{Bodies, CameTo, Crew, Done, Lane, Staffing};

/// Queries that may be under way or wait for their turn to be written, for each call at once.
const WINDOW_PER_CALL: usize = 32;

/// Pages that may be handed out for each call at once, so that no worker waits for the coordinator.
const WAITING_PER_CALL: usize = 8;

/// Records that may wait for their turn to be written; beyond, only the first query in line goes on.
const LARGEST_BUFFER: usize = 20_000;

/// How long calls under way may take to end after Ctrl-C.
const GRACE: Duration = Duration::from_secs(3);

/// How long after Ctrl-C the queries that were never asked are still listed: of all but enormous lists, all.
const LISTING: Duration = Duration::from_millis(500);

/// How often the coordinator looks up while nothing arrives, and the longest for which what is written waits for its
/// reader while more arrives.
const LOOK_UP_EVERY: Duration = Duration::from_millis(25);

/// Who reads the records while they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Whoever is behind standard output; where he goes away, nothing more is bought.
    OfStandardOutput,
    /// Nobody: they go to a file.
    Nobody,
}

/// Whether a run can cost anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spending {
    /// Pages are bought where they are not archived.
    Possible,
    /// The archive alone answers.
    Excluded,
}

/// How many calls a query needs at least that was not finished; `None` where only the run itself can know.
pub type CallsNeeded<'a> = Box<dyn FnMut(&dyn Provider, &Query) -> Option<u64> + 'a>;

/// What a run needs.
pub struct Run<'a> {
    /// Whom to ask and how, in the order of `QueryItem::lane`.
    pub vendors: Vec<ClientSettings>,
    /// What is asked.
    pub queries: Queries,
    /// Records a page; `None` is each provider's cap.
    pub page_size: Option<u32>,
    /// At most so many records a query.
    pub limit: Option<u64>,
    /// Only this page.
    pub only_page: Option<u32>,
    /// Calls at once, for each provider.
    pub concurrency: usize,
    /// Failed queries in a row that end the run.
    pub max_errors: u64,
    /// Whether it can cost anything.
    pub spending: Spending,
    /// Whether bodies are written instead of records.
    pub raw: crate::settings::Raw,
    /// Where records go.
    pub sink: Box<dyn Sink>,
    /// Who reads what the sink writes.
    pub reader: Reader,
    /// What the rest of a run that stops would need.
    pub calls_needed: CallsNeeded<'a>,
    /// What a call costs in yuan, for each provider in their order; `None` where not every price is known.
    pub prices: Option<Vec<f64>>,
    /// Who is told.
    pub terminal: &'a Terminal,
    /// The wish to stop.
    pub stop: CancellationToken,
}

/// How a run ended.
#[derive(Debug)]
pub struct RunResult {
    /// The counts.
    pub summary: RunSummary,
    /// A signal or a closed pipe.
    pub stopped_by: Option<StopReason>,
    /// What went wrong with the output.
    pub output_failure: Option<Failure>,
    /// What may have been charged in yuan, where prices are known.
    pub cost: Option<f64>,
    /// Calls that the queries which were not finished would still need at least, where a limit stopped the run.
    pub calls_missing: BTreeMap<ProviderId, u64>,
    /// Repeated keywords that were asked once.
    pub repeats: u64,
    /// How many queries there would have been at most, where that is known.
    pub listed: Option<u64>,
    /// When the oldest archived page that served was received.
    pub oldest_archived: Option<jiff::Timestamp>,
}

impl RunResult {
    /// Remembers that the output cannot be written: nobody reads any more, or the disk is full.
    fn output_broke(&mut self, error: &io::Error, stop: &CancellationToken) {
        if error.kind() == io::ErrorKind::BrokenPipe {
            stop.pipe_closed();
            self.stopped_by.get_or_insert(StopReason::ClosedPipe);
        } else if self.output_failure.is_none() {
            let failure = Failure::local(FailureKind::Unforeseen, cannot_write(error));
            self.output_failure = Some(failure);
        }
    }
}

/// The sentence for data that cannot be written, to a pipe or to a disk.
pub fn cannot_write(error: &io::Error) -> Message {
    message!(
        "cannot write the output: {reason}",
        "无法写出结果：{reason:#}",
        reason = Message::of_system(error)
    )
}

struct Coordinator<'a> {
    lanes: Vec<Lane>,
    done: Receiver<Vec<Done>>,
    queries: Queries,
    line: VecDeque<QueryState>,
    first_ticket: u64,
    page_size: Option<u32>,
    wish: (Option<u64>, Option<u32>),
    concurrency: usize,
    max_errors: u64,
    failed_in_a_row: u64,
    /// The user's own limit, once it is reached: why everything behind it was not asked.
    own_limit: Option<Failure>,
    /// What stopped the run, once the user has been told.
    told_of_stop: Option<FailureKind>,
    proved: bool,
    input_over: bool,
    sink: Box<dyn Sink>,
    reader: Reader,
    calls_needed: CallsNeeded<'a>,
    prices: Option<Vec<f64>>,
    terminal: &'a Terminal,
    progress: Progress,
    stop: CancellationToken,
    ending: RunResult,
    written_since_flush: bool,
    flushed_at: Instant,
}

impl Run<'_> {
    /// Runs to the end, whatever happens on the way, and completes the output.
    pub fn go(self) -> RunResult {
        let (finished, done) = crossbeam_channel::unbounded();
        let bodies = if self.raw == crate::settings::Raw::Yes { Bodies::HandOn } else { Bodies::Drop };
        let evidence = self.sink.evidence();
        let ending = RunResult {
            summary: RunSummary::default(),
            stopped_by: None,
            output_failure: None,
            cost: self.prices.as_ref().map(|_| 0.0),
            calls_missing: BTreeMap::new(),
            repeats: 0,
            listed: None,
            oldest_archived: None,
        };
        let is_one_call = self.queries.at_most() == Some(1) && self.only_page.is_some();
        let at_once = if is_one_call { 1 } else { self.concurrency };
        let mut lanes = Vec::new();
        for (lane, vendor) in self.vendors.into_iter().enumerate() {
            let crew =
                Crew { lane, vendor, bodies, evidence, stop: self.stop.clone(), done: finished.clone() };
            match Lane::open(crew, Staffing::of(at_once, self.spending)) {
                Ok(lane) => lanes.push(lane),
                Err(failure) => return RunResult { output_failure: Some(failure), ..ending },
            }
        }
        let progress = Progress::new(self.queries.at_most(), self.terminal);
        Coordinator {
            lanes,
            done,
            queries: self.queries,
            line: VecDeque::new(),
            first_ticket: 0,
            page_size: self.page_size,
            wish: (self.limit, self.only_page),
            concurrency: self.concurrency,
            max_errors: self.max_errors,
            failed_in_a_row: 0,
            own_limit: None,
            told_of_stop: None,
            proved: false,
            input_over: false,
            sink: self.sink,
            reader: self.reader,
            calls_needed: self.calls_needed,
            prices: self.prices,
            terminal: self.terminal,
            progress,
            stop: self.stop,
            ending,
            written_since_flush: false,
            flushed_at: Instant::now(),
        }
        .coordinate()
    }
}

impl Coordinator<'_> {
    fn coordinate(mut self) -> RunResult {
        if let Err(error) = self.answer_all() {
            self.output_broke(&error);
        }
        self.await_calls_under_way();
        if let Err(error) = self.write_what_is_left() {
            self.output_broke(&error);
        }
        self.ending.repeats = self.queries.repeats();
        self.ending.listed = self.queries.at_most();
        self.complete_output()
    }

    /// The main loop: until everything is answered, or something stops it.
    fn answer_all(&mut self) -> io::Result<()> {
        while !self.is_stopping() {
            self.admit();
            if self.line.front().is_some_and(QueryState::has_failed) {
                // It is counted before more is handed out: it may be the last one that `--max-errors` allows.
                self.write_first_in_line()?;
                if self.is_stopping() {
                    continue;
                }
            }
            self.hand_out();
            self.write_first_in_line()?;
            if self.line.is_empty() && self.input_over {
                break;
            }
            if self.line.front().is_some_and(QueryState::is_over) || self.is_stopping() {
                continue;
            }
            self.receive()?;
        }
        Ok(())
    }

    fn is_stopping(&self) -> bool {
        self.stop.reason().is_some() || self.ending.summary.stopped_by.is_some()
    }

    fn admit(&mut self) {
        let window = self.concurrency * self.lanes.len() * WINDOW_PER_CALL;
        while self.line.len() < window && !self.input_over {
            match self.queries.next() {
                Some(Ok(item)) => self.line_up(item),
                Some(Err(failure)) => {
                    self.terminal.error(&failure, None);
                    self.ending.summary.stopped_by = Some(failure.kind);
                    return;
                }
                None => self.input_over = true,
            }
        }
    }

    fn line_up(&mut self, item: QueryItem) {
        let cap = self.lanes[item.lane].provider().info().page_size_cap;
        let (limit, only_page) = self.wish;
        let wish = PageLimits { page_size: self.page_size.unwrap_or(cap), limit, only_page };
        self.line.push_back(QueryState::new(item, wish));
    }

    /// Gives pages to the workers, those of the first query in line first.
    fn hand_out(&mut self) {
        let buffered: usize = self.line.iter().skip(1).map(QueryState::buffered).sum();
        let eligible = if buffered > LARGEST_BUFFER { 1 } else { self.line.len() };
        let room = self.room();
        for position in 0..eligible {
            let active = &mut self.line[position];
            let lane = &mut self.lanes[active.lane];
            while lane.under_way < room {
                let Some(page) = active.ask(self.concurrency) else { break };
                let call = active.call(lane.provider(), page);
                let ticket = self.first_ticket + position as u64;
                lane.hand_out(Job { ticket, page, call });
            }
            if self.lanes.iter().all(|lane| lane.under_way >= room) {
                return;
            }
        }
    }

    /// How many pages a lane may have in hand. The first call of a run goes alone: with a wrong key or an
    /// empty account one call must fail, not eight. Waiting work beside the work under way keeps many
    /// workers busy, but only while nothing fails: once it does, what waits comes back, and no more goes out than
    /// may fail as well.
    fn room(&self) -> usize {
        let waiting = self.line.iter().filter(|active| active.has_failed_at_the_vendor()).count() as u64;
        let failed = self.failed_in_a_row + waiting;
        if !self.proved {
            1
        } else if failed > 0 {
            let left = self.max_errors.saturating_sub(failed).max(1);
            usize::try_from(left).map_or(self.concurrency, |left| left.min(self.concurrency))
        } else if self.concurrency < 4 {
            self.concurrency
        } else {
            self.concurrency * WAITING_PER_CALL
        }
    }

    /// Waits for one page, then takes whatever else has come.
    fn receive(&mut self) -> io::Result<()> {
        if self.reader == Reader::OfStandardOutput && self.terminal.reader_has_gone() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let first = match self.done.try_recv() {
            Ok(done) => done,
            Err(_) => {
                let until_flush = self.flush_in_time()?;
                match self.done.recv_timeout(until_flush) {
                    Ok(done) => done,
                    Err(RecvTimeoutError::Timeout) => {
                        self.show_progress();
                        return Ok(());
                    }
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(io::Error::other("every worker has ended"));
                    }
                }
            }
        };
        self.settle_all(first);
        while let Ok(done) = self.done.try_recv() {
            self.settle_all(done);
        }
        self.show_progress();
        Ok(())
    }

    /// Hands on what was written, unless it was done a moment ago: readers do not wait, and a quick vendor does not
    /// have every record written by itself. Says how soon to look again.
    fn flush_in_time(&mut self) -> io::Result<Duration> {
        if !self.written_since_flush {
            return Ok(LOOK_UP_EVERY);
        }
        let left = LOOK_UP_EVERY.saturating_sub(self.flushed_at.elapsed());
        if !left.is_zero() {
            return Ok(left);
        }
        self.terminal.beside_progress(|| self.sink.flush())?;
        self.written_since_flush = false;
        self.flushed_at = Instant::now();
        Ok(LOOK_UP_EVERY)
    }

    fn show_progress(&mut self) {
        self.progress.show(&self.ending.summary, self.ending.cost, self.queries.at_most(), self.terminal);
    }

    /// Adds up what may have been charged: at most one of the attempts at a page, since no such is repeated.
    fn count_cost(&mut self, done: &Done) {
        let charged = match &done.came_to {
            CameTo::Reply(reply) if reply.origin == Origin::Archive => Charged::No,
            CameTo::Reply(_) => Charged::Yes,
            CameTo::Refusal(refusal) => refusal.failure.charged,
            CameTo::NotBegun => Charged::No,
        };
        if let (Some(prices), Some(cost)) = (&self.prices, &mut self.ending.cost)
            && charged != Charged::No
        {
            *cost += prices[done.lane];
        }
    }

    fn settle_all(&mut self, done: Vec<Done>) {
        for done in done {
            self.settle(done);
        }
    }

    fn settle(&mut self, done: Done) {
        self.count_cost(&done);
        drop(done.call);
        self.lanes[done.lane].under_way -= 1;
        self.proved = true;
        let position = usize::try_from(done.ticket - self.first_ticket).unwrap_or(usize::MAX);
        let Some(active) = self.line.get_mut(position) else { return };
        if let CameTo::Refusal(refusal) = &done.came_to
            && refusal.failure.kind == FailureKind::Limit
        {
            self.own_limit.get_or_insert_with(|| refusal.failure.clone());
        }
        let stops = match &done.came_to {
            CameTo::Reply(reply) => reply.not_kept.as_ref().map(|failure| failure.kind),
            CameTo::Refusal(refusal) => Some(refusal.failure.kind).filter(|kind| kind.stops_the_run()),
            CameTo::NotBegun => None,
        };
        if let CameTo::Reply(reply) = &done.came_to
            && reply.origin == Origin::Archive
        {
            let oldest = self.ending.oldest_archived.get_or_insert(reply.received_at);
            *oldest = (*oldest).min(reply.received_at);
        }
        active.settle(done.page, done.came_to);
        if let Some(kind) = stops {
            self.stop.cancel();
            if kind != FailureKind::Interrupted {
                self.ending.summary.stopped_by.get_or_insert(kind);
            }
        }
    }

    /// Writes the rows of the first query in line, and of those behind it that have become the first.
    fn write_first_in_line(&mut self) -> io::Result<()> {
        while let Some(active) = self.line.front_mut() {
            let ready = active.take_ready();
            if !ready.is_empty() {
                let lane = &self.lanes[active.lane];
                let provider = lane.provider().info().id;
                self.written_since_flush = true;
                let sink = &mut self.sink;
                self.terminal.beside_progress(|| {
                    for page in ready {
                        let mut spent = Vec::with_capacity(page.records.len());
                        for row in active.rows(page.records, provider) {
                            sink.row(&row)?;
                            spent.push(row.record);
                        }
                        lane.send_home(page.home, spent);
                    }
                    io::Result::Ok(())
                })?;
            }
            let active = &self.line[0];
            if !active.is_over() {
                return Ok(());
            }
            let finished = self.line.pop_front();
            self.first_ticket += 1;
            if let Some(finished) = finished {
                self.conclude(finished)?;
            }
            if self.is_stopping() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn conclude(&mut self, mut active: QueryState) -> io::Result<()> {
        let provider = self.lanes[active.lane].provider().info().id;
        for body in active.take_bodies() {
            self.written_since_flush = true;
            self.sink.body(&body)?;
        }
        if active.was_cut_short() {
            self.count_missing(active.lane, active.query(), active.pages_missing());
        }
        let outcome = active.outcome(provider);
        self.tell(&outcome, provider);
        self.count_failures_in_a_row(&outcome);
        self.write_outcome(outcome)
    }

    /// Counts what a query would still need, where the user is to hear of it.
    fn count_missing(&mut self, lane: usize, query: &Query, by_itself: u64) {
        if self.ending.summary.stopped_by == Some(FailureKind::Limit) {
            let provider = self.lanes[lane].provider();
            let calls = (self.calls_needed)(provider, query).unwrap_or(by_itself);
            let missing = self.ending.calls_missing.entry(provider.info().id).or_default();
            *missing = missing.saturating_add(calls);
        }
    }

    fn write_outcome(&mut self, mut outcome: QueryOutcome) -> io::Result<()> {
        if outcome.status == Status::Skipped && outcome.error.is_none() {
            outcome.error.clone_from(&self.own_limit);
        }
        self.ending.summary.count(&outcome);
        self.written_since_flush = true;
        let sink = &mut self.sink;
        self.terminal.beside_progress(|| sink.outcome(&outcome))
    }

    fn tell(&mut self, outcome: &QueryOutcome, provider: ProviderId) {
        let of = Some((outcome.query.as_str(), provider));
        match (&outcome.error, outcome.status) {
            (Some(failure), Status::Skipped) if failure.kind == FailureKind::Interrupted => {}
            (Some(failure), Status::Failed | Status::Partial | Status::Skipped) => {
                // What stops a run is told once, not for each query that it leaves behind.
                let already_told = self.told_of_stop == Some(failure.kind);
                if failure.kind.stops_the_run() {
                    self.told_of_stop = Some(failure.kind);
                }
                if !already_told && failure.kind != FailureKind::Interrupted {
                    self.terminal.error(failure, of);
                }
            }
            _ => {}
        }
        if let (None, false, Some(total), None) =
            (&outcome.error, outcome.complete, outcome.total, self.wish.1)
            && self.wish.0.is_none_or(|limit| outcome.returned < limit.min(total))
        {
            self.ending.summary.short += 1;
            let (query, returned) = (&outcome.query, outcome.returned);
            self.terminal.warning(&message!(
                "{query} ({provider}): incomplete: the vendor says there are {total} records and gave {returned}",
                "{query}（{provider}）：不完整：服务商称共 {total} 条记录，实际给出 {returned} 条"
            ));
        }
    }

    fn count_failures_in_a_row(&mut self, outcome: &QueryOutcome) {
        match outcome.status {
            Status::Failed
                if outcome.error.as_ref().is_some_and(|failure| failure.kind.blames_no_vendor()) => {}
            Status::Failed => self.failed_in_a_row += 1,
            Status::Ok | Status::Empty | Status::Partial => self.failed_in_a_row = 0,
            Status::Skipped => {}
        }
        if self.failed_in_a_row >= self.max_errors && self.queries.at_most() != Some(1) && !self.is_stopping()
        {
            self.stop.cancel();
            self.ending.summary.stopped_by = Some(FailureKind::Limit);
            let failure = Failure::local(
                FailureKind::Limit,
                message!(
                    "{failed} queries failed in a row (--max-errors); the rest was not asked",
                    "连续 {failed} 个查询失败（--max-errors）；其余未查询",
                    failed = self.failed_in_a_row
                ),
            );
            self.terminal.error(&failure, None);
            self.told_of_stop = Some(FailureKind::Limit);
            self.own_limit = Some(failure);
        }
    }

    /// Lets calls under way end, because they are paid for; after an interruption only for a short while.
    fn await_calls_under_way(&mut self) {
        self.stop.cancel();
        for lane in 0..self.lanes.len() {
            // Where every call under way hangs, no worker comes to it.
            self.settle_all(self.lanes[lane].take_back());
        }
        let mut deadline = None;
        while self.lanes.iter().any(|lane| lane.under_way > 0) {
            deadline = deadline.or_else(|| self.stop.reason().map(|_| Instant::now() + GRACE));
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break;
            }
            if let Ok(done) = self.done.recv_timeout(LOOK_UP_EVERY) {
                self.settle_all(done);
            }
        }
        if let (Some(prices), Some(cost)) = (&self.prices, &mut self.ending.cost) {
            // What still hangs may be charged.
            *cost +=
                self.lanes.iter().zip(prices).map(|(lane, price)| lane.under_way as f64 * price).sum::<f64>();
        }
    }

    /// Writes what was bought, and an outcome for every query that was never asked.
    fn write_what_is_left(&mut self) -> io::Result<()> {
        self.ending.stopped_by = self.stop.reason();
        if self.ending.stopped_by == Some(StopReason::ClosedPipe) {
            return Ok(());
        }
        while let Some(mut active) = self.line.pop_front() {
            self.first_ticket += 1;
            active.give_up();
            let provider = self.lanes[active.lane].provider().info().id;
            for page in active.take_ready() {
                for row in active.rows(page.records, provider) {
                    self.sink.row(&row)?;
                }
            }
            self.conclude(active)?;
        }
        if self.input_over {
            return Ok(());
        }
        let deadline = self.ending.stopped_by.map(|_| Instant::now() + LISTING);
        while let Some(Ok(item)) = self.queries.next() {
            let provider = self.lanes[item.lane].provider().info().id;
            if item.refusal.is_none() {
                self.count_missing(item.lane, &item.query, 1);
            }
            let outcome = QueryState::never_asked(item).outcome(provider);
            self.write_outcome(outcome)?;
            let is_late =
                deadline.map_or(self.stop.reason().is_some(), |deadline| Instant::now() >= deadline);
            if is_late {
                break;
            }
        }
        Ok(())
    }

    fn complete_output(self) -> RunResult {
        let Self { lanes, sink, progress, terminal, stop, mut ending, .. } = self;
        progress.end(terminal);
        if let Err(error) = sink.finish() {
            ending.output_broke(&error, &stop);
        }
        lanes.into_iter().for_each(Lane::dismiss);
        ending
    }

    fn output_broke(&mut self, error: &io::Error) {
        self.stop.cancel();
        self.ending.output_broke(error, &self.stop);
    }
}
