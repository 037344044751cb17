//! Commands that bring data in.

use super::{CommandProperties, EmbeddedText};
use crate::ast::Name;

/// A URI to read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestSource {
    pub uri: String,
    /// Written as `h'…'`: must not appear in logs.
    pub hidden: bool,
}

/// What happens to the table and to rows it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromQueryMode {
    /// The table must not exist.
    Set,
    /// The table must exist.
    Append,
    SetOrAppend,
    /// Rows there are dropped.
    SetOrReplace,
}

/// A command that brings data into a table.
#[derive(Debug, Clone, PartialEq)]
pub enum IngestCommand {
    /// `.ingest inline into table T [with (…)] <| data`: everything behind `<|`, exactly. In the form
    /// `[record] [record]` the records are joined by newlines and the offset is that of the first bracket.
    Inline { table: Name, properties: CommandProperties, data: EmbeddedText },
    /// `.ingest into table T ('uri', h'uri') [with (…)]`
    FromStorage { table: Name, sources: Vec<IngestSource>, properties: CommandProperties },
    /// `.set`, `.append`, `.set-or-append`, `.set-or-replace T [with (…)] <| query`. The query may be a command.
    FromQuery { mode: FromQueryMode, table: Name, properties: CommandProperties, query: EmbeddedText },
}
