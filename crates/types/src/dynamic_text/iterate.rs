//! Walking over the elements of an array or the properties of a bag in stored text.

use std::borrow::Cow;

use super::{scan, string::unescaped};

/// What is left of an array or bag.
#[derive(Debug, Clone)]
struct Rest<'a> {
    text: &'a str,
    /// Position of the next piece; beyond the text at the end.
    at: usize,
}

impl<'a> Rest<'a> {
    /// Starts behind the opening bracket, or at the end if `text` opens otherwise.
    fn open(text: &'a str, bracket: u8) -> Self {
        let text = text.trim_ascii();
        let at = if text.as_bytes().first() == Some(&bracket) { 1 } else { text.len() };
        Self { text, at }
    }

    /// Takes the value that comes next.
    fn value(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        let start = scan::skip_space(bytes, self.at);
        let end = scan::value_end(bytes, start).filter(|end| *end > start)?;
        self.at = scan::skip_space(bytes, end);
        self.text.get(start..end)
    }

    /// Takes `wanted`; at anything else the walk ends.
    fn eat(&mut self, wanted: u8) -> bool {
        let found = self.text.as_bytes().get(self.at) == Some(&wanted);
        self.at = if found { self.at + 1 } else { self.text.len() };
        found
    }
}

/// The elements of an array, as text.
#[derive(Debug, Clone)]
pub struct Elements<'a>(Rest<'a>);

/// Walks over the elements of an array; nothing for other values.
#[must_use]
pub fn elements(text: &str) -> Elements<'_> {
    Elements(Rest::open(text, b'['))
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let value = self.0.value()?;
        self.0.eat(b',');
        Some(value)
    }
}

/// The properties of a bag: name and text of the value.
#[derive(Debug, Clone)]
pub struct Members<'a>(Rest<'a>);

/// Walks over the properties of a bag; nothing for other values.
#[must_use]
pub fn members(text: &str) -> Members<'_> {
    Members(Rest::open(text, b'{'))
}

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.0.value()?;
        let raw = name.strip_prefix('"')?.strip_suffix('"')?;
        if !self.0.eat(b':') {
            return None;
        }
        let value = self.0.value()?;
        self.0.eat(b',');
        Some((unescaped(raw), value))
    }
}
