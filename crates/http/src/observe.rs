//! What surrounds every request: its ids, its measurement, and the isolation of panics.

use std::panic::AssertUnwindSafe;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use calypso_app::AppError;
use futures::FutureExt as _;

use crate::{
    errors,
    request_scope::{ACTIVITY_ID, CLIENT_REQUEST_ID, RequestScope},
    state::HttpState,
    storage,
};

/// What requests to unknown paths are counted under, so that callers cannot invent labels.
const UNKNOWN_ENDPOINT: &str = "unknown";

/// Gives the request a [`RequestScope`], runs it, and writes the ids into the response.
pub(crate) async fn observe(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let matched = || request.extensions().get::<MatchedPath>().map_or(UNKNOWN_ENDPOINT, MatchedPath::as_str);
    let endpoint = storage::endpoint(&state, request.uri()).unwrap_or_else(matched).to_owned();
    let scope = RequestScope::begin(&state, request.headers(), &endpoint);
    request.extensions_mut().insert(scope.clone());
    // A panic is a mistake of ours; it must cost its own request and nothing else. Nothing shared is left half done:
    // locks do not poison and the request's own state is dropped.
    let mut response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            tracing::error!(
                endpoint,
                activity_id = %scope.activity_id(),
                panic = panic_text(panic.as_ref()),
                "request panicked"
            );
            errors::respond(&AppError::internal("The request failed because of an internal error."), &scope, &state)
        }
    };
    scope.set_status(response.status().as_u16());
    put(&mut response, CLIENT_REQUEST_ID, &scope.client_request_id());
    put(&mut response, ACTIVITY_ID, &scope.activity_id().to_string());
    response
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

fn put(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
