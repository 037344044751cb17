//! Objects with a member for each column, values as on the wire.

use std::io::{self, Write};

use calypso_types::Scalar;
use kusto_data::{Column, Table};

/// Writes an array, an object on each line.
pub(super) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let names = Names::new(table.columns());
    out.write_all(b"[")?;
    for (index, row) in table.iter().enumerate() {
        out.write_all(if index == 0 { b"\n  " } else { b",\n  " })?;
        out.write_all(names.object(row.values()).as_bytes())?;
    }
    out.write_all(if table.is_empty() { b"]\n" } else { b"\n]\n" })
}

/// The members' names as JSON strings.
#[derive(Debug)]
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn new(columns: &[Column]) -> Self {
        let quoted = |name: String| serde_json::Value::String(name).to_string();
        Self(distinct_names(columns).into_iter().map(quoted).collect())
    }

    /// Writes an object and nothing else on a line.
    pub(super) fn write_line(&self, row: &[Scalar], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.object(row).as_bytes())?;
        out.write_all(b"\n")
    }

    fn object(&self, row: &[Scalar]) -> String {
        let mut text = String::from("{");
        for (index, (name, value)) in self.0.iter().zip(row).enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(name);
            text.push(':');
            value.write_json(&mut text);
        }
        text.push('}');
        text
    }
}

/// Results may have columns of one name, objects and files may not: later ones get a number.
pub(super) fn distinct_names(columns: &[Column]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(columns.len());
    for column in columns {
        let numbered = (1..).map(|number| format!("{}{number}", column.name()));
        let mut candidates = std::iter::once(column.name().to_owned()).chain(numbered);
        names.extend(candidates.find(|name| !names.contains(name)));
    }
    names
}
