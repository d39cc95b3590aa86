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

use super::error::damaged;
use super::row::RowSource;
use super::summary::Findings;
use crate::domain::identifier::clean_keyword;
use crate::domain::text::{Message, Text, message};
use package::{Package, Relation};
use shared_strings::SharedStrings;
use sheet::SheetRows;
use styles::Styles;
use xml::{Xml, attributes};

/// Days between the first days of the two calendars, 1900 and 1904.
const DAYS_TO_1904: f64 = 1_462.0;

/// An open workbook of which one sheet is read.
pub(super) struct Workbook<S> {
    package: Package<S>,
    /// Days from the first day of the usual calendar to that of the workbook.
    first_day: f64,
    relations: Vec<Relation>,
    sheet: Sheet,
    other_sheets: Vec<String>,
}

impl<S: Read + Seek> Workbook<S> {
    /// Opens a workbook and chooses a sheet: the one named, else the first that is visible.
    pub(super) fn open(source: S, sheet: Option<&str>) -> Result<Self, Message> {
        let mut package = Package::open(source)?;
        let relations = package.relations("")?;
        let workbook = related(&relations, "officeDocument", "xl/workbook.xml").to_owned();
        let relations = package.relations(&workbook)?;
        let part = package.part(&workbook)?.ok_or(NO_WORKBOOK).map_err(damaged)?;
        let (sheets, first_day) = read_sheets(part, &relations)?;
        let (sheet, other_sheets) = choose_sheet(&sheets, sheet)?;
        Ok(Self { package, first_day, relations, sheet, other_sheets })
    }

    /// The sheet that is read, and the others.
    pub(super) fn findings(&self) -> Findings {
        let (sheet, other_sheets) = (Some(self.sheet.name.clone()), self.other_sheets.clone());
        Findings { sheet, other_sheets, ..Findings::default() }
    }

    /// The rows of the sheet.
    pub(super) fn rows(&mut self) -> Result<impl RowSource + use<'_, S>, Message> {
        let Self { package, first_day, relations, sheet, .. } = self;
        let styles = Styles::read(package.part(related(relations, "styles", "xl/styles.xml"))?)?;
        let strings = package.part(related(relations, "sharedStrings", "xl/sharedStrings.xml"))?;
        let strings = SharedStrings::read(strings)?;
        let sheet = package.part(&sheet.part)?.ok_or(NO_SHEET).map_err(damaged)?;
        Ok(SheetRows { sheet, strings, styles, first_day: *first_day, row: 0, is_over: false })
    }
}

const NO_WORKBOOK: Text = Text::new("no workbook in it", "其中没有工作簿");
const NO_SHEET: Text = Text::new("a sheet is missing", "缺少工作表");

/// The name of the part of this kind, or its usual name.
fn related<'names>(relations: &'names [Relation], kind: &str, usual: &'names str) -> &'names str {
    relations.iter().find(|relation| relation.kind == kind).map_or(usual, |relation| &relation.name)
}

/// A sheet of cells.
#[derive(Clone)]
struct Sheet {
    name: String,
    is_visible: bool,
    /// The name of its part.
    part: String,
}

/// The sheets of cells, and the days from the first day of the usual calendar to that of the workbook.
fn read_sheets<R: Read>(mut workbook: Xml<R>, relations: &[Relation]) -> Result<(Vec<Sheet>, f64), Message> {
    let (mut sheets, mut first_day) = (Vec::new(), 0.0);
    while let Some(start) = workbook.next_start()? {
        let [name, state, id, is_1904] = attributes(&start, ["name", "state", "id", "date1904"])?;
        match start.local_name().as_ref() {
            "sheet" => {
                let mut worksheets = relations.iter().filter(|relation| relation.kind == "worksheet");
                sheets.extend(worksheets.find(|relation| id.as_ref() == Some(&relation.id)).map(
                    |relation| Sheet {
                        name: name.unwrap_or_default(),
                        is_visible: state.is_none_or(|state| state == "visible"),
                        part: relation.name.clone(),
                    },
                ));
            }
            "workbookPr" if matches!(is_1904.as_deref(), Some("1" | "true")) => first_day = DAYS_TO_1904,
            _ => {}
        }
    }
    if sheets.is_empty() {
        return Err(damaged(Text::new("no sheet of cells in it", "其中没有工作表")));
    }
    Ok((sheets, first_day))
}

/// The sheet to read, and the names of the other visible ones.
fn choose_sheet(sheets: &[Sheet], wanted: Option<&str>) -> Result<(Sheet, Vec<String>), Message> {
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
            Some(wanted) => message!(
                "no sheet {wanted:?}; its sheets are: {sheets}",
                "没有工作表 {wanted:?}；现有：{sheets}"
            ),
            None => message!(
                "no sheet of cells is visible; name one with --sheet: {sheets}",
                "没有可见的工作表；请用 --sheet 指定：{sheets}"
            ),
        });
    };
    let others = sheets.iter().filter(|sheet| sheet.is_visible && sheet.name != chosen.name);
    Ok((chosen.clone(), others.map(|sheet| sheet.name.clone()).collect()))
}

#[cfg(test)]
mod tests;
