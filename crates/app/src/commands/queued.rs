//! Commands around queued ingestion: queue blobs, list them, ask for them, give them up.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingestion-overview>

mod blob_listing;
mod operations;
mod path_capture;
mod posting;

use calypso_syntax::ast::command::QueuedCommand;

use super::CommandScope;
use crate::{AppError, command_table::CommandTable};

pub(crate) async fn run(scope: &CommandScope, command: QueuedCommand) -> Result<CommandTable, AppError> {
    match command {
        QueuedCommand::IngestFromStorage(ingestion) => posting::ingest(scope, *ingestion).await,
        QueuedCommand::ListBlobs(listing) => blob_listing::show(scope, &listing).await,
        QueuedCommand::ShowOperations { ids, details } => operations::show(scope, &ids, details).await,
        QueuedCommand::CancelOperation { id, .. } => operations::cancel(scope, &id).await,
    }
}
