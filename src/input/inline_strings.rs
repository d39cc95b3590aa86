//! A copy of a workbook in which every cell holds its own text, made where the table of shared strings is large.
//!
//! The reader of workbooks holds that table in memory, whole: every text of every column of a list of a million
//! companies. In the copy the table is gone and the sheet alone is left, which is streamed. The texts travel as the
//! XML they are, so what they mean is still decided by that reader. Anything unexpected makes no copy: the reader
//! then judges the workbook as it is. It must not understand cells beyond their reference to a string.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::error::InputError;

/// How the table's name ends, in any upper and lower case.
const NAME: &str = "sharedstrings.xml";
/// A smaller table does no harm in memory.
const LARGE: u64 = 1 << 19;
/// A copy that would grow beyond is not made: few strings may stand in very many cells.
const MOST_BYTES: u64 = 1 << 30;
/// How much of the strings is read at once: cells mostly refer to the string after the one before.
const WINDOW: usize = 1 << 12;

/// The copy, or nothing where the table is small or the workbook is unusual.
pub(super) fn copy(workbook: &mut (impl Read + Seek)) -> Result<Option<File>, InputError> {
    let made = workbook.rewind().map_err(Stop::from).and_then(|()| make(workbook));
    match made {
        Ok(copy) => Ok(copy),
        Err(Stop::Unusual) => Ok(None),
        Err(Stop::NoRoom(source)) => Err(InputError::Store { source }),
    }
}

/// Why no copy is made.
enum Stop {
    Unusual,
    NoRoom(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom(error),
            _ => Self::Unusual,
        }
    }
}

impl From<zip::result::ZipError> for Stop {
    fn from(error: zip::result::ZipError) -> Self {
        match error {
            zip::result::ZipError::Io(error) => error.into(),
            _ => Self::Unusual,
        }
    }
}

impl From<quick_xml::Error> for Stop {
    fn from(_: quick_xml::Error) -> Self {
        Self::Unusual
    }
}

fn make(workbook: &mut (impl Read + Seek)) -> Result<Option<File>, Stop> {
    let mut archive = ZipArchive::new(workbook)?;
    let mut tables = Vec::new();
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index)?;
        if part.name()?.to_ascii_lowercase().ends_with(NAME) {
            tables.push((index, part.size()));
        }
    }
    let [(table, LARGE..)] = tables[..] else { return Ok(None) };
    let mut strings = Strings::read(archive.by_index(table)?)?;
    let mut copy = ZipWriter::new(BufWriter::new(tempfile::tempfile()?));
    let mut room = MOST_BYTES;
    for index in (0..archive.len()).filter(|index| *index != table) {
        if is_sheet(archive.by_index(index)?) {
            let part = archive.by_index(index)?;
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            copy.start_file(part.name()?.into_owned(), options)?;
            room = copy_sheet(part, Writer::new(&mut copy), &mut strings, room)?;
        } else {
            copy.raw_copy_file(archive.by_index_raw(index)?)?;
        }
    }
    let mut copy = copy.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    copy.rewind()?;
    Ok(Some(copy))
}

/// A reader as forgiving as that of workbooks.
fn xml<R: Read>(part: R) -> Reader<BufReader<R>> {
    let mut reader = Reader::from_reader(BufReader::new(part));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    reader
}

fn is_sheet(part: impl Read) -> bool {
    let mut reader = xml(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(root)) => return root.local_name().as_ref() == "worksheet",
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Copies a sheet and puts the strings into its cells. Returns how many bytes more may be written.
fn copy_sheet(
    part: impl Read,
    mut sheet: Writer<impl Write>,
    strings: &mut Strings,
    mut room: u64,
) -> Result<u64, Stop> {
    let mut reader = xml(part);
    let (mut buffer, mut number) = (Vec::new(), Vec::new());
    let mut refers = false;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer)?;
        match event {
            Event::Start(cell) if cell.local_name().as_ref() == "c" => {
                refers = refers_to_a_string(&cell)?;
                let cell = if refers { with_its_own_text(&cell)? } else { cell };
                sheet.write_event(Event::Start(cell))?;
            }
            Event::Start(value) if refers && value.local_name().as_ref() == "v" => {
                number.clear();
                let index = match reader.read_event_into(&mut number)? {
                    Event::Text(text) => text.trim().parse().map_err(|_| Stop::Unusual)?,
                    _ => return Err(Stop::Unusual),
                };
                number.clear();
                if !matches!(reader.read_event_into(&mut number)?, Event::End(_)) {
                    return Err(Stop::Unusual);
                }
                let text = strings.get(index)?;
                room = room.checked_sub(text.len() as u64).ok_or(Stop::Unusual)?;
                let sheet = sheet.get_mut();
                sheet.write_all(b"<is>")?;
                sheet.write_all(text)?;
                sheet.write_all(b"</is>")?;
            }
            Event::Eof => return Ok(room),
            other => sheet.write_event(other)?,
        }
        room = room.checked_sub(buffer.len() as u64).ok_or(Stop::Unusual)?;
    }
}

