//! Walks over JSON text without building a tree: elements and members as pieces of the text.
//!
//! Column types decide how values are read, and columns may stand behind the rows; and `dynamic` nests deeper than trees
//! of common readers may. So an answer is first cut into pieces, then each piece is read by whoever knows its type.

#[cfg(test)]
mod tests;

/// A text that is no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not JSON: {0}")]
pub(crate) struct NotJson(&'static str);

/// Pieces of an array.
#[derive(Debug)]
pub(crate) struct Elements<'a> {
    rest: &'a str,
    first: bool,
    done: bool,
}

/// Returns the elements of an array, white space around them left out.
pub(crate) fn elements(text: &str) -> Result<Elements<'_>, NotJson> {
    let rest = text.trim_ascii().strip_prefix('[').ok_or(NotJson("expected '['"))?;
    Ok(Elements { rest, first: true, done: false })
}

impl<'a> Elements<'a> {
    fn advance(&mut self) -> Result<Option<&'a str>, NotJson> {
        if let Some(after) = closed(self.rest, ']') {
            self.done = true;
            return if after.is_empty() { Ok(None) } else { Err(NotJson("text behind ']'")) };
        }
        self.rest = separated(self.rest, self.first)?;
        self.first = false;
        let length = value_length(self.rest)?;
        let (piece, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(Some(piece))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<&'a str, NotJson>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let piece = self.advance();
        self.done |= piece.is_err();
        piece.transpose()
    }
}

/// Returns name and value of each member of an object.
pub(crate) fn members(text: &str) -> Result<Vec<(String, &str)>, NotJson> {
    let mut rest = text.trim_ascii().strip_prefix('{').ok_or(NotJson("expected '{'"))?;
    let mut found = Vec::new();
    loop {
        if let Some(after) = closed(rest, '}') {
            return if after.is_empty() { Ok(found) } else { Err(NotJson("text behind '}'")) };
        }
        rest = separated(rest, found.is_empty())?;
        let (name, after) = rest.split_at(value_length(rest)?);
        let after = after.trim_ascii_start().strip_prefix(':').ok_or(NotJson("expected ':'"))?.trim_ascii_start();
        let (value, after) = after.split_at(value_length(after)?);
        found.push((string(name)?, value));
        rest = after;
    }
}

/// Returns what a JSON string says.
pub(crate) fn string(text: &str) -> Result<String, NotJson> {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).ok_or(NotJson("expected a string"))?;
    if !inner.bytes().any(|byte| byte == b'\\' || byte == b'"' || byte < 0x20) {
        return Ok(inner.to_owned());
    }
    serde_json::from_str(text).map_err(|_| NotJson("a string is malformed"))
}

/// Returns what stands behind the closing bracket, if it comes next.
fn closed(rest: &str, bracket: char) -> Option<&str> {
    rest.trim_ascii_start().strip_prefix(bracket).map(str::trim_ascii)
}

/// Skips white space, and the comma before all but the first.
fn separated(rest: &str, first: bool) -> Result<&str, NotJson> {
    let rest = rest.trim_ascii_start();
    if first {
        return Ok(rest);
    }
    rest.strip_prefix(',').map(str::trim_ascii_start).ok_or(NotJson("expected ','"))
}

/// Returns the length of the value at the start of `text`; brackets inside are counted, not read.
fn value_length(text: &str) -> Result<usize, NotJson> {
    let bytes = text.as_bytes();
    match bytes.first() {
        None => Err(NotJson("it ends too early")),
        Some(b'"') => string_length(bytes),
        Some(b'[' | b'{') => nested_length(bytes),
        Some(_) => {
            let end =
                bytes.iter().position(|byte| matches!(byte, b',' | b']' | b'}' | b':') || byte.is_ascii_whitespace());
            match end.unwrap_or(bytes.len()) {
                0 => Err(NotJson("a value is missing")),
                length => Ok(length),
            }
        }
    }
}

fn string_length(bytes: &[u8]) -> Result<usize, NotJson> {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return Ok(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    Err(NotJson("a string does not end"))
}

fn nested_length(bytes: &[u8]) -> Result<usize, NotJson> {
    let (mut at, mut depth) = (0, 0usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += string_length(&bytes[at..])?;
                continue;
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Ok(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    Err(NotJson("a bracket does not close"))
}
