//! Workbooks that were made to break their reader.

use crate::harness::World;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A workbook whose table of shared strings begins like this.
fn workbook(table: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{office}/{kind}\" \
             Target=\"{target}\"/></Relationships>"
        )
    };
    let parts = [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"S\" sheetId=\"1\" \
                 r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>\
                 </sheetData></worksheet>"
            ),
        ),
        ("xl/sharedStrings.xml", table.to_owned()),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_claims_endless_strings_gets_no_room_for_them() {
    let string = "<si><t>乐视云计算有限公司</t></si>";
    let world = World::new();
    for claimed in ["18446744073709551615", "9223372036854775807", "384307168202282326", "999999999999"] {
        let book = workbook(&format!("<sst count=\"1\" uniqueCount=\"{claimed}\">{string}</sst>"));
        let path = world.write("list.xlsx", book);
        world.run(["dishonest", "--sandbox", "--dry-run", "-i", &path.to_string_lossy()]).exits_with(0);
    }
}
