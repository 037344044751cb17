//! Who may do what: the one place that decides.
//!
//! Every caller of this version is anonymous and may do everything; a request that asks to be read-only is held to it.

use calypso_syntax::ast::ManagementCommand;

use crate::{AppError, QueryOptions, RequestContext, StreamRequest};

/// Checks that the caller may run `command`.
///
/// # Errors
/// `Forbidden` when the request is read-only and the command is not.
pub(crate) fn authorize_command(
    _ctx: &RequestContext,
    command: &ManagementCommand,
    options: &QueryOptions,
) -> Result<(), AppError> {
    if options.readonly && !command.is_read_only() {
        let message = format!("The request is read-only, but the command '{}' changes state.", command.command_type());
        return Err(AppError::forbidden(message));
    }
    Ok(())
}

/// Checks that the caller may run queries in `database`.
///
/// # Errors
/// Never, as long as everybody may.
pub(crate) fn authorize_query(_ctx: &RequestContext, _database: &str) -> Result<(), AppError> {
    Ok(())
}

/// Checks that the caller may queue blobs for the table, and ask for them.
///
/// # Errors
/// Never, as long as everybody may.
pub(crate) fn authorize_queued_ingestion(_ctx: &RequestContext, _database: &str, _table: &str) -> Result<(), AppError> {
    Ok(())
}

/// Checks that the caller may ingest into the table.
///
/// # Errors
/// Never, as long as everybody may.
pub(crate) fn authorize_ingestion(_ctx: &RequestContext, _request: &StreamRequest) -> Result<(), AppError> {
    Ok(())
}
