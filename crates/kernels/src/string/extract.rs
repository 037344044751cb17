//! `extract` and `extract_all`.
//!
//! <https://learn.microsoft.com/kusto/query/extract-function>, <https://learn.microsoft.com/kusto/query/extract-all-function>

use arrow::array::ArrayRef;
use calypso_types::{Dynamic, ScalarType, dynamic_text::write_json_string};
use regex::{Captures, Regex};

use crate::{Call, KernelError, pattern::Pattern};

/// `extract(regex, group, source)`: the text of the group in the first match, "" without one.
///
/// A fourth argument `typeof(T)` is the binder's: it converts the result.
pub(super) fn extract(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (regexes, groups, sources) = (call.strings(0)?, call.longs(1)?, call.strings(2)?);
    let mut pattern = Pattern::new("extract");
    let mut error = None;
    let array = call.build_strings(|row, out| match pattern.compile(regexes.get(row)) {
        Ok(regex) => {
            let group = groups.get(row).and_then(|group| usize::try_from(group).ok());
            out.push_str(group.and_then(|group| group_text(regex, group, sources.get(row))).unwrap_or(""));
        }
        Err(cause) => error = Some(cause),
    });
    error.map_or(Ok(array), Err)
}

fn group_text<'t>(regex: &Regex, group: usize, text: &'t str) -> Option<&'t str> {
    if group == 0 {
        return regex.find(text).map(|found| found.as_str());
    }
    Some(regex.captures(text)?.get(group)?.as_str())
}

/// `extract_all(regex, [groups,] source)`: an array of all matches; null without one.
pub(super) fn extract_all(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let regexes = call.strings(0)?;
    let selected = call.len() > 2 || call.type_of(1)? == ScalarType::Dynamic && call.len() == 3;
    let sources = call.strings(if selected { 2 } else { 1 })?;
    let selections = if selected { Some(call.strings(1)?) } else { None };
    let mut pattern = Pattern::new("extract_all");
    let mut error = None;
    let array = call.build_dynamics(|row, out| match pattern.compile(regexes.get(row)) {
        Ok(regex) => match groups_of(regex, selections.and_then(|s| s.get_dynamic(row)), selected) {
            Ok(groups) => write_matches(regex, &groups, sources.get(row), out),
            Err(cause) => {
                error = Some(cause);
                false
            }
        },
        Err(cause) => {
            error = Some(cause);
            false
        }
    });
    error.map_or(Ok(array), Err)
}

/// Returns the numbers of the wanted groups: all, or those that the array names or numbers.
fn groups_of(regex: &Regex, selection: Option<&str>, selected: bool) -> Result<Vec<usize>, KernelError> {
    let argument = |message: String| KernelError::Argument { function: "extract_all".to_owned(), message };
    let count = regex.captures_len();
    if count < 2 {
        return Err(argument("the regular expression has no capture group".to_owned()));
    }
    if !selected {
        return Ok((1..count).collect());
    }
    let items = match selection.map(Dynamic::parse) {
        Some(Ok(Dynamic::Array(items))) => items,
        _ => return Err(argument("the capture groups are not an array".to_owned())),
    };
    let number = |item: &Dynamic| match item {
        Dynamic::String(name) => regex.capture_names().position(|known| known == Some(name)),
        other => other.as_i64().and_then(|group| usize::try_from(group).ok()).filter(|group| *group < count),
    };
    items
        .iter()
        .map(|item| number(item).ok_or_else(|| argument(format!("there is no capture group {}", item.to_text()))))
        .collect()
}

fn write_matches(regex: &Regex, groups: &[usize], text: &str, out: &mut String) -> bool {
    out.push('[');
    for captures in regex.captures_iter(text) {
        if out.len() > 1 {
            out.push(',');
        }
        if let [only] = groups {
            write_group(&captures, *only, out);
            continue;
        }
        out.push('[');
        for (index, group) in groups.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_group(&captures, *group, out);
        }
        out.push(']');
    }
    out.push(']');
    out.len() > 2
}

fn write_group(captures: &Captures<'_>, group: usize, out: &mut String) {
    write_json_string(out, captures.get(group).map_or("", |found| found.as_str()));
}
