//! `GET /v1/rest/auth/metadata`: where clients obtain tokens. Open to everybody, and always complete.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{errors, state::HttpState};

pub(crate) async fn get(State(state): State<HttpState>) -> Response {
    ([(header::CONTENT_TYPE, errors::JSON)], state.settings.auth_metadata.to_json()).into_response()
}
