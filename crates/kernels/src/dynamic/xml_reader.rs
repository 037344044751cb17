//! A reader of well-formed XML: elements, attributes and text; all else is skipped.
//!
//! No external entity is ever looked up, no declared one expanded.

/// The deepest nesting.
const DEPTH_MAX: usize = 256;

/// One element.
#[derive(Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// All text directly inside.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

/// Reads the one root element; none if the text is not well-formed.
pub(super) fn read_document(text: &str) -> Option<Element> {
    let mut reader = Reader { rest: text };
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let Some(at) = reader.rest.find('<') else {
            return if open.is_empty() && reader.rest.trim().is_empty() { root } else { None };
        };
        let before = &reader.rest[..at];
        match open.last_mut() {
            Some(element) => element.text.push_str(&unescape(before)?),
            None if before.trim_start_matches('\u{feff}').trim().is_empty() => {}
            None => return None,
        }
        reader.rest = &reader.rest[at..];
        if let Some(text) = reader.skipped()? {
            open.last_mut().into_iter().for_each(|element| element.text.push_str(text));
            continue;
        }
        let closed = match reader.tag()? {
            Tag::Close(name) => open.pop().filter(|element| element.name == name)?,
            Tag::Open(element) if open.len() < DEPTH_MAX && root.is_none() => {
                open.push(element);
                continue;
            }
            Tag::Empty(element) if root.is_none() => element,
            Tag::Open(_) | Tag::Empty(_) => return None,
        };
        match open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => root = Some(closed),
        }
    }
}

enum Tag {
    Open(Element),
    Empty(Element),
    Close(String),
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Skips a comment, instruction or declaration and returns "", of a CDATA section its text; `None` inside for a
    /// tag, outside for a construct without its end.
    #[expect(clippy::option_option, reason = "the outer option is the error of `?`")]
    fn skipped(&mut self) -> Option<Option<&'a str>> {
        const CONSTRUCTS: [(&str, &str); 4] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
        let Some((start, end)) = CONSTRUCTS.iter().find(|(start, _)| self.rest.starts_with(start)) else {
            return Some(None);
        };
        let inner = &self.rest[start.len()..];
        let (content, rest) = inner.split_once(end)?;
        self.rest = rest;
        Some(Some(if *end == "]]>" { content } else { "" }))
    }

    /// Reads a tag, from its `<` to its `>`.
    fn tag(&mut self) -> Option<Tag> {
        self.rest = self.rest.strip_prefix('<')?;
        if let Some(rest) = self.rest.strip_prefix('/') {
            let (name, rest) = rest.split_once('>')?;
            self.rest = rest;
            return Some(Tag::Close(name.trim_end().to_owned()));
        }
        let mut element = Element { name: self.name()?, ..Element::default() };
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix("/>") {
                self.rest = rest;
                return Some(Tag::Empty(element));
            }
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                return Some(Tag::Open(element));
            }
            element.attributes.push(self.attribute()?);
        }
    }

    fn name(&mut self) -> Option<String> {
        let end = self.rest.find(|c: char| c.is_whitespace() || "/>=<\"'".contains(c))?;
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn attribute(&mut self) -> Option<(String, String)> {
        let name = self.name()?;
        let value = self.rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'')?;
        let (value, rest) = value[1..].split_once(quote)?;
        self.rest = rest;
        Some((name, unescape(value)?))
    }
}

/// Resolves the predefined entities and character references; none of an unknown one.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (entity, after) = rest[at + 1..].split_once(';')?;
        out.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = entity.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        });
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}
