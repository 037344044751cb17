//! Reading the text of a dynamic value, iteratively, in one of three dialects.

use std::collections::HashMap;

use super::{Dynamic, DynamicError, NESTING_DEPTH_MAX};
use crate::{
    DateTime, Decimal, Guid, TimeSpan,
    dynamic_text::{scan, string},
    parse_real,
};

/// Bags of more properties find a repeated name by hash rather than by search.
const LINEAR_SEARCH_MAX: usize = 32;

/// Which texts are dynamic values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// JSON, as `parse_json()` and ingestion read.
    Json,
    /// JSON and typed literals, as stored.
    Stored,
    /// What a query may write inside `dynamic(…)`: also single quotes, verbatim strings, timespan literals.
    Query,
}

/// An array or bag not closed yet.
enum Frame {
    Array(Vec<Dynamic>),
    Bag(OpenBag),
    /// `dynamic(` inside a literal.
    Parenthesis,
}

/// A bag being read, with the name whose value comes next.
#[derive(Default)]
struct OpenBag {
    members: Vec<(String, Dynamic)>,
    positions: HashMap<String, usize>,
    name: String,
}

impl OpenBag {
    /// Stores the value of the name read last; a repeated name keeps its place and takes the last value.
    fn put(&mut self, value: Dynamic) {
        let name = std::mem::take(&mut self.name);
        if let Some(position) = self.position(&name) {
            self.members[position].1 = value;
            return;
        }
        if !self.positions.is_empty() {
            self.positions.insert(name.clone(), self.members.len());
        }
        self.members.push((name, value));
        if self.members.len() == LINEAR_SEARCH_MAX {
            self.positions = self.members.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        if self.positions.is_empty() {
            self.members.iter().position(|(key, _)| key == name)
        } else {
            self.positions.get(name).copied()
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    dialect: Dialect,
    stack: Vec<Frame>,
}

impl<'a> Parser<'a> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, DynamicError> {
        Err(DynamicError::new(self.at, message))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        self.at = scan::skip_space(self.text.as_bytes(), self.at);
    }

    /// Takes `wanted`, and the white space before it, if it comes next.
    fn eat(&mut self, wanted: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: u8) -> Result<(), DynamicError> {
        if self.eat(wanted) { Ok(()) } else { self.fail(format!("expected '{}'", wanted as char)) }
    }

    fn document(&mut self) -> Result<Dynamic, DynamicError> {
        loop {
            let Some(mut value) = self.open_or_scalar()? else { continue };
            loop {
                let Some(frame) = self.stack.pop() else {
                    self.skip_space();
                    return if self.at == self.text.len() {
                        Ok(value)
                    } else {
                        self.fail("unexpected text after the value")
                    };
                };
                match self.close(frame, value)? {
                    Some(closed) => value = closed,
                    None => break,
                }
            }
        }
    }

    fn push(&mut self, frame: Frame) -> Result<(), DynamicError> {
        if self.stack.len() >= NESTING_DEPTH_MAX {
            return Err(DynamicError::too_deep(self.at));
        }
        self.stack.push(frame);
        Ok(())
    }

    /// Reads a scalar or an empty array or bag; none when an array or bag was opened whose first value comes next.
    fn open_or_scalar(&mut self) -> Result<Option<Dynamic>, DynamicError> {
        if self.eat(b'[') {
            if self.eat(b']') {
                return Ok(Some(Dynamic::Array(Vec::new())));
            }
            self.push(Frame::Array(Vec::new()))?;
            return Ok(None);
        }
        if self.eat(b'{') {
            if self.eat(b'}') {
                return Ok(Some(Dynamic::Bag(Vec::new())));
            }
            let bag = OpenBag { name: self.name()?, ..OpenBag::default() };
            self.push(Frame::Bag(bag))?;
            return Ok(None);
        }
        self.scalar()
    }

    /// Puts `value` into `frame`; returns the whole if that closes it.
    fn close(&mut self, frame: Frame, value: Dynamic) -> Result<Option<Dynamic>, DynamicError> {
        match frame {
            Frame::Array(mut elements) => {
                elements.push(value);
                if self.eat(b',') {
                    self.stack.push(Frame::Array(elements));
                    return Ok(None);
                }
                self.expect(b']')?;
                Ok(Some(Dynamic::Array(elements)))
            }
            Frame::Bag(mut bag) => {
                bag.put(value);
                if self.eat(b',') {
                    bag.name = self.name()?;
                    self.stack.push(Frame::Bag(bag));
                    return Ok(None);
                }
                self.expect(b'}')?;
                Ok(Some(Dynamic::Bag(bag.members)))
            }
            Frame::Parenthesis => {
                self.expect(b')')?;
                Ok(Some(value))
            }
        }
    }

    /// Reads the name of a property and its colon.
    fn name(&mut self) -> Result<String, DynamicError> {
        self.skip_space();
        let Some(name) = self.string()? else { return self.fail("expected a property name in quotes") };
        self.expect(b':')?;
        Ok(name)
    }

    /// Reads a string if one starts here.
    fn string(&mut self) -> Result<Option<String>, DynamicError> {
        let query = self.dialect == Dialect::Query;
        match self.peek() {
            Some(b'"') => self.quoted(b'"').map(Some),
            Some(b'\'') if query => self.quoted(b'\'').map(Some),
            Some(b'@') if query => self.verbatim().map(Some),
            _ => Ok(None),
        }
    }

    fn quoted(&mut self, quote: u8) -> Result<String, DynamicError> {
        let Some(end) = scan::quoted_end(self.text.as_bytes(), self.at, quote) else {
            return self.fail("unterminated string");
        };
        let raw = &self.text[self.at + 1..end - 1];
        let mut value = String::with_capacity(raw.len());
        string::unescape_into(&mut value, raw, self.dialect == Dialect::Query)
            .map_err(|offset| DynamicError::new(self.at + 1 + offset, "invalid escape sequence"))?;
        self.at = end;
        Ok(value)
    }

    /// Reads `@"…"` or `@'…'`, in which only the doubled quote is special.
    fn verbatim(&mut self) -> Result<String, DynamicError> {
        let rest = &self.text[self.at + 1..];
        let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else {
            return self.fail("expected a quote after '@'");
        };
        let mut value = String::new();
        let mut body = &rest[1..];
        loop {
            let Some(end) = body.find(quote) else { return self.fail("unterminated string") };
            value.push_str(&body[..end]);
            body = &body[end + 1..];
            if !body.starts_with(quote) {
                break;
            }
            value.push(quote);
            body = &body[1..];
        }
        self.at = self.text.len() - body.len();
        Ok(value)
    }

    /// Reads anything but an array or bag; none after `dynamic(`.
    fn scalar(&mut self) -> Result<Option<Dynamic>, DynamicError> {
        if let Some(text) = self.string()? {
            return Ok(Some(Dynamic::String(text)));
        }
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.number().map(Some),
            Some(byte) if byte.is_ascii_alphabetic() => self.word_value(),
            Some(_) => self.fail("expected a value"),
            None => self.fail("unexpected end"),
        }
    }

    fn number(&mut self) -> Result<Dynamic, DynamicError> {
        let start = self.at;
        let Some((end, real)) = scan::number_end(self.text.as_bytes(), start) else {
            return self.fail("invalid number");
        };
        self.at = end;
        let number = &self.text[start..end];
        if self.dialect == Dialect::Query && self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
            return self.suffixed_number(number);
        }
        number_value(number, real).map_or_else(|| self.fail("invalid number"), Ok)
    }

