//! Property bags: their keys, merging and building them from arrays.
//!
//! <https://learn.microsoft.com/kusto/query/bag-merge-function> and its siblings.

use std::collections::HashSet;

use arrow::array::ArrayRef;
use calypso_types::dynamic_text::{Kind, PathStep, as_str, get_path, kind, members, write_json_string};

use super::{ArrayWriter, elements_of, json_path::JsonPath};
use crate::{Call, KernelError};

fn is_bag(text: &&str) -> bool {
    kind(text) == Kind::Bag
}

/// `bag_keys(bag)`: null of what is no bag.
pub(super) fn bag_keys(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let bags = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let Some(bag) = bags.get_dynamic(row).filter(is_bag) else { return false };
        let mut writer = ArrayWriter::new(out);
        members(bag).for_each(|(name, _)| write_json_string(writer.element(), &name));
        writer.finish();
        true
    }))
}

/// `bag_has_key(bag, key)`: the key is a name, or a JSON path from `$.` on; null of what is no bag.
pub(super) fn bag_has_key(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (bags, keys) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_bools(|row| {
        let bag = bags.get_dynamic(row).filter(is_bag)?;
        let key = keys.get(row);
        let found = match JsonPath::parse(key) {
            Some(path) => get_path(bag, &path.steps()),
            None => get_path(bag, &[PathStep::Key(key)]),
        };
        Some(found.is_some())
    }))
}

/// Writes a bag member by member; of a repeated name the first counts.
pub(super) struct BagWriter<'a> {
    out: &'a mut String,
    names: HashSet<String>,
}

impl<'a> BagWriter<'a> {
    pub(super) fn new(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, names: HashSet::new() }
    }

    /// Appends a member with the stored text of its value.
    pub(super) fn push(&mut self, name: &str, value: &str) {
        if self.names.contains(name) {
            return;
        }
        if !self.names.is_empty() {
            self.out.push(',');
        }
        write_json_string(self.out, name);
        self.out.push(':');
        self.out.push_str(value);
        self.names.insert(name.to_owned());
    }

    pub(super) fn finish(self) {
        self.out.push('}');
    }
}

/// `bag_merge(a, b, …)`: the leftmost value of a key counts; null if nothing is a bag.
pub(super) fn bag_merge(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let columns = (0..call.len()).map(|index| call.strings(index)).collect::<Result<Vec<_>, _>>()?;
    Ok(call.build_dynamics(|row, out| {
        let mut bags = columns.iter().filter_map(|c| c.get_dynamic(row)).filter(is_bag).peekable();
        if bags.peek().is_none() {
            return false;
        }
        let mut writer = BagWriter::new(out);
        bags.for_each(|bag| members(bag).for_each(|(name, value)| writer.push(&name, value)));
        writer.finish();
        true
    }))
}

/// `bag_zip(keys, values)`: missing values are null, keys that are no strings are left out with their values.
pub(super) fn bag_zip(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (keys, values) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_dynamics(|row, out| {
        let Some(keys) = elements_of(keys.get_dynamic(row)) else { return false };
        let values = elements_of(values.get_dynamic(row)).unwrap_or_default();
        let mut writer = BagWriter::new(out);
        for (index, key) in keys.into_iter().enumerate() {
            if let Some(name) = as_str(key) {
                writer.push(&name, values.get(index).copied().unwrap_or("null"));
            }
        }
        writer.finish();
        true
    }))
}
