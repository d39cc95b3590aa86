//! The texts of the help in English and Chinese: examples, exit codes, environment, topics, and the Chinese form of
//! every text of the command line. `cli` puts them into place.

mod pages;
mod reference;
mod topics;
mod translations;

pub use pages::{Detail, Example, examples, examples_in_words, magic_keywords};
pub use reference::{EXIT_CODES, reference, variables};
pub use topics::{TOPICS, Topic, topic};

use crate::domain::text::Text;
use crate::provider::REGISTRY;

/// The last line of the main help.
pub const TOPICS_LINE: Text = Text::new(
    "More: hecha help money | output | batch | exit-codes | credentials",
    "更多：hecha help money | output | batch | exit-codes | credentials",
);

/// The last lines of the help of a subcommand.
pub const MORE: Text = Text::new(
    "Global options, exit codes, environment: hecha help\n\
     More: hecha help money | output | batch | exit-codes | credentials",
    "全局选项、退出码、环境变量：hecha help\n\
     更多：hecha help money | output | batch | exit-codes | credentials",
);

/// The Chinese form of an English text of the command line.
pub fn in_chinese(english: &str) -> Option<&'static str> {
    translations().find(|text| text.en == english).map(|text| text.zh)
}

/// All texts of the command line in both languages.
pub fn translations() -> impl Iterator<Item = Text> {
    let labels = REGISTRY.iter().map(|info| info.id.label());
    translations::TRANSLATIONS.iter().copied().chain(labels)
}