    /// Reads `1d`, `-5m` or `0x1f`, its leading digits already taken.
    fn suffixed_number(&mut self, number: &str) -> Result<Dynamic, DynamicError> {
        let suffix = self.word();
        let (negative, digits) = number.strip_prefix('-').map_or((false, number), |digits| (true, digits));
        if let Some(hex) = suffix.strip_prefix('x').filter(|_| digits == "0") {
            let magnitude = i64::from_str_radix(hex, 16).ok();
            let value = magnitude.map(|value| Dynamic::Long(if negative { -value } else { value }));
            return value.map_or_else(|| self.fail("invalid hexadecimal number"), Ok);
        }
        match TimeSpan::from_literal_suffix(digits, suffix) {
            Some(span) => Ok(Dynamic::TimeSpan(if negative { TimeSpan(-span.0) } else { span })),
            None => self.fail(format!("'{number}{suffix}' is no value")),
        }
    }

    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Reads `true`, `false`, `null` or a typed literal; none after `dynamic(`.
    fn word_value(&mut self) -> Result<Option<Dynamic>, DynamicError> {
        let start = self.at;
        let word = self.word();
        let keyword = match word {
            "true" => Some(Dynamic::Bool(true)),
            "false" => Some(Dynamic::Bool(false)),
            "null" => Some(Dynamic::Null),
            "True" | "TRUE" if self.dialect == Dialect::Query => Some(Dynamic::Bool(true)),
            "False" | "FALSE" if self.dialect == Dialect::Query => Some(Dynamic::Bool(false)),
            _ => None,
        };
        if keyword.is_some() {
            return Ok(keyword);
        }
        if self.dialect == Dialect::Json || !self.eat(b'(') {
            return Err(DynamicError::new(start, format!("'{word}' is no value")));
        }
        if word == "dynamic" && self.dialect == Dialect::Query {
            self.push(Frame::Parenthesis)?;
            return Ok(None);
        }
        let Some(length) = self.text[self.at..].find(')') else { return self.fail("expected ')'") };
        let inner = &self.text[self.at..self.at + length];
        self.at += length + 1;
        let value = typed_literal(word, inner);
        value.map(Some).ok_or_else(|| DynamicError::new(start, format!("'{word}({inner})' is no value")))
    }
}

