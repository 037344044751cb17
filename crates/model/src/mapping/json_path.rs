//! The JSON paths that mappings know: names and indices from the root, nothing that selects more than one value.
//!
//! <https://learn.microsoft.com/kusto/query/jsonpath>

use crate::Error;

/// How many steps a path may have.
const STEPS_MAX: usize = 256;

/// One step from a value to a value within it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PathStep {
    /// The member of an object, case-sensitive.
    Property(String),
    /// The zero-based element of an array.
    Index(usize),
}

/// A path from the root of a record. No steps means the whole record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct JsonPath {
    pub steps: Vec<PathStep>,
}

impl JsonPath {
    /// Reads `$`, `$.a.b`, `$['a b'][0]`, `$.['a']`, `$.a-b`.
    ///
    /// # Errors
    /// When the path does not start with `$`, is cut short, or uses `*`, `..`, slices or filters, which select more
    /// than one value.
    pub fn parse(path: &str) -> Result<Self, Error> {
        let refuse = |offset: usize, reason: &'static str| Error::JsonPath { path: path.to_owned(), offset, reason };
        let text = path.trim_end();
        let mut at = 1;
        if !text.starts_with('$') {
            return Err(refuse(0, "it does not start with '$'"));
        }
        let mut steps = Vec::new();
        while at < text.len() {
            if steps.len() == STEPS_MAX {
                return Err(refuse(at, "it has too many steps"));
            }
            let (step, used) = next_step(&text[at..]).map_err(|reason| refuse(at, reason))?;
            steps.push(step);
            at += used;
        }
        Ok(Self { steps })
    }

    /// Returns the path to the member `name` of the record: `$.name`, or `$['na me']` when the name needs quotes.
    #[must_use]
    pub fn of_field(name: &str) -> String {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if plain { format!("$.{name}") } else { format!("$['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) }
    }
}

/// Reads one step from the start of `text`; returns it and its length.
fn next_step(text: &str) -> Result<(PathStep, usize), &'static str> {
    if let Some(rest) = text.strip_prefix('[') {
        return bracketed(rest).map(|(step, used)| (step, used + 1));
    }
    let Some(rest) = text.strip_prefix('.') else {
        return Err("a step starts with '.' or '['");
    };
    if let Some(rest) = rest.strip_prefix('[') {
        return bracketed(rest).map(|(step, used)| (step, used + 2));
    }
    if rest.starts_with('.') {
        return Err("recursive descent ('..') is not supported");
    }
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    match &rest[..end] {
        "" => Err("a name is missing after '.'"),
        "*" => Err("wildcards are not supported"),
        name => Ok((PathStep::Property(name.to_owned()), end + 1)),
    }
}

/// Reads what follows `[`, through `]`.
fn bracketed(text: &str) -> Result<(PathStep, usize), &'static str> {
    match text.chars().next() {
        Some(quote @ ('\'' | '"')) => {
            let (name, used) = quoted(text, quote)?;
            match text[used..].strip_prefix(']') {
                Some(_) => Ok((PathStep::Property(name), used + 1)),
                None => Err("']' is missing"),
            }
        }
        Some('*') => Err("wildcards are not supported"),
        Some('?' | '(' | '@') => Err("filters are not supported"),
        Some('-') => Err("an index counts from the start of the array"),
        _ => {
            let end = text.find(']').ok_or("']' is missing")?;
            let inside = text[..end].trim();
            if inside.contains([':', ',']) {
                return Err("slices and unions are not supported");
            }
            let index = inside.parse().map_err(|_| "an index is a whole number; a name needs quotes")?;
            Ok((PathStep::Index(index), end + 1))
        }
    }
}

/// Reads a quoted name with `\` before a quote or backslash; returns it and its length with both quotes.
fn quoted(text: &str, quote: char) -> Result<(String, usize), &'static str> {
    let mut name = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
            _ if character == quote => return Ok((name, at + quote.len_utf8())),
            other => name.push(other),
        }
    }
    Err("the quote is not closed")
}
