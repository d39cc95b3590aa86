//! Workbooks (`.xlsx`, `.xlsm`) as a stream of rows.
//!
//! Formulas count with the value stored in the file. Hidden rows are read like the others, hidden sheets only by name.
//! Memory stays flat: strings that cells share are kept in a temporary file.

mod package;
mod shared_strings;
mod sheet;
mod styles;
mod xml;

use std::io::{Read, Seek};

use super::error::damaged;
use super::row::RowSource;
use crate::domain::identifier::clean_keyword;
use crate::domain::text::{Message, Text, message};
use package::{Package, Relation};
use shared_strings::SharedStrings;
use sheet::SheetRows;
use styles::Styles;
use xml::{Xml, attributes};

/// Days between the first days of the two calendars, 1900 and 1904.
const DAYS_TO_1904: f64 = 1_462.0;

/// An open workbook.
pub(super) struct Workbook<S> {
    package: Package<S>,
    strings: SharedStrings,
    styles: Styles,
    /// Days from the first day of the usual calendar to that of the workbook.
    first_day: f64,
    /// The sheets of cells, in their order.
    pub(super) sheets: Vec<Sheet>,
}

impl<S: Read + Seek> Workbook<S> {
    /// Opens a workbook and reads all of it but the sheets.
    pub(super) fn open(source: S) -> Result<Self, Message> {
        let mut package = Package::open(source)?;
        let relations = package.relations("")?;
        let workbook = related(&relations, "officeDocument", "xl/workbook.xml").to_owned();
        let relations = package.relations(&workbook)?;
        let missing = Text::new("no workbook in it", "其中没有工作簿");
        let part = package.part(&workbook)?.ok_or(missing).map_err(damaged)?;
        let (sheets, first_day) = read_sheets(part, &relations)?;
        let styles = Styles::read(package.part(related(&relations, "styles", "xl/styles.xml"))?)?;
        let strings = package.part(related(&relations, "sharedStrings", "xl/sharedStrings.xml"))?;
        let strings = SharedStrings::read(strings)?;
        Ok(Self { package, strings, styles, first_day, sheets })
    }

    /// The rows of a sheet.
    pub(super) fn rows(&mut self, sheet: &Sheet) -> Result<impl RowSource + use<'_, S>, Message> {
        let Self { package, strings, styles, first_day, .. } = self;
        let missing = Text::new("a sheet is missing", "缺少工作表");
        let sheet = package.part(&sheet.part)?.ok_or(missing).map_err(damaged)?;
        Ok(SheetRows { sheet, strings, styles, first_day: *first_day, row: 0, is_over: false })
    }

    /// The sheet of this name.
    pub(super) fn named(&self, wanted: &str) -> Result<Sheet, Message> {
        let plain = |name: &str| clean_keyword(name).to_lowercase();
        let exact = self.sheets.iter().find(|sheet| sheet.name == wanted);
        let similar = || self.sheets.iter().find(|sheet| plain(&sheet.name) == plain(wanted));
        exact.or_else(similar).cloned().ok_or_else(|| {
            message!(
                "no sheet {wanted:?}; its sheets are: {sheets}",
                "没有工作表 {wanted:?}；现有：{sheets}",
                sheets = self.listed()
            )
        })
    }

    /// The visible sheets, at least one.
    pub(super) fn visible(&self) -> Result<Vec<Sheet>, Message> {
        let visible: Vec<Sheet> = self.sheets.iter().filter(|sheet| sheet.is_visible).cloned().collect();
        if visible.is_empty() {
            return Err(message!(
                "no sheet of cells is visible; name one with --sheet: {sheets}",
                "没有可见的工作表；请用 --sheet 指定：{sheets}",
                sheets = self.listed()
            ));
        }
        Ok(visible)
    }

    fn listed(&self) -> String {
        self.sheets.iter().map(|sheet| format!("{:?}", sheet.name)).collect::<Vec<_>>().join(", ")
    }
}

/// The name of the part of this kind, or its usual name.
fn related<'names>(relations: &'names [Relation], kind: &str, usual: &'names str) -> &'names str {
    relations.iter().find(|relation| relation.kind == kind).map_or(usual, |relation| &relation.name)
}

/// A sheet of cells.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    pub name: String,
    pub is_visible: bool,
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
                let part = worksheets.find(|relation| id.as_ref() == Some(&relation.id));
                sheets.extend(part.map(|part| Sheet {
                    name: name.unwrap_or_default(),
                    is_visible: state.is_none_or(|state| state == "visible"),
                    part: part.name.clone(),
                }));
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

#[cfg(test)]
mod tests;
