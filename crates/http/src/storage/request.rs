//! A request to the storage account, taken apart.

use std::{str::FromStr, sync::Arc};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, Method, request::Parts},
};
use calypso_staging::{
    LocalStaging, SasResource,
    uri::{ObjectPath, query_pairs},
};
use tokio::sync::Semaphore;

use super::errors::Refusal;
use crate::{connection::Connection, state::HttpState};

/// A request whose path is in the account.
pub(super) struct StorageRequest {
    pub(super) staging: LocalStaging,
    pub(super) path: ObjectPath,
    pub(super) parts: Parts,
    /// `<scheme>://<host>:<port>` as the client reached us.
    pub(super) origin: String,
    /// One permit per body that is being written to a file.
    pub(super) upload_slots: Arc<Semaphore>,
    pairs: Vec<(String, String)>,
}

impl StorageRequest {
    /// Takes a request apart; its body apart, because it cannot be shared between threads.
    pub(super) fn new(state: &HttpState, staging: &LocalStaging, path: ObjectPath, request: Request) -> (Self, Body) {
        let (parts, body) = request.into_parts();
        let pairs = query_pairs(parts.uri.query().unwrap_or_default());
        let origin = Connection::origin(&parts, &state.settings);
        let upload_slots = Arc::clone(&state.upload_slots);
        (Self { staging: staging.clone(), path, parts, origin, upload_slots, pairs }, body)
    }

    pub(super) fn method(&self) -> &Method {
        &self.parts.method
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// Returns the value of a query parameter, decoded.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Returns the value of a query parameter that is a number or the like.
    pub(super) fn query_as<T: FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        self.query(name).map(str::parse).transpose().map_err(|_| Refusal::query_value(name))
    }

    /// Returns the value of a header, if it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// Checks that the request's signature admits an operation that needs one of the letters `permissions`.
    pub(super) fn admit(&self, resource: &SasResource<'_>, permissions: &str) -> Result<(), Refusal> {
        let secure = self.origin.starts_with("https:");
        Ok(self.staging.check_access(&self.pairs, resource, permissions, secure)?)
    }
}
