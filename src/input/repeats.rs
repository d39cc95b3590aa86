//! Keywords that occur more than once, found in flat memory however long the list is.
//!
//! Each keyword is an entry of a temporary file: its key and its row. Entries are compared in passes, each over a share
//! of the keys. In the end each entry holds the first row of its keyword.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

/// The hash of a keyword; the last bit says whether it is suspicious. If two keywords had one key, a company would be left
/// out: 64 bits are too few.
pub(super) type KeywordHash = [u64; 2];

const KEY_SIZE: u64 = size_of::<KeywordHash>() as u64;
const ENTRY_SIZE: u64 = KEY_SIZE + size_of::<u64>() as u64;
/// The average number of entries that a pass compares.
const COMPARED_AT_ONCE: u64 = 1 << 14;

/// Whether a suspicious keyword and one that is not may be the same. The same code may stand in a cell of text and in a
/// number cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RepeatRule {
    /// They differ: what becomes of the suspicious one is not decided.
    WithSuspicion,
    /// They are the same: both are sent.
    ByText,
}

/// Writes the entry of a keyword.
pub(super) fn write_entry(
    entries: &mut impl Write,
    [high, low]: KeywordHash,
    is_suspicious: bool,
    row: u64,
) -> io::Result<()> {
    let low = low << 1 | u64::from(is_suspicious);
    [high, low, row].iter().try_for_each(|number| entries.write_all(&number.to_le_bytes()))
}

/// Reads the next entry: its key, and its row or the first one of its keyword.
pub(super) fn read_entry(entries: &mut impl Read) -> io::Result<(KeywordHash, u64)> {
    let mut numbers = [[0; size_of::<u64>()]; 3];
    entries.read_exact(numbers.as_flattened_mut())?;
    let [high, low, row] = numbers.map(u64::from_le_bytes);
    Ok(([high, low], row))
}

/// Gives each entry the first row of its keyword. Returns the number of different keywords, and that of repeats.
pub(super) fn find_first_rows(entries: &mut SpooledTempFile, rule: RepeatRule) -> io::Result<(u64, u64)> {
    let count = entries.seek(SeekFrom::End(0))? / ENTRY_SIZE;
    let shares = count.div_ceil(COMPARED_AT_ONCE);
    let mut different = 0;
    for share in 0..shares {
        entries.rewind()?;
        let mut reader = BufReader::new(&mut *entries);
        let mut compared = Vec::new();
        for position in 0..count {
            let ([high, low], row) = read_entry(&mut reader)?;
            let low = if rule == RepeatRule::ByText { low >> 1 } else { low };
            if high % shares == share {
                compared.push(([high, low], row, position));
            }
        }
        compared.sort_unstable();
        for same in compared.chunk_by(|(one, ..), (other, ..)| one == other) {
            different += 1;
            let first = same[0].1;
            for (.., position) in same.iter().filter(|(_, row, _)| *row != first) {
                entries.seek(SeekFrom::Start(position * ENTRY_SIZE + KEY_SIZE))?;
                entries.write_all(&first.to_le_bytes())?;
            }
        }
    }
    Ok((different, count - different))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::row::MEMORY_LIMIT;

    /// The rows of entries, which are first those of their keywords, and the number of different keywords.
    fn found(entries: &[(KeywordHash, bool)], rule: RepeatRule) -> (Vec<u64>, u64) {
        let mut file = SpooledTempFile::new(MEMORY_LIMIT);
        let mut writer = io::BufWriter::new(&mut file);
        for (row, (key, is_suspicious)) in (1..).zip(entries) {
            write_entry(&mut writer, *key, *is_suspicious, row).unwrap();
        }
        drop(writer);
        let (different, _) = find_first_rows(&mut file, rule).unwrap();
        file.rewind().unwrap();
        let mut reader = BufReader::new(file);
        (entries.iter().map(|_| read_entry(&mut reader).unwrap().1).collect(), different)
    }

    fn first_rows(keys: impl IntoIterator<Item = u64>) -> (Vec<u64>, u64) {
        let entries: Vec<_> = keys.into_iter().map(|key| ([key, !key], false)).collect();
        found(&entries, RepeatRule::WithSuspicion)
    }

    #[test]
    fn each_keyword_is_given_its_first_row() {
        assert_eq!(first_rows([7, 8, 7, 9, 8, 7]), (vec![1, 2, 1, 4, 2, 1], 3));
        assert_eq!(first_rows([]), (vec![], 0));
    }

    #[test]
    fn keywords_of_a_long_list_are_compared_in_several_passes() {
        let (count, keywords) = (3 * COMPARED_AT_ONCE, 2 * COMPARED_AT_ONCE + 7);
        let (rows, different) = first_rows((0..count).map(|number| number % keywords));
        assert_eq!(different, keywords);
        assert!((0..).zip(rows).all(|(number, row)| row == number % keywords + 1));
    }

    #[test]
    fn half_a_key_does_not_make_two_keywords_alike() {
        let entries = [[5, 1], [5, 2], [6, 1]].map(|key| (key, false));
        assert_eq!(found(&entries, RepeatRule::ByText).1, 3);
    }

    #[test]
    fn suspicious_keywords_are_compared_with_others_when_they_are_sent() {
        let entries = [(5, true), (5, false), (5, true), (5, false), (6, true)]
            .map(|(key, is_suspicious)| ([key, key], is_suspicious));
        assert_eq!(found(&entries, RepeatRule::WithSuspicion), (vec![1, 2, 1, 2, 5], 3));
        assert_eq!(found(&entries, RepeatRule::ByText), (vec![1, 1, 1, 1, 5], 2));
    }
}
