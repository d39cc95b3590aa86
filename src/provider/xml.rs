//! XML as the tree of [`super::body`]: an element with child elements is an object, a repeated one an array, any other
//! a text.
//!
//! Attributes, comments and the document type are skipped. Only the five entities of XML and numbered characters are
//! replaced; any other entity stays as it is written.

use super::unreadable::{DEPTH_LIMIT, Unreadable};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Reads a text that begins with `<`. The root element's own name does not matter.
pub(super) fn read(text: &str) -> Result<Value, Unreadable> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut document = Document::default();
    loop {
        match reader.read_event().map_err(|_| Unreadable::NotWellFormedXml)? {
            Event::Start(start) => document.open(&start)?,
            Event::Empty(start) => {
                document.open(&start)?;
                document.close()?;
            }
            Event::End(_) => document.close()?,
            Event::Text(text) => document.append(&text.xml10_content())?,
            Event::CData(text) => document.append(&text.xml10_content())?,
            Event::GeneralRef(reference) => document.append(&resolve(&reference))?,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof => return document.end(),
        }
    }
}

fn resolve<'a>(reference: &BytesRef<'a>) -> Cow<'a, str> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => return Cow::Owned(character.to_string()),
        Err(_) => return Cow::Borrowed("\u{fffd}"),
        Ok(None) => {}
    }
    let name: &str = reference;
    match quick_xml::escape::resolve_xml_entity(name) {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(format!("&{name};")),
    }
}

#[derive(Default)]
struct Element {
    name: String,
    text: String,
    children: Map<String, Value>,
}

impl Element {
    fn add(&mut self, name: String, value: Value) {
        match self.children.get_mut(&name) {
            None => {
                self.children.insert(name, value);
            }
            // No element is an array by itself.
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }

    fn into_value(mut self) -> Value {
        if self.children.is_empty() {
            return Value::String(self.text);
        }
        if !self.text.trim().is_empty() {
            self.children.insert("#text".to_owned(), Value::String(self.text));
        }
        Value::Object(self.children)
    }
}

#[derive(Default)]
struct Document {
    open: Vec<Element>,
    root: Option<Value>,
}

impl Document {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Unreadable> {
        if self.root.is_some() {
            return Err(Unreadable::NotWellFormedXml);
        }
        if self.open.len() == DEPTH_LIMIT {
            return Err(Unreadable::TooDeep);
        }
        let name = start.local_name().as_ref().to_owned();
        self.open.push(Element { name, ..Element::default() });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Unreadable> {
        let mut element = self.open.pop().ok_or(Unreadable::NotWellFormedXml)?;
        let name = std::mem::take(&mut element.name);
        match self.open.last_mut() {
            Some(parent) => parent.add(name, element.into_value()),
            None => self.root = Some(element.into_value()),
        }
        Ok(())
    }

    fn append(&mut self, text: &str) -> Result<(), Unreadable> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(Unreadable::NotWellFormedXml),
        }
        Ok(())
    }

    fn end(self) -> Result<Value, Unreadable> {
        if !self.open.is_empty() {
            return Err(Unreadable::XmlBreaksOff);
        }
        self.root.ok_or(Unreadable::NotWellFormedXml)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn elements_are_texts_objects_and_lists() {
        let body =
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- c --><r a=\"1\"> <x>1</x><y/><z><n>2</n></z>
            <i><k>3</k></i><i>4</i><i/> </r>\n";
        let expected = json!({"x": "1", "y": "", "z": {"n": "2"}, "i": [{"k": "3"}, "4", ""]});
        assert_eq!(read(body), Ok(expected));
    }

    #[test]
    fn entities_numbered_characters_and_cdata_are_decoded_and_nothing_else() {
        for (written, meant) in [
            ("&lt;&amp;&gt;&quot;&apos;", "<&>\"'"),
            ("&#20048;&#x89C6;", "乐视"),
            ("a<![CDATA[<b>&amp;]]>c", "a<b>&amp;c"),
            ("A & B &co", "A & B &co"),
            ("&nbsp;&xxe;", "&nbsp;&xxe;"),
            ("&#xD800;&#0;", "\u{fffd}\u{fffd}"),
            (" 一\r\n二 ", " 一\n二 "),
        ] {
            let body = format!("<r><t>{written}</t></r>");
            assert_eq!(read(&body), Ok(json!({"t": meant})), "{written}");
        }
    }

    #[test]
    fn entities_of_a_document_type_are_never_replaced() {
        let body = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY y \"yy\">]>\
            <r><t>&x;&y;</t></r>";
        assert_eq!(read(body), Ok(json!({"t": "&x;&y;"})));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for body in ["<a></b>", "<a/><b/>", "<a/>x", "</a>", "<!-- -->", "<a", "<a b=\"", "<a><![CDATA[x</a>"]
        {
            assert!(read(body).is_err(), "{body}");
        }
        assert_eq!(read("<a><b>1</b>"), Err(Unreadable::XmlBreaksOff));
    }

    #[test]
    fn depth_is_bounded_and_many_names_cost_no_more_than_few() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(read(&nested(DEPTH_LIMIT)).is_ok());
        assert_eq!(read(&nested(DEPTH_LIMIT + 1)), Err(Unreadable::TooDeep));
        assert!(read(&"<a>".repeat(100_000)).is_err());
        let many: String =
            (0..100_000).flat_map(|number| ["<n".to_owned(), number.to_string(), "/>".to_owned()]).collect();
        let wide = format!("<r>{many}</r>");
        assert!(matches!(read(&wide), Ok(Value::Object(members)) if members.len() == 100_000));
    }
}
