//! The table of statuses: two calls of Azure's Table service.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/insert-entity>,
//! <https://learn.microsoft.com/rest/api/storageservices/get-entity>

use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde_json::{Map, Value};
use url::Url;

use super::{Attempts, REQUEST_TIME_MAX, StorageFailure};
use crate::resources::ResourceUri;

/// The version of the protocol that the calls are written to.
const VERSION: &str = "2019-02-02";
const MINIMAL: &str = "application/json;odata=minimalmetadata";
/// Longest answer that is read: an entity has at most 1 MiB.
const ANSWER_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// Longest text of an answer that an error quotes.
const QUOTED_BYTES_MAX: usize = 200;

/// See the file's header.
pub(crate) struct StatusTable<'t> {
    pub(crate) http: &'t reqwest::Client,
    pub(crate) table: &'t ResourceUri,
    pub(crate) attempts: &'t Attempts,
}

impl StatusTable<'_> {
    /// Inserts an entity with its keys. One that is there already stays as it is: an attempt whose answer was lost has
    /// made it.
    pub(crate) async fn insert(&self, entity: &Value) -> Result<(), StorageFailure> {
        const DOING: &str = "inserting a status";
        let body = entity.to_string();
        let insert = || async {
            let request = self.http.post(self.table.url().clone()).header("prefer", "return-no-content");
            let request = request.header(header::CONTENT_TYPE, "application/json").body(body.clone());
            let answer = self.send(DOING, request).await?;
            match answer.status() {
                status if status.is_success() || status == StatusCode::CONFLICT => Ok(()),
                _ => Err(self.refused(DOING, answer).await),
            }
        };
        self.attempts.run(insert).await
    }

    /// Returns the entity with the keys; none if there is none.
    pub(crate) async fn get(&self, partition: &str, row: &str) -> Result<Option<Map<String, Value>>, StorageFailure> {
        const DOING: &str = "reading a status";
        let url = entity_url(self.table.url(), partition, row);
        let get = || async {
            let answer = self.send(DOING, self.http.get(url.clone())).await?;
            if answer.status() == StatusCode::NOT_FOUND {
                return Ok(None);
            }
            if !answer.status().is_success() {
                return Err(self.refused(DOING, answer).await);
            }
            let status = answer.status().as_u16();
            let bytes = self.read(DOING, answer).await?;
            match serde_json::from_slice(&bytes) {
                Ok(entity) => Ok(Some(entity)),
                Err(error) => Err(StorageFailure::answered(DOING, self.table, status, error.to_string())),
            }
        };
        self.attempts.run(get).await
    }

    async fn send(&self, doing: &'static str, request: RequestBuilder) -> Result<Response, StorageFailure> {
        let request = request.header(header::ACCEPT, MINIMAL).header("x-ms-version", VERSION);
        let request = request.header("dataserviceversion", "3.0").timeout(REQUEST_TIME_MAX);
        request.send().await.map_err(|error| StorageFailure::of_request(doing, self.table, error))
    }

    async fn read(&self, doing: &'static str, mut answer: Response) -> Result<Vec<u8>, StorageFailure> {
        let mut bytes = Vec::new();
        let status = answer.status().as_u16();
        let failed = |error| StorageFailure::of_request(doing, self.table, error);
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > ANSWER_BYTES_MAX {
                let cause = format!("the answer is longer than {ANSWER_BYTES_MAX} bytes");
                return Err(StorageFailure::answered(doing, self.table, status, cause));
            }
        }
        Ok(bytes)
    }

    async fn refused(&self, doing: &'static str, answer: Response) -> StorageFailure {
        let status = answer.status().as_u16();
        match self.read(doing, answer).await {
            Ok(body) => StorageFailure::answered(doing, self.table, status, error_code(&body)),
            Err(failure) => failure,
        }
    }
}

/// Returns the code of an error's body, or else how it begins.
fn error_code(body: &[u8]) -> String {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    match document["odata.error"]["code"].as_str() {
        Some(code) => code.to_owned(),
        None => {
            let text = String::from_utf8_lossy(&body[..body.len().min(QUOTED_BYTES_MAX)]);
            format!("an answer that is no error of table storage: '{}'", text.trim())
        }
    }
}

/// Returns `…/table(PartitionKey='…',RowKey='…')` with the signature of `table`.
fn entity_url(table: &Url, partition: &str, row: &str) -> Url {
    let quoted = |key: &str| key.replace('\'', "''");
    let mut url = table.clone();
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{path}(PartitionKey='{}',RowKey='{}')", quoted(partition), quoted(row)));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_the_path_and_the_signature_stays() {
        let table = Url::parse("http://h:1/a/t?sv=1&sig=a%2B").unwrap();
        let url = entity_url(&table, "p'1", "r 2");
        assert_eq!(url.as_str(), "http://h:1/a/t(PartitionKey='p''1',RowKey='r%202')?sv=1&sig=a%2B");
    }

    #[test]
    fn refusals_are_told_by_their_code() {
        let body = br#"{"odata.error":{"code":"AuthenticationFailed","message":{"lang":"en-US","value":"no"}}}"#;
        assert_eq!(error_code(body), "AuthenticationFailed");
        assert!(error_code(b"<html>").contains("'<html>'"));
    }
}
