//! Staging storage that this process holds itself: an SQLite index for messages, entities and the list of blobs, and
//! files for the bytes of blobs, in one directory.
//!
//! What is acknowledged is durable: the bytes of a blob are synced, then the name of its file, then the index in one
//! transaction with whatever else waits ([`writer`]). A crash leaves an index that names whole files, and files that
//! the index does not name, which the next start deletes. A message that was received when the process ended is
//! visible again at the next start. `docs/formats/staging.md` has the layout and the argument.

mod blob_files;
mod blobs;
mod container;
mod database;
mod entities;
mod expiry;
mod key_file;
mod messages;
mod names;
mod queue;
mod quota;
mod settings;
mod table;
#[cfg(test)]
mod tests;
mod upload;
mod writer;

use std::{fs, path::Path, sync::Arc};

use async_trait::async_trait;
use calypso_clock::{Clock, Ids};
use calypso_types::{DateTime, TimeSpan};
use sqlx::{SqliteConnection, SqlitePool};

pub use blobs::{BlobCondition, BlobName, BlobProperties};
pub use container::{BLOBS_PER_CALL_MAX, BlobPage, BlobWrite, LocalBlobs};
pub use entities::{ENTITY_BYTES_MAX, EntityChange, EntityCondition, EntityKey, KEY_BYTES_MAX, StoredEntity};
pub use expiry::Expired;
pub(crate) use names::GRANTED;
pub use names::{EXPORT_CONTAINER, NamedResource, QueueName, STATUS_TABLE, TEMP_CONTAINER};
pub use queue::{LocalQueue, MESSAGE_BYTES_MAX, QueueMessage, TimeToLive};
pub use settings::LocalStagingSettings;
pub use table::{ENTITIES_PER_CALL_MAX, EntityPage, LocalTable};
pub use upload::Upload;

use blob_files::BlobFiles;
use quota::Quota;
use writer::Writer;

use crate::{
    AccountKey, Entity, EntityValue, Error, MessageQueue, Origin, Resource, SasResource, SharedAccess, SignatureMatch,
    StagedBlob, StagingAccount,
    uri::{ObjectPath, path_and_query, query_pairs},
    wire::entity_json::TEXT_BYTES_MAX,
};

/// The index, in the directory.
const INDEX_FILE: &str = "staging.db";
/// The directory of blobs, in the directory.
const BLOBS_DIR: &str = "blobs";
/// Held while a process owns the directory.
const LOCK_FILE: &str = "staging.lock";
/// How long before now a signature begins, for clients whose clocks are behind.
const CLOCK_SKEW: TimeSpan = TimeSpan(15 * TimeSpan::MINUTE.0);

/// Built-in staging. Clones share it.
#[derive(Clone)]
pub struct LocalStaging {
    inner: Arc<Inner>,
    queues: Arc<[LocalQueue; 3]>,
    table: Arc<LocalTable>,
    blobs: Arc<LocalBlobs>,
}

/// What the parts share.
struct Inner {
    settings: LocalStagingSettings,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    key: AccountKey,
    writer: Writer,
    readers: SqlitePool,
    files: Arc<BlobFiles>,
    quota: Arc<Quota>,
    /// Released by the system when the process ends, however it ends.
    _lock: fs::File,
}

impl LocalStaging {
    /// Opens the directory that the settings name, creating it if it is not there.
    ///
    /// # Errors
    /// When another process owns it, it cannot be read or written, or was written by a newer version.
    pub async fn open(settings: LocalStagingSettings, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self, Error> {
        fs::create_dir_all(&settings.dir).map_err(Error::io)?;
        let lock = lock(&settings.dir)?;
        let key = key_file::load_or_create(&settings.dir, &settings.account, ids.as_ref())?;
        let files = Arc::new(BlobFiles::open(settings.dir.join(BLOBS_DIR))?);
        sync_names(&settings.dir)?;
        let index = settings.dir.join(INDEX_FILE);
        let mut connection = database::open(&index).await?;
        let recovered = Recovered::recover(&mut connection).await.map_err(database::unavailable)?;
        let removed = files.remove_others(&recovered.files)?;
        if removed > 0 {
            tracing::info!(files = removed, "deleted files of uploads that did not end");
        }
        let quota = Arc::new(Quota::new(recovered.bytes, settings.bytes_max));
        let writer = Writer::start(connection, index.clone(), Arc::clone(&files));
        let readers = database::readers(&index).await?;
        let inner = Arc::new(Inner { settings, clock, ids, key, writer, readers, files, quota, _lock: lock });
        let queue = |name: QueueName, count| LocalQueue::new(name, Arc::clone(&inner), count);
        let [ready, failed, successful] = QueueName::ALL;
        let [ready_count, failed_count, successful_count] = recovered.messages;
        Ok(Self {
            queues: Arc::new([
                queue(ready, ready_count),
                queue(failed, failed_count),
                queue(successful, successful_count),
            ]),
            table: Arc::new(LocalTable::new(Arc::clone(&inner), recovered.entities)),
            blobs: Arc::new(LocalBlobs::new(Arc::clone(&inner))),
            inner,
        })
    }

    /// The account's name: the first segment of every path.
    #[must_use]
    pub fn account(&self) -> &str {
        self.inner.key.account()
    }

    /// A queue.
    #[must_use]
    pub fn queue(&self, name: QueueName) -> &LocalQueue {
        let [ready, failed, successful] = self.queues.as_ref();
        match name {
            QueueName::ReadyForAggregation => ready,
            QueueName::FailedIngestions => failed,
            QueueName::SuccessfulIngestions => successful,
        }
    }

    /// The table of statuses.
    #[must_use]
    pub fn table(&self) -> &LocalTable {
        &self.table
    }

    /// The blobs.
    #[must_use]
    pub fn blobs(&self) -> &LocalBlobs {
        &self.blobs
    }

    /// Bytes of all blobs and blocks, also of those being written.
    #[must_use]
    pub fn staged_bytes(&self) -> u64 {
        self.inner.quota.bytes()
    }

    /// Commits of the index so far.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.inner.writer.commits()
    }

