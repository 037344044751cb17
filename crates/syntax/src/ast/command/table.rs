//! Commands about tables.

use calypso_types::ScalarType;

use super::CommandProperties;
use crate::ast::Name;

/// A table, with its database if that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    pub database: Option<Name>,
    pub name: Name,
}

/// A table's name and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDefinition {
    pub name: Name,
    pub columns: Vec<(Name, ScalarType)>,
}

/// What happens to the schema of a table that exists already, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableCreation {
    /// `.create`: an existing table stays as it is.
    Create,
    /// `.create-merge`: an existing table gets the columns it lacks.
    CreateMerge,
    /// `.alter`: the table must exist and gets exactly these columns.
    Alter,
    /// `.alter-merge`: the table must exist and gets the columns it lacks.
    AlterMerge,
}

/// One new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRename {
    pub from: Name,
    pub to: Name,
    /// A table that does not exist is no error.
    pub if_exists: bool,
}

/// A command about tables.
#[derive(Debug, Clone, PartialEq)]
pub enum TableCommand {
    /// `.create table T (…)`, `.create tables …`, `.create-merge …`, `.alter table T (…)`, `.alter-merge …`
    Define { creation: TableCreation, tables: Vec<TableDefinition>, properties: CommandProperties },
    /// `.create table T based-on U [ifnotexists]`
    CreateBasedOn { name: Name, based_on: Name, if_not_exists: bool, properties: CommandProperties },
    /// `.drop table T [ifexists]`, `.drop tables (…) [ifexists]`
    Drop { tables: Vec<Name>, if_exists: bool },
    /// `.rename table A to B`, `.rename tables B = A, …`; all at once, so that names may be swapped.
    Rename { renames: Vec<TableRename> },
    /// `.clear table T data`
    Clear { table: Name },
    /// `.alter table T docstring '…'`
    SetDocstring { table: Name, docstring: String },
    /// `.alter table T folder '…'`
    SetFolder { table: Name, folder: String },
    /// `.show tables`, `.show tables (…)`, with `details` also `.show table T details`. `None` is every table.
    Show { tables: Option<Vec<Name>>, details: bool },
    /// `.show table T`: one row per column.
    ShowColumns { table: Name },
    /// `.show table T cslschema`, `.show table T schema as csl`
    ShowCslSchema { table: Name },
    /// `.show table T schema as json`
    ShowJsonSchema { table: Name },
    /// `.show table T data statistics`
    ShowDataStatistics { table: Name, properties: CommandProperties },
}
