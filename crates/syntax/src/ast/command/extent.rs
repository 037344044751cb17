//! Commands about extents.

use calypso_types::{Guid, TimeSpan};

use super::EmbeddedText;
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

/// A command about extents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtentCommand {
    Show(ShowExtents),
    /// `.drop extent`, `.drop extents`; `pretend` only says what would be dropped.
    Drop {
        scope: ExtentDropScope,
        pretend: bool,
    },
}
