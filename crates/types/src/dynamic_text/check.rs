//! Checking that text is JSON, and what it would take to store it, in one pass without recursion.

use std::collections::HashSet;

use memchr::memchr;

use super::{quotes::Quotes, scan, string::unescape_into};
use crate::{DynamicError, NESTING_DEPTH_MAX};

/// Bags of more properties find a repeated name by hash rather than by search.
const LINEAR_SEARCH_MAX: usize = 32;

/// What valid JSON still lacks to be stored as it is.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// There is white space between tokens.
    pub(super) spaced: bool,
    /// A bag may name a property twice; certain unless a name has escapes.
    pub(super) repeated_names: bool,
    /// Offset of a control character inside a string, which JSON forbids and some writers leave.
    pub(super) control: Option<usize>,
}

/// An array or bag not closed yet.
struct Frame<'a> {
    bag: bool,
    /// Where its names start among the names of all open bags.
    names_start: usize,
    /// Bits of the names seen; a name whose bit is clear is new.
    filter: u64,
    many_names: Option<HashSet<&'a str>>,
}

struct Checker<'a> {
    text: &'a str,
    at: usize,
    quotes: Quotes,
    stack: Vec<Frame<'a>>,
    names: Vec<&'a str>,
    findings: Findings,
}

/// Checks that `text` is JSON, but for control characters in strings, which it reports.
pub(super) fn check(text: &str) -> Result<Findings, DynamicError> {
    let quotes = Quotes::of(text.as_bytes());
    let mut checker =
        Checker { text, at: 0, quotes, stack: Vec::new(), names: Vec::new(), findings: Findings::default() };
    checker.document()?;
    Ok(checker.findings)
}

/// Checks that `text` is one JSON value and nothing else.
///
/// # Errors
/// Text that is not, or nests deeper than [`NESTING_DEPTH_MAX`].
pub fn validate_json(text: &str) -> Result<(), DynamicError> {
    match check(text)?.control {
        Some(offset) => Err(DynamicError::new(offset, "control character in a string")),
        None => Ok(()),
    }
}

impl<'a> Checker<'a> {
    fn fail(&self, message: &str) -> DynamicError {
        DynamicError::new(self.at, message)
    }

    /// Skips white space and returns the byte after it.
    fn next(&mut self) -> Option<u8> {
        let at = scan::skip_space(self.text.as_bytes(), self.at);
        self.findings.spaced |= at > self.at;
        self.at = at;
        self.text.as_bytes().get(at).copied()
    }

    fn document(&mut self) -> Result<(), DynamicError> {
        loop {
            if self.value()? {
                continue;
            }
            // A value has ended: close what it closes, up to the next comma.
            loop {
                let Some(bag) = self.stack.last().map(|frame| frame.bag) else {
                    return if self.next().is_none() {
                        Ok(())
                    } else {
                        Err(self.fail("unexpected text after the value"))
                    };
                };
                match self.next() {
                    Some(b',') => {
                        self.at += 1;
                        if bag {
                            self.name()?;
                        }
                        break;
                    }
                    Some(b'}') if bag => self.close(),
                    Some(b']') if !bag => self.close(),
                    _ => return Err(self.fail(if bag { "expected ',' or '}'" } else { "expected ',' or ']'" })),
                }
            }
        }
    }

    /// Reads a scalar or an empty array or bag, or opens one; says whether one was opened.
    fn value(&mut self) -> Result<bool, DynamicError> {
        let Some(first) = self.next() else { return Err(self.fail("unexpected end")) };
        match first {
            b'"' => self.string().map(|_| false),
            b'{' | b'[' => self.open(first == b'{'),
            b'-' | b'0'..=b'9' => {
                let end = scan::number_end(self.text.as_bytes(), self.at);
                self.at = end.ok_or_else(|| self.fail("invalid number"))?.0;
                Ok(false)
            }
            _ => self.word().map(|()| false),
        }
    }

    fn word(&mut self) -> Result<(), DynamicError> {
        let rest = &self.text.as_bytes()[self.at..];
        let word = [&b"true"[..], b"false", b"null"].into_iter().find(|word| rest.starts_with(word));
        self.at += word.ok_or_else(|| self.fail("expected a value"))?.len();
        Ok(())
    }

    fn open(&mut self, bag: bool) -> Result<bool, DynamicError> {
        self.at += 1;
        let closing = if bag { b'}' } else { b']' };
        if self.next() == Some(closing) {
            self.at += 1;
            return Ok(false);
        }
        if self.stack.len() >= NESTING_DEPTH_MAX {
            return Err(DynamicError::too_deep(self.at));
        }
        let names_start = self.names.len();
        self.stack.push(Frame { bag, names_start, filter: 0, many_names: None });
        if bag {
            self.name()?;
        }
        Ok(true)
    }

    fn close(&mut self) {
        self.at += 1;
        if let Some(frame) = self.stack.pop() {
            self.names.truncate(frame.names_start);
        }
    }

    /// Reads a name and its colon.
    fn name(&mut self) -> Result<(), DynamicError> {
        if self.next() != Some(b'"') {
            return Err(self.fail("expected a property name in quotes"));
        }
        let raw = self.string()?;
        self.note_name(raw);
        if self.next() != Some(b':') {
            return Err(self.fail("expected ':'"));
        }
        self.at += 1;
        Ok(())
    }

    fn note_name(&mut self, raw: &'a str) {
        let Some(frame) = self.stack.last_mut() else { return };
        let bytes = raw.as_bytes();
        // Names of one bag seldom agree in all three.
        let sum = bytes.len() ^ ends_of(bytes);
        let bit = 1u64 << ((sum as u32).wrapping_mul(0x9e37_79b1) >> 26);
        let seen = &self.names[frame.names_start..];
        if seen.len() == LINEAR_SEARCH_MAX {
            frame.many_names.get_or_insert_default().extend(seen);
        }
        let known = match &mut frame.many_names {
            Some(names) => !names.insert(raw),
            None => frame.filter & bit != 0 && seen.contains(&raw),
        };
        frame.filter |= bit;
        // Two spellings may be one name; the tree will tell.
        self.findings.repeated_names |= known || self.quotes.escapes && memchr(b'\\', bytes).is_some();
        self.names.push(raw);
    }

    /// Reads a string; returns what is between its quotes.
    fn string(&mut self) -> Result<&'a str, DynamicError> {
        let bytes = self.text.as_bytes();
        let end = if self.quotes.are_paired() {
            self.quotes.next(self.at + 1).map(|closing| closing + 1)
        } else {
            scan::string_end(bytes, self.at)
        };
        let end = end.ok_or_else(|| self.fail("unterminated string"))?;
        let start = self.at + 1;
        let raw = &self.text[start..end - 1];
        if self.quotes.controls
            && let Some(offset) = raw.bytes().position(|byte| byte < 0x20)
        {
            self.findings.control.get_or_insert(start + offset);
        }
        if self.quotes.escapes && memchr(b'\\', raw.as_bytes()).is_some() {
            let mut scratch = String::new();
            unescape_into(&mut scratch, raw, false)
                .map_err(|offset| DynamicError::new(start + offset, "invalid escape sequence"))?;
        }
        self.at = end;
        Ok(raw)
    }
}

/// Returns the first and the last byte above the bits of a length.
fn ends_of(bytes: &[u8]) -> usize {
    let first = bytes.first().map_or(0, |byte| usize::from(*byte) << 16);
    let last = bytes.last().map_or(0, |byte| usize::from(*byte) << 24);
    first ^ last
}
