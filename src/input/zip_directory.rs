//! A look at the directory of a zip archive before anything in it is unpacked.
//!
//! A workbook is a zip archive, and a small one can unpack to more than the memory holds. The sizes are in its
//! directory, and the unpacker fails as soon as an entry grows past the size that is written there: so bounds
//! on the written sizes are bounds on what is unpacked. It must not unpack anything.

use std::io::{self, Read, Seek, SeekFrom};

use super::error::InputError;
use crate::domain::text::{Message, Text, message};

/// The most bytes a workbook may unpack to.
const TOTAL_LIMIT: u64 = 1 << 30;
/// The most bytes one entry of it may: the shared strings are held in memory.
const ENTRY_LIMIT: u64 = 1 << 29;
/// Entries beyond this size may be packed to a 200th of it at most; sheets are packed to a 30th at best.
const RATIO_FROM: u64 = 1 << 24;
const RATIO_LIMIT: u64 = 200;
const ENTRIES_LIMIT: u64 = 10_000;
const DIRECTORY_LIMIT: u64 = 1 << 24;

const END_SIGNATURE: &[u8; 4] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const LONGEST_COMMENT: usize = 65_535;
const ENTRY_SIGNATURE: &[u8; 4] = b"PK\x01\x02";
const ENTRY_LENGTH: usize = 46;
/// Stands in a 32-bit field whose value is in the zip64 part.
const SEE_ZIP64: u64 = 0xffff_ffff;

/// Refuses an archive that is damaged or that unpacks to too much.
pub(super) fn check(input: &str, archive: &mut (impl Read + Seek)) -> Result<(), InputError> {
    let directory = read_directory(archive).map_err(|fault| fault.named(input))?;
    judge(&directory).map_err(|fault| fault.named(input))
}

const CUT_OFF: Text = Text::new("its zip directory is cut off", "其 zip 目录被截断");
const MISSING: Text =
    Text::new("its zip directory is missing: the file may be cut off", "缺少 zip 目录：文件可能被截断");
const TWO_DIRECTORIES: Text = Text::new("it has two zip directories", "有两个 zip 目录");
const ZIP64_MISSING: Text = Text::new("its zip64 directory is missing", "缺少 zip64 目录");
const DAMAGED: Text = Text::new("its zip directory is damaged", "其 zip 目录已损坏");

enum Fault {
    Unreadable(io::Error),
    Broken(Text),
    Oversized(Message),
}

impl Fault {
    fn named(self, input: &str) -> InputError {
        let input = input.to_owned();
        match self {
            Self::Unreadable(source) => InputError::Unreadable { input, source },
            Self::Broken(reason) => InputError::BrokenWorkbook { input, reason: reason.into() },
            Self::Oversized(reason) => InputError::OversizedWorkbook { input, reason },
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            Self::Broken(CUT_OFF)
        } else {
            Self::Unreadable(error)
        }
    }
}

struct Directory {
    entries: u64,
    bytes: Vec<u8>,
}

fn read_directory(archive: &mut (impl Read + Seek)) -> Result<Directory, Fault> {
    let length = archive.seek(SeekFrom::End(0))?;
    let tail_start = length.saturating_sub((END_LENGTH + LONGEST_COMMENT) as u64);
    let mut tail = Vec::new();
    archive.seek(SeekFrom::Start(tail_start))?;
    archive.take(length - tail_start).read_to_end(&mut tail)?;
    // The last record whose comment ends with the file, as every reader looks for it. A second one in the
    // comment could make two readers see two directories.
    let mut ends = memchr::memmem::find_iter(&tail, END_SIGNATURE)
        .filter(|&at| at + END_LENGTH <= tail.len() && at + END_LENGTH + short(&tail, at + 20) <= tail.len());
    let end = ends.next().ok_or(Fault::Broken(MISSING))?;
    if ends.next().is_some() {
        return Err(Fault::Broken(TWO_DIRECTORIES));
    }
    let mut entries = number(&tail, end + 10, 2);
    let mut size = number(&tail, end + 12, 4);
    let mut start = number(&tail, end + 16, 4);
    if entries == 0xffff || size == SEE_ZIP64 || start == SEE_ZIP64 {
        let locator = end.checked_sub(20).filter(|&at| tail[at..].starts_with(b"PK\x06\x07"));
        let locator = locator.ok_or(Fault::Broken(ZIP64_MISSING))?;
        let mut record = [0; 56];
        archive.seek(SeekFrom::Start(number(&tail, locator + 8, 8)))?;
        archive.read_exact(&mut record)?;
        if !record.starts_with(b"PK\x06\x06") {
            return Err(Fault::Broken(ZIP64_MISSING));
        }
        (entries, size, start) = (number(&record, 32, 8), number(&record, 40, 8), number(&record, 48, 8));
    }
    if entries > ENTRIES_LIMIT || size > DIRECTORY_LIMIT {
        return Err(Fault::Oversized(message!("{entries} parts", "{entries} 个部件")));
    }
    let mut bytes = Vec::new();
    archive.seek(SeekFrom::Start(start))?;
    archive.take(size).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size {
        return Err(Fault::Broken(CUT_OFF));
    }
    Ok(Directory { entries, bytes })
}

