//! Walking one record once and noting where the values of all mapped paths are.

use std::borrow::Cow;

use calypso_types::{NESTING_DEPTH_MAX, dynamic_text};

use super::{
    path_tree::PathTree,
    scanner::{Fault, Scanner, ValueKind, colon_end, fault, name_end, skip_space},
};

/// A value of a record: bytes `start..end`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Value {
    pub(crate) kind: ValueKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Walks records; keeps its memory from one to the next.
#[derive(Debug)]
pub(crate) struct Projector<'t> {
    tree: &'t PathTree,
    scanner: Scanner,
    /// By node.
    values: Vec<Value>,
}

impl<'t> Projector<'t> {
    pub(crate) fn new(tree: &'t PathTree) -> Self {
        Self { tree, scanner: Scanner::default(), values: vec![Value::default(); tree.len()] }
    }

    /// Walks the record at `at` and returns where it ends. The whole record is checked, mapped or not.
    pub(crate) fn project(&mut self, bytes: &[u8], at: usize) -> Result<usize, Fault> {
        self.values.fill(Value::default());
        self.visit(0, bytes, at, 0)
    }

    /// Returns the value found at a node of the tree in the last record.
    pub(crate) fn value(&self, node: usize) -> Value {
        self.values[node]
    }

    /// Walks the value of a node. Recurses only along paths, which are bounded by `PATH_STEPS_MAX`.
    fn visit(&mut self, node: usize, bytes: &[u8], at: usize, depth: usize) -> Result<usize, Fault> {
        if self.values[node].kind != ValueKind::Absent {
            // A property named twice: the last counts, with nothing of the first left below it.
            let values = &mut self.values;
            self.tree.each_below(node, &mut |below| values[below] = Value::default());
        }
        let (end, kind) = match bytes.get(at) {
            Some(b'{') if self.tree.has_names(node) => (self.visit_object(node, bytes, at, depth)?, ValueKind::Object),
            Some(b'[') if self.tree.has_indexes(node) => (self.visit_array(node, bytes, at, depth)?, ValueKind::Array),
            _ => self.scanner.value_end(bytes, at, depth)?,
        };
        self.values[node] = Value { kind, start: at, end };
        Ok(end)
    }

    fn visit_object(&mut self, node: usize, bytes: &[u8], start: usize, depth: usize) -> Result<usize, Fault> {
        let mut at = skip_space(bytes, start + 1);
        if bytes.get(at) == Some(&b'}') {
            return Ok(at + 1);
        }
        check_depth(start, depth)?;
        let mut expected = 0;
        loop {
            let (name_end, escaped) = name_end(bytes, at)?;
            let name =
                if escaped { unescaped(&bytes[at..name_end]) } else { Cow::Borrowed(&bytes[at + 1..name_end - 1]) };
            let child = self.tree.property(node, &name, &mut expected);
            at = self.visit_child(child, bytes, colon_end(bytes, name_end)?, depth)?;
            at = match bytes.get(at) {
                Some(b',') => skip_space(bytes, at + 1),
                Some(b'}') => return Ok(at + 1),
                _ => return Err(fault(bytes, at, "`,` or `}`")),
            };
        }
    }

    fn visit_array(&mut self, node: usize, bytes: &[u8], start: usize, depth: usize) -> Result<usize, Fault> {
        let mut at = skip_space(bytes, start + 1);
        if bytes.get(at) == Some(&b']') {
            return Ok(at + 1);
        }
        check_depth(start, depth)?;
        for index in 0.. {
            at = self.visit_child(self.tree.element(node, index), bytes, at, depth)?;
            at = match bytes.get(at) {
                Some(b',') => skip_space(bytes, at + 1),
                Some(b']') => break,
                _ => return Err(fault(bytes, at, "`,` or `]`")),
            };
        }
        Ok(at + 1)
    }

    /// Walks a value inside an array or object, mapped or not, and returns the position of what follows it.
    fn visit_child(&mut self, child: Option<usize>, bytes: &[u8], at: usize, depth: usize) -> Result<usize, Fault> {
        let end = match child {
            Some(child) => self.visit(child, bytes, at, depth + 1)?,
            None => self.scanner.value_end(bytes, at, depth + 1)?.0,
        };
        Ok(skip_space(bytes, end))
    }
}

fn check_depth(offset: usize, depth: usize) -> Result<(), Fault> {
    if depth >= NESTING_DEPTH_MAX { Err(Fault::TooDeep { offset }) } else { Ok(()) }
}

/// Returns what a name with escapes means. Bytes that are not UTF-8 match no column.
fn unescaped(quoted: &[u8]) -> Cow<'static, [u8]> {
    let text = std::str::from_utf8(quoted).unwrap_or_default();
    Cow::Owned(dynamic_text::as_str(text).unwrap_or_default().into_owned().into_bytes())
}