/// Reads a number of JSON; whole numbers beyond a long are real.
fn number_value(text: &str, real: bool) -> Option<Dynamic> {
    if !real && let Ok(value) = text.parse() {
        return Some(Dynamic::Long(value));
    }
    text.parse().ok().map(Dynamic::Real)
}

/// Takes the quotes off `"2020-01-01"`.
fn unquoted(text: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text)
}

/// Reads the inner text of a typed literal such as `datetime(…)`; `null` is null whatever the type.
pub(crate) fn typed_literal(name: &str, inner: &str) -> Option<Dynamic> {
    let inner = unquoted(inner.trim());
    if inner == "null" {
        return Some(Dynamic::Null);
    }
    match name {
        "datetime" | "date" => DateTime::parse(inner).map(Dynamic::DateTime),
        "timespan" | "time" => TimeSpan::parse(inner).map(Dynamic::TimeSpan),
        "guid" => Guid::parse(inner).map(Dynamic::Guid),
        "decimal" => Decimal::parse(inner).map(Dynamic::Decimal),
        "int" => inner.parse().ok().map(Dynamic::Int),
        "long" => inner.parse().ok().map(Dynamic::Long),
        "real" | "double" => parse_real(inner).map(Dynamic::Real),
        "bool" | "boolean" => match inner {
            "true" | "1" => Some(Dynamic::Bool(true)),
            "false" | "0" => Some(Dynamic::Bool(false)),
            _ => None,
        },
        _ => None,
    }
}

impl Dynamic {
    fn parse_dialect(text: &str, dialect: Dialect) -> Result<Self, DynamicError> {
        if text.trim_ascii().is_empty() {
            return Ok(Self::Null);
        }
        Parser { text, at: 0, dialect, stack: Vec::new() }.document()
    }

    /// Reads the stored text: JSON in which typed literals (`datetime(…)`, `real(nan)`, …) may stand as values.
    ///
    /// No text at all is null. Of properties with the same name the last wins.
    ///
    /// # Errors
    /// Text that is not such a value, or nests deeper than [`NESTING_DEPTH_MAX`].
    pub fn parse(text: &str) -> Result<Self, DynamicError> {
        Self::parse_dialect(text, Dialect::Stored)
    }

    /// Reads JSON and nothing else, as `parse_json()` does before it falls back to the string itself.
    ///
    /// # Errors
    /// As [`Dynamic::parse`].
    pub fn parse_json(text: &str) -> Result<Self, DynamicError> {
        Self::parse_dialect(text, Dialect::Json)
    }

    /// Reads what a query writes inside `dynamic(…)`: the stored form, single-quoted and verbatim strings,
    /// timespan literals such as `1d`, nested `dynamic(…)`.
    ///
    /// # Errors
    /// As [`Dynamic::parse`].
    pub fn parse_literal(text: &str) -> Result<Self, DynamicError> {
        Self::parse_dialect(text, Dialect::Query)
    }

    /// Reads JSON as `parse_json()` and `todynamic()` do: text that is not JSON becomes a string value.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self::parse_json(text).unwrap_or_else(|_| Self::String(text.to_owned()))
    }
}