fn judge(directory: &Directory) -> Result<(), Fault> {
    let mut rest = directory.bytes.as_slice();
    let mut total = 0_u64;
    for _ in 0..directory.entries {
        if rest.len() < ENTRY_LENGTH || !rest.starts_with(ENTRY_SIGNATURE) {
            return Err(Fault::Broken(DAMAGED));
        }
        let [name, extra, comment] = [28, 30, 32].map(|at| short(rest, at));
        let extra_start = ENTRY_LENGTH + name;
        let length = extra_start + extra + comment;
        if rest.len() < length {
            return Err(Fault::Broken(DAMAGED));
        }
        let (packed, unpacked) = sizes(rest, &rest[extra_start..extra_start + extra]);
        total = total.saturating_add(unpacked);
        if unpacked > ENTRY_LIMIT || total > TOTAL_LIMIT {
            return Err(Fault::Oversized(Message::verbatim(format!("{} MiB", total.max(unpacked) >> 20))));
        }
        if unpacked > RATIO_FROM && unpacked / RATIO_LIMIT > packed {
            return Err(Fault::Oversized(message!(
                "{mebibytes} MiB from {kibibytes} KiB",
                "由 {kibibytes} KiB 解压为 {mebibytes} MiB",
                mebibytes = unpacked >> 20,
                kibibytes = packed >> 10
            )));
        }
        rest = &rest[length..];
    }
    if rest.is_empty() { Ok(()) } else { Err(Fault::Broken(DAMAGED)) }
}

/// The packed and the unpacked size of an entry, from the zip64 part where they are there.
fn sizes(entry: &[u8], extra: &[u8]) -> (u64, u64) {
    let (mut packed, mut unpacked) = (number(entry, 20, 4), number(entry, 24, 4));
    let mut rest = extra;
    while rest.len() >= 4 {
        let length = short(rest, 2).min(rest.len() - 4);
        if number(rest, 0, 2) == 1 {
            let mut wide = rest[4..4 + length].chunks_exact(8).map(|chunk| number(chunk, 0, 8));
            for size in [&mut unpacked, &mut packed] {
                if *size == SEE_ZIP64 {
                    *size = wide.next().unwrap_or(*size);
                }
            }
        }
        rest = &rest[4 + length..];
    }
    (packed, unpacked)
}

/// A length of two bytes.
fn short(bytes: &[u8], start: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[start], bytes[start + 1]]))
}

/// The little-endian number of so many bytes.
fn number(bytes: &[u8], start: usize, length: usize) -> u64 {
    bytes[start..start + length].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn entry(packed: u32, unpacked: u32, extra: &[u8]) -> Vec<u8> {
        let mut entry = vec![0; ENTRY_LENGTH];
        entry[..4].copy_from_slice(ENTRY_SIGNATURE);
        entry[20..24].copy_from_slice(&packed.to_le_bytes());
        entry[24..28].copy_from_slice(&unpacked.to_le_bytes());
        entry[28] = 1;
        entry[30] = u8::try_from(extra.len()).unwrap();
        entry.push(b'n');
        entry.extend(extra);
        entry
    }

    fn archive(entries: &[Vec<u8>], written: u16) -> Vec<u8> {
        let directory = entries.concat();
        let mut archive = b"some packed data".to_vec();
        let start = u32::try_from(archive.len()).unwrap();
        archive.extend(&directory);
        archive.extend(END_SIGNATURE);
        archive.extend([0; 6]);
        archive.extend(written.to_le_bytes());
        archive.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
        archive.extend(start.to_le_bytes());
        archive.extend([0; 2]);
        archive
    }

    fn refused(archive: Vec<u8>) -> String {
        check("a.xlsx", &mut Cursor::new(archive)).unwrap_err().to_string()
    }

    #[test]
    fn an_archive_of_modest_entries_passes() {
        let entries = [entry(10, 300, &[]), entry(20 << 20, 200 << 20, &[])];
        check("a.xlsx", &mut Cursor::new(archive(&entries, 2))).unwrap();
    }

    #[test]
    fn what_would_unpack_to_too_much_is_refused() {
        let huge = entry(300 << 20, 600 << 20, &[]);
        assert!(refused(archive(&[huge], 1)).contains("would unpack to too much (600 MiB)"));
        let large = entry(100 << 20, 400 << 20, &[]);
        assert!(refused(archive(&[large.clone(), large.clone(), large], 3)).contains("(1200 MiB)"));
        let dense = entry(100 << 10, 100 << 20, &[]);
        assert!(refused(archive(&[dense], 1)).contains("(100 MiB from 100 KiB)"));
        let mut wide = vec![1, 0, 8, 0];
        wide.extend((1_u64 << 40).to_le_bytes());
        assert!(refused(archive(&[entry(9, u32::MAX, &wide)], 1)).contains("(1048576 MiB)"));
        assert!(refused(archive(&[], 20_000)).contains("(20000 parts)"));
    }

    #[test]
    fn a_damaged_directory_is_one_sentence() {
        assert_eq!(
            refused(b"PK\x03\x04 and no more".to_vec()),
            "a.xlsx is a damaged workbook (its zip directory is missing: the file may be cut off); open it in \
             a spreadsheet program and save it again"
        );
        let good = archive(&[entry(10, 300, &[])], 1);
        let mut cut = good.clone();
        cut.drain(..20);
        assert!(refused(cut).contains("damaged workbook"));
        assert!(refused(archive(&[entry(10, 300, &[])], 2)).contains("zip directory is damaged"));
        assert!(
            refused(archive(&[entry(1, 2, &[]), entry(1, 2, &[])], 1)).contains("zip directory is damaged")
        );
        assert!(refused([good.clone(), good].concat()).contains("two zip directories"));
    }
}
