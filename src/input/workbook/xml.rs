//! The XML of a workbook's parts, read as a stream.

use std::fmt::Display;
use std::io::{BufReader, Read};

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::domain::text::{Message, Text};
use crate::input::error::damaged;

/// A reader of one part.
pub(super) struct Xml<R> {
    reader: Reader<BufReader<R>>,
    buffer: Vec<u8>,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(part: R) -> Self {
        let mut reader = Reader::from_reader(BufReader::new(part));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new() }
    }

    /// The next event. Empty elements are given as a start and an end.
    fn next(&mut self) -> Result<Event<'_>, Message> {
        self.buffer.clear();
        self.reader.read_event_into(&mut self.buffer).map_err(damaged_by)
    }

    /// The start of the next element, `None` at the end of the part.
    pub(super) fn next_start(&mut self) -> Result<Option<BytesStart<'static>>, Message> {
        loop {
            match self.next()? {
                Event::Start(start) => return Ok(Some(start.into_owned())),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// The start of the next element of this name, `None` at the end of its parent.
    pub(super) fn next_in(
        &mut self,
        parent: &str,
        name: &str,
    ) -> Result<Option<BytesStart<'static>>, Message> {
        loop {
            match self.next()? {
                Event::Start(start) if start.local_name().as_ref() == name => {
                    return Ok(Some(start.into_owned()));
                }
                Event::End(end) if end.local_name().as_ref() == parent => return Ok(None),
                Event::Eof => return Err(damaged(CUT_OFF)),
                _ => {}
            }
        }
    }

    /// The texts of the children of an element whose start was given last.
    pub(super) fn children<const N: usize>(
        &mut self,
        names: [&str; N],
    ) -> Result<[Option<String>; N], Message> {
        let mut texts = [const { None }; N];
        loop {
            let place = match self.next()? {
                Event::Start(start) => names.iter().position(|name| *name == start.local_name().as_ref()),
                Event::End(_) => return Ok(texts),
                Event::Eof => return Err(damaged(CUT_OFF)),
                _ => continue,
            };
            let text = self.text()?;
            if let Some(place) = place {
                texts[place] = Some(text);
            }
        }
    }

    /// The text inside an element whose start was given last, without its phonetic hints.
    pub(super) fn text(&mut self) -> Result<String, Message> {
        let mut text = String::new();
        let (mut depth, mut hint_depth) = (0_usize, 0_usize);
        loop {
            match self.next()? {
                Event::Start(start) => {
                    depth += 1;
                    if hint_depth > 0 || start.local_name().as_ref() == "rPh" {
                        hint_depth += 1;
                    }
                }
                Event::End(_) if depth == 0 => return Ok(text),
                Event::End(_) => {
                    depth -= 1;
                    hint_depth = hint_depth.saturating_sub(1);
                }
                Event::Text(part) if hint_depth == 0 => text.push_str(&part.xml10_content()),
                Event::CData(part) if hint_depth == 0 => text.push_str(&part.xml10_content()),
                Event::GeneralRef(reference) if hint_depth == 0 => push_entity(&mut text, &reference)?,
                Event::Eof => return Err(damaged(CUT_OFF)),
                _ => {}
            }
        }
    }
}

const CUT_OFF: Text = Text::new("a part ends too early", "有部件被截断");

/// The values of attributes, whatever their prefixes.
pub(super) fn attributes<const N: usize>(
    element: &BytesStart<'_>,
    names: [&str; N],
) -> Result<[Option<String>; N], Message> {
    let mut values = [const { None }; N];
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(damaged_by)?;
        let name = attribute.key.local_name();
        if let Some(place) = names.iter().position(|wanted| *wanted == name.as_ref())
            && values[place].is_none()
        {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(damaged_by)?;
            values[place] = Some(value.into_owned());
        }
    }
    Ok(values)
}

fn push_entity(text: &mut String, reference: &BytesRef<'_>) -> Result<(), Message> {
    if let Some(character) = reference.resolve_char_ref().map_err(damaged_by)? {
        text.push(character);
    } else {
        let unknown = Text::new("an unknown entity", "有未知的实体");
        text.push_str(resolve_xml_entity(reference).ok_or(unknown).map_err(damaged)?);
    }
    Ok(())
}

/// An error of a library, whose text is put on one line.
pub(super) fn damaged_by(error: impl Display) -> Message {
    let words: Vec<String> = error.to_string().split_whitespace().map(str::to_owned).collect();
    damaged(Message::verbatim(words.join(" ")))
}
