//! `hecha help TOPIC`: what is longer than an option's line.

use crate::domain::text::Text;

/// One topic.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// The word after `hecha help`.
    pub name: &'static str,
    /// The whole text.
    pub text: Text,
}

macro_rules! topic {
    ($name:literal) => {
        Topic {
            name: $name,
            text: Text::new(
                include_str!(concat!("topics/", $name, ".en.txt")),
                include_str!(concat!("topics/", $name, ".zh.txt")),
            ),
        }
    };
}

/// All topics, in the order in which they are named.
pub const TOPICS: &[Topic] =
    &[topic!("money"), topic!("output"), topic!("batch"), topic!("exit-codes"), topic!("credentials")];

/// The topic of that name.
pub fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}
