//! XML as the tree of [`super::body`]: an element with child elements is an object, a repeated one an array, any other
//! a text.
//!
//! White space around a text is layout, unless it is written as numbered characters or as CDATA. Attributes, comments and
//! the document type are skipped. Only the five entities of XML and numbered characters are replaced; any other entity
//! stays as it is written.

use super::json::{DEPTH_LIMIT, TOO_DEEP};
use crate::domain::text::{Message, Text};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use serde_json::{Map, Value};
use std::borrow::Cow;

const INVALID: Text = Text::new("it is not well-formed XML", "不是格式良好的 XML");

/// Reads a text that begins with `<`. The root element's own name does not matter.
pub(super) fn read(text: &str) -> Result<Value, Message> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    reader.config_mut().expand_empty_elements = true;
    let mut root = None;
    loop {
        match next(&mut reader)? {
            Event::Start(_) if root.is_none() => root = Some(element(&mut reader, 1)?),
            Event::Text(text) if text.trim().is_empty() => {}
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof => return root.ok_or(INVALID.into()),
            _ => return Err(INVALID.into()),
        }
    }
}

fn next<'a>(reader: &mut Reader<&'a [u8]>) -> Result<Event<'a>, Message> {
    reader.read_event().map_err(|_| INVALID.into())
}

/// The content of an element whose start has been read, to its end.
fn element(reader: &mut Reader<&[u8]>, depth: usize) -> Result<Value, Message> {
    if depth > DEPTH_LIMIT {
        return Err(TOO_DEEP.into());
    }
    let (mut text, mut children) = (String::new(), Map::new());
    // The length of the text up to which no white space is layout.
    let mut kept = 0;
    loop {
        match next(reader)? {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                add(&mut children, name, element(reader, depth + 1)?);
            }
            Event::Text(part) => {
                let part = part.xml10_content();
                text.push_str(if text.is_empty() { part.trim_ascii_start() } else { &part });
            }
            Event::CData(part) => {
                text.push_str(&part.xml10_content());
                kept = text.len();
            }
            Event::GeneralRef(reference) => {
                text.push_str(&resolve(&reference));
                kept = text.len();
            }
            Event::End(_) => break,
            Event::Eof => return Err(Text::new("the XML is cut off", "XML 不完整").into()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    text.truncate(kept + text[kept..].trim_ascii_end().len());
    if children.is_empty() {
        return Ok(Value::String(text));
    }
    if !text.is_empty() {
        children.insert("#text".to_owned(), Value::String(text));
    }
    Ok(Value::Object(children))
}

fn add(children: &mut Map<String, Value>, name: String, value: Value) {
    match children.get_mut(&name) {
        None => {
            children.insert(name, value);
        }
        // Only a repeated element is an array.
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
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
            ("\n  一\r\n二 \t", "一\n二"),
            ("\n &#32;一&#10; ", " 一\n"),
            ("\n <![CDATA[ 一 ]]> ", " 一 "),
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
        assert_eq!(read("<a><b>1</b>"), Err(Text::new("the XML is cut off", "XML 不完整").into()));
    }

    #[test]
    fn depth_is_bounded_and_many_names_cost_no_more_than_few() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(read(&nested(DEPTH_LIMIT)).is_ok());
        assert_eq!(read(&nested(DEPTH_LIMIT + 1)), Err(TOO_DEEP.into()));
        assert!(read(&"<a>".repeat(100_000)).is_err());
        let many: String =
            (0..100_000).flat_map(|number| ["<n".to_owned(), number.to_string(), "/>".to_owned()]).collect();
        let wide = format!("<r>{many}</r>");
        assert!(matches!(read(&wide), Ok(Value::Object(members)) if members.len() == 100_000));
    }
}
