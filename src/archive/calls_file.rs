//! The file in which a run keeps its calls under way: written before a call is sent, cleared when its end is booked.
//!
//! It outlives the process, so that whoever comes after a kill finds what was in flight; and others read it while the
//! run lives, so that they do not buy the same. Nothing in it is a secret. Fixed places of [`PLACE`] bytes, numbers in
//! little-endian; no place crosses a page of memory, so that it is written whole or not at all.
//!
//! | bytes | the first place | every other |
//! |---|---|---|
//! | 0..8 | `hecha 1\n` | number of the attempt within its run; 0 for a free place |
//! | 8..16 | – | when it began, milliseconds since 1970 |
//! | 16..32 | who was the last to join, 8 bytes | hash of the question |
//! | 32..48 | – | name of the provider, filled up with zeros |

use super::answer::KeyHash;
use super::error::ArchiveError;
use super::files;
use crate::domain::text::Text;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

const PLACE: usize = 64;
const MAGIC: &[u8; 8] = b"hecha 1\n";
const BELL: u64 = 16;

/// One call under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallUnderWay {
    pub(super) sequence: i64,
    pub(super) started_at_ms: i64,
    pub(super) key: KeyHash,
    pub(super) provider: String,
}

/// The file of a run, this one's or another's.
pub(super) struct CallsFile {
    file: File,
    path: PathBuf,
}

impl CallsFile {
    /// Makes the file of a new run.
    pub(super) fn create(path: &Path) -> Result<Self, ArchiveError> {
        let failed = |error: io::Error| ArchiveError::from_io(path, &error);
        let this = Self { file: files::create_private(path).map_err(failed)?, path: path.to_owned() };
        let mut head = [0; PLACE];
        head[..8].copy_from_slice(MAGIC);
        this.write(0, &head)?;
        Ok(this)
    }

    /// Opens the file of another run to read it, which is possible on a read-only disk too; `None` where that run has
    /// left.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, ArchiveError> {
        match File::open(path) {
            Ok(file) => Ok(Some(Self { file, path: path.to_owned() })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ArchiveError::from_io(path, &error)),
        }
    }

    /// Tells the run whose file is at `path` that `who` has joined; no matter where it has left.
    pub(super) fn ring(path: &Path, who: [u8; 8]) -> Result<(), ArchiveError> {
        match File::options().write(true).open(path).and_then(|file| files::write_at(&file, &who, BELL)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ArchiveError::from_io(path, &error)),
            _ => Ok(()),
        }
    }

    /// Who was the last to join.
    ///
    /// # Errors
    /// Where somebody has put something else into the file, too.
    pub(super) fn bell(&self) -> Result<[u8; 8], ArchiveError> {
        let mut head = [0; 24];
        files::read_at(&self.file, &mut head, 0).map_err(|error| self.failed(&error))?;
        if !head.starts_with(MAGIC) {
            return Err(self.foreign());
        }
        let mut who = [0; 8];
        who.copy_from_slice(&head[16..]);
        Ok(who)
    }

    /// Notes a call in a place, from one.
    pub(super) fn put(&self, place: usize, call: &CallUnderWay) -> Result<(), ArchiveError> {
        let mut bytes = [0; 48];
        bytes[..8].copy_from_slice(&call.sequence.to_le_bytes());
        bytes[8..16].copy_from_slice(&call.started_at_ms.to_le_bytes());
        bytes[16..32].copy_from_slice(&call.key.0);
        let name = &call.provider.as_bytes()[..call.provider.len().min(16)];
        bytes[32..32 + name.len()].copy_from_slice(name);
        self.write((place * PLACE) as u64, &bytes)
    }

    /// Clears a place.
    pub(super) fn clear(&self, place: usize) -> Result<(), ArchiveError> {
        self.write((place * PLACE) as u64, &[0; 8])
    }

    /// What is under way. Every note that was written before this was called is in it; none where the file is
    /// something else.
    pub(super) fn calls(&self) -> Result<Vec<CallUnderWay>, ArchiveError> {
        Ok(places(&self.content()?).filter_map(call_of).collect())
    }

    /// Whether anything with this key is under way.
    ///
    /// # Errors
    /// Where somebody has put something else into the file, too. An empty one is that of a run which is just
    /// registering.
    pub(super) fn holds(&self, key: KeyHash) -> Result<bool, ArchiveError> {
        let content = self.content()?;
        if !content.is_empty() && !content.starts_with(MAGIC) {
            return Err(self.foreign());
        }
        Ok(places(&content).any(|place| place[..8] != [0; 8] && place[16..32] == key.0))
    }

    fn content(&self) -> Result<Vec<u8>, ArchiveError> {
        let mut content = vec![0; 16 * PLACE];
        let mut length = 0;
        loop {
            length += files::read_at(&self.file, &mut content[length..], length as u64)
                .map_err(|error| self.failed(&error))?;
            if length < content.len() {
                content.truncate(length);
                return Ok(content);
            }
            content.resize(length * 2, 0);
        }
    }

    fn write(&self, position: u64, bytes: &[u8]) -> Result<(), ArchiveError> {
        files::write_at(&self.file, bytes, position).map_err(|error| self.failed(&error))
    }

    /// Presses what was written to the disk.
    pub(super) fn sync(&self) -> Result<(), ArchiveError> {
        self.file.sync_data().map_err(|error| self.failed(&error))
    }

    fn foreign(&self) -> ArchiveError {
        let reason = Text::new("somebody has overwritten it", "文件内容已被改写").into();
        ArchiveError::Inaccessible { path: self.path.clone(), reason }
    }

    fn failed(&self, error: &io::Error) -> ArchiveError {
        ArchiveError::from_io(&self.path, error)
    }
}

