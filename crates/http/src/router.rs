//! The map: which path goes to which handler, and what surrounds every request.

use axum::{
    Router,
    http::{Extensions, HeaderMap, StatusCode, Version},
    middleware,
    routing::{get, post},
};
use tower_http::compression::{
    CompressionLayer,
    predicate::{Predicate as _, SizeAbove},
};

use crate::{
    Transport, errors, health, ingest, landing, metadata, mgmt, observe, origin_gate, query_v1, query_v2,
    queued_ingest,
    state::HttpState,
    storage::{self, Verbatim},
    unread_body,
};

/// Responses below this many bytes are not compressed.
const COMPRESS_BYTES_MIN: u64 = 1024;

fn is_ours_to_compress(_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions) -> bool {
    extensions.get::<Verbatim>().is_none()
}

/// Returns the router of every endpoint; it never answers with a redirect, which SDKs refuse to follow.
///
/// The listener should put a [`crate::Connection`] into each request's extensions; without it plain http is assumed.
pub fn router(transport: Transport) -> Router {
    transport.metrics.collect_queued_ingestion(&transport.service, &transport.clock);
    let state = HttpState::new(transport);
    Router::new()
        .route("/v2/rest/query", post(query_v2::post).get(query_v2::get))
        .route("/v1/rest/query", post(query_v1::post).get(query_v1::get))
        .route("/v1/rest/mgmt", post(mgmt::post).get(mgmt::get))
        .route("/v1/rest/ingest/{database}/{table}", post(ingest::post))
        .route("/v1/rest/ingestion/configuration", get(queued_ingest::configuration))
        .route("/v1/rest/ingestion/queued/{database}/{table}", post(queued_ingest::submit))
        .route("/v1/rest/ingestion/queued/{database}/{table}/{operation}", get(queued_ingest::status))
        .route("/v1/rest/auth/metadata", get(metadata::get))
        .route("/v1/rest/ping", get(health::ping))
        .route("/metrics", get(health::metrics))
        .route("/", get(landing::get))
        .route("/{database}", get(landing::get))
        .fallback(errors::no_such_route)
        .method_not_allowed_fallback(errors::no_such_method)
        // The last layer added is the first to see a request.
        .layer(middleware::from_fn_with_state(state.clone(), origin_gate::check))
        .layer(middleware::from_fn_with_state(state.clone(), storage::intercept))
        .layer(middleware::from_fn(unread_body::finish))
        .layer(middleware::from_fn_with_state(state.clone(), observe::observe))
        .layer(
            CompressionLayer::new()
                .gzip(true)
                .compress_when(SizeAbove::new(COMPRESS_BYTES_MIN).and(is_ours_to_compress)),
        )
        .with_state(state)
}
