//! Staging in an account of Azure Storage, or an emulator such as Azurite: for installations that keep their staged data
//! elsewhere than on the server's disk.
//!
//! The account is the server's own: two servers must not share one, for each would take the other's messages. Blobs
//! that nobody deletes stay until a lifecycle rule of the account does it.
//! <https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview>

mod account;
mod connection;
mod queue;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use calypso_clock::Clock;
use calypso_types::{DateTime, TimeSpan};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value};

pub use connection::AzureConnection;

use crate::{
    Entity, EntityValue, Error, MessageQueue, Origin, QueueName, Resource, ResourceKind, STATUS_TABLE, StagedBlob,
    StagingAccount, TEMP_CONTAINER, local::GRANTED, wire::entity_json,
};
use account::{Account, Body, Call, CallError};
use queue::AzureQueue;

/// How long clients may use what they are told; they ask again each hour.
const SIGNATURE_LIFETIME: TimeSpan = TimeSpan(3 * TimeSpan::DAY.0);
/// How long before now a signature begins, for clocks that are behind.
const CLOCK_SKEW: TimeSpan = TimeSpan(15 * TimeSpan::MINUTE.0);
/// Largest text of a property: Azure counts two bytes for each unit of UTF-16, 64 KiB of them.
const TEXT_UNITS_MAX: usize = 32 * 1024;
/// What a key of an entity may hold as it is within an URL's quotes.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Staging in Azure Storage. Clones share it.
#[derive(Clone)]
pub struct AzureStaging {
    account: Arc<Account>,
    queues: Arc<[AzureQueue; 3]>,
}

impl AzureStaging {
    /// Takes the account and creates what it lacks. An account that does not answer yet is tried again when needed.
    ///
    /// # Errors
    /// When the account refuses.
    pub async fn open(connection: AzureConnection, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let account = Arc::new(Account::new(connection, clock)?);
        match account.ensure().await {
            Err(error) if error.is_permanent() => return Err(error),
            Err(error) => tracing::warn!(%error, "the staging account cannot be used yet"),
            Ok(()) => {}
        }
        let queues = QueueName::ALL.map(|name| AzureQueue::new(Arc::clone(&account), name));
        Ok(Self { account, queues: Arc::new(queues) })
    }
}

#[async_trait]
impl StagingAccount for AzureStaging {
    async fn resources(&self, _: &Origin, now: DateTime) -> Result<Vec<Resource>, Error> {
        self.account.ensure().await?;
        let starts_on = now.checked_sub(CLOCK_SKEW).unwrap_or(now);
        let expires_on = now.checked_add(SIGNATURE_LIFETIME).unwrap_or(DateTime::MAX);
        let connection = &self.account.connection;
        let resource = |(kind, resource, name, permissions)| {
            let access = connection.key.shared_access(&resource, permissions, starts_on, expires_on);
            let endpoint = match kind {
                ResourceKind::TempStorage | ResourceKind::ExportContainer => &connection.blob_endpoint,
                ResourceKind::StatusTable => &connection.table_endpoint,
                ResourceKind::ReadyForAggregationQueue
                | ResourceKind::FailedIngestionsQueue
                | ResourceKind::SuccessfulIngestionsQueue => &connection.queue_endpoint,
            };
            Resource { kind, url: format!("{endpoint}/{name}?{access}") }
        };
        Ok(GRANTED.into_iter().map(resource).collect())
    }

    fn ready_queue(&self) -> &dyn MessageQueue {
        &self.queues[0]
    }

    fn failed_queue(&self) -> &dyn MessageQueue {
        &self.queues[1]
    }

    fn successful_queue(&self) -> &dyn MessageQueue {
        &self.queues[2]
    }

    async fn merge_status(&self, partition_key: &str, row_key: &str, properties: Entity) -> Result<(), Error> {
        self.account.ensure().await?;
        let object = entity_object(properties);
        let (partition_key, row_key) = (quoted(partition_key), quoted(row_key));
        let call = Call {
            // Without a condition it creates what is not there.
            method: Method::PATCH,
            url: format!(
                "{}/{STATUS_TABLE}(PartitionKey='{partition_key}',RowKey='{row_key}')",
                self.account.connection.table_endpoint
            ),
            query: "",
            body: Body::Json(Value::Object(object).to_string()),
        };
        self.account.send(call, &[StatusCode::NO_CONTENT]).await.map_err(CallError::into_error).map(drop)
    }

    /// Nothing in another account is held by this process.
    async fn own_blob(&self, _: &str, _: DateTime) -> Result<Option<StagedBlob>, Error> {
        Ok(None)
    }

    async fn delete_blob(&self, uri: &str) -> Result<(), Error> {
        let Some(url) = staged_url(&self.account.connection.blob_endpoint, uri) else { return Ok(()) };
        let call = Call { method: Method::DELETE, url: url.to_owned(), query: "", body: Body::None };
        let statuses = [StatusCode::ACCEPTED, StatusCode::NOT_FOUND];
        self.account.send(call, &statuses).await.map_err(CallError::into_error).map(drop)
    }
}

/// Returns the URL of a blob without its signature, if it is one that clients may upload: with the account's key, any
/// other blob could be deleted as well.
fn staged_url<'a>(blob_endpoint: &str, uri: &'a str) -> Option<&'a str> {
    let url = uri.split(['?', ';', '#']).next()?;
    let blob = url.strip_prefix(blob_endpoint)?.strip_prefix('/')?.strip_prefix(TEMP_CONTAINER)?.strip_prefix('/')?;
    let climbs = blob.split(['/', '\\']).any(|part| {
        let part = part.to_ascii_lowercase().replace("%2e", ".");
        part == ".." || part == "."
    });
    (!blob.is_empty() && !climbs).then_some(url)
}

fn entity_object(mut properties: Entity) -> Map<String, Value> {
    for value in properties.values_mut() {
        if let EntityValue::String(text) = value {
            cut(text);
        }
    }
    let mut object = Map::new();
    entity_json::write_properties(&properties, &mut object);
    object
}

/// Cuts a text to what a property holds.
fn cut(text: &mut String) {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > TEXT_UNITS_MAX
    });
    if let Some((end, _)) = end {
        text.truncate(end);
    }
}

/// Returns the key of an entity as it stands between quotes in a URL.
fn quoted(key: &str) -> String {
    utf8_percent_encode(&key.replace('\'', "''"), KEY).to_string()
}