fn refers_to_a_string(cell: &BytesStart<'_>) -> Result<bool, Stop> {
    for attribute in cell.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| Stop::Unusual)?;
        if attribute.key.as_ref() == "t" {
            return Ok(attribute.value.as_ref() == "s");
        }
    }
    Ok(false)
}

fn with_its_own_text(cell: &BytesStart<'_>) -> Result<BytesStart<'static>, Stop> {
    let mut own = BytesStart::new(cell.name().as_ref().to_owned());
    for attribute in cell.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| Stop::Unusual)?;
        if attribute.key.as_ref() == "t" {
            own.push_attribute(("t", "inlineStr"));
        } else {
            own.push_attribute(attribute);
        }
    }
    Ok(own)
}

/// The strings of a table, as XML, in temporary files.
struct Strings {
    texts: Window,
    /// Where each text ends, as eight bytes.
    ends: Window,
    count: u64,
}

impl Strings {
    fn read(table: impl Read) -> Result<Self, Stop> {
        let mut reader = xml(table);
        let mut texts = Writer::new(BufWriter::new(tempfile::tempfile()?));
        let mut ends = BufWriter::new(tempfile::tempfile()?);
        let (mut buffer, mut text) = (Vec::new(), Writer::new(Vec::new()));
        let (mut within, mut end, mut count) = (false, 0_u64, 0_u64);
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer)? {
                Event::Start(start) if !within && start.local_name().as_ref() == "si" => within = true,
                Event::End(close) if within && close.local_name().as_ref() == "si" => {
                    within = false;
                    let written = text.get_mut();
                    texts.get_mut().write_all(written)?;
                    end += written.len() as u64;
                    written.clear();
                    ends.write_all(&end.to_le_bytes())?;
                    count += 1;
                }
                Event::Eof if within => return Err(Stop::Unusual),
                Event::Eof => break,
                inside if within => text.write_event(inside)?,
                _ => {}
            }
        }
        let texts = texts.into_inner().into_inner().map_err(io::IntoInnerError::into_error)?;
        let ends = ends.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Self { texts: Window::over(texts), ends: Window::over(ends), count })
    }

    fn get(&mut self, index: u64) -> Result<&[u8], Stop> {
        if index >= self.count {
            return Err(Stop::Unusual);
        }
        let begin = if index == 0 { 0 } else { self.end(index - 1)? };
        let end = self.end(index)?;
        let length = usize::try_from(end - begin).map_err(|_| Stop::Unusual)?;
        Ok(self.texts.read(begin, length)?)
    }

    fn end(&mut self, index: u64) -> io::Result<u64> {
        let mut end = [0; 8];
        end.copy_from_slice(self.ends.read(index * 8, 8)?);
        Ok(u64::from_le_bytes(end))
    }
}

/// A file of which a small part is in memory.
struct Window {
    file: File,
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    fn over(file: File) -> Self {
        Self { file, start: 0, bytes: Vec::new() }
    }

    fn read(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        let end = offset + length as u64;
        if offset < self.start || end > self.start + self.bytes.len() as u64 {
            self.start = offset;
            self.bytes.clear();
            self.file.seek(SeekFrom::Start(offset))?;
            (&self.file).take(length.max(WINDOW) as u64).read_to_end(&mut self.bytes)?;
        }
        let begin = usize::try_from(offset - self.start).unwrap_or(usize::MAX);
        self.bytes.get(begin..begin + length).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Range, Reader as _, Xlsx};
    use rust_xlsxwriter::{Format, Workbook};
    use std::io::Cursor;

