//! The XML of a workbook's parts, read as a stream.

use std::io::{BufReader, Read};

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::domain::text::{Message, Text};
use crate::input::error::InputErrorKind;

/// A reader of one part.
pub(super) struct Xml<R> {
    reader: Reader<BufReader<R>>,
    buffer: Vec<u8>,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(part: R) -> Self {
        let mut reader = Reader::from_reader(BufReader::new(part));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        Self { reader, buffer: Vec::new() }
    }

    /// The next event. Empty elements are given as a start and an end.
    pub(super) fn next(&mut self) -> Result<Event<'_>, InputErrorKind> {
        self.buffer.clear();
        self.reader.read_event_into(&mut self.buffer).map_err(|error| damage(&error))
    }

    /// The text inside an element whose start was given last, without that of elements of these names inside it.
    pub(super) fn text(&mut self, ignored: &[&str]) -> Result<String, InputErrorKind> {
        let mut text = String::new();
        let (mut depth, mut ignoring) = (0_usize, 0_usize);
        loop {
            match self.next()? {
                Event::Start(start) => {
                    depth += 1;
                    if ignoring > 0 || ignored.contains(&start.local_name().as_ref()) {
                        ignoring += 1;
                    }
                }
                Event::End(_) if depth == 0 => return Ok(text),
                Event::End(_) => {
                    depth -= 1;
                    ignoring = ignoring.saturating_sub(1);
                }
                Event::Text(part) if ignoring == 0 => text.push_str(&part.xml10_content()),
                Event::CData(part) if ignoring == 0 => text.push_str(&part.xml10_content()),
                Event::GeneralRef(reference) if ignoring == 0 => text.push(resolved(&reference)?),
                Event::Eof => return Err(InputErrorKind::damaged(CUT_OFF)),
                _ => {}
            }
        }
    }
}

pub(super) const CUT_OFF: Text = Text::new("a part ends too early", "有部件被截断");

/// The value of an attribute, whatever its prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, InputErrorKind> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| damage(&error))?;
        if attribute.key.local_name().as_ref() == name {
            let value =
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| damage(&error))?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

fn resolved(reference: &BytesRef<'_>) -> Result<char, InputErrorKind> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| damage(&error))? {
        return Ok(character);
    }
    Ok(match reference.xml10_content().as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return Err(InputErrorKind::damaged(Text::new("an unknown entity", "有未知的实体"))),
    })
}

/// An error of a library, whose text is put on one line.
pub(super) fn damage(error: &dyn std::fmt::Display) -> InputErrorKind {
    let words: Vec<String> = error.to_string().split_whitespace().map(str::to_owned).collect();
    InputErrorKind::damaged(Message::verbatim(words.join(" ")))
}
