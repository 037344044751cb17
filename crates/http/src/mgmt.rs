//! `/v1/rest/mgmt`: management commands, answered in a V1 dataset.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use calypso_app::{AppError, QueryResponse, QueryStatistics, ResultLimits};

use crate::{
    context::{Call, query_request},
    errors,
    frames::{self, V1Answer, respond_with_frames},
    request_scope::RequestScope,
    result_reader::ResultReader,
    state::HttpState,
    statement::Statement,
};

pub(crate) async fn post(
    State(state): State<HttpState>,
    Extension(scope): Extension<RequestScope>,
    request: Request,
) -> Response {
    let answer = match Statement::read(&state, &scope, request).await {
        Ok(statement) => run_command(&state, &scope, statement).await,
        Err(error) => Err(error),
    };
    answer.unwrap_or_else(|error| errors::respond(&error, &scope, &state))
}

pub(crate) async fn get(state: State<HttpState>, scope: Extension<RequestScope>, request: Request) -> Response {
    post(state, scope, request).await
}

/// Runs a command and answers with one table, or with results, properties, status and contents.
pub(crate) async fn run_command(
    state: &HttpState,
    scope: &RequestScope,
    statement: Statement,
) -> Result<Response, AppError> {
    let defer_failures = statement.options.defer_partial_query_failures;
    let call = Call::new(state, scope, &statement.parts, &statement.options, state.settings.command_timeout);
    let request = query_request(statement);
    let response = call.run(state.service.command(call.context.clone(), request)).await?;
    let plain = response.plain;
    if plain && response.tables.len() != 1 {
        let message = format!("a plain command answered with {} tables", response.tables.len());
        return Err(AppError::internal(message));
    }
    let response = QueryResponse {
        cursor: None,
        tables: response.tables,
        visualization: response.visualization,
        statistics: Arc::new(QueryStatistics::default()),
        limits: ResultLimits::UNLIMITED,
    };
    let (reader, response) = ResultReader::open(call, response, None).await?;
    let answer = V1Answer { response, plain, defer_failures };
    let (state, scope) = (state.clone(), scope.clone());
    respond_with_frames(move |sink| Box::pin(frames::encode_v1(sink, reader, answer, scope, state))).await
}
