//! Other endpoints of a service that speak JSON, such as `/v1/rest/ingestion/…`.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use super::{Client, exchange::Exchange};
use crate::Error;

/// How long such a call may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// Begins the ids of such calls that have none.
const REQUEST_ID_PREFIX: &str = "KRC.execute";

impl Client {
    /// Gets JSON from a path of the service. Segments are encoded; `client_request_id` is made up if there is none.
    ///
    /// # Errors
    /// As [`Client::execute_query`]; [`crate::ErrorKind::MalformedAnswer`] for JSON that is no `T`.
    pub async fn get_json<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
        client_request_id: Option<&str>,
    ) -> Result<T, Error> {
        let mut url = self.url(segments)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.0.http.get(url).header("content-type", "application/json");
        self.json(request, client_request_id).await
    }

    /// Posts JSON to a path of the service and reads the answer.
    ///
    /// # Errors
    /// As [`Client::get_json`].
    pub async fn post_json<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        body: &(impl Serialize + Sync),
        client_request_id: Option<&str>,
    ) -> Result<T, Error> {
        let body = serde_json::to_vec(body).map_err(|error| Error::invalid(error.to_string()).with_source(error))?;
        let request = self.0.http.post(self.url(segments)?).header("content-type", "application/json").body(body);
        self.json(request, client_request_id).await
    }

    async fn json<T: DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
        client_request_id: Option<&str>,
    ) -> Result<T, Error> {
        let client_request_id = client_request_id.map_or_else(|| self.new_id(REQUEST_ID_PREFIX), str::to_owned);
        let answer =
            self.send(Exchange { request, client_request_id, properties: None, time_limit: TIME_LIMIT }).await?;
        let origin = answer.origin();
        let bytes = answer.bytes(self.0.answer_bytes_max).await?;
        serde_json::from_slice(&bytes).map_err(|error| origin.malformed(&error.to_string()))
    }
}
