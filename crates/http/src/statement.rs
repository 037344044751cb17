//! A query or management request, from its body or, for `GET`, its query string.

use axum::{
    extract::{Query, Request},
    http::{Method, request::Parts},
};
use calypso_app::AppError;
use calypso_protocol::{RequestBody, RequestOptions, RequestProperties};
use serde_json::Value;

use crate::{body, errors::malformed, request_scope::RequestScope, state::HttpState};

/// What was asked, and the request around it.
pub(crate) struct Statement {
    pub(crate) body: RequestBody,
    pub(crate) options: RequestOptions,
    pub(crate) parts: Parts,
}

impl Statement {
    /// Reads the request; names the scope after the id in its properties if no header does.
    pub(crate) async fn read(state: &HttpState, scope: &RequestScope, request: Request) -> Result<Self, AppError> {
        let (parts, body) = request.into_parts();
        let statement = if parts.method == Method::GET {
            from_query_string(&parts)?
        } else {
            let bytes = body::read(&parts.headers, body, state.settings.statement_bytes_max).await?;
            RequestBody::parse(&bytes).map_err(|error| malformed(&error))?
        };
        if let Some(id) = &statement.properties.client_request_id {
            scope.name_if_unnamed(id);
        }
        let options = RequestOptions::parse(&statement.properties.options).map_err(|error| malformed(&error))?;
        Ok(Self { body: statement, options, parts })
    }
}

/// Reads `?csl=…&db=…&properties=…`.
fn from_query_string(parts: &Parts) -> Result<RequestBody, AppError> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map_err(|_| AppError::argument("the query string is not valid"))?;
    let mut body = RequestBody::default();
    let mut csl = None;
    for (name, value) in pairs {
        match name.to_ascii_lowercase().as_str() {
            "db" if !value.is_empty() => body.db = Some(value),
            "csl" => csl = Some(value),
            "properties" => {
                body.properties = RequestProperties::parse(Value::String(value)).map_err(|error| malformed(&error))?;
            }
            _ => {}
        }
    }
    body.csl = csl.ok_or_else(|| malformed(&calypso_protocol::Error::MissingMember("csl")))?;
    Ok(body)
}
