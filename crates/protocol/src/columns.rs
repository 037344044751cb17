//! Column descriptions, as V1 and V2 responses spell them.

use calypso_types::ScalarType;

/// Name and type of a result column, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireColumn<'a> {
    pub name: &'a str,
    pub ty: ScalarType,
}

impl<'a> WireColumn<'a> {
    #[must_use]
    pub const fn new(name: &'a str, ty: ScalarType) -> Self {
        Self { name, ty }
    }
}

/// Appends `text` as a JSON string.
pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push_str(&serde_json::to_string(text).expect("a string always serializes"));
}

/// Appends `[{"ColumnName":…,"ColumnType":…},…]`.
pub(crate) fn push_v2(out: &mut String, columns: &[WireColumn<'_>]) {
    out.push('[');
    for (index, column) in columns.iter().enumerate() {
        out.push_str(if index == 0 { "{\"ColumnName\":" } else { ",{\"ColumnName\":" });
        push_string(out, column.name);
        out.push_str(",\"ColumnType\":\"");
        out.push_str(column.ty.name());
        out.push_str("\"}");
    }
    out.push(']');
}

/// Appends `[{"ColumnName":…,"DataType":…,"ColumnType":…},…]`.
pub(crate) fn push_v1(out: &mut String, columns: &[WireColumn<'_>]) {
    out.push('[');
    for (index, column) in columns.iter().enumerate() {
        out.push_str(if index == 0 { "{\"ColumnName\":" } else { ",{\"ColumnName\":" });
        push_string(out, column.name);
        out.push_str(",\"DataType\":\"");
        out.push_str(column.ty.v1_data_type());
        out.push_str("\",\"ColumnType\":\"");
        out.push_str(column.ty.name());
        out.push_str("\"}");
    }
    out.push(']');
}
