//! Vendor pages to CSV: the cost of parsing and writing, as a separate program.
//!
//! `cargo bench --bench pages -- FILE` reads pages of the dishonest list, one a line, and writes every record to
//! standard output, as `jq -r '… | @csv' FILE` does. `benches/compare.sh` measures the two side by side.

use hecha::domain::record::{RecordMatch, Row, Topic};
use hecha::domain::text::Language;
use hecha::output::{self, Format, Header, Layout, Options};
use hecha::provider::{ProviderConfig, market};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::sync::Arc;

fn main() -> io::Result<()> {
    let Some(path) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) else {
        return Ok(());
    };
    let provider = (market::INFO.new)(ProviderConfig::default());
    let layout = Layout::whole(Topic::Dishonest, Header::Keys, Language::English);
    let mut sink = output::open(
        Format::Csv,
        &layout,
        Options::default(),
        Box::new(io::stdout()),
        Box::new(std::iter::empty()),
    )?;
    let query: Arc<str> = Arc::from("北京第1号科技有限公司");
    let mut pages = BufReader::new(File::open(path)?);
    let mut body = Vec::new();
    while pages.read_until(b'\n', &mut body)? > 0 {
        let page = provider.info().parse(&body).map_err(|failure| io::Error::other(failure.to_string()))?;
        for record in page.records {
            sink.row(&Row {
                query: Arc::clone(&query),
                provider: market::ID,
                record_match: RecordMatch::Exact,
                input_row: 1,
                record,
            })?;
        }
        body.clear();
    }
    sink.finish()
}
