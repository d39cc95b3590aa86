//! The words by which lists of companies are understood, and how they are looked for in a text. The lists themselves are in
//! `words.txt`.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// A list of words.
pub(super) struct Words {
    name: &'static str,
    words: OnceLock<Vec<&'static str>>,
}

/// Defines a static for each list of `words.txt`.
macro_rules! lists {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("The list `", stringify!($name), "` of `words.txt`.")]
            pub(super) static $name: Words = Words { name: stringify!($name), words: OnceLock::new() };
        )*

        #[cfg(test)]
        static LISTS: &[&Words] = &[$(&$name),*];
    };
}

lists! {
    NAME_ENDINGS BRACKETED LATIN_FORMS
    NAME_HEADINGS NAME_HEADING_SUBJECTS NAME_HEADING_ENDINGS ROLES PARTIES ENDINGS_OF_NO_NAME GENERIC_NAMES
    LATIN_PARTIES LATIN_ABBREVIATIONS LATIN_NAMES LATIN_QUALIFIERS
    CODE_HEADINGS OTHER_HEADINGS OTHER_HEADING_ENDINGS
    PLACEHOLDERS LEGAL_FORMS TEMPLATE_FORMS DOMAINS AMOUNT_UNITS DATE_WORDS DATE_PARTS TOTALS ENDINGS_OF_TOTALS
    LABELS FILE_ENDINGS MARKUP SENTENCES TITLES STATES FORMER_NAMES MOJIBAKE SIMPLIFICATIONS
}

impl Words {
    fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.words.get_or_init(|| words_of(self.name)).iter().copied()
    }

    /// Whether the text is one of the words.
    pub(super) fn contains(&self, text: &str) -> bool {
        self.iter().any(|word| word == text)
    }

    /// Whether one of the words is in the text.
    pub(super) fn occur_in(&self, text: &str) -> bool {
        self.iter().any(|word| text.contains(word))
    }

    /// Whether the text begins with one of the words.
    pub(super) fn begin(&self, text: &str) -> bool {
        self.iter().any(|word| text.starts_with(word))
    }

    /// Whether the text ends with one of the words.
    pub(super) fn end(&self, text: &str) -> bool {
        self.iter().any(|word| text.ends_with(word))
    }

    /// The rest of the text after each word with which it begins.
    pub(super) fn after<'text>(&self, text: &'text str) -> impl Iterator<Item = &'text str> {
        self.iter().filter_map(|word| text.strip_prefix(word))
    }

    /// The rest of the text before each word with which it ends.
    pub(super) fn before<'text>(&self, text: &'text str) -> impl Iterator<Item = &'text str> {
        self.iter().filter_map(|word| text.strip_suffix(word))
    }
}

/// Whether nothing is left of a text when words are taken from its beginning.
pub(super) fn is_made_of(text: &str, words: &[&Words]) -> bool {
    // By length: what is left after different words may be the same.
    let mut left = BTreeMap::from([(text.len(), text)]);
    while let Some((length, rest)) = left.pop_last() {
        if length == 0 {
            return true;
        }
        left.extend(words.iter().flat_map(|words| words.after(rest)).map(|rest| (rest.len(), rest)));
    }
    false
}

/// The words of a list of `words.txt`: those of the lines between its heading and the next one.
fn words_of(list: &str) -> Vec<&'static str> {
    let lines = include_str!("words.txt").lines().filter(|line| !line.starts_with("# "));
    let heading = format!("[{list}]");
    let own = lines.skip_while(|line| *line != heading).skip(1).take_while(|line| !line.starts_with('['));
    own.flat_map(str::split_ascii_whitespace).collect()
}

/// The pairs of [`SIMPLIFICATIONS`] in the order of their first characters.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let pair = |pair: &str| Some((pair.chars().next()?, pair.chars().next_back()?));
    let mut pairs: Vec<_> = SIMPLIFICATIONS.iter().filter_map(pair).collect();
    pairs.sort_unstable();
    pairs
});

/// A usual traditional character or radical in its simplified form; any other character as it is.
pub(super) fn simplified(character: char) -> char {
    let found = SIMPLIFIED.binary_search_by_key(&character, |(traditional, _)| *traditional);
    found.map_or(character, |index| SIMPLIFIED[index].1)
}

/// The text in simplified characters and lower case, without some of its characters.
pub(super) fn comparable(text: &str, is_left_out: impl Fn(char) -> bool) -> String {
    let kept = text.chars().filter(|character| !is_left_out(*character));
    kept.map(simplified).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_the_file_has_a_static_and_words_of_which_none_is_written_twice() {
        let headings = include_str!("words.txt").lines().filter(|line| line.starts_with('['));
        assert_eq!(headings.count(), LISTS.len());
        for list in LISTS {
            let words: Vec<_> = list.iter().collect();
            let mut different = words.clone();
            different.sort_unstable();
            different.dedup();
            assert!(!words.is_empty() && different.len() == words.len(), "{}", list.name);
        }
        assert!(SIMPLIFICATIONS.iter().all(|pair| pair.chars().count() == 2));
    }
}
