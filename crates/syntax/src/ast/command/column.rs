//! Commands about columns.

use calypso_types::ScalarType;

use crate::ast::Name;

/// `[Database.]Table.Column`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnName {
    pub database: Option<Name>,
    pub table: Name,
    pub name: Name,
}

/// One new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRename {
    pub from: ColumnName,
    pub to: Name,
}

/// The documentation of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDocstring {
    pub column: Name,
    pub docstring: String,
}

/// A command about columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnCommand {
    /// `.alter column T.C type = long`
    AlterType { column: ColumnName, column_type: ScalarType },
    /// `.drop column T.C [ifexists]`, `.drop table T columns (…)`
    Drop { table: Name, columns: Vec<Name>, if_exists: bool },
    /// `.rename column T.C to D`, `.rename columns D = T.C, …`
    Rename { renames: Vec<ColumnRename> },
    /// `.alter table T column-docstrings (…)`. `merge` keeps those not named; without it they are removed.
    SetDocstrings { table: Name, docstrings: Vec<ColumnDocstring>, merge: bool },
}
