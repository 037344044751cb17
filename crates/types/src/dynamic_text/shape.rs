//! The shape of a JSON text: all of it but its scalars. The values of a column mostly have few shapes, and a text whose
//! shape is known need not be checked token by token.

use super::{quotes::Quotes, scan};

/// Text of longer shapes, or of more scalars, is not worth remembering.
const FIXED_BYTES_MAX: usize = 4096;
const SCALARS_MAX: usize = 256;

/// See the file's header.
#[derive(Debug)]
pub(super) struct Shape {
    /// The text before, between and behind the scalars.
    fixed: Vec<u8>,
    /// Where in `fixed` each scalar stands.
    scalars: Vec<usize>,
}

impl Shape {
    /// Returns the shape of JSON in the stored form; none if it is too large.
    pub(super) fn of(json: &str) -> Option<Self> {
        let bytes = json.as_bytes();
        let (mut fixed, mut scalars) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let (end, is_fixed) = match byte {
                b'{' | b'}' | b'[' | b']' | b',' | b':' => (at + 1, true),
                _ => {
                    let end = scan::value_end(bytes, at)?;
                    // Only names have a colon behind them.
                    (end, bytes.get(end) == Some(&b':'))
                }
            };
            if is_fixed {
                fixed.extend_from_slice(&bytes[at..end]);
            } else {
                scalars.push(fixed.len());
            }
            if fixed.len() > FIXED_BYTES_MAX || scalars.len() > SCALARS_MAX {
                return None;
            }
            at = end;
        }
        Some(Self { fixed, scalars })
    }

    /// Says whether `text` is sure to be of this shape, and with it JSON in the stored form if the shape was taken from
    /// such. Text with a backslash or a control character never is sure.
    pub(super) fn is_of(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut quotes = Quotes::of(bytes);
        let (mut at, mut compared) = (0, 0);
        for &scalar in &self.scalars {
            let fixed = &self.fixed[compared..scalar];
            if !bytes[at..].starts_with(fixed) {
                return false;
            }
            let Some(end) = scalar_end(bytes, at + fixed.len(), &mut quotes) else { return false };
            (at, compared) = (end, scalar);
        }
        bytes[at..] == self.fixed[compared..] && !quotes.escapes && !quotes.controls
    }
}

/// Returns the position after the scalar at `at`, taking each quote for the end of a string.
#[inline]
fn scalar_end(text: &[u8], at: usize, quotes: &mut Quotes<'_>) -> Option<usize> {
    match text.get(at)? {
        b'"' => quotes.next(at + 1).map(|end| end + 1),
        b'-' | b'0'..=b'9' => scan::number_end(text, at).map(|(end, _)| end),
        _ => scan::word_end(text, at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAG: &str = r#"{"a":1,"b":{"c":"x","d":[true,null]},"e":{},"f":"a:b"}"#;

    fn is_alike(first: &str, second: &str) -> bool {
        Shape::of(first).unwrap().is_of(second)
    }

    #[test]
    fn texts_that_differ_in_their_scalars_have_one_shape() {
        for other in [
            BAG,
            r#"{"a":-2.5e7,"b":{"c":"","d":[false,false]},"e":{},"f":null}"#,
            r#"{"a":"größer, as {it} may be: long enough for more than one block of sixty-four bytes","b":{"c":0,"d":["é",1]},"e":{},"f":true}"#,
        ] {
            assert!(is_alike(BAG, other), "{other}");
        }
        assert!(is_alike("1", "\"x\"") && is_alike("[]", "[]"));
    }

    #[test]
    fn other_names_numbers_of_elements_and_texts_that_are_not_json_are_not_of_it() {
        let others = [
            r#"{"a":1,"b":{"c":"x","d":[true]},"e":{},"f":"a"}"#,
            r#"{"a":1,"b":{"x":"x","d":[true,null]},"e":{},"f":"a"}"#,
            r#"{"a":1,"b":{"c":"x","d":[true,null]},"e":{},"f":"a"} "#,
            r#"{"a":1,"b":{"c":"x","d":[true,null]},"e":{},"f":"a"#,
            r#"{"a":01,"b":{"c":"x","d":[true,null]},"e":{},"f":"a"}"#,
            r#"{"a":1,"b":{"c":"x","d":[truely,null]},"e":{},"f":"a"}"#,
            r#"{"a":1,"b":{"c":"x","d":[,null]},"e":{},"f":"a"}"#,
            r#"{"a":1,"b":{"c":"\"","d":[true,null]},"e":{},"f":"a"}"#,
            "{\"a\":1,\"b\":{\"c\":\"\t\",\"d\":[true,null]},\"e\":{},\"f\":\"a\"}",
            "",
        ];
        for other in others {
            assert!(!is_alike(BAG, other), "{other}");
        }
        assert!(!is_alike("1", "x") && !is_alike("1", "1 ") && !is_alike("\"a\"", "\"a") && !is_alike("[]", "[1]"));
    }

    #[test]
    fn large_shapes_are_not_remembered() {
        assert!(Shape::of(&format!("{{\"{}\":1}}", "n".repeat(FIXED_BYTES_MAX))).is_none());
        assert!(Shape::of(&format!("[1{}]", ",1".repeat(SCALARS_MAX))).is_none());
    }
}
