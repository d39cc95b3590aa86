//! Where the bytes of a list come from, and which format they are in.
//!
//! Chooses the format by the file's extension, or by the first bytes if the extension says nothing. Its sources can
//! be read twice: standard input and pipes are copied to an anonymous temporary file first. It must not interpret the
//! contents.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::SpooledTempFile;

use super::error::{InputErrorKind, STANDARD_INPUT};
use crate::domain::text::Text;

/// How many bytes of a pipe stay in memory before they go to a temporary file.
const MEMORY_LIMIT: usize = 1 << 20;
const BLOCK: usize = 1 << 16;

/// How many bytes at the beginning tell the format.
const SIGNATURE_LENGTH: u64 = 64;
const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";
const OLD_WORKBOOK_SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0";
/// Signatures of files that are no lists, though some can be read line by line.
const OTHER_SIGNATURES: [(&[u8], &str); 9] = [
    (b"%pdf-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"<!doctype", "HTML"),
    (b"<html", "HTML"),
    (b"<table", "HTML"),
    (b"<?xml", "XML"),
    (b"\x1f\x8b", "gzip"),
    (b"rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
];

/// The file a list is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputPath {
    /// A file, or anything else that can be opened and read by its path.
    File(PathBuf),
    /// Standard input.
    StandardInput,
}

impl From<PathBuf> for InputPath {
    /// The path `-` is standard input.
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::StandardInput } else { Self::File(path) }
    }
}

impl fmt::Display for InputPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(formatter, "{}", path.display()),
            Self::StandardInput => formatter.write_str(STANDARD_INPUT.en),
        }
    }
}

/// The formats of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A text by its name: `.txt`.
    Text,
    /// A text of which no name says what is in it.
    UnnamedText,
    CommaTable,
    TabTable,
    Workbook,
}

impl Format {
    pub(super) const fn describe(self) -> Text {
        match self {
            Self::Text | Self::UnnamedText => {
                Text::new("a text of one keyword a line", "每行一个关键词的文本")
            }
            Self::CommaTable | Self::TabTable => Text::new("a table in a text file", "文本表格"),
            Self::Workbook => Text::new("a workbook", "工作簿"),
        }
    }
}

/// Bytes that can be read again from the beginning.
pub(super) type Source = Box<dyn ReadSeek>;

/// A reader that can seek.
pub(super) trait ReadSeek: Read + Seek {}

impl<S: Read + Seek> ReadSeek for S {}

/// Opens a path and tells the format. The source stands at its first byte.
pub(super) fn open(
    path: &InputPath,
    standard_input: &mut dyn Read,
) -> Result<(Source, Format), InputErrorKind> {
    let (mut source, by_extension): (Source, _) = match path {
        InputPath::StandardInput => (Box::new(copy(standard_input)?), None),
        InputPath::File(path) => {
            let format = format_of_extension(path)?;
            let mut file = File::open(path).map_err(InputErrorKind::Unreadable)?;
            let metadata = file.metadata().map_err(InputErrorKind::Unreadable)?;
            if metadata.is_dir() {
                return Err(InputErrorKind::Directory);
            }
            if metadata.is_file() { (Box::new(file), format) } else { (Box::new(copy(&mut file)?), format) }
        }
    };
    let mut beginning = Vec::new();
    let read = (&mut source).take(SIGNATURE_LENGTH).read_to_end(&mut beginning);
    read.and_then(|_| source.rewind()).map_err(InputErrorKind::Unreadable)?;
    if beginning.starts_with(OLD_WORKBOOK_SIGNATURE) {
        return Err(InputErrorKind::OldWorkbook);
    }
    if let Some(format) = other_format(&beginning) {
        return Err(InputErrorKind::UnsupportedFormat { format: format.to_owned() });
    }
    let is_zip = beginning.starts_with(ZIP_SIGNATURE);
    let format = by_extension.unwrap_or(if is_zip { Format::Workbook } else { Format::UnnamedText });
    match format {
        Format::Workbook if !is_zip => Err(InputErrorKind::NotAWorkbook),
        Format::Workbook => Ok((source, format)),
        _ if is_zip => Err(InputErrorKind::ArchiveNamedAsText),
        _ => Ok((source, format)),
    }
}

/// The name of a format that is no list.
fn other_format(beginning: &[u8]) -> Option<&'static str> {
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning).trim_ascii_start();
    let is = |signature: &[u8]| {
        text.get(..signature.len()).is_some_and(|start| start.eq_ignore_ascii_case(signature))
    };
    OTHER_SIGNATURES.into_iter().find_map(|(signature, name)| is(signature).then_some(name))
}

fn format_of_extension(path: &Path) -> Result<Option<Format>, InputErrorKind> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    Ok(Some(match extension.as_deref() {
        Some("txt") => Format::Text,
        Some("csv") => Format::CommaTable,
        Some("tsv") => Format::TabTable,
        Some("xlsx" | "xlsm") => Format::Workbook,
        Some(extension @ ("xls" | "xlsb" | "ods" | "et" | "wps" | "numbers" | "doc" | "docx" | "pdf")) => {
            return Err(InputErrorKind::UnsupportedFormat { format: format!(".{extension}") });
        }
        _ => return Ok(None),
    }))
}

/// Copies what cannot be read twice to a temporary file.
fn copy(from: &mut dyn Read) -> Result<SpooledTempFile, InputErrorKind> {
    let mut copy = SpooledTempFile::new(MEMORY_LIMIT);
    let mut block = vec![0; BLOCK];
    loop {
        match from.read(&mut block) {
            Ok(0) => break,
            Ok(read) => copy.write_all(&block[..read]).map_err(InputErrorKind::Store)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(InputErrorKind::Unreadable(error)),
        }
    }
    copy.rewind().map_err(InputErrorKind::Store)?;
    Ok(copy)
}
