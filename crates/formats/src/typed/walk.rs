//! Following a path of a mapping into a record.

use super::{cell::Cell, values::Values};
use crate::mapping::{by_path::PathSource, path::Step};

/// A step, found in the types of a batch once for all its rows.
#[derive(Debug)]
pub(super) enum Hop<'p> {
    /// The child of a bag.
    Child(usize),
    /// The value of a dictionary, or of whatever a union holds.
    Name(&'p str),
    Index(usize),
    /// There is nothing of that name.
    Nowhere,
}

/// Finds the way of a path from the record; empty for what is no path.
pub(super) fn hops<'p>(record: &Values, source: &'p PathSource<'_>) -> Vec<Hop<'p>> {
    let PathSource::Path(path, _) = source else { return Vec::new() };
    let mut at = Some(record);
    path.iter()
        .map(|step| {
            let (hop, next) = hop(at, step);
            at = next;
            hop
        })
        .collect()
}

/// Finds one step, and what the next starts from if that is the same for all rows.
fn hop<'v, 'p>(at: Option<&'v Values>, step: &'p Step) -> (Hop<'p>, Option<&'v Values>) {
    match (at, step) {
        (Some(Values::Bag { names, children, .. }), Step::Name(name)) => {
            match names.iter().position(|candidate| candidate == name) {
                Some(child) => (Hop::Child(child), Some(&children[child])),
                None => (Hop::Nowhere, None),
            }
        }
        (Some(Values::Map { values, .. }), Step::Name(name)) => (Hop::Name(name), Some(values)),
        (Some(Values::List { elements, .. }), Step::Index(index)) => (Hop::Index(*index), Some(elements)),
        (_, Step::Name(name)) => (Hop::Name(name), None),
        (_, Step::Index(index)) => (Hop::Index(*index), None),
    }
}

/// Returns the value that a way leads to at a row; null if it leads nowhere.
pub(super) fn cell_at<'v>(record: &'v Values, row: usize, hops: &[Hop<'_>]) -> Cell<'v> {
    match place_at(record, row, hops) {
        Some((values, row)) => values.cell(row),
        None => Cell::Null,
    }
}

fn place_at<'v>(record: &'v Values, row: usize, hops: &[Hop<'_>]) -> Option<(&'v Values, usize)> {
    let (mut values, mut row) = (record, row);
    for hop in hops {
        while let Some(chosen) = values.chosen(row) {
            (values, row) = chosen;
        }
        if matches!(values.cell(row), Cell::Null) {
            return None;
        }
        (values, row) = match (values, hop) {
            (Values::Bag { children, .. }, Hop::Child(child)) => (children.get(*child)?, row),
            (Values::Bag { names, children, .. }, Hop::Name(name)) => {
                (&children[names.iter().position(|candidate| candidate == name)?], row)
            }
            (Values::Map { offsets, keys, values, .. }, Hop::Name(name)) => {
                let entries = entries(offsets, row);
                // The last counts, as of properties of JSON.
                (&**values, entries.rev().find(|entry| key_text(keys, *entry) == *name)?)
            }
            (Values::List { offsets, elements, .. }, Hop::Index(index)) => {
                (&**elements, entries(offsets, row).nth(*index)?)
            }
            _ => return None,
        };
    }
    Some((values, row))
}

/// Returns where the elements of a row are.
pub(super) fn entries(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
    // Arrow's offsets are never negative and grow.
    offsets[row] as usize..offsets[row + 1] as usize
}

/// Returns the name that a key of a dictionary is as a property.
pub(super) fn key_text(keys: &Values, entry: usize) -> String {
    let mut text = String::new();
    keys.cell(entry).write_text(&mut text);
    text
}
