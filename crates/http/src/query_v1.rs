//! `/v1/rest/query`: a query, answered in a V1 dataset with a table of contents.

use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use calypso_app::AppError;

use crate::{
    context::{Call, is_command, query_request},
    errors,
    frames::{self, V1Answer, respond_with_frames},
    mgmt,
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
    match answer(&state, &scope, request).await {
        Ok(response) => response,
        Err(error) => errors::respond(&error, &scope, &state),
    }
}

pub(crate) async fn get(state: State<HttpState>, scope: Extension<RequestScope>, request: Request) -> Response {
    post(state, scope, request).await
}

async fn answer(state: &HttpState, scope: &RequestScope, request: Request) -> Result<Response, AppError> {
    let statement = Statement::read(state, scope, request).await?;
    if is_command(&statement.body.csl) {
        // Version 1 knows no difference between the two endpoints.
        return mgmt::run_command(state, scope, statement).await;
    }
    let defer_failures = statement.options.defer_partial_query_failures;
    let call = Call::new(state, scope, &statement.parts, &statement.options, state.settings.query_timeout);
    let request = query_request(statement);
    let take_max = request.options.take_max_records;
    let response = call.run(state.service.query(call.context.clone(), request)).await?;
    let (reader, response) = ResultReader::open(call, response, take_max).await?;
    let answer = V1Answer { response, plain: false, defer_failures };
    let (state, scope) = (state.clone(), scope.clone());
    respond_with_frames(move |sink| Box::pin(frames::encode_v1(sink, reader, answer, scope, state))).await
}
