//! Reading and writing the small XML documents of Azure's protocols.

use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesRef, Event},
};

use crate::Error;

/// Elements of a document; the longest list of blocks has 50,000.
const ELEMENTS_MAX: usize = 60_000;

/// Returns the names of elements without elements inside, with their text, in order. A document that is cut off is
/// none.
pub(super) fn leaves(body: &[u8]) -> Result<Vec<(String, String)>, Error> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let malformed = || Error::invalid("the body is not well-formed XML");
    let mut reader = Reader::from_reader(body);
    let mut leaves = Vec::new();
    // The element that is open, while nothing was opened inside it.
    let mut open: Option<(String, String)> = None;
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|_| malformed())? {
            Event::Start(element) => {
                depth += 1;
                open = Some((name(element.local_name().as_ref())?, String::new()));
            }
            Event::Empty(element) => {
                open = None;
                leaves.push((name(element.local_name().as_ref())?, String::new()));
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                leaves.extend(open.take());
            }
            Event::Text(text) => {
                if let Some((_, content)) = &mut open {
                    content.push_str(&text.decode().map_err(|_| malformed())?);
                }
            }
            Event::CData(text) => {
                if let Some((_, content)) = &mut open {
                    content.push_str(&text.decode().map_err(|_| malformed())?);
                }
            }
            Event::GeneralRef(reference) => {
                let resolved = resolve(&reference).ok_or_else(malformed)?;
                if let Some((_, content)) = &mut open {
                    content.push_str(&resolved);
                }
            }
            Event::Eof if depth > 0 || leaves.is_empty() => return Err(malformed()),
            Event::Eof => return Ok(leaves),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        if leaves.len() > ELEMENTS_MAX {
            return Err(Error::TooLarge { what: "number of elements", limit: ELEMENTS_MAX as u64 });
        }
    }
}

fn name(bytes: &[u8]) -> Result<String, Error> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Error::invalid("the body is not well-formed XML"))
}

/// Resolves `&amp;` and `&#65;`; there are no other entities.
fn resolve(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref().ok()? {
        Some(found) => Some(found.to_string()),
        None => resolve_predefined_entity(&reference.decode().ok()?).map(str::to_owned),
    }
}

/// Appends `<name>text</name>`, escaped. Characters that XML cannot carry are left out.
pub(super) fn push_element(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("<{name}>{}</{name}>", escaped(text)));
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // A reader would make a line feed of it.
            '\r' => out.push_str("&#13;"),
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_found_with_their_text() {
        let body = b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n<A>\n <B>x&amp;&#65;<![CDATA[<&]]></B><!-- no -->\n <C/><D> y </D></A>";
        let found = leaves(body).unwrap();
        let expected = [("B", "x&A<&"), ("C", ""), ("D", " y ")];
        assert_eq!(found, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn what_is_not_xml_is_refused() {
        for body in [&b"<A>&unknown;</A>"[..], b"<A></B>", b"<A>\xff</A>", b"<A><B>x</B>", b"<A>", b"", b"text"] {
            assert!(leaves(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let mut out = String::new();
        push_element(&mut out, "T", "a<b>&\"'\r\n\u{1}");
        assert_eq!(leaves(out.as_bytes()).unwrap(), [("T".to_owned(), "a<b>&\"'\r\n".to_owned())]);
    }
}
