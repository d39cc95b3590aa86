//! Keywords that occur more than once, found in flat memory however long the list is.
//!
//! Each keyword is an entry of a temporary file: a key, then its own row twice. Entries are compared in passes, each over
//! a share of the keys. In the end each entry holds the first rows of its keyword.

use std::io::{self, BufReader, BufWriter, IntoInnerError, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

/// The hash of a keyword; the last bit says whether it is suspicious. If two keywords had one key, a company would be left
/// out: 64 bits are too few.
pub(super) type Key = [u64; 2];

const KEY_SIZE: u64 = size_of::<Key>() as u64;
const ENTRY_SIZE: u64 = KEY_SIZE + size_of::<FirstRows>() as u64;
/// How many entries a pass compares, on average.
const COMPARED_AT_ONCE: u64 = 1 << 15;
/// How many bytes of entries stay in memory before they go to a temporary file.
const MEMORY_LIMIT: usize = 1 << 18;

/// The first row with a keyword, and the first of those that are as suspicious. They differ if only one of two cells with
/// the same code is suspicious.
pub(super) type FirstRows = [u64; 2];

/// How many different keywords a list has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct DifferentKeywords {
    pub by_text: u64,
    /// A keyword counts twice if only some of its rows are suspicious.
    pub by_text_and_suspicion: u64,
}

/// Collects the keywords of a list.
pub(super) struct RepeatFinder {
    entries: BufWriter<SpooledTempFile>,
    count: u64,
}

impl RepeatFinder {
    pub(super) fn new() -> Self {
        Self { entries: BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT)), count: 0 }
    }

    /// How many keywords there are, repeats included.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Adds the keyword of a row.
    pub(super) fn push(&mut self, [high, low]: Key, is_suspicious: bool, row: u64) -> io::Result<()> {
        self.count += 1;
        let low = low << 1 | u64::from(is_suspicious);
        [high, low, row, row].iter().try_for_each(|number| self.entries.write_all(&number.to_le_bytes()))
    }

    /// The entries, now with the first rows of each keyword.
    pub(super) fn finish(self) -> io::Result<(SpooledTempFile, DifferentKeywords)> {
        let mut entries = self.entries.into_inner().map_err(IntoInnerError::into_error)?;
        let shares = self.count.div_ceil(COMPARED_AT_ONCE);
        let mut different = DifferentKeywords::default();
        for share in 0..shares {
            let mut compared = Vec::new();
            entries.rewind()?;
            let mut reader = BufReader::new(&mut entries);
            for position in 0..self.count {
                let (key, [row, _]) = read_entry(&mut reader)?;
                if key[0] % shares == share {
                    compared.push((key, position, row));
                }
            }
            compared.sort_unstable();
            for same in compared.chunk_by(|(one, ..), (other, ..)| text_of(*one) == text_of(*other)) {
                different.by_text += 1;
                let first = same.iter().map(|(.., row)| *row).min().unwrap_or_default();
                for alike in same.chunk_by(|one, other| one.0 == other.0) {
                    different.by_text_and_suspicion += 1;
                    let first_rows = [first, alike[0].2];
                    for (_, position, _) in alike.iter().filter(|(.., row)| [*row; 2] != first_rows) {
                        entries.seek(SeekFrom::Start(position * ENTRY_SIZE + KEY_SIZE))?;
                        entries.write_all(first_rows.map(u64::to_le_bytes).as_flattened())?;
                    }
                }
            }
        }
        Ok((entries, different))
    }
}

/// The key without its last bit.
const fn text_of([high, low]: Key) -> Key {
    [high, low >> 1]
}

/// The next entry.
pub(super) fn read_entry(entries: &mut impl Read) -> io::Result<(Key, FirstRows)> {
    let mut numbers = [[0; size_of::<u64>()]; 4];
    entries.read_exact(numbers.as_flattened_mut())?;
    let [high, low, first, first_alike] = numbers.map(u64::from_le_bytes);
    Ok(([high, low], [first, first_alike]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_rows(keys: impl Iterator<Item = u64>) -> (Vec<u64>, u64) {
        let mut finder = RepeatFinder::new();
        for (row, key) in (1..).zip(keys) {
            finder.push([key, !key], false, row).unwrap();
        }
        let count = finder.count();
        let (mut entries, different) = finder.finish().unwrap();
        entries.rewind().unwrap();
        ((0..count).map(|_| read_entry(&mut entries).unwrap().1[0]).collect(), different.by_text)
    }

    #[test]
    fn each_keyword_is_given_its_first_row() {
        assert_eq!(first_rows([7, 8, 7, 9, 8, 7].into_iter()), (vec![1, 2, 1, 4, 2, 1], 3));
        assert_eq!(first_rows(std::iter::empty()), (vec![], 0));
    }

    #[test]
    fn keywords_of_a_long_list_are_compared_in_several_passes() {
        let count = 3 * COMPARED_AT_ONCE;
        let (rows, different) = first_rows((0..count).map(|number| number % 50_000));
        assert_eq!(different, 50_000);
        assert!((0..).zip(rows).all(|(number, row)| row == number % 50_000 + 1));
    }

    #[test]
    fn half_a_key_does_not_make_two_keywords_alike() {
        let mut finder = RepeatFinder::new();
        for (row, key) in [(1, [5, 1]), (2, [5, 2]), (3, [6, 1])] {
            finder.push(key, false, row).unwrap();
        }
        assert_eq!(finder.finish().unwrap().1.by_text, 3);
    }

    #[test]
    fn a_keyword_has_a_first_row_of_each_kind() {
        let mut finder = RepeatFinder::new();
        for (row, key, is_suspicious) in
            [(1, 5, true), (2, 5, false), (3, 5, true), (4, 5, false), (5, 6, true)]
        {
            finder.push([key, key], is_suspicious, row).unwrap();
        }
        let (mut entries, different) = finder.finish().unwrap();
        entries.rewind().unwrap();
        let first_rows = [(); 5].map(|()| read_entry(&mut entries).unwrap().1);
        assert_eq!(first_rows, [[1, 1], [1, 2], [1, 1], [1, 2], [5, 5]]);
        assert_eq!(different, DifferentKeywords { by_text: 2, by_text_and_suspicion: 3 });
    }
}
