//! Workbooks (`.xlsx`, `.xlsm`) as a stream of rows.
//!
//! Formulas count with the value stored in the file. Hidden rows are read like the others; a hidden sheet only when it
//! is asked for. Memory stays flat: strings that cells share are kept in a temporary file.

mod package;
mod shared_strings;
mod sheet;
mod styles;
mod xml;

use std::io::{Read, Seek};

use quick_xml::events::Event;

use super::error::InputErrorKind;
use super::row::RowSource;
use super::summary::Findings;
use crate::domain::identifier::clean_keyword;
use crate::domain::text::Text;
use package::{Package, Relation};
use shared_strings::SharedStrings;
use sheet::{Calendar, SheetRows};
use styles::Styles;
use xml::{Xml, attribute};

/// An open workbook of which one sheet is read.
pub(super) struct Workbook<S> {
    package: Package<S>,
    calendar: Calendar,
    relations: Vec<Relation>,
    sheet: Sheet,
    other_sheets: Vec<String>,
}

impl<S: Read + Seek> Workbook<S> {
    /// Opens a workbook and chooses a sheet: the one named, else the first that is visible.
    pub(super) fn open(source: S, sheet: Option<&str>) -> Result<Self, InputErrorKind> {
        let mut package = Package::open(source)?;
        let relations = package.relations("")?;
        let workbook = related(&relations, "officeDocument", "xl/workbook.xml").to_owned();
        let relations = package.relations(&workbook)?;
        let part = package.part(&workbook)?.ok_or(NO_WORKBOOK).map_err(InputErrorKind::damaged)?;
        let (sheets, calendar) = read_sheets(part)?;
        if sheets.is_empty() {
            return Err(InputErrorKind::damaged(NO_WORKBOOK));
        }
        let sheets = sheets.into_iter().filter_map(|sheet| sheet.with_part(&relations)).collect::<Vec<_>>();
        let (sheet, other_sheets) = choose_sheet(&sheets, sheet)?;
        Ok(Self { package, calendar, relations, sheet, other_sheets })
    }

    /// The sheet that is read, and the others.
    pub(super) fn findings(&self) -> Findings {
        let (sheet, other_sheets) = (Some(self.sheet.name.clone()), self.other_sheets.clone());
        Findings { sheet, other_sheets, ..Findings::default() }
    }

    /// The rows of the sheet.
    pub(super) fn rows(&mut self) -> Result<impl RowSource + use<'_, S>, InputErrorKind> {
        let Self { package, calendar, relations, sheet, .. } = self;
        let styles = Styles::read(package.part(related(relations, "styles", "xl/styles.xml"))?)?;
        let strings = package.part(related(relations, "sharedStrings", "xl/sharedStrings.xml"))?;
        let strings = SharedStrings::read(strings)?;
        let sheet = package.part(&sheet.part)?.ok_or(NO_SHEET).map_err(InputErrorKind::damaged)?;
        Ok(SheetRows { sheet, strings, styles, calendar: *calendar, row: 0, is_over: false })
    }
}

const NO_WORKBOOK: Text = Text::new("no workbook in it", "其中没有工作簿");
const NO_SHEET: Text = Text::new("a sheet is missing", "缺少工作表");

/// The name of the part of this kind, or its usual name.
fn related<'names>(relations: &'names [Relation], kind: &str, usual: &'names str) -> &'names str {
    relations.iter().find(|relation| relation.kind == kind).map_or(usual, |relation| &relation.name)
}

#[derive(Clone)]
struct Sheet {
    name: String,
    is_visible: bool,
    /// The identifier of its relation; the name of its part once that is known.
    part: String,
}

impl Sheet {
    /// The sheet with the name of its part, if it is a sheet of cells.
    fn with_part(self, relations: &[Relation]) -> Option<Self> {
        let relation = relations.iter().find(|relation| relation.id == self.part)?;
        (relation.kind == "worksheet").then(|| Self { part: relation.name.clone(), ..self })
    }
}

fn read_sheets<R: Read>(mut workbook: Xml<R>) -> Result<(Vec<Sheet>, Calendar), InputErrorKind> {
    let (mut sheets, mut calendar) = (Vec::new(), Calendar::Of1900);
    loop {
        match workbook.next()? {
            Event::Start(start) if start.local_name().as_ref() == "sheet" => sheets.push(Sheet {
                name: attribute(&start, "name")?.unwrap_or_default(),
                is_visible: attribute(&start, "state")?.is_none_or(|state| state == "visible"),
                part: attribute(&start, "id")?.unwrap_or_default(),
            }),
            Event::Start(start) if start.local_name().as_ref() == "workbookPr" => {
                if matches!(attribute(&start, "date1904")?.as_deref(), Some("1" | "true")) {
                    calendar = Calendar::Of1904;
                }
            }
            Event::Eof => return Ok((sheets, calendar)),
            _ => {}
        }
    }
}

/// The sheet to read, and the names of the other visible ones.
fn choose_sheet(sheets: &[Sheet], wanted: Option<&str>) -> Result<(Sheet, Vec<String>), InputErrorKind> {
    let chosen = match wanted {
        Some(wanted) => {
            let same =
                |name: &str| clean_keyword(name).to_lowercase() == clean_keyword(wanted).to_lowercase();
            let exact = sheets.iter().find(|sheet| sheet.name == wanted);
            exact.or_else(|| sheets.iter().find(|sheet| same(&sheet.name)))
        }
        None => sheets.iter().find(|sheet| sheet.is_visible),
    };
    let Some(chosen) = chosen else {
        let sheets = sheets.iter().map(|sheet| format!("{:?}", sheet.name)).collect::<Vec<_>>().join(", ");
        return Err(match wanted {
            Some(wanted) => InputErrorKind::MissingSheet { wanted: wanted.to_owned(), sheets },
            None => InputErrorKind::NoVisibleSheet { sheets },
        });
    };
    let others = sheets.iter().filter(|sheet| sheet.is_visible && sheet.name != chosen.name);
    Ok((chosen.clone(), others.map(|sheet| sheet.name.clone()).collect()))
}

#[cfg(test)]
mod tests;
