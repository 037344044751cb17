//! `bag_remove_keys`, `bag_set_key`: bags with members changed, also deep inside by JSON path.
//!
//! <https://learn.microsoft.com/kusto/query/bag-set-key-function>

use arrow::array::ArrayRef;
use calypso_types::Dynamic;

use super::json_path::JsonPath;
use crate::{Call, KernelError, conversion::BoxedColumn, operators::texts_of};

/// The names that lead to a member: one, or those of a path.
fn names_of(key: &str) -> Option<Vec<String>> {
    match JsonPath::parse(key) {
        Some(path) => path.names(),
        None => Some(vec![key.to_owned()]),
    }
}

fn parse_bag(text: Option<&str>) -> Option<Dynamic> {
    Dynamic::parse(text?).ok().filter(|value| value.as_bag().is_some())
}

fn remove(value: &mut Dynamic, names: &[String]) {
    let (Dynamic::Bag(members), Some((first, rest))) = (value, names.split_first()) else { return };
    if rest.is_empty() {
        members.retain(|(name, _)| name != first);
    } else if let Some((_, inner)) = members.iter_mut().find(|(name, _)| name == first) {
        remove(inner, rest);
    }
}

/// `bag_remove_keys(bag, keys)`: null of what is no bag.
pub(super) fn bag_remove_keys(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (bags, keys) = (call.strings(0)?, call.strings(1)?);
    let paths_of = |row| texts_of(keys.get_dynamic(row)).iter().filter_map(|key| names_of(key)).collect::<Vec<_>>();
    let mut paths = paths_of(0);
    Ok(call.build_dynamics(|row, out| {
        if !keys.is_constant() && row > 0 {
            paths = paths_of(row);
        }
        let Some(mut bag) = parse_bag(bags.get_dynamic(row)) else { return false };
        paths.iter().for_each(|names| remove(&mut bag, names));
        bag.write_text(out);
        true
    }))
}

/// Sets the member, making bags on the way where there are none; what stands in the way is replaced.
fn set(value: &mut Dynamic, names: &[String], new: Dynamic) {
    let Some((first, rest)) = names.split_first() else {
        *value = new;
        return;
    };
    if value.as_bag().is_none() {
        *value = Dynamic::Bag(Vec::new());
    }
    let Dynamic::Bag(members) = value else { return };
    let position = members.iter().position(|(name, _)| name == first).unwrap_or_else(|| {
        members.push((first.clone(), Dynamic::Null));
        members.len() - 1
    });
    set(&mut members[position].1, rest, new);
}

/// `bag_set_key(bag, key, value)`: null of what is no bag.
pub(super) fn bag_set_key(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (bags, keys) = (call.strings(0)?, call.strings(1)?);
    let values = BoxedColumn::new(call, 2)?;
    Ok(call.build_dynamics(|row, out| {
        let names = names_of(keys.get(row));
        let (Some(mut bag), Some(names)) = (parse_bag(bags.get_dynamic(row)), names) else { return false };
        set(&mut bag, &names, Dynamic::parse(values.text_or_null(row)).unwrap_or(Dynamic::Null));
        bag.write_text(out);
        true
    }))
}
