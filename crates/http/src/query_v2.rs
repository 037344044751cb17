//! `/v2/rest/query`: a query, answered in V2 frames.

use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use calypso_app::AppError;

use crate::{
    context::{Call, is_command, query_request},
    errors,
    frames::{self, V2Layout, respond_with_frames},
    request_scope::RequestScope,
    result_reader::ResultReader,
    state::HttpState,
    statement::Statement,
};

/// What the real service says of a management command sent here.
const COMMAND_REFUSED: &str = "Bad request: Control commands (starting with a dot '.') do not support api_version=v2";

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
        return Err(AppError::coded("General_BadRequest", COMMAND_REFUSED));
    }
    let layout = V2Layout::new(&statement.options);
    let call = Call::new(state, scope, &statement.parts, &statement.options, state.settings.query_timeout);
    let request = query_request(statement);
    let take_max = request.options.take_max_records;
    let response = call.run(state.service.query(call.context.clone(), request)).await?;
    let (reader, response) = ResultReader::open(call, response, take_max).await?;
    let (state, scope) = (state.clone(), scope.clone());
    respond_with_frames(move |sink| Box::pin(frames::encode_v2(sink, reader, response, layout, scope, state))).await
}
