//! The number formats of a workbook's cells.

use std::collections::HashMap;
use std::io::Read;

use super::xml::{Xml, attributes};
use crate::domain::text::Message;

/// The format of each style, in the order of the styles; `None` is the general format.
#[derive(Debug, Default)]
pub(super) struct Styles(Vec<Option<String>>);

impl Styles {
    /// Reads the styles of a workbook.
    pub(super) fn read<R: Read>(part: Option<Xml<R>>) -> Result<Self, Message> {
        let Some(mut part) = part else { return Ok(Self::default()) };
        let mut custom: HashMap<u32, String> = HashMap::new();
        let mut numbers: Vec<u32> = Vec::new();
        // Styles of cells are in `cellXfs`, named styles in `cellStyleXfs` before it.
        let mut is_cell_style = false;
        while let Some(start) = part.next_start()? {
            let [number, code] = attributes(&start, ["numFmtId", "formatCode"])?;
            let number = number.and_then(|number| number.parse().ok()).unwrap_or(0);
            match start.local_name().as_ref() {
                "numFmt" => drop(custom.insert(number, code.unwrap_or_default())),
                "cellXfs" => is_cell_style = true,
                "cellStyleXfs" => is_cell_style = false,
                "xf" if is_cell_style => numbers.push(number),
                _ => {}
            }
        }
        let format = |number| custom.get(&number).cloned().or_else(|| builtin(number).map(str::to_owned));
        Ok(Self(numbers.into_iter().map(format).map(|code| code.filter(|code| code != "General")).collect()))
    }

    /// The format of a style; the general one for a style that does not exist.
    pub(super) fn format(&self, style: Option<&str>) -> Option<&str> {
        let index: usize = style?.parse().ok()?;
        self.0.get(index)?.as_deref()
    }
}

/// The formats that are not written out. Those of dates differ by the language of the program.
const fn builtin(number: u32) -> Option<&'static str> {
    Some(match number {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        18..=21 | 32..=35 | 45..=47 => "h:mm:ss",
        22 => "yyyy/m/d h:mm",
        14..=17 | 27..=31 | 36 | 50..=58 => "yyyy/m/d",
        37..=40 => "#,##0 ;(#,##0)",
        48 => "##0.0E+0",
        49 => "@",
        _ => return None,
    })
}

/// Whether a format shows a date or a time.
pub(super) fn is_date(format: &str) -> bool {
    let mut characters = format.chars();
    let mut bracketed = String::new();
    while let Some(character) = characters.next() {
        match character {
            '"' => drop(characters.by_ref().find(|character| *character == '"')),
            '\\' | '_' | '*' => drop(characters.next()),
            '[' => {
                bracketed.clear();
                bracketed.extend(characters.by_ref().take_while(|character| *character != ']'));
                if matches!(bracketed.to_ascii_lowercase().trim_end_matches(['h', 'm', 's']), "") {
                    return true;
                }
            }
            'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_numbers() {
        for format in ["yyyy/m/d", "h:mm", "[h]:mm", "[hh]", "[$-804]yyyy\"年\"m\"月\"", "m/d/yy"] {
            assert!(is_date(format), "{format}");
        }
        for format in
            ["0", "000000000", "General", "0.00_);[Red]\\(0.00\\)", "\"SH\"000000", "[>100]0", "\\m0"]
        {
            assert!(!is_date(format), "{format}");
        }
    }
}
