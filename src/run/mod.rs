//! A run: queries in, records and outcomes out. One keyword and a million take the same path.

mod pages_needed;
pub mod pagination;
mod progress;
mod queries;
mod query_state;
mod result;
mod result_writer;
mod scheduler;
mod worker_pool;

pub use pages_needed::{Pages, PagesNeeded};
pub use progress::counts_in_words;
pub use queries::{Queries, keyword_warning};
pub use result::{RunResult, cannot_write};
pub use result_writer::ResultWriter;
pub use scheduler::Run;
