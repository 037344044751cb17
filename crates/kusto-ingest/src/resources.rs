//! Where clients of queued ingestion upload and post: asked from the service, kept for an hour, tried by rank.
//!
//! As the other SDKs' resource managers: two commands, four attempts each when the service is busy, storage accounts
//! ranked by their latest successes, resources of one account in turn.

mod candidates;
mod ingestion_resources;
mod kept;
mod ranked_accounts;
mod resource_uri;
#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use calypso_protocol::IngestionConfiguration;
use kusto_data::{Client, Dataset, ErrorKind};
use parking_lot::Mutex;
use serde::Deserialize;

pub(crate) use ingestion_resources::IngestionResources;
pub use resource_uri::ResourceUri;
pub(crate) use resource_uri::location_of;

use crate::{Error, RetryPolicy, storage::Attempts, timing::Timing};
use kept::{Ask, Kept};
use ranked_accounts::RankedAccounts;

/// The database that commands of the data-management service name.
const DATABASE: &str = "NetDefaultDB";
const RESOURCES_COMMAND: &str = ".get ingestion resources";
const TOKEN_COMMAND: &str = ".get kusto identity token";
const CONFIGURATION: [&str; 4] = ["v1", "rest", "ingestion", "configuration"];
/// Of a command while the service answers that it is busy: four attempts in all, as in the other SDKs.
const RETRIES: RetryPolicy = RetryPolicy {
    retries_max: 3,
    first_wait: Duration::from_secs(2),
    wait_max: Duration::from_secs(30),
    jitter_max: Duration::from_secs(1),
};

/// A row of `.get ingestion resources`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceRow {
    resource_type_name: String,
    storage_root: String,
}

/// The row of `.get kusto identity token`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TokenRow {
    authorization_context: String,
}

/// See the file's header. Cheap to clone; clones share what is known.
#[derive(Clone)]
pub struct ResourceManager {
    inner: Arc<Inner>,
}

struct Inner {
    timing: Timing,
    resources: Kept<IngestionResources>,
    identity_token: Kept<String>,
    configuration: Kept<IngestionConfiguration>,
    accounts: Mutex<RankedAccounts>,
    /// Of the first container or queue of each account to be tried.
    turn: AtomicUsize,
}

impl ResourceManager {
    /// Returns a manager that asks `service`, the data-management endpoint. It asks when it is first needed.
    pub(crate) fn new(service: &Client, attempts: &Attempts) -> Self {
        let timing = attempts.timing().clone();
        let clock = &timing.clock;
        let resources = ask(service, attempts, |service| async move {
            let answer = command(&service, RESOURCES_COMMAND).await?;
            let rows: Vec<ResourceRow> = answer.primary_rows()?;
            IngestionResources::read(rows.into_iter().map(|row| (row.resource_type_name, row.storage_root)))
        });
        let identity_token = ask(service, attempts, |service| async move {
            let answer = command(&service, TOKEN_COMMAND).await?;
            let token = answer.primary_rows::<TokenRow>()?.pop().map(|row| row.authorization_context);
            token
                .filter(|token| !token.trim().is_empty())
                .ok_or_else(|| Error::Answer { reason: "the service gives no identity token".to_owned() })
        });
        let configuration = ask(service, attempts, |service| async move {
            let answer: serde_json::Value = service.get_json(&CONFIGURATION, &[], None).await?;
            IngestionConfiguration::parse(answer.to_string().as_bytes())
                .map_err(|error| Error::Answer { reason: error.to_string() })
        });
        Self {
            inner: Arc::new(Inner {
                resources: Kept::new("ingestion resources", clock.clone(), resources),
                identity_token: Kept::new("identity token", clock.clone(), identity_token),
                configuration: Kept::new("ingestion configuration", clock.clone(), configuration),
                accounts: Mutex::default(),
                turn: AtomicUsize::new(0),
                timing,
            }),
        }
    }

    /// Returns what the service lists.
    pub(crate) async fn resources(&self) -> Result<Arc<IngestionResources>, Error> {
        let resources = self.inner.resources.get().await?;
        self.inner.accounts.lock().keep(resources.accounts(), self.inner.timing.clock.now());
        Ok(resources)
    }

