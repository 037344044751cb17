//! `object_store` over our own HTTP client, so that what it asks for obeys the same rules as everything else.

use std::{error::Error as StdError, sync::Arc};

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
    },
};
use reqwest::Client;
use url::Url;

use crate::{addresses::AddressRefused, host_rules::HostRules};

/// Makes every client of `object_store` this one.
#[derive(Debug, Clone)]
pub(crate) struct Connector {
    pub(crate) client: Client,
    /// `None` where the operator named the only place that is asked.
    pub(crate) rules: Option<Arc<HostRules>>,
}

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Connector {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        if let Some(rules) = &self.rules {
            rules.check(&url).map_err(|_| HttpError::new(HttpErrorKind::Unknown, AddressRefused))?;
        }
        let mut outgoing = reqwest::Request::new(parts.method, url);
        *outgoing.headers_mut() = parts.headers;
        let body = body.as_bytes().cloned().unwrap_or_default();
        if !body.is_empty() {
            *outgoing.body_mut() = Some(body.into());
        }
        let answer = self.client.execute(outgoing).await.map_err(http_error)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = reqwest::Body::from(answer).map_err(http_error);
        let mut response = HttpResponse::new(HttpResponseBody::new(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

fn http_error(error: reqwest::Error) -> HttpError {
    let kind = if AddressRefused::is_cause_of(&error as &(dyn StdError + 'static)) {
        HttpErrorKind::Unknown
    } else if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_connect() {
        HttpErrorKind::Connect
    } else {
        HttpErrorKind::Interrupted
    };
    // The URL may hold a signature.
    HttpError::new(kind, error.without_url())
}
