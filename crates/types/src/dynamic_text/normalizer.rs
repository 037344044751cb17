//! Bringing the values of one column into the stored form, one after the other.

use std::borrow::Cow;

use super::{check, minify::stored, shape::Shape};

/// Shapes that are remembered.
const SHAPES_MAX: usize = 4;
/// Values that are passed over, at most, before another shape is looked for where none was of use.
const PASSED_OVER_MAX: u32 = 63;

/// Does what [`normalize`](super::normalize()) does, faster for values like those before.
#[derive(Debug, Default)]
pub struct Normalizer {
    shapes: Vec<Shape>,
    /// Which one was of use last.
    latest: usize,
    /// How many values are passed over before shapes are tried again, and how many after the next vain try.
    wait: u32,
    next_wait: u32,
}

impl Normalizer {
    /// Returns what [`normalize`](super::normalize()) returns.
    pub fn normalize<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        if self.wait > 0 {
            self.wait -= 1;
            return stored(text, check::check(text));
        }
        if self.is_known(text) {
            self.next_wait = 0;
            return Cow::Borrowed(text);
        }
        self.wait = self.next_wait;
        self.next_wait = (2 * self.next_wait + 1).min(PASSED_OVER_MAX);
        let checked = check::check(text);
        if checked.as_ref().is_ok_and(|findings| findings.is_stored_form()) {
            self.remember(text);
        }
        stored(text, checked)
    }

    fn is_known(&mut self, text: &str) -> bool {
        let found = (0..self.shapes.len())
            .map(|step| (self.latest + step) % self.shapes.len())
            .find(|&number| self.shapes[number].is_of(text));
        self.latest = found.unwrap_or(self.latest);
        found.is_some()
    }

    fn remember(&mut self, json: &str) {
        let Some(shape) = Shape::of(json) else { return };
        if self.shapes.len() < SHAPES_MAX {
            self.latest = self.shapes.len();
            self.shapes.push(shape);
        } else {
            // The one that was of use last stays.
            self.latest = (self.latest + 1) % SHAPES_MAX;
            self.shapes[self.latest] = shape;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::normalize, *};

    #[test]
    fn values_are_stored_as_they_are_one_by_one_whatever_came_before() {
        let texts = [
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"a":"x"}"#,
            r#"{"a":"x\n"}"#,
            r#"{"a": 3}"#,
            r#"{"a":01}"#,
            r#"{"a":"}"#,
            r#"{"b":[1,2]}"#,
            r#"{"b":[1,2,3]}"#,
            r#"{"b":1,"b":2}"#,
            r#"{"b":1,"c":2}"#,
            "text",
            "7",
            "null",
            "\"t\"",
            "{\"a\":\"\u{1}\"}",
            "[]",
            "{}",
            r#"{"a":{}}"#,
            r#"{"a":{"b":1}}"#,
        ];
        // Every order of two and many longer ones.
        for step in 1..texts.len() {
            let mut normalizer = Normalizer::default();
            for number in 0..texts.len() * 40 {
                for text in [texts[number % texts.len()], texts[number * step % texts.len()]] {
                    assert_eq!(normalizer.normalize(text), normalize(text), "{text} {step} {number}");
                }
            }
        }
    }

    #[test]
    fn values_of_a_few_shapes_are_known_and_those_that_never_repeat_are_seldom_tried() {
        let mut normalizer = Normalizer::default();
        for number in 0..100 {
            for name in 0..SHAPES_MAX {
                normalizer.normalize(&format!("{{\"n{name}\":{number}}}"));
            }
        }
        assert!((0..SHAPES_MAX).all(|name| normalizer.is_known(&format!("{{\"n{name}\":0}}"))));
        for number in 0..1000 {
            normalizer.normalize(&format!("{{\"x{number}\":1}}"));
        }
        assert_eq!((normalizer.shapes.len(), normalizer.next_wait), (SHAPES_MAX, PASSED_OVER_MAX));
    }
}