    fn large_workbook() -> Vec<u8> {
        let mut workbook = Workbook::new();
        let (bold, date) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
        let sheet = workbook.add_worksheet();
        for row in 0..9_000_u32 {
            // Strings out of order, repeated, beside numbers, dates, formulas and nothing.
            let number = row * 7_919 % 9_000;
            sheet.write(row, 0, format!("第{number}号<测试> & \"公司\"\u{3000}")).unwrap();
            sheet.write(row, 1, format!(" {} \n", number / 2)).unwrap();
            sheet.write(row, 2, f64::from(row)).unwrap();
            match row % 5 {
                0 => sheet.write_with_format(row, 3, 45_000, &date).unwrap(),
                1 => sheet.write_rich_string(row, 3, &[(&bold, "富"), (&Format::new(), " 文本")]).unwrap(),
                2 => sheet.write_formula(row, 3, "=A1&\"x\"").unwrap().set_formula_result(row, 3, "结果"),
                3 => sheet.write(row, 3, "_x000D_ \u{1}\u{fffd}𠮷").unwrap(),
                _ => sheet.write(row, 4, row % 2 == 0).unwrap(),
            };
        }
        let other = workbook.add_worksheet().set_name("其他").unwrap();
        other.write(3, 2, "别处").unwrap().set_column_width(2, 30).unwrap();
        workbook.save_to_buffer().unwrap()
    }

    fn ranges(workbook: impl Read + Seek) -> Vec<(String, Range<Data>)> {
        let mut workbook = Xlsx::new(BufReader::new(workbook)).unwrap();
        let ranges = workbook.worksheets();
        assert_eq!(ranges.len(), 2);
        ranges
    }

    #[test]
    fn every_cell_of_the_copy_is_what_it_was() {
        let workbook = large_workbook();
        let copied = copy(&mut Cursor::new(&workbook)).unwrap().expect("a copy of a large table");
        let strings = |workbook: &mut dyn Read| {
            let mut bytes = Vec::new();
            workbook.read_to_end(&mut bytes).unwrap();
            memchr::memmem::find(&bytes, b"xl/sharedStrings.xml").is_some()
        };
        assert!(strings(&mut Cursor::new(&workbook)) && !strings(&mut copied.try_clone().unwrap()));
        assert_eq!(ranges(copied), ranges(Cursor::new(workbook)));
    }

    #[test]
    fn a_small_table_and_what_is_no_workbook_are_left_alone() {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write(0, 0, "甲公司").unwrap();
        let small = workbook.save_to_buffer().unwrap();
        assert!(copy(&mut Cursor::new(small)).unwrap().is_none());
        let whole = large_workbook();
        assert!(copy(&mut Cursor::new(&whole[..whole.len() - 5])).unwrap().is_none());
        assert!(copy(&mut Cursor::new(b"no archive")).unwrap().is_none());
    }

    /// A workbook of one sheet whose table is large enough; `cells` refer to it.
    fn by_hand(cells: &str) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let table = format!("<sst>{}</sst>", "<si><t>某某有限公司</t></si>".repeat(20_000));
        let sheet = format!("<x:worksheet><x:sheetData>{cells}</x:sheetData></x:worksheet>");
        for (name, part) in [("xl/SharedStrings.xml", table), ("odd/place", sheet)] {
            archive.start_file(name, SimpleFileOptions::default()).unwrap();
            archive.write_all(part.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn a_sheet_is_known_by_its_root_and_a_reference_out_of_reach_makes_no_copy() {
        let cell =
            |index: &str| format!("<x:row><x:c r=\"A1\" t='s' s=\"3\"><x:v>{index}</x:v></x:c></x:row>");
        let copied = copy(&mut Cursor::new(by_hand(&cell("19999")))).unwrap().expect("a copy");
        let mut sheet = String::new();
        ZipArchive::new(copied).unwrap().by_name("odd/place").unwrap().read_to_string(&mut sheet).unwrap();
        assert!(
            sheet.contains("<x:c r=\"A1\" t=\"inlineStr\" s=\"3\"><is><t>某某有限公司</t></is></x:c>"),
            "{sheet}"
        );
        for index in ["20000", "-1", "many", ""] {
            assert!(copy(&mut Cursor::new(by_hand(&cell(index)))).unwrap().is_none(), "{index}");
        }
    }

    #[test]
    fn few_strings_in_many_cells_do_not_fill_the_disk() {
        let long = "长".repeat(10_000);
        let mut strings =
            Strings::read(format!("<sst><si><t>{long}</t></si></sst>").as_bytes()).ok().unwrap();
        let cell = "<c t=\"s\"><v>0</v></c>";
        let sheet = format!("<worksheet>{}</worksheet>", cell.repeat(100));
        let written = copy_sheet(sheet.as_bytes(), Writer::new(io::sink()), &mut strings, 1 << 20);
        assert!(matches!(written, Err(Stop::Unusual)));
        let written = copy_sheet(sheet.as_bytes(), Writer::new(io::sink()), &mut strings, 1 << 23);
        assert!(written.is_ok());
    }
}
