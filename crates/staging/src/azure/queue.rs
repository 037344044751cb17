//! A queue of the account.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/operations-on-messages>

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode};

use super::account::{Account, Answer, Body, Call, CallError};
use crate::{
    Error, MESSAGE_BYTES_MAX, MESSAGES_PER_CALL_MAX, Message, MessageQueue, QueueName, Receipt, error::what,
    wire::queue_xml,
};

/// Azure hides messages for a week at most.
const HIDDEN_SECONDS_MAX: u64 = 7 * 24 * 60 * 60;

pub(super) struct AzureQueue {
    account: Arc<Account>,
    name: QueueName,
}

impl AzureQueue {
    pub(super) fn new(account: Arc<Account>, name: QueueName) -> Self {
        Self { account, name }
    }

    fn url(&self) -> String {
        format!("{}/{}", self.account.connection.queue_endpoint, self.name.as_str())
    }

    fn messages_url(&self) -> String {
        format!("{}/messages", self.url())
    }

    fn message_url(&self, receipt: &Receipt) -> String {
        format!("{}/{}", self.messages_url(), encoded(&receipt.message))
    }

    async fn call(&self, method: Method, url: String, query: &str, body: Body) -> Result<Answer, CallError> {
        let wanted = [StatusCode::OK, StatusCode::CREATED, StatusCode::NO_CONTENT];
        self.account.send(Call { method, url, query, body }, &wanted).await
    }
}

#[async_trait]
impl MessageQueue for AzureQueue {
    async fn put(&self, text: String) -> Result<(), Error> {
        if text.len() > MESSAGE_BYTES_MAX {
            return Err(Error::TooLarge { what: what::MESSAGE, limit: MESSAGE_BYTES_MAX as u64 });
        }
        self.account.ensure().await?;
        let body = Body::Xml(queue_xml::message_to_put(&text));
        let put = self.call(Method::POST, self.messages_url(), "", body).await;
        put.map(drop).map_err(CallError::into_error)
    }

    async fn receive(&self, count: usize, hidden: Duration) -> Result<Vec<Message>, Error> {
        self.account.ensure().await?;
        let query =
            format!("numofmessages={}&visibilitytimeout={}", count.clamp(1, MESSAGES_PER_CALL_MAX), seconds(hidden));
        let answer = self.call(Method::GET, self.messages_url(), &query, Body::None).await;
        queue_xml::received(&answer.map_err(CallError::into_error)?.body)
    }

    async fn extend(&self, receipt: &Receipt, hidden: Duration) -> Result<Receipt, Error> {
        let query = format!("popreceipt={}&visibilitytimeout={}", encoded(&receipt.pop), seconds(hidden));
        let answer = self.call(Method::PUT, self.message_url(receipt), &query, Body::None).await.map_err(gone)?;
        let pop = answer.headers.get("x-ms-popreceipt").and_then(|pop| pop.to_str().ok());
        let pop = pop.ok_or_else(|| Error::unavailable(what::STAGING_ACCOUNT, "its answer has no receipt"))?;
        Ok(Receipt { message: receipt.message.clone(), pop: pop.to_owned() })
    }

    async fn delete(&self, receipt: &Receipt) -> Result<(), Error> {
        let query = format!("popreceipt={}", encoded(&receipt.pop));
        self.call(Method::DELETE, self.message_url(receipt), &query, Body::None).await.map(drop).map_err(gone)
    }

    async fn count(&self) -> Result<u64, Error> {
        self.account.ensure().await?;
        let answer = self.call(Method::GET, self.url(), "comp=metadata", Body::None).await;
        let headers = answer.map_err(CallError::into_error)?.headers;
        let count = headers.get("x-ms-approximate-messages-count").and_then(|count| count.to_str().ok()?.parse().ok());
        count.ok_or_else(|| Error::unavailable(what::STAGING_ACCOUNT, "its answer has no count"))
    }
}

fn gone(error: CallError) -> Error {
    if error.is_message_gone() { Error::NotFound { what: what::MESSAGE } } else { error.into_error() }
}

/// Returns whole seconds, at least one: a message that is not hidden would be received again at once.
fn seconds(time: Duration) -> u64 {
    time.as_secs().clamp(1, HIDDEN_SECONDS_MAX)
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
