//! Tables as suites write them: a header `name:type` and rows, fields separated by TAB.

use serde_json::Value;

use crate::cell;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// Kusto's name of the type, such as `long`.
    pub ty: String,
}

/// A table in the text form of suites: every field is still escaped text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads the lines of a block; the message of an error says which line is wrong and how.
    pub fn parse<'a>(mut lines: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let header = lines.next().ok_or("the block is empty: a header `name:type` is missing")?;
        let columns = header
            .split('\t')
            .filter(|column| !column.is_empty())
            .map(|column| {
                let (name, ty) = column.rsplit_once(':').ok_or(format!("the column `{column}` has no type"))?;
                Ok(Column { name: name.to_owned(), ty: ty.to_owned() })
            })
            .collect::<Result<Vec<_>, String>>()?;
        let rows = lines
            .map(|line| {
                let row: Vec<String> = line.split('\t').map(str::to_owned).collect();
                if row.len() == columns.len() {
                    return Ok(row);
                }
                Err(format!("the row `{line}` has {} fields, the header has {}", row.len(), columns.len()))
            })
            .collect::<Result<Vec<_>, String>>()?;
        Ok(Self { columns, rows })
    }

    /// Turns a table of an answer into the form of suites.
    #[must_use]
    pub fn from_answer(columns: Vec<Column>, rows: &[Vec<Value>]) -> Self {
        let rows = rows
            .iter()
            .map(|row| row.iter().zip(&columns).map(|(value, column)| cell::write(value, &column.ty)).collect())
            .collect();
        Self { columns, rows }
    }

    /// Returns the lines of a block.
    #[must_use]
    pub fn to_lines(&self) -> Vec<String> {
        let header: Vec<String> = self.columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
        let rows = self.rows.iter().map(|row| row.join("\t"));
        std::iter::once(header.join("\t")).chain(rows).collect()
    }

    /// Returns the table as a `datatable` expression, to be put before the queries that use it.
    #[must_use]
    pub fn to_datatable(&self) -> String {
        let schema: Vec<String> =
            self.columns.iter().map(|column| format!("['{}']:{}", column.name, column.ty)).collect();
        let values: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let fields = row.iter().zip(&self.columns);
                fields.map(|(field, column)| cell::literal(field, &column.ty)).collect::<Vec<_>>().join(", ")
            })
            .collect();
        format!("datatable({})[{}]", schema.join(", "), values.join(", "))
    }
}
