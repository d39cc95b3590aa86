//! A look at the heads of a workbook's tables of shared strings before the workbook is read.
//!
//! Such a table says at its head how many strings it holds, and the reader of workbooks makes room for as many:
//! a number out of thin air would end the process. The head is found with the same libraries, in the same way,
//! as that reader finds it. It must not read the strings.

use std::io::{BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::error::InputError;
use crate::domain::text::message;

/// How a table's name ends, in any upper and lower case; the workbook says in which folder it is.
const NAME: &str = "sharedstrings.xml";
/// Room for so many is made without a question: some programs count wrong.
const HARMLESS: u64 = 1 << 20;
/// The shortest string, `<si/>`.
const SHORTEST_STRING: u64 = 5;

/// Refuses a workbook that claims more shared strings than it has room for. What cannot be read here is left
/// for the reader of workbooks to tell.
pub(super) fn check(input: &str, workbook: &mut (impl Read + Seek)) -> Result<(), InputError> {
    let Ok(mut archive) = ZipArchive::new(workbook) else { return Ok(()) };
    for index in 0..archive.len() {
        let Ok(part) = archive.by_index(index) else { continue };
        if !part.name().is_ok_and(|name| name.to_ascii_lowercase().ends_with(NAME)) {
            continue;
        }
        let most = part.size() / SHORTEST_STRING;
        if let Some(claimed) = claimed_strings(part)
            && claimed > most.max(HARMLESS)
        {
            let reason = message!(
                "it claims {claimed} shared strings and has room for {most}",
                "声称有 {claimed} 个共享字符串，而至多容得下 {most} 个"
            );
            return Err(InputError::BrokenWorkbook { input: input.to_owned(), reason });
        }
    }
    Ok(())
}

/// The number at the head of the table.
fn claimed_strings(part: impl Read) -> Option<u64> {
    let mut reader = Reader::from_reader(BufReader::new(part));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start)) if start.local_name().as_ref() == "sst" => {
                return unique_count(start.attributes_raw());
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// The largest number given there, however it is quoted: it is not known here how forgiving the reader of
/// workbooks is.
fn unique_count(attributes: &str) -> Option<u64> {
    let given = attributes.split("uniqueCount").skip(1);
    let numbers = given.filter_map(|rest| {
        let rest = rest.trim_start_matches(|character: char| !character.is_ascii_digit());
        let digits = rest.split(|character: char| !character.is_ascii_digit()).next()?;
        (!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX))
    });
    numbers.max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn judged(name: &str, table: &str) -> Result<(), String> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(table.as_bytes()).unwrap();
        let mut archive = archive.finish().unwrap();
        check("a.xlsx", &mut archive).map_err(|error| error.to_string())
    }

    #[test]
    fn a_table_that_claims_more_strings_than_it_has_room_for_is_refused() {
        for head in [
            "<sst uniqueCount=\"9223372036854775807\">",
            "<?xml version=\"1.0\"?><!-- <sst uniqueCount=\"1\"> --><x:sst count='1' uniqueCount = '99999999'/>",
            "<other/><sst uniqueCount=\"99999999999999999999999999999\">",
            "<sst uniqueCount=1 uniqueCount=2000000>",
        ] {
            for name in ["xl/sharedStrings.xml", "SharedStrings.XML", "a\\b\\sharedstrings.xml"] {
                let refused = judged(name, head).unwrap_err();
                assert!(refused.contains("damaged workbook (it claims"), "{head}: {refused}");
            }
        }
    }

    #[test]
    fn honest_tables_and_small_miscounts_pass() {
        for head in [
            "<sst count=\"3\" uniqueCount=\"2\"><si><t>a</t></si></sst>",
            "<sst uniqueCount=\"1000000\"/>",
            "<sst><si><t>uniqueCount=\"99999999\"</t></si></sst>",
            "<sst uniqueCount=\"\"/>",
            "no table",
            "",
        ] {
            assert_eq!(judged("xl/sharedStrings.xml", head), Ok(()), "{head}");
        }
        assert_eq!(judged("xl/other.xml", "<sst uniqueCount=\"99999999\"/>"), Ok(()));
        assert_eq!(
            check("a.xlsx", &mut Cursor::new(b"PK no archive")).map_err(|error| error.to_string()),
            Ok(())
        );
    }
}
