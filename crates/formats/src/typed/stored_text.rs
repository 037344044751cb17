//! Values as the text that a dynamic column stores.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use calypso_types::dynamic_text;

use super::{
    cell::Cell,
    values::Values,
    walk::{entries, key_text},
};

/// Appends a value. Decimals are numbers with all their digits; guids, durations and bytes are strings, bytes that are
/// no text in base64; what no type can hold is null. Recurses as deep as the schema nests.
pub(super) fn write_stored(out: &mut String, cell: &Cell<'_>) {
    if let Some(scalar) = cell.to_dynamic_scalar() {
        dynamic_text::write_scalar(out, &scalar);
        return;
    }
    match cell {
        Cell::ULong(_) | Cell::Decimal(..) | Cell::Digits(_) => cell.write_text(out),
        Cell::Text(text) => dynamic_text::write_json_string(out, text),
        Cell::Bytes(bytes) => dynamic_text::write_json_string(out, &STANDARD.encode(bytes)),
        Cell::Guid(_) | Cell::TimeSpan(_) => {
            let mut text = String::with_capacity(40);
            cell.write_text(&mut text);
            dynamic_text::write_json_string(out, &text);
        }
        Cell::Nested(values, row) => write_nested(out, values, *row),
        _ => out.push_str("null"),
    }
}

fn write_nested(out: &mut String, values: &Values, row: usize) {
    match values {
        Values::Bag { names, children, .. } => {
            let members = names.iter().zip(children);
            write_bag(out, members.map(|(name, child)| (name.as_str(), child.cell(row))));
        }
        Values::List { offsets, elements, .. } => {
            out.push('[');
            for (position, entry) in entries(offsets, row).enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_stored(out, &elements.cell(entry));
            }
            out.push(']');
        }
        Values::Map { offsets, keys, values, .. } => {
            let names: Vec<_> = entries(offsets, row).map(|entry| (key_text(keys, entry), entry)).collect();
            // Stored text repeats no name: the last counts, as of properties of JSON.
            let last: HashMap<&str, usize> = names.iter().map(|(name, entry)| (name.as_str(), *entry)).collect();
            let members = names.iter().filter(|(name, entry)| last[name.as_str()] == *entry);
            write_bag(out, members.map(|(name, entry)| (name.as_str(), values.cell(*entry))));
        }
        _ => out.push_str("null"),
    }
}

fn write_bag<'m>(out: &mut String, members: impl Iterator<Item = (&'m str, Cell<'m>)>) {
    out.push('{');
    for (position, (name, cell)) in members.enumerate() {
        if position > 0 {
            out.push(',');
        }
        dynamic_text::write_json_string(out, name);
        out.push(':');
        write_stored(out, &cell);
    }
    out.push('}');
}
