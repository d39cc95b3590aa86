//! Where the bytes of a list come from, and which format they are in.
//!
//! Owns the choice of the format: by the file's extension, and by the first bytes where the extension says
//! nothing. Everything it gives can be read twice: what cannot (standard input, pipes) is copied to an
//! anonymous temporary file first. It must not interpret the contents.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::SpooledTempFile;

use super::error::{InputError, STANDARD_INPUT};
use crate::domain::text::Text;

/// How many bytes of a pipe stay in memory before they go to a temporary file.
const MEMORY_LIMIT: usize = 1 << 20;
const BLOCK: usize = 1 << 16;

const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
const OLD_WORKBOOK_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0";

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
pub(super) enum Source {
    File(File),
    Copy(SpooledTempFile),
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Copy(copy) => copy.read(buffer),
        }
    }
}

impl Seek for Source {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(position),
            Self::Copy(copy) => copy.seek(position),
        }
    }
}

impl Source {
    /// Goes back to the first byte.
    pub(super) fn rewound(&mut self, input: &str) -> Result<&mut Self, InputError> {
        match self.rewind() {
            Ok(()) => Ok(self),
            Err(source) => Err(unreadable(input, source)),
        }
    }
}

/// Opens a path and tells the format. The source stands at its first byte.
pub(super) fn open(path: &InputPath, standard_input: &mut dyn Read) -> Result<(Source, Format), InputError> {
    let input = path.to_string();
    let (mut source, by_extension) = match path {
        InputPath::StandardInput => (Source::Copy(copy(&input, standard_input)?), None),
        InputPath::File(path) => {
            let format = format_of_extension(&input, path)?;
            let mut file = File::open(path).map_err(|source| unreadable(&input, source))?;
            let metadata = file.metadata().map_err(|source| unreadable(&input, source))?;
            if metadata.is_dir() {
                return Err(InputError::Folder { input });
            }
            let source =
                if metadata.is_file() { Source::File(file) } else { Source::Copy(copy(&input, &mut file)?) };
            (source, format)
        }
    };
    let mut magic = Vec::with_capacity(4);
    (&mut source).take(4).read_to_end(&mut magic).map_err(|source| unreadable(&input, source))?;
    source.rewound(&input)?;
    if magic == OLD_WORKBOOK_MAGIC {
        return Err(InputError::OldWorkbook { input });
    }
    let is_zip = magic == ZIP_MAGIC;
    match by_extension {
        None if is_zip => Ok((source, Format::Workbook)),
        None => Ok((source, Format::UnnamedText)),
        Some(Format::Workbook) if !is_zip => Err(InputError::NotAWorkbook { input }),
        Some(Format::Text | Format::UnnamedText | Format::CommaTable | Format::TabTable) if is_zip => {
            Err(InputError::ArchiveNamedAsText { input })
        }
        Some(format) => Ok((source, format)),
    }
}

fn format_of_extension(input: &str, path: &Path) -> Result<Option<Format>, InputError> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("txt") => Ok(Some(Format::Text)),
        Some("csv") => Ok(Some(Format::CommaTable)),
        Some("tsv") => Ok(Some(Format::TabTable)),
        Some("xlsx" | "xlsm") => Ok(Some(Format::Workbook)),
        Some(extension @ ("xls" | "xlsb" | "ods" | "et" | "wps" | "numbers" | "doc" | "docx" | "pdf")) => {
            Err(InputError::UnsupportedFormat { input: input.to_owned(), format: format!(".{extension}") })
        }
        _ => Ok(None),
    }
}

fn copy(input: &str, from: &mut dyn Read) -> Result<SpooledTempFile, InputError> {
    let mut copy = SpooledTempFile::new(MEMORY_LIMIT);
    let mut block = vec![0; BLOCK];
    loop {
        match from.read(&mut block) {
            Ok(0) => break,
            Ok(read) => {
                copy.write_all(&block[..read]).map_err(|source| InputError::Store { source })?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return Err(unreadable(input, source)),
        }
    }
    copy.rewind().map_err(|source| InputError::Store { source })?;
    Ok(copy)
}

fn unreadable(input: &str, source: io::Error) -> InputError {
    InputError::Unreadable { input: input.to_owned(), source }
}
