//! The source of the bytes of a list, and their format.
//!
//! Chooses the format by the file's extension, or by the first bytes if the extension says nothing. Its sources can
//! be read twice: standard input and pipes are copied to an anonymous temporary file first. It must not interpret the
//! contents.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use tempfile::SpooledTempFile;

use super::error::{not_stored, unreadable};
use super::row::MEMORY_LIMIT;
use crate::domain::text::{Message, Text, message};

/// The number of bytes at the beginning that identify the format.
const SIGNATURE_LENGTH: u64 = 64;
const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";
const OLD_WORKBOOK_SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0";
/// Signatures of files that are no lists, though some can be read line by line.
const OTHER_SIGNATURES: [(&[u8], &str); 10] = [
    (b"%pdf-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"<!doctype", "HTML"),
    (b"<html", "HTML"),
    (b"<table", "HTML"),
    (b"<?xml", "XML"),
    (b"mime-version:", "MHTML"),
    (b"\x1f\x8b", "gzip"),
    (b"rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
];

/// The formats of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListFormat {
    /// A text by its name: `.txt`.
    Text,
    /// A text whose name does not show the format.
    UnnamedText,
    CommaTable,
    TabTable,
    Workbook,
}

/// Bytes that can be read again from the beginning.
pub(super) type ListSource = Box<dyn ReadSeek>;

/// A reader that can seek.
pub(super) trait ReadSeek: Read + Seek {}

impl<S: Read + Seek> ReadSeek for S {}

/// Opens a path, or standard input without one, and determines the format. The source is at its first byte.
pub(super) fn open(
    path: Option<&Path>,
    standard_input: &mut dyn Read,
) -> Result<(ListSource, ListFormat), Message> {
    let (mut source, by_extension): (ListSource, _) = match path {
        None => (Box::new(copy(standard_input)?), None),
        Some(path) => {
            let format = format_of_extension(path)?;
            // Before it is opened, because Windows opens no directory.
            if path.is_dir() {
                return Err(
                    Text::new("a directory; name the list in it", "是目录；请指定其中的名单文件").into()
                );
            }
            let mut file = File::open(path).map_err(unreadable)?;
            let is_regular = file.metadata().map_err(unreadable)?.is_file();
            if is_regular { (Box::new(file), format) } else { (Box::new(copy(&mut file)?), format) }
        }
    };
    let mut beginning = Vec::new();
    let read = (&mut source).take(SIGNATURE_LENGTH).read_to_end(&mut beginning);
    read.and_then(|_| source.rewind()).map_err(unreadable)?;
    if beginning.starts_with(OLD_WORKBOOK_SIGNATURE) {
        return Err(OLD_WORKBOOK.into());
    }
    if let Some(format) = other_format(&beginning) {
        return Err(unsupported(format));
    }
    let is_zip = beginning.starts_with(ZIP_SIGNATURE);
    let format = by_extension.unwrap_or(if is_zip { ListFormat::Workbook } else { ListFormat::UnnamedText });
    match (format, is_zip) {
        (ListFormat::Workbook, false) => Err(NO_WORKBOOK.into()),
        (ListFormat::Workbook, true) | (_, false) => Ok((source, format)),
        (_, true) => Err(NO_TEXT.into()),
    }
}

const OLD_WORKBOOK: Text = Text::new(
    "an old .xls workbook or one with a password; save it as .xlsx without a password",
    "是旧版 .xls 或带密码的工作簿；请另存为不带密码的 .xlsx",
);
const NO_WORKBOOK: Text = Text::new(
    "not a workbook inside; name it .csv or .txt if it is text, or save it again as .xlsx",
    "内容不是工作簿；若为文本，请以 .csv 或 .txt 命名，否则请重新另存为 .xlsx",
);
const NO_TEXT: Text = Text::new(
    "a workbook or another zip archive, not text; name it .xlsx if it is a workbook",
    "内容是工作簿或其他 zip 文件，不是文本；若为工作簿，请以 .xlsx 命名",
);

fn unsupported(format: &str) -> Message {
    message!("{format} cannot be read; save it as .xlsx or .csv", "不支持 {format}；请另存为 .xlsx 或 .csv")
}

/// The name of a format that is no list.
fn other_format(beginning: &[u8]) -> Option<&'static str> {
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning).trim_ascii_start();
    let is = |signature: &[u8]| {
        text.get(..signature.len()).is_some_and(|start| start.eq_ignore_ascii_case(signature))
    };
    OTHER_SIGNATURES.into_iter().find_map(|(signature, name)| is(signature).then_some(name))
}

fn format_of_extension(path: &Path) -> Result<Option<ListFormat>, Message> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    Ok(Some(match extension.as_deref() {
        Some("txt") => ListFormat::Text,
        Some("csv") => ListFormat::CommaTable,
        Some("tsv") => ListFormat::TabTable,
        Some("xlsx" | "xlsm") => ListFormat::Workbook,
        Some(
            extension @ ("xls" | "xlsb" | "ods" | "et" | "wps" | "numbers" | "doc" | "docx" | "pdf" | "json"
            | "jsonl" | "ndjson"),
        ) => {
            return Err(unsupported(&format!(".{extension}")));
        }
        _ => return Ok(None),
    }))
}

/// Copies what cannot be read twice to a temporary file.
fn copy(from: &mut dyn Read) -> Result<SpooledTempFile, Message> {
    let mut copy = SpooledTempFile::new(MEMORY_LIMIT);
    io::copy(from, &mut copy).and_then(|_| copy.rewind()).map_err(not_stored)?;
    Ok(copy)
}
