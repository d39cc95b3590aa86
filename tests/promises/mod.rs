//! What must hold for any bytes: one function for each thing that reads bytes from outside. `fuzz/` gives them what a
//! fuzzer makes, `hostile::corpus` the inputs that were worth keeping; a broken promise panics.

mod answers;
mod archive;
mod lists;
mod texts;

pub use answers::{ihuyi, market, numbers, shuidi};
pub use archive::stored;
pub use lists::{list_text, list_workbook};
pub use texts::{config, days, identifier, sanitise, secrets, words};

/// A promise: it panics if it does not hold for these bytes.
pub type Promise = fn(&[u8]);

/// Every promise with its name, which is that of its folder in `fuzz/corpus`.
pub const TARGETS: [(&str, Promise); 13] = [
    ("config", config),
    ("days", days),
    ("identifier", identifier),
    ("ihuyi", ihuyi),
    ("list_text", list_text),
    ("list_workbook", list_workbook),
    ("market", market),
    ("numbers", numbers),
    ("sanitise", sanitise),
    ("secrets", secrets),
    ("shuidi", shuidi),
    ("stored", stored),
    ("words", words),
];
