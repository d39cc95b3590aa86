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

use super::error::InputError;
use super::row::RowSource;
use super::summary::Findings;
use crate::domain::identifier::clean_keyword;
use crate::domain::text::{Message, Text};
use package::{Package, Relation};
use shared_strings::{SharedStrings, TableError};
use sheet::{Calendar, SheetRows, broken};
use styles::Styles;
use xml::{Xml, attribute};

/// The part that holds the sheets if no relation says it.
const USUAL_NAME: &str = "xl/workbook.xml";

/// An open workbook of which one sheet is read.
pub(super) struct Workbook<'input, S> {
    input: &'input str,
    package: Package<S>,
    calendar: Calendar,
    relations: Vec<Relation>,
    sheet: Sheet,
    other_sheets: Vec<String>,
}

impl<'input, S: Read + Seek> Workbook<'input, S> {
    /// Opens a workbook and chooses a sheet: the one named, else the first that is visible.
    pub(super) fn open(input: &'input str, source: S, sheet: Option<&str>) -> Result<Self, InputError> {
        let mut package = Package::open(input, source)?;
        let workbook = package
            .relations("")?
            .into_iter()
            .find(|relation| relation.kind == "officeDocument")
            .map_or_else(|| USUAL_NAME.to_owned(), |relation| relation.name);
        let (sheets, calendar) = match package.part(&workbook)? {
            Some(part) => read_sheets(part).map_err(|reason| broken(input, reason))?,
            None => return Err(broken(input, Text::new("no workbook in it", "其中没有工作簿").into())),
        };
        let relations = package.relations(&workbook)?;
        let sheets = sheets.into_iter().filter_map(|sheet| sheet.with_part(&relations)).collect::<Vec<_>>();
        let (sheet, other_sheets) = choose_sheet(input, &sheets, sheet)?;
        Ok(Self { input, package, calendar, relations, sheet, other_sheets })
    }

    /// The sheet that is read, and the others.
    pub(super) fn findings(&self) -> Findings {
        let (sheet, other_sheets) = (Some(self.sheet.name.clone()), self.other_sheets.clone());
        Findings { sheet, other_sheets, ..Findings::default() }
    }

    /// The rows of the sheet.
    pub(super) fn rows(&mut self) -> Result<impl RowSource + use<'_, S>, InputError> {
        let input = self.input;
        let styles = read_styles(input, &mut self.package, &self.relations)?;
        let strings = read_strings(input, &mut self.package, &self.relations)?;
        let missing = || broken(input, Text::new("a sheet is missing", "缺少工作表").into());
        let sheet = self.package.part(&self.sheet.part)?.ok_or_else(missing)?;
        Ok(SheetRows { input, sheet, strings, styles, calendar: self.calendar, row: 0, is_over: false })
    }
}

/// The name of the part of this kind, or its usual name.
fn related<'relations>(
    relations: &'relations [Relation],
    kind: &str,
    usual: &'relations str,
) -> &'relations str {
    relations.iter().find(|relation| relation.kind == kind).map_or(usual, |relation| &relation.name)
}

fn read_styles<S: Read + Seek>(
    input: &str,
    package: &mut Package<S>,
    relations: &[Relation],
) -> Result<Styles, InputError> {
    match package.part(related(relations, "styles", "xl/styles.xml"))? {
        Some(part) => Styles::read(part).map_err(|reason| broken(input, reason)),
        None => Ok(Styles::default()),
    }
}

fn read_strings<S: Read + Seek>(
    input: &str,
    package: &mut Package<S>,
    relations: &[Relation],
) -> Result<SharedStrings, InputError> {
    match package.part(related(relations, "sharedStrings", "xl/sharedStrings.xml"))? {
        Some(part) => SharedStrings::read(part).map_err(|error| match error {
            TableError::Damaged(reason) => broken(input, reason),
            TableError::Store(source) => InputError::Store { source },
        }),
        None => Ok(SharedStrings::empty()),
    }
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

fn read_sheets<R: Read>(mut workbook: Xml<R>) -> Result<(Vec<Sheet>, Calendar), Message> {
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
fn choose_sheet(
    input: &str,
    sheets: &[Sheet],
    wanted: Option<&str>,
) -> Result<(Sheet, Vec<String>), InputError> {
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
        let input = input.to_owned();
        let sheets = sheets.iter().map(|sheet| format!("{:?}", sheet.name)).collect::<Vec<_>>().join(", ");
        return Err(match wanted {
            Some(wanted) => InputError::MissingSheet { input, wanted: wanted.to_owned(), sheets },
            None => InputError::NoVisibleSheet { input, sheets },
        });
    };
    let others = sheets.iter().filter(|sheet| sheet.is_visible && sheet.name != chosen.name);
    Ok((chosen.clone(), others.map(|sheet| sheet.name.clone()).collect()))
}

#[cfg(test)]
mod tests;