    /// Asks anew after `known` turned out to be outdated.
    pub(crate) async fn resources_other_than(
        &self,
        known: &Arc<IngestionResources>,
    ) -> Result<Arc<IngestionResources>, Error> {
        let resources = self.inner.resources.other_than(known).await?;
        self.inner.accounts.lock().keep(resources.accounts(), self.inner.timing.clock.now());
        Ok(resources)
    }

    /// Returns the token that messages carry: a secret.
    pub(crate) async fn identity_token(&self) -> Result<Arc<String>, Error> {
        self.inner.identity_token.get().await
    }

    /// Returns how the service wants to be told of blobs over REST.
    pub(crate) async fn configuration(&self) -> Result<Arc<IngestionConfiguration>, Error> {
        self.inner.configuration.get().await
    }

    /// Returns the containers to upload to, best first.
    ///
    /// # Errors
    /// When the service cannot be asked and was not asked lately.
    pub async fn containers(&self) -> Result<Vec<ResourceUri>, Error> {
        Ok(self.in_order(self.resources().await?.containers()))
    }

    /// Returns the queues to post to, best first.
    ///
    /// # Errors
    /// As [`ResourceManager::containers`].
    pub async fn ready_queues(&self) -> Result<Vec<ResourceUri>, Error> {
        Ok(self.in_order(self.resources().await?.ready_queues()))
    }

    /// Puts resources into the order in which they are to be tried: one of the best account, one of the next and so on,
    /// then the second of each. Each call begins with another resource of an account.
    pub(crate) fn in_order(&self, resources: &[ResourceUri]) -> Vec<ResourceUri> {
        let accounts = self.inner.accounts.lock().order(self.inner.timing.clock.now(), &*self.inner.timing.ids);
        let turn = self.inner.turn.fetch_add(1, Ordering::Relaxed);
        let of_account = |account: &String| {
            let mut own: VecDeque<&ResourceUri> =
                resources.iter().filter(|resource| resource.account() == account).collect();
            if !own.is_empty() {
                let first = turn % own.len();
                own.rotate_left(first);
            }
            own
        };
        let mut by_account: Vec<VecDeque<&ResourceUri>> = accounts.iter().map(of_account).collect();
        let mut order = Vec::with_capacity(resources.len());
        while by_account.iter().any(|own| !own.is_empty()) {
            order.extend(by_account.iter_mut().filter_map(VecDeque::pop_front).cloned());
        }
        order
    }

    /// Counts a success or failure of the account of `resource`, which ranks it.
    pub fn report_usage(&self, resource: &ResourceUri, succeeded: bool) {
        self.inner.accounts.lock().count(resource.account(), succeeded, self.inner.timing.clock.now());
    }
}

impl fmt::Debug for ResourceManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceManager").finish_non_exhaustive()
    }
}

/// Returns how to ask `service`: again after a while when it is busy.
fn ask<T, F>(service: &Client, attempts: &Attempts, question: impl Fn(Client) -> F + Send + Sync + 'static) -> Ask<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let (service, attempts, question) = (service.clone(), attempts.clone(), Arc::new(question));
    Arc::new(move || {
        let (service, attempts, question) = (service.clone(), attempts.clone(), question.clone());
        Box::pin(async move {
            for retry in 1..=RETRIES.retries_max {
                match question(service.clone()).await {
                    Err(Error::Service(error)) if error.is_throttled() => {}
                    outcome => return outcome,
                }
                attempts.pause(&RETRIES, retry).await;
            }
            question(service).await
        })
    })
}

/// How long the service may take to answer one of the two commands; other commands have an hour.
const COMMAND_TIME_MAX: Duration = Duration::from_secs(60);

/// Runs a command that is answered from what the service has at hand.
async fn command(service: &Client, text: &'static str) -> Result<Dataset, Error> {
    let answer = tokio::time::timeout(COMMAND_TIME_MAX, service.execute_command(DATABASE, text, None)).await;
    let late = |_| {
        let message = format!("'{text}' was not answered within {} s", COMMAND_TIME_MAX.as_secs());
        kusto_data::Error::new(ErrorKind::Timeout, message)
    };
    Ok(answer.map_err(late)??)
}
