//! XML into the tree of [`super::wire_value`]: an element with elements in it is an object, one without is a
//! text, one that is repeated is a list.
//!
//! Attributes, comments and the document type are passed over. No entity but the five of XML and numbered
//! characters is ever replaced: any other stays as it is written.

use super::wire_value::{DEPTH_LIMIT, Member, Unreadable, WireValue};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;
use std::collections::HashMap;

/// Up to this many children are looked through one by one; hashing pays for more.
const LOOKED_THROUGH: usize = 32;

/// Reads a text that begins with `<`. The root element's own name does not matter.
pub(super) fn read(text: &str) -> Result<WireValue<'_>, Unreadable> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut document = Document::default();
    loop {
        match reader.read_event().map_err(|_| not_well_formed())? {
            Event::Start(start) => document.open(&start)?,
            Event::Empty(start) => {
                document.open(&start)?;
                document.close()?;
            }
            Event::End(_) => document.close()?,
            Event::Text(text) => document.append(text.xml10_content())?,
            Event::CData(text) => document.append(text.xml10_content())?,
            Event::GeneralRef(reference) => document.append(resolved(&reference))?,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof => return document.end(),
        }
    }
}

const fn not_well_formed() -> Unreadable {
    Unreadable::NotWellFormedXml
}

fn resolved<'a>(reference: &BytesRef<'a>) -> Cow<'a, str> {
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
struct Element<'a> {
    name: String,
    text: Cow<'a, str>,
    children: Vec<Member<'a>>,
}

impl<'a> Element<'a> {
    fn into_member(self) -> Member<'a> {
        let name = Cow::Owned(self.name);
        if self.children.is_empty() {
            return (name, WireValue::Text(self.text));
        }
        let mut members = gathered(self.children);
        if !self.text.trim().is_empty() {
            members.push((Cow::Borrowed("#text"), WireValue::Text(self.text)));
        }
        (name, WireValue::Object(members))
    }
}

/// Children of one name become one list, at the place of the first.
fn gathered(children: Vec<Member<'_>>) -> Vec<Member<'_>> {
    let mut places = HashMap::new();
    let mut is_list: Vec<bool> = Vec::with_capacity(children.len());
    let mut members: Vec<Member<'_>> = Vec::with_capacity(children.len());
    let is_large = children.len() > LOOKED_THROUGH;
    for (name, value) in children {
        let place = if is_large {
            *places.entry(name.clone()).or_insert(members.len())
        } else {
            members.iter().position(|(known, _)| *known == name).unwrap_or(members.len())
        };
        let Some((_, member)) = members.get_mut(place) else {
            is_list.push(false);
            members.push((name, value));
            continue;
        };
        if !std::mem::replace(&mut is_list[place], true) {
            *member = WireValue::List(vec![std::mem::replace(member, WireValue::Null)]);
        }
        if let WireValue::List(items) = member {
            items.push(value);
        }
    }
    members
}

#[derive(Default)]
struct Document<'a> {
    open: Vec<Element<'a>>,
    root: Option<WireValue<'a>>,
}

impl<'a> Document<'a> {
    fn open(&mut self, start: &BytesStart<'a>) -> Result<(), Unreadable> {
        if self.root.is_some() {
            return Err(not_well_formed());
        }
        if self.open.len() == DEPTH_LIMIT {
            return Err(Unreadable::TooDeep);
        }
        let name = start.local_name().as_ref().to_owned();
        self.open.push(Element { name, ..Element::default() });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Unreadable> {
        let member = self.open.pop().ok_or_else(not_well_formed)?.into_member();
        match self.open.last_mut() {
            Some(parent) => parent.children.push(member),
            None => self.root = Some(member.1),
        }
        Ok(())
    }

    fn append(&mut self, piece: Cow<'a, str>) -> Result<(), Unreadable> {
        match self.open.last_mut() {
            Some(element) if element.text.is_empty() => element.text = piece,
            Some(element) => element.text.to_mut().push_str(&piece),
            None if piece.trim().is_empty() => {}
            None => return Err(not_well_formed()),
        }
        Ok(())
    }

    fn end(self) -> Result<WireValue<'a>, Unreadable> {
        if !self.open.is_empty() {
            return Err(Unreadable::XmlBreaksOff);
        }
        self.root.ok_or_else(not_well_formed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> WireValue<'_> {
        WireValue::Text(Cow::Borrowed(value))
    }

    fn object<'a>(members: Vec<(&'a str, WireValue<'a>)>) -> WireValue<'a> {
        WireValue::Object(members.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect())
    }

    #[test]
    fn elements_are_texts_objects_and_lists() {
        let body =
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- c --><r a=\"1\"> <x>1</x><y/><z><n>2</n></z>
            <i><k>3</k></i><i>4</i><i/> </r>\n";
        let expected = object(vec![
            ("x", text("1")),
            ("y", text("")),
            ("z", object(vec![("n", text("2"))])),
            ("i", WireValue::List(vec![object(vec![("k", text("3"))]), text("4"), text("")])),
        ]);
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
            assert_eq!(read(&body), Ok(object(vec![("t", text(meant))])), "{written}");
        }
    }

    #[test]
    fn entities_of_a_document_type_are_never_replaced() {
        let body = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY y \"yy\">]>\
            <r><t>&x;&y;</t></r>";
        assert_eq!(read(body), Ok(object(vec![("t", text("&x;&y;"))])));
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
        assert!(matches!(read(&wide), Ok(WireValue::Object(members)) if members.len() == 100_000));
    }
}
