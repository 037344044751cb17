//! Commands about databases.

use super::CommandProperties;
use crate::ast::Name;

/// A command about databases.
#[derive(Debug, Clone, PartialEq)]
pub enum DatabaseCommand {
    /// `.create database N [persist ('…') | volatile] [ifnotexists]`
    Create { name: Name, persistence: Persistence, if_not_exists: bool, properties: CommandProperties },
    /// `.drop database N [ifexists] [skip-seal]`, also `.detach`.
    Drop { name: Name, if_exists: bool },
    /// `.alter database [N] prettyname '…'`; `None` for `.drop database N prettyname`.
    SetPrettyName { database: Option<Name>, pretty_name: Option<String> },
    /// `.show databases`, `.show database`, with a form of result.
    Show { scope: DatabaseScope, detail: DatabaseDetail },
    /// `.show database N schema …`, `.show schema`, `.show databases (…) schema`.
    ShowSchema { scope: SchemaScope, form: SchemaForm, properties: CommandProperties },
    /// `.show databases entities`
    ShowEntities { properties: CommandProperties },
}

/// Where a new database keeps its data; the server may have its own opinion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Persistence {
    Default,
    /// `volatile`
    Volatile,
    /// `persist ('path', …)`
    Paths(Vec<String>),
}

/// Which databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseScope {
    /// The database the request names.
    Current,
    All,
    Named(Vec<Name>),
}

/// Which columns `.show databases` has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseDetail {
    /// Nothing was written.
    Default,
    /// `details` or `verbose`
    Details,
    Identity,
    Policies,
    /// `datastats`
    DataStatistics,
    Metadata,
}

/// Whose schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaScope {
    /// Every database.
    Cluster,
    Databases(Vec<SchemaTarget>),
}

/// One database of a schema command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaTarget {
    /// `None` is the database the request names.
    pub database: Option<Name>,
    /// `if_later_than "v2.1"`: nothing is shown unless the schema is newer.
    pub if_later_than: Option<String>,
}

/// What a schema is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaForm {
    /// One row per column; with `details` set, one more column.
    Rows { details: bool },
    /// `as json`
    Json,
    /// `cslschema`: one row per table.
    Csl,
    /// `as csl [script]`: commands that would create it.
    Script,
    /// `violations`
    Violations,
}