    /// Checks that a request's signature, in the decoded pairs of its query string, admits an operation on `resource`
    /// that needs one of the letters `permissions`.
    ///
    /// # Errors
    /// [`Error::Forbidden`], with the reason.
    pub fn check_access(
        &self,
        pairs: &[(String, String)],
        resource: &SasResource<'_>,
        permissions: &str,
        secure: bool,
    ) -> Result<(), Error> {
        shared_access(pairs).check(&self.inner.key, resource, permissions, self.inner.clock.now(), secure)
    }

    /// Returns the blob that a URI names, with its signature, if the signature is one of ours: the host does not
    /// matter, for this machine has many names.
    fn own(&self, uri: &str) -> Option<(BlobName, SharedAccess)> {
        let (path, query) = path_and_query(uri)?;
        let path = ObjectPath::parse(path).filter(|path| path.account == self.account())?;
        let (container, blob) = path.container_and_blob();
        let name = self.inner_blob_name(container, blob?)?;
        let access = shared_access(&query_pairs(query));
        let resource = SasResource::Blob { container: name.container, name: &name.name };
        (access.matches(&self.inner.key, &resource) == SignatureMatch::Ours).then_some((name, access))
    }

    fn inner_blob_name(&self, container: &str, blob: &str) -> Option<BlobName> {
        self.blobs.name(container, blob).ok()
    }
}

fn shared_access(pairs: &[(String, String)]) -> SharedAccess {
    SharedAccess::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

#[async_trait]
impl StagingAccount for LocalStaging {
    async fn resources(&self, origin: &Origin, now: DateTime) -> Result<Vec<Resource>, Error> {
        let starts_on = now.checked_sub(CLOCK_SKEW).unwrap_or(now);
        let expires_on = queue::after(now, self.inner.settings.signature_lifetime);
        let resource = |&(kind, resource, name, permissions): &(_, SasResource<'static>, &str, &str)| {
            let access = self.inner.key.shared_access(&resource, permissions, starts_on, expires_on);
            Resource { kind, url: format!("{origin}/{}/{name}?{access}", self.account()) }
        };
        Ok(GRANTED.iter().map(resource).collect())
    }

    fn ready_queue(&self) -> &dyn MessageQueue {
        self.queue(QueueName::ReadyForAggregation)
    }

    fn failed_queue(&self) -> &dyn MessageQueue {
        self.queue(QueueName::FailedIngestions)
    }

    fn successful_queue(&self) -> &dyn MessageQueue {
        self.queue(QueueName::SuccessfulIngestions)
    }

    async fn merge_status(&self, partition_key: &str, row_key: &str, mut properties: Entity) -> Result<(), Error> {
        let key = EntityKey { partition_key: partition_key.to_owned(), row_key: row_key.to_owned() };
        for value in properties.values_mut() {
            if let EntityValue::String(text) = value {
                text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
            }
        }
        self.table.put(key, EntityChange::Merge(EntityCondition::None), properties).await.map(drop)
    }

    async fn own_blob(&self, uri: &str, now: DateTime) -> Result<Option<StagedBlob>, Error> {
        let Some((name, access)) = self.own(uri) else {
            return Ok(None);
        };
        let resource = SasResource::Blob { container: name.container, name: &name.name };
        // The signature came over a connection that it allowed.
        access.check(&self.inner.key, &resource, "r", now, true)?;
        let found = self.blobs.properties(&name).await?;
        Ok(Some(self.blobs.file(&found)))
    }

    async fn delete_blob(&self, uri: &str) -> Result<(), Error> {
        match self.own(uri) {
            Some((name, _)) => self.blobs.delete(name, BlobCondition::default()).await.map(drop),
            None => Ok(()),
        }
    }
}

/// What the index says at the start.
struct Recovered {
    messages: [u64; 3],
    entities: u64,
    files: std::collections::HashSet<uuid::Uuid>,
    bytes: u64,
}

impl Recovered {
    async fn recover(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let mut counts = [0; 3];
        for (count, queue) in counts.iter_mut().zip(QueueName::ALL) {
            *count = messages::recover(connection, queue).await?;
        }
        let entities = database::number(connection, "SELECT count(*) FROM entities").await?;
        let (files, bytes) = blobs::named_files(connection).await?;
        Ok(Self { messages: counts, entities: entities.unsigned_abs(), files, bytes })
    }
}

/// Makes durable that the directory is there, and the names in it: signatures must outlive a crash, and files too.
fn sync_names(dir: &Path) -> Result<(), Error> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    for dir in [Some(dir), parent].into_iter().flatten() {
        fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(Error::io)?;
    }
    Ok(())
}

/// Makes this process the directory's owner.
fn lock(dir: &Path) -> Result<fs::File, Error> {
    let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(dir.join(LOCK_FILE));
    let file = file.map_err(Error::io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            Err(Error::invalid(format!("another process uses the staging directory {}", dir.display())))
        }
        Err(fs::TryLockError::Error(error)) => Err(Error::io(error)),
    }
}
