//! Reading and writing the elements of stored arrays.

use calypso_types::dynamic_text::{Kind, elements, kind};

/// Returns the texts of the elements; none if the value is no array.
pub(crate) fn elements_of(text: Option<&str>) -> Option<Vec<&str>> {
    let text = text?;
    (kind(text) == Kind::Array).then(|| elements(text).collect())
}

/// Writes an array element by element.
pub(crate) struct ArrayWriter<'a> {
    out: &'a mut String,
    start: usize,
}

impl<'a> ArrayWriter<'a> {
    /// Opens the array.
    pub(crate) fn new(out: &'a mut String) -> Self {
        out.push('[');
        let start = out.len();
        Self { out, start }
    }

    /// Separates and gives the buffer to write one element into.
    pub(crate) fn element(&mut self) -> &mut String {
        if self.out.len() > self.start {
            self.out.push(',');
        }
        self.out
    }

    /// Appends the text of one element.
    pub(crate) fn push(&mut self, text: &str) {
        self.element().push_str(text);
    }

    /// Appends the texts of several elements.
    pub(crate) fn extend<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        texts.into_iter().for_each(|text| self.push(text));
    }

    /// Closes the array.
    pub(crate) fn finish(self) {
        self.out.push(']');
    }
}
