//! Which web pages may call: cross-origin headers, and a refusal for pages from elsewhere.
//!
//! The service is anonymous on a laptop by default, so any page the user visits could otherwise send commands to it.

use std::net::IpAddr;

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use calypso_app::AppError;

use crate::{errors, request_scope::RequestScope, state::HttpState};

const ALLOWED_METHODS: &str = "GET, POST, PUT, DELETE, HEAD, OPTIONS";
const EXPOSED_HEADERS: &str = "x-ms-client-request-id, x-ms-activity-id";
/// Seconds a browser may remember a preflight.
const PREFLIGHT_AGE: &str = "3600";

/// Answers preflights, refuses pages from elsewhere, and lets everything without an `Origin` pass.
pub(crate) async fn check(
    State(state): State<HttpState>,
    Extension(scope): Extension<RequestScope>,
    request: Request,
    next: Next,
) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        if request.method() == Method::OPTIONS {
            return status(StatusCode::NO_CONTENT);
        }
        if request.method() == Method::GET && !host_is_trusted(&request, &state.settings.allowed_origins) {
            let error = AppError::forbidden("Statements by GET are accepted under this machine's own names only.");
            return errors::respond(&error, &scope, &state);
        }
        return next.run(request).await;
    };
    if !is_allowed(&origin, &state.settings.allowed_origins) {
        let error = AppError::forbidden("Requests from web pages of this origin are not allowed.");
        return errors::respond(&error, &scope, &state);
    }
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut response = if request.method() == Method::OPTIONS {
        let mut response = status(StatusCode::NO_CONTENT);
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(ALLOWED_METHODS));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.unwrap_or(HeaderValue::from_static("*")));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(PREFLIGHT_AGE));
        response
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    response
}

fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Says whether pages of `origin` may call: those on this machine and the configured ones.
fn is_allowed(origin: &HeaderValue, configured: &[String]) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if configured.iter().any(|allowed| allowed == "*" || allowed.trim_end_matches('/').eq_ignore_ascii_case(origin)) {
        return true;
    }
    // Our own host's name proves nothing: a page's name may have been made to point at this machine.
    origin.split_once("://").is_some_and(|(_, authority)| is_local(authority))
}

/// Says whether a request without `Origin` can come from a page whose name was made to point at this machine: browsers
/// send none with a `GET` to what they take for the page's own host. Only statements matter, and only under names.
fn host_is_trusted(request: &Request, configured: &[String]) -> bool {
    let names_statement = request.uri().query().is_some_and(|query| query.contains("csl="));
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = host.filter(|_| names_statement) else {
        return true;
    };
    let known = |allowed: &String| {
        allowed == "*" || allowed.split_once("://").is_some_and(|(_, name)| name.eq_ignore_ascii_case(host))
    };
    is_local(host) || host_name(host).parse::<IpAddr>().is_ok() || configured.iter().any(known)
}

/// Returns `authority` without its port and brackets.
fn host_name(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

/// Says whether `authority` names this machine, with or without a port.
fn is_local(authority: &str) -> bool {
    let host = host_name(authority);
    ["localhost", "ingest-localhost", "::1", "127.0.0.1"].iter().any(|name| name.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origin: &'static str, configured: &[&str]) -> bool {
        let configured: Vec<String> = configured.iter().map(|&text| text.to_owned()).collect();
        is_allowed(&HeaderValue::from_static(origin), &configured)
    }

    #[test]
    fn pages_on_this_machine_and_configured_ones_may_call() {
        assert!(allowed("http://localhost:3000", &[]));
        assert!(allowed("https://127.0.0.1", &[]));
        assert!(allowed("http://[::1]:3000", &[]));
        assert!(allowed("https://kusto.mycorp", &["https://kusto.mycorp/"]));
        assert!(allowed("https://anywhere.example", &["*"]));
    }

    #[test]
    fn pages_from_elsewhere_may_not() {
        assert!(!allowed("https://evil.example", &[]));
        assert!(!allowed("http://localhost.evil.example", &[]));
        assert!(!allowed("null", &[]));
        // A name that was made to point at this machine.
        assert!(!allowed("http://evil.example:8080", &[]));
    }
}
