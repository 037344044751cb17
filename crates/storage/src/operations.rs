//! Background work in `.show operations`.

use calypso_catalog::{Catalog, Operation, OperationState};

use crate::Error;

/// Records how a background operation ended. A conflict is no failure: somebody else got there first.
pub(crate) fn observe<T>(catalog: &Catalog, operation: Operation, outcome: &Result<T, Error>) {
    match outcome {
        Ok(_) => catalog.finish_operation(operation, OperationState::Completed, ""),
        Err(error @ (Error::Conflict { .. } | Error::TableNotFound { .. })) => {
            catalog.finish_operation(operation, OperationState::Skipped, &error.to_string());
        }
        Err(error) => {
            tracing::error!(operation = operation.operation, error = chain(error), "a background operation failed");
            catalog.finish_operation(operation, OperationState::Failed, &error.to_string());
        }
    }
}

/// Returns an error's text with those of its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
