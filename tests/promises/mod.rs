//! What must hold whatever bytes arrive, one function for each thing that reads bytes from outside. `fuzz/` hands them
//! what a fuzzer makes, `hostile::corpus` the inputs that were worth keeping; a broken promise panics.

mod answers;
mod archive;
mod lists;
mod texts;

pub use answers::{ihuyi, market, numbers, shuidi};
pub use archive::stored;
pub use lists::{list_text, list_workbook};
pub use texts::{config, days, identifier, sanitise, secrets, words};
