//! JSON paths of mappings: `$`, `$.a.b`, `$['a b'][0]`. Wildcards, slices and filters do not exist in Kusto's.
//!
//! <https://learn.microsoft.com/kusto/query/jsonpath>

use crate::limits::PATH_STEPS_MAX;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// A property of a bag; case-sensitive.
    Name(String),
    /// An element of an array, from 0.
    Index(usize),
}

/// Reads a path that starts with `$`; the error tells what is wrong with it.
pub(crate) fn parse_path(path: &str) -> Result<Vec<Step>, String> {
    let malformed = |why: &str| format!("path `{path}`: {why}");
    let mut rest = path.strip_prefix('$').ok_or_else(|| malformed("must start with `$`"))?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if steps.len() == PATH_STEPS_MAX {
            return Err(malformed(&format!("has more than {PATH_STEPS_MAX} steps")));
        }
        // `$.['a b']` is as good as `$['a b']`.
        let bracketed = rest.strip_prefix(".[").or_else(|| rest.strip_prefix('['));
        let (step, after) = match (bracketed, rest.strip_prefix('.')) {
            (Some(inner), _) => bracketed_step(inner).map_err(malformed)?,
            (None, Some(inner)) => dotted_step(inner).map_err(malformed)?,
            (None, None) => return Err(malformed("expected `.` or `[`")),
        };
        steps.push(step);
        rest = after;
    }
    Ok(steps)
}

/// Reads a name up to the next `.` or `[`.
fn dotted_step(inner: &str) -> Result<(Step, &str), &'static str> {
    let end = inner.find(['.', '[']).unwrap_or(inner.len());
    let (name, after) = inner.split_at(end);
    match name {
        "" => Err("a name is missing after `.`"),
        "*" => Err("wildcards are not supported"),
        name => Ok((Step::Name(name.to_owned()), after)),
    }
}

/// Reads `'name']`, `"name"]` or `0]`. Inside quotes a backslash escapes the next character.
fn bracketed_step(inner: &str) -> Result<(Step, &str), &'static str> {
    let Some(quote) = inner.chars().next().filter(|first| matches!(first, '\'' | '"')) else {
        let (index, after) = inner.split_once(']').ok_or("`]` is missing")?;
        let index = index.trim().parse().map_err(|_| "expected a quoted name or the number of an element in `[…]`")?;
        return Ok((Step::Index(index), after));
    };
    let mut name = String::new();
    let mut characters = inner.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if character == quote {
            let after = inner[at + 1..].strip_prefix(']').ok_or("`]` is missing after a quoted name")?;
            return Ok((Step::Name(name), after));
        }
        match character {
            '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
            other => name.push(other),
        }
    }
    Err("a quoted name is not closed")
}

#[cfg(test)]
mod tests;
