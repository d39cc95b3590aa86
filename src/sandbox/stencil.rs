//! Rows as prepared text: a row of an ordinary company is one of a few hundred cases, serialised once, with its names and
//! numbers left open. A page is then copied together instead of being invented and serialised field by field, which is what
//! lets one thread answer tens of thousands of full pages a second. Knows no vendor's fields.

use std::sync::OnceLock;

use serde::Serialize;

use super::company::{Company, Subject};

/// How many cases a vendor has for companies, and again as many for persons. No company meets one twice in so many rows.
pub(super) const CASES: u64 = 256;
const ALL_CASES: usize = 512;

/// One case: pieces of JSON with numbered gaps between them.
#[derive(Debug)]
struct Stencil {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(Box<[u8]>),
    Gap(usize),
}

/// The prepared cases of one vendor; each is made when it is first wanted.
#[derive(Debug)]
pub(super) struct Stencils {
    cases: [OnceLock<Stencil>; ALL_CASES],
}

impl Stencils {
    /// No case prepared yet.
    pub(super) const fn new() -> Self {
        Self { cases: [const { OnceLock::new() }; ALL_CASES] }
    }

    /// Appends the JSON of `case` to `page`. `marked` makes the case's row with `marks` in place of what differs from company
    /// to company; `fill` writes what belongs into the gap that the mark of that number left, escaped for JSON.
    pub(super) fn write<Row: Serialize>(
        &self,
        case: u64,
        marks: &[&str],
        marked: impl FnOnce() -> Row,
        page: &mut Vec<u8>,
        mut fill: impl FnMut(usize, &mut Vec<u8>),
    ) {
        let place = usize::try_from(case).unwrap_or_default() % ALL_CASES;
        let stencil = self.cases[place].get_or_init(|| Stencil::cut(&marked(), marks));
        for piece in &stencil.pieces {
            match piece {
                Piece::Text(text) => page.extend_from_slice(text),
                Piece::Gap(mark) => fill(*mark, page),
            }
        }
    }
}

/// Which case row `index` of a company or person is: no case twice within `CASES` rows, in an order of the company's own.
pub(super) fn case_of_row(company: &Company<'_>, index: u64) -> u64 {
    let stride = company.seed >> 32 | 1;
    let case = company.seed.wrapping_add(index.wrapping_mul(stride)) % CASES;
    if company.subject == Subject::Person { CASES + case } else { case }
}

/// True for the cases of persons.
pub(super) fn is_person(case: u64) -> bool {
    case >= CASES
}

/// A JSON array of rows, each appended by `write`.
pub(super) fn array(rows: impl Iterator<Item = u64>, mut write: impl FnMut(u64, &mut Vec<u8>)) -> Vec<u8> {
    let mut page = Vec::with_capacity(32 * 1024);
    page.push(b'[');
    for (place, index) in rows.enumerate() {
        if place > 0 {
            page.push(b',');
        }
        write(index, &mut page);
    }
    page.push(b']');
    page
}

impl Stencil {
    fn cut(row: &impl Serialize, marks: &[&str]) -> Self {
        let text = serde_json::to_string(row).unwrap_or_default();
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        let next = |rest: &str| {
            let found = marks.iter().enumerate().filter_map(|(mark, text)| Some((rest.find(text)?, mark)));
            found.min()
        };
        while let Some((place, mark)) = next(rest) {
            pieces.push(Piece::Text(rest.as_bytes()[..place].into()));
            pieces.push(Piece::Gap(mark));
            rest = &rest[place + marks[mark].len()..];
        }
        pieces.push(Piece::Text(rest.as_bytes().into()));
        Self { pieces }
    }
}

/// Appends a number, with zeros before it up to `digits`.
pub(super) fn write_number(number: u64, digits: usize, page: &mut Vec<u8>) {
    let mut text = [b'0'; 20];
    let mut start = text.len();
    let mut rest = number;
    while rest > 0 {
        start -= 1;
        text[start] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
    let start = start.min(text.len() - digits.clamp(1, text.len()));
    page.extend_from_slice(&text[start..]);
}

/// A text as it stands inside the quotes of a JSON string.
pub(super) fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_wherever_a_mark_stood() {
        let stencils = Stencils::new();
        for name in ["甲", "乙"] {
            let mut page = Vec::new();
            let row = || serde_json::json!({"name": "\u{e000}", "number": u64::MAX, "text": "of \u{e000}."});
            let marks = ["\u{e000}", "18446744073709551615"];
            stencils.write(3, &marks, row, &mut page, |mark, page| match mark {
                0 => page.extend_from_slice(name.as_bytes()),
                _ => write_number(7, 1, page),
            });
            let text = String::from_utf8(page).expect("UTF-8");
            assert_eq!(text, format!(r#"{{"name":"{name}","number":7,"text":"of {name}."}}"#));
        }
    }

    #[test]
    fn numbers_are_written_with_their_zeros() {
        let written = |number, digits| {
            let mut page = Vec::new();
            write_number(number, digits, &mut page);
            String::from_utf8(page).expect("ASCII")
        };
        assert_eq!((written(0, 1).as_str(), written(42, 6).as_str()), ("0", "000042"));
        assert_eq!((written(1_234_567, 6), written(u64::MAX, 1)), ("1234567".into(), u64::MAX.to_string()));
    }

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        assert_eq!(escaped(r#"甲"乙\丙"#), r#"甲\"乙\\丙"#);
    }
}