/// The places behind the first. The last may lack its end, which no one writes.
fn places(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let places = if content.starts_with(MAGIC) { content.get(PLACE..) } else { None };
    places.unwrap_or_default().chunks(PLACE).filter(|place| place.len() >= 48)
}

fn call_of(place: &[u8]) -> Option<CallUnderWay> {
    let sequence = number(&place[..8]);
    let name = place[32..48].split(|byte| *byte == 0).next().unwrap_or_default();
    (sequence != 0).then(|| CallUnderWay {
        sequence,
        started_at_ms: number(&place[8..16]),
        key: KeyHash(place[16..32].try_into().expect("sixteen bytes")),
        provider: String::from_utf8_lossy(name).into_owned(),
    })
}

fn number(bytes: &[u8]) -> i64 {
    i64::from_le_bytes(bytes.try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_is_read_by_others_until_it_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.calls");
        let own = CallsFile::create(&path).unwrap();
        let other = CallsFile::open(&path).unwrap().unwrap();
        let calls: Vec<_> = (1..=40)
            .map(|sequence| CallUnderWay {
                sequence,
                started_at_ms: 1_700_000_000_000 + sequence,
                key: KeyHash([u8::try_from(sequence).unwrap(); 16]),
                provider: "market".to_owned(),
            })
            .collect();
        for (place, call) in calls.iter().enumerate() {
            own.put(place + 1, call).unwrap();
        }
        assert_eq!(other.calls().unwrap(), calls);
        assert!(other.holds(calls[39].key).unwrap());
        own.clear(40).unwrap();
        assert!(!other.holds(calls[39].key).unwrap());
        assert_eq!(other.calls().unwrap(), calls[..39]);
    }

    #[test]
    fn a_run_hears_who_joined() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.calls");
        let own = CallsFile::create(&path).unwrap();
        assert_eq!(own.bell().unwrap(), [0; 8]);
        CallsFile::ring(&path, [5; 8]).unwrap();
        assert_eq!((own.bell().unwrap(), own.calls().unwrap()), ([5; 8], Vec::new()));
    }

    #[test]
    fn a_file_of_something_else_holds_no_calls_and_an_absent_one_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.calls");
        assert!(CallsFile::open(&path).unwrap().is_none());
        for content in ["", "hecha 1\n", "hecha 1", &"something else that is long ".repeat(9)] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(CallsFile::open(&path).unwrap().unwrap().calls().unwrap(), []);
        }
    }
}
