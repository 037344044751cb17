//! `/v1/rest/ping` and `/metrics`: is it alive, and how busy.

use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::{Connection, state::HttpState};

const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

pub(crate) async fn ping(connection: Option<Extension<Connection>>) -> String {
    let peer = connection.and_then(|Extension(connection)| connection.peer);
    let address = peer.map_or_else(|| "unknown".to_owned(), |peer| peer.ip().to_string());
    format!("Pong! IP address: '{address}'")
}

pub(crate) async fn metrics(State(state): State<HttpState>) -> Response {
    ([(header::CONTENT_TYPE, OPEN_METRICS)], state.metrics.to_text()).into_response()
}
