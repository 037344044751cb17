//! JSON as Kusto's service reads it: a little more than the standard allows.
//!
//! Commas before a closing bracket, single-quoted strings, the escape `\'` and comments all occur in the mappings
//! and policies of documented examples. The text is rewritten to standard JSON first, then parsed strictly.

use serde_json::Value;

/// The longest text of a policy or mapping that is read, in bytes.
const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Parses lenient JSON.
///
/// # Errors
/// A sentence that says what is wrong and where.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(format!("the JSON text is longer than {TEXT_BYTES_MAX} bytes"));
    }
    serde_json::from_str(&standard(text)).map_err(|error| format!("it is not valid JSON ({error})"))
}

/// Rewrites lenient JSON as standard JSON. Text that is neither stays wrong, for the parser to report.
fn standard(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let used = match first {
            '"' | '\'' => copy_string(rest, first, &mut out),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            ']' | '}' => {
                drop_trailing_comma(&mut out);
                out.push(first);
                1
            }
            other => {
                out.push(other);
                other.len_utf8()
            }
        };
        rest = &rest[used..];
    }
    out
}

/// Copies the string at the start of `text` in double quotes; returns how many bytes of `text` it took.
fn copy_string(text: &str, quote: char, out: &mut String) -> usize {
    out.push('"');
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, '\'')) => out.push('\''),
                Some((_, escaped)) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            '"' if quote == '\'' => out.push_str("\\\""),
            // Newlines may stand in a string for the service; JSON wants them escaped.
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == quote => {
                out.push('"');
                return at + character.len_utf8();
            }
            other => out.push(other),
        }
    }
    text.len()
}

fn drop_trailing_comma(out: &mut String) {
    let end = out.trim_end().len();
    if out[..end].ends_with(',') {
        out.remove(end - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::standard;

    #[test]
    fn trailing_commas_vanish_but_not_those_in_strings() {
        assert_eq!(standard("[{\"a\":\"x,]\",} , ]"), "[{\"a\":\"x,]\"}  ]");
    }

    #[test]
    fn single_quotes_and_comments_become_standard() {
        assert_eq!(
            standard("{'a': 'say \"x\"', // why\n \"b\": \"$.[\\'c\\']\"/* end */}"),
            "{\"a\": \"say \\\"x\\\"\", \n \"b\": \"$.['c']\"}"
        );
    }

    #[test]
    fn unfinished_text_is_kept_for_the_parser() {
        assert_eq!(standard("{\"a"), "{\"a");
        assert!(super::parse("{\"a").is_err());
    }
}
