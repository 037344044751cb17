//! `parse_xml`: XML as the dynamic that mirrors it.
//!
//! Attributes become members `@name`, text beside others `#text`, repeated elements arrays.
//! <https://learn.microsoft.com/kusto/query/parse-xml-function>

use arrow::array::ArrayRef;
use calypso_types::Dynamic;

use super::xml_reader::{Element, read_document};
use crate::{Call, KernelError};

/// Longer text is null, as documented.
const TEXT_BYTES_MAX: usize = 1 << 20;

/// `parse_xml(text)`: null of what is not well-formed.
pub(super) fn parse_xml(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let text = texts.get(row);
        let root = if text.len() > TEXT_BYTES_MAX { None } else { read_document(text) };
        let Some(root) = root else { return false };
        let name = root.name.clone();
        Dynamic::Bag(vec![(name, value_of(root))]).write_text(out);
        true
    }))
}

fn value_of(element: Element) -> Dynamic {
    let text = element.text.trim();
    if element.attributes.is_empty() && element.children.is_empty() {
        return text_value(text);
    }
    let mut members: Vec<(String, Dynamic)> = Vec::new();
    for (name, value) in element.attributes {
        members.push((format!("@{name}"), text_value(&value)));
    }
    if !text.is_empty() {
        members.push(("#text".to_owned(), text_value(text)));
    }
    for child in element.children {
        let name = child.name.clone();
        add_child(&mut members, name, value_of(child));
    }
    Dynamic::Bag(members)
}

/// Adds a child; from the second of a name on the member is an array.
fn add_child(members: &mut Vec<(String, Dynamic)>, name: String, value: Dynamic) {
    match members.iter_mut().find(|(known, _)| *known == name) {
        None => members.push((name, value)),
        Some((_, Dynamic::Array(items))) => items.push(value),
        Some((_, first)) => {
            let earlier = std::mem::replace(first, Dynamic::Null);
            *first = Dynamic::Array(vec![earlier, value]);
        }
    }
}

/// Text that reads as a JSON number becomes one.
fn text_value(text: &str) -> Dynamic {
    if text.is_empty() {
        return Dynamic::Null;
    }
    match Dynamic::parse_json(text) {
        Ok(number @ (Dynamic::Long(_) | Dynamic::Real(_))) => number,
        _ => Dynamic::String(text.to_owned()),
    }
}
