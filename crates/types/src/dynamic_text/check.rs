//! Checking that text is JSON, and what it would take to store it, in one pass without recursion.

use memchr::memchr;
use smallvec::SmallVec;

use super::{quotes::Quotes, scan, string::unescape_into};
use crate::{DynamicError, NESTING_DEPTH_MAX};

/// Bags of more properties find a repeated name by sorting at their end rather than by search.
const LINEAR_SEARCH_MAX: usize = 32;
/// Arrays and bags inside each other, and names in open bags, for which there is room without asking for memory.
const DEPTH_EXPECTED: usize = 8;
const NAMES_EXPECTED: usize = 16;

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

impl Findings {
    /// Says whether the text is stored as it is.
    pub(super) const fn is_stored_form(&self) -> bool {
        !self.spaced && !self.repeated_names && self.control.is_none()
    }
}

/// An array or bag not closed yet.
struct Frame {
    /// Bits of the names seen; a name whose bit is clear is new.
    filter: u64,
    /// Where its names start among the names of all open bags.
    names_start: usize,
    bag: bool,
    /// It has too many names to search them for each.
    many_names: bool,
}

/// Why a text is not JSON; the checker is where that shows.
enum Fault {
    Unexpected(&'static str),
    TooDeep,
}

struct Checker<'a> {
    text: &'a str,
    at: usize,
    quotes: Quotes<'a>,
    stack: SmallVec<[Frame; DEPTH_EXPECTED]>,
    names: SmallVec<[&'a [u8]; NAMES_EXPECTED]>,
    findings: Findings,
}

/// Checks that `text` is JSON, but for control characters in strings, which it reports.
pub(super) fn check(text: &str) -> Result<Findings, DynamicError> {
    let quotes = Quotes::of(text.as_bytes());
    let (stack, names) = (SmallVec::new(), SmallVec::new());
    let mut checker = Checker { text, at: 0, quotes, stack, names, findings: Findings::default() };
    match checker.document() {
        Ok(()) => Ok(checker.findings),
        Err(Fault::Unexpected(message)) => Err(DynamicError::new(checker.at, message)),
        Err(Fault::TooDeep) => Err(DynamicError::too_deep(checker.at)),
    }
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
    /// Skips white space and returns the byte after it.
    #[inline(always)]
    fn next(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        let first = *bytes.get(self.at)?;
        if first > b' ' {
            return Some(first);
        }
        let at = scan::skip_space(bytes, self.at);
        self.findings.spaced |= at > self.at;
        self.at = at;
        bytes.get(at).copied()
    }

    fn document(&mut self) -> Result<(), Fault> {
        loop {
            if self.value()? {
                continue;
            }
            // A value has ended: close what it closes, up to the next comma.
            loop {
                let Some(bag) = self.stack.last().map(|frame| frame.bag) else {
                    let is_all = self.next().is_none();
                    return if is_all { Ok(()) } else { Err(Fault::Unexpected("unexpected text after the value")) };
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
                    _ => {
                        return Err(Fault::Unexpected(if bag { "expected ',' or '}'" } else { "expected ',' or ']'" }));
                    }
                }
            }
        }
    }

    /// Reads a scalar or an empty array or bag, or opens one; says whether one was opened.
    #[inline]
    fn value(&mut self) -> Result<bool, Fault> {
        let Some(first) = self.next() else { return Err(Fault::Unexpected("unexpected end")) };
        match first {
            b'"' => self.string().map(|_| false),
            b'{' | b'[' => self.open(first == b'{'),
            b'-' | b'0'..=b'9' => {
                let end = scan::number_end(self.text.as_bytes(), self.at);
                self.at = end.ok_or(Fault::Unexpected("invalid number"))?.0;
                Ok(false)
            }
            _ => self.word().map(|()| false),
        }
    }

    fn word(&mut self) -> Result<(), Fault> {
        self.at = scan::word_end(self.text.as_bytes(), self.at).ok_or(Fault::Unexpected("expected a value"))?;
        Ok(())
    }

    fn open(&mut self, bag: bool) -> Result<bool, Fault> {
        self.at += 1;
        let closing = if bag { b'}' } else { b']' };
        if self.next() == Some(closing) {
            self.at += 1;
            return Ok(false);
        }
        if self.stack.len() >= NESTING_DEPTH_MAX {
            return Err(Fault::TooDeep);
        }
        self.stack.push(Frame { filter: 0, names_start: self.names.len(), bag, many_names: false });
        if bag {
            self.name()?;
        }
        Ok(true)
    }

    fn close(&mut self) {
        self.at += 1;
        let Some(frame) = self.stack.pop() else { return };
        if frame.many_names {
            let names = &mut self.names[frame.names_start..];
            names.sort_unstable();
            self.findings.repeated_names |= names.windows(2).any(|pair| pair[0] == pair[1]);
        }
        self.names.truncate(frame.names_start);
    }

    /// Reads a name and its colon.
    #[inline]
    fn name(&mut self) -> Result<(), Fault> {
        if self.next() != Some(b'"') {
            return Err(Fault::Unexpected("expected a property name in quotes"));
        }
        let raw = self.string()?;
        self.note_name(raw);
        if self.next() != Some(b':') {
            return Err(Fault::Unexpected("expected ':'"));
        }
        self.at += 1;
        Ok(())
    }

    #[inline(always)]
    fn note_name(&mut self, raw: &'a [u8]) {
        let Some(frame) = self.stack.last_mut() else { return };
        // Names of one bag seldom agree in all three.
        let sum = raw.len() ^ ends_of(raw);
        let bit = 1u64 << ((sum as u32).wrapping_mul(0x9e37_79b1) >> 26);
        let seen = &self.names[frame.names_start..];
        frame.many_names |= seen.len() >= LINEAR_SEARCH_MAX;
        if frame.filter & bit != 0 && !frame.many_names {
            self.findings.repeated_names |= seen.contains(&raw);
        }
        frame.filter |= bit;
        // Two spellings may be one name; the tree will tell.
        self.findings.repeated_names |= self.quotes.escapes && memchr(b'\\', raw).is_some();
        self.names.push(raw);
    }

    /// Reads a string; returns what is between its quotes.
    #[inline(always)]
    fn string(&mut self) -> Result<&'a [u8], Fault> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        // Looking for the quote tells of escapes, once and for all.
        let mut end = if self.quotes.escapes { None } else { self.quotes.next(start) };
        if self.quotes.escapes {
            end = scan::string_end(bytes, self.at).map(|end| end - 1);
        }
        let end = end.ok_or(Fault::Unexpected("unterminated string"))?;
        if self.quotes.escapes || self.quotes.controls {
            self.look_into(start, end)?;
        }
        self.at = end + 1;
        Ok(&bytes[start..end])
    }

    /// Checks the text of a string for what most strings do not have.
    #[cold]
    fn look_into(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        let raw = &self.text[start..end];
        if let Some(offset) = raw.bytes().position(|byte| byte < 0x20) {
            self.findings.control.get_or_insert(start + offset);
        }
        if memchr(b'\\', raw.as_bytes()).is_some() {
            let mut scratch = String::new();
            unescape_into(&mut scratch, raw, false).map_err(|offset| {
                self.at = start + offset;
                Fault::Unexpected("invalid escape sequence")
            })?;
        }
        Ok(())
    }
}

/// Returns the first and the last byte above the bits of a length.
fn ends_of(bytes: &[u8]) -> usize {
    let first = bytes.first().map_or(0, |byte| usize::from(*byte) << 16);
    let last = bytes.last().map_or(0, |byte| usize::from(*byte) << 24);
    first ^ last
}
