//! The syntax tree of management commands: one file per kind of entity.
//!
//! <https://learn.microsoft.com/kusto/management/>

mod column;
mod command_type;
mod database;
mod extent;
mod function;
mod ingest;
mod mapping;
mod policy;
mod principal;
mod property;
mod queued;
mod service;
mod table;

pub use column::{ColumnCommand, ColumnDocstring, ColumnName, ColumnRename};
pub use database::{
    DatabaseCommand, DatabaseDetail, DatabaseScope, Persistence, SchemaForm, SchemaScope, SchemaTarget,
};
pub use extent::{
    ExtentCommand, ExtentDropScope, ExtentMoveScope, ExtentScope, ExtentTagsDrop, ShowExtents, TagFilter, TagOperator,
};
pub use function::{FunctionCommand, FunctionCreation, FunctionText};
pub use ingest::{FromQueryMode, IngestCommand, IngestSource};
pub use mapping::{MappingCommand, MappingCreation, MappingEntity};
pub use policy::{PolicyAction, PolicyCommand, PolicyEntity, PolicyValue};
pub use principal::{PrincipalAction, PrincipalChange, PrincipalCommand, SecuredEntity};
pub use property::{CommandProperties, CommandProperty};
pub use queued::{BlobListing, PathFormat, PathPiece, QueuedCommand, QueuedIngestion, QueuedSource};
pub use service::{RunningQueries, ServiceCommand};
pub use table::{TableCommand, TableCreation, TableDefinition, TableName, TableRename};

/// A management command.
#[derive(Debug, Clone, PartialEq)]
pub struct ManagementCommand {
    pub kind: CommandKind,
    /// `async` was written: answer with an operation id and work on.
    pub is_async: bool,
    /// The query over the command's result, and statements behind it.
    pub tail: Option<QueryTail>,
}

/// What a command is about.
#[derive(Debug, Clone, PartialEq)]
pub enum CommandKind {
    Database(DatabaseCommand),
    Table(TableCommand),
    Column(ColumnCommand),
    Mapping(MappingCommand),
    Policy(PolicyCommand),
    Function(FunctionCommand),
    Principal(PrincipalCommand),
    Extent(ExtentCommand),
    Ingest(IngestCommand),
    Queued(QueuedCommand),
    Service(ServiceCommand),
}

/// A piece of the command's text that is parsed later, such as the query behind `<|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedText {
    pub text: String,
    /// Where `text` starts, in bytes of the command's text.
    pub offset: usize,
}

/// What follows the command at its first `|` or `;` outside brackets. [`crate::parse_tail`] reads it, given the
/// command's text and `offset`; the name [`crate::COMMAND_RESULT`] stands for the command's result there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryTail {
    /// Begins with `|` or `;`.
    pub text: String,
    /// Where `text` starts, in bytes of the command's text.
    pub offset: usize,
}
