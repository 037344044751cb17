//! One line for each value: for wide results and long texts.

use std::io::{self, Write};

use calypso_types::{Dynamic, Scalar};
use kusto_data::Table;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::cell;

/// What stands between a name and its value.
const GAP: usize = 2;
/// Values are not wrapped into less than this.
const VALUE_WIDTH_MIN: usize = 20;

pub(super) fn write(table: &Table, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<String> = table.columns().iter().map(|column| cell::on_one_line(column.name())).collect();
    let name_width = names.iter().map(|name| name.width()).max().unwrap_or(0);
    let value_width = width.map(|width| width.saturating_sub(name_width + GAP).max(VALUE_WIDTH_MIN));
    for (index, row) in table.iter().enumerate() {
        if table.row_count() > 1 {
            writeln!(out, "{}── row {}", if index == 0 { "" } else { "\n" }, index + 1)?;
        }
        for (name, value) in names.iter().zip(row.values()) {
            let fill = " ".repeat(name_width - name.width() + GAP);
            let indent = " ".repeat(name_width + GAP);
            for (line, text) in lines(value, value_width).iter().enumerate() {
                let before = if line == 0 { format!("{name}{fill}") } else { indent.clone() };
                writeln!(out, "{}", format!("{before}{text}").trim_end())?;
            }
        }
    }
    Ok(())
}

/// Returns the lines of a value, none wider than `width`.
fn lines(value: &Scalar, width: Option<usize>) -> Vec<String> {
    let mut text = cell::readable(value);
    let is_long = width.is_some_and(|width| text.width() > width);
    if is_long && let Scalar::Dynamic(Dynamic::Array(_) | Dynamic::Bag(_)) = value {
        text = pretty(&text).unwrap_or(text);
    }
    text.split('\n').flat_map(|line| wrapped(&cell::on_one_line(line.trim_end_matches('\r')), width)).collect()
}

/// Spreads JSON over lines.
fn pretty(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    serde_json::to_string_pretty(&value).ok()
}

/// Breaks a line after blanks, or within words that are too long; what follows is indented as the line is.
fn wrapped(line: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width.filter(|width| line.width() > *width) else { return vec![line.to_owned()] };
    let indent: String = line.chars().take_while(|c| *c == ' ').take(width / 2).collect();
    let (mut lines, mut current) = (Vec::new(), String::new());
    for word in line.split_inclusive(' ') {
        if current.trim_end().len() > indent.len() && current.width() + word.trim_end().width() > width {
            lines.push(std::mem::replace(&mut current, indent.clone()));
        }
        for c in word.chars() {
            if c != ' ' && current.width() + c.width().unwrap_or(0) > width {
                lines.push(std::mem::replace(&mut current, indent.clone()));
            }
            current.push(c);
        }
    }
    lines.push(current);
    lines
}
