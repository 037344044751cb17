//! Commands about extents.

use calypso_types::{Guid, TimeSpan};

use super::{CommandProperties, EmbeddedText};
use crate::ast::Name;

/// Whose extents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtentScope {
    Cluster,
    /// The database the request names.
    CurrentDatabase,
    Databases(Vec<Name>),
    Tables(Vec<Name>),
}

/// How a tag is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagOperator {
    /// A tag equals the text.
    Has,
    NotHas,
    /// A tag contains the text, ignoring case.
    Contains,
    NotContains,
}

/// One condition of `where tags has 'a' and tags contains 'b'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFilter {
    pub operator: TagOperator,
    pub tag: String,
}

/// Which extents of a scope are shown, and of what kind the rows are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowExtents {
    pub scope: ExtentScope,
    /// Empty for all.
    pub ids: Vec<Guid>,
    pub hot: bool,
    /// `metadata`: other columns.
    pub metadata: bool,
    /// All must hold.
    pub tags: Vec<TagFilter>,
}

/// Which extents are dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtentDropScope {
    /// `(id, …) [from T]`
    Ids { ids: Vec<Guid>, table: Option<Name> },
    /// `[older 10 days] from T`, `from all tables` (`tables` is `None`), `from tables (…)`
    Tables { older: Option<TimeSpan>, tables: Option<Vec<Name>> },
    /// `<| query`, whose result has a column `ExtentId`; a command with a tail is a query here too.
    Query(EmbeddedText),
}

/// Which tags are dropped from which extents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtentTagsDrop {
    /// These tags from all extents of the table.
    Listed { table: Name, tags: Vec<String> },
    /// `<| query`, whose result has the columns `ExtentId` and `Tags`; of the table, if it is named.
    Query { table: Option<Name>, query: EmbeddedText },
}

/// Which extents are moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtentMoveScope {
    /// `all from table T`
    All { table: Name },
    /// `from table T … (id, …)`
    Ids { table: Name, ids: Vec<Guid> },
    /// `<| query`, whose result has a column `ExtentId`.
    Query(EmbeddedText),
}

/// A command about extents.
#[derive(Debug, Clone, PartialEq)]
pub enum ExtentCommand {
    Show(ShowExtents),
    /// `.drop extent`, `.drop extents`; `pretend` only says what would be dropped.
    Drop {
        scope: ExtentDropScope,
        pretend: bool,
    },
    /// `.alter extent tags (…) <| query`; with `merge` the tags are added to those that are there.
    AlterTags {
        table: Option<Name>,
        merge: bool,
        tags: Vec<String>,
        properties: CommandProperties,
        query: EmbeddedText,
    },
    /// `.drop extent tags …`
    DropTags {
        scope: ExtentTagsDrop,
        properties: CommandProperties,
    },
    /// `.move extents …`
    Move {
        scope: ExtentMoveScope,
        to: Name,
        properties: CommandProperties,
    },
    /// `.replace extents in table T <| {query}, {query}`; both results have a column `ExtentId`.
    Replace {
        table: Name,
        properties: CommandProperties,
        dropped: EmbeddedText,
        moved: EmbeddedText,
    },
}
