//! `hecha help TOPIC`: texts on one subject, longer than the help of an option.

use crate::domain::text::{Language, Text};
use crate::provider::REGISTRY;

/// One topic.
#[derive(Debug, Clone, Copy)]
pub struct HelpTopic {
    /// The word after `hecha help`.
    pub name: &'static str,
    /// The whole text.
    pub text: Text,
}

macro_rules! topic {
    ($name:literal) => {
        HelpTopic {
            name: $name,
            text: Text::new(
                include_str!(concat!("topics/", $name, ".en.txt")),
                include_str!(concat!("topics/", $name, ".zh.txt")),
            ),
        }
    };
}

impl HelpTopic {
    /// The whole text, with the providers of the registry.
    pub fn in_language(&self, language: Language) -> String {
        let providers = REGISTRY.iter().map(|info| {
            let required = info.keys.iter().filter(|key| key.default.is_none());
            let keys = required.map(|key| key.name).collect::<Vec<_>>().join(", ");
            let command = info.command();
            format!("  {:<8} {keys:<34} {command}\n", info.id)
        });
        self.text.in_language(language).replace("{providers}\n", &providers.collect::<String>())
    }
}

/// All topics, in the order in which they are named.
pub const TOPICS: &[HelpTopic] =
    &[topic!("money"), topic!("output"), topic!("batch"), topic!("exit-codes"), topic!("credentials")];

/// The topic of that name.
pub fn topic(name: &str) -> Option<&'static HelpTopic> {
    TOPICS.iter().find(|topic| topic.name == name)
}
