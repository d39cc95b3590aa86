//! Everything that hecha says about itself, in English and in Chinese: examples, exit codes, environment,
//! topics, and the Chinese form of every text of the command line. Texts alone; `cli` puts them into place.

mod environment;
mod pages;
mod topics;
mod translations;

pub use pages::{Example, Page, page};
pub use topics::{TOPICS, Topic, topic};

use crate::domain::text::Text;

/// The last line of every help.
pub const MORE: Text = Text::new(
    "More: hecha help money | output | batch | exit-codes | credentials",
    "更多：hecha help money | output | batch | exit-codes | credentials",
);

/// The Chinese form of an English text of the command line.
pub fn in_chinese(english: &str) -> Option<&'static str> {
    translations().find(|text| text.en == english).map(|text| text.zh)
}

/// All texts of the command line in both languages.
pub fn translations() -> impl Iterator<Item = &'static Text> {
    translations::TRANSLATIONS.iter()
}
