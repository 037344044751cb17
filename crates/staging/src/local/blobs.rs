//! What is written and read of blobs and of blocks that belong to none yet.

use async_trait::async_trait;
use calypso_types::DateTime;
use sqlx::{Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};
use std::sync::Arc;
use uuid::Uuid;

use super::{
    blob_files::BlobFiles,
    database::{id, unavailable, unsigned},
    quota::Quota,
    upload::Uploaded,
    writer::{Step, Stop},
};
use crate::{Error, error::what};

/// Where a blob is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobName {
    pub(super) container: &'static str,
    pub(super) name: String,
}

impl BlobName {
    /// The name of the container.
    #[must_use]
    pub const fn container(&self) -> &'static str {
        self.container
    }

    /// The name within the container.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

/// A blob that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobProperties {
    pub name: String,
    pub bytes: u64,
    /// Changes with every write of the blob; quoted.
    pub etag: String,
    pub created_on: DateTime,
    pub modified_on: DateTime,
    /// Headers that its writer wants to be told again, by lower-case names: its content type, its metadata.
    pub headers: Vec<(String, String)>,
    /// The client request id of the write that made it.
    pub(super) request_id: String,
    pub(super) file: Uuid,
    pub(super) etag_number: i64,
    pub(super) blocks: Vec<CommittedBlock>,
}

/// A block of a blob: its id and size. Blocks follow one another in the blob's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommittedBlock {
    pub(super) id: String,
    pub(super) bytes: u64,
}

/// A block that belongs to no blob yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StagedBlock {
    pub(super) id: String,
    pub(super) file: Uuid,
    pub(super) bytes: u64,
}

/// What must be true of the blob that is there, by its ETag; `*` stands for any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlobCondition {
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
}

impl BlobCondition {
    /// Checks the condition before a write.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] when none must be there, [`Error::ConditionNotMet`] otherwise.
    pub(super) fn check(&self, found: Option<&BlobProperties>) -> Result<(), Error> {
        let unmet = Err(Error::ConditionNotMet { what: what::BLOB });
        match (&self.if_match, found) {
            (Some(_), None) => return unmet,
            (Some(etag), Some(found)) if etag != "*" && *etag != found.etag => return unmet,
            _ => {}
        }
        match (&self.if_none_match, found) {
            (Some(etag), Some(_)) if etag == "*" => Err(Error::AlreadyExists { what: what::BLOB }),
            (Some(etag), Some(found)) if *etag == found.etag => unmet,
            _ => Ok(()),
        }
    }
}

const READ_ONE: &str = "SELECT name, file, bytes, etag, created_on, modified_on, headers, request_id, blocks \
     FROM blobs WHERE container = ? AND name = ?";
const READ_MANY: &str = "SELECT name, file, bytes, etag, created_on, modified_on, headers, request_id, '' \
     FROM blobs WHERE container = ? AND name >= ? ORDER BY name LIMIT ?";

fn read(row: &SqliteRow) -> Result<BlobProperties, sqlx::Error> {
    let etag_number: i64 = row.try_get(3)?;
    Ok(BlobProperties {
        name: row.try_get(0)?,
        file: id(row, 1)?,
        bytes: unsigned(row, 2)?,
        etag: format!("\"0x{etag_number:X}\""),
        etag_number,
        created_on: DateTime(row.try_get(4)?),
        modified_on: DateTime(row.try_get(5)?),
        headers: read_headers(row.try_get(6)?),
        request_id: row.try_get(7)?,
        blocks: read_blocks(row.try_get(8)?),
    })
}

/// A line per block: its size, a space, its id.
fn read_blocks(text: &str) -> Vec<CommittedBlock> {
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let blocks = lines.map(|(bytes, id)| Some(CommittedBlock { id: id.to_owned(), bytes: bytes.parse().ok()? }));
    blocks.collect::<Option<_>>().unwrap_or_default()
}

fn write_blocks(blocks: &[CommittedBlock]) -> String {
    blocks.iter().map(|block| format!("{} {}\n", block.bytes, block.id)).collect()
}

/// A line per header: its name, a colon, its value.
fn read_headers(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn write_headers(headers: &[(String, String)]) -> String {
    headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect()
}

/// Returns a blob.
pub(super) async fn get(readers: &SqlitePool, blob: &BlobName) -> Result<Option<BlobProperties>, Error> {
    let row = sqlx::query(READ_ONE).bind(blob.container).bind(blob.name.as_str()).fetch_optional(readers).await;
    row.and_then(|row| row.as_ref().map(read).transpose()).map_err(unavailable)
}

/// Returns at most `count` blobs in the order of their names, from `first` on.
pub(super) async fn scan(
    readers: &SqlitePool,
    container: &str,
    first: &str,
    count: usize,
) -> Result<Vec<BlobProperties>, Error> {
    let rows = sqlx::query(READ_MANY).bind(container).bind(first).bind(count as i64);
    let rows = rows.fetch_all(readers).await.map_err(unavailable)?;
    rows.iter().map(read).collect::<Result<_, _>>().map_err(unavailable)
}

/// Returns the blocks that were put for a blob since it was last written.
pub(super) async fn staged_blocks(readers: &SqlitePool, blob: &BlobName) -> Result<Vec<StagedBlock>, Error> {
    let rows = sqlx::query("SELECT id, file, bytes FROM blocks WHERE container = ? AND name = ?");
    let rows = rows.bind(blob.container).bind(blob.name.as_str()).fetch_all(readers).await.map_err(unavailable)?;
    let read = |row: &SqliteRow| Ok(StagedBlock { id: row.try_get(0)?, file: id(row, 1)?, bytes: unsigned(row, 2)? });
    rows.iter().map(read).collect::<Result<_, _>>().map_err(unavailable)
}

/// The files that a write leaves without a name, and what they held.
#[derive(Default)]
pub(super) struct Leftover {
    files: Vec<Uuid>,
    bytes: u64,
}

impl Leftover {
    fn add(&mut self, file: Uuid, bytes: u64) {
        self.files.push(file);
        self.bytes += bytes;
    }

    fn dispose(&mut self, files: &Arc<BlobFiles>, quota: &Quota) {
        quota.release(self.bytes);
        files.remove(std::mem::take(&mut self.files));
    }
}

/// Where the bytes of a new blob are.
pub(super) enum NewBytes {
    Uploaded(Uploaded),
    /// The only block of the blob becomes its file.
    Block(StagedBlock),
}

/// Writes a blob, and forgets all of its staged blocks.
pub(super) struct PutBlob {
    pub(super) blob: BlobName,
    pub(super) bytes: NewBytes,
    pub(super) blocks: Vec<CommittedBlock>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) request_id: String,
    pub(super) condition: BlobCondition,
    pub(super) now: DateTime,
    pub(super) files: Arc<BlobFiles>,
    pub(super) quota: Arc<Quota>,
    pub(super) leftover: Leftover,
}

#[async_trait]
impl Step for PutBlob {
    type Answer = BlobProperties;

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<BlobProperties, Stop> {
        let row = sqlx::query(READ_ONE).bind(self.blob.container).bind(self.blob.name.as_str());
        let found = row.fetch_optional(&mut *connection).await?.as_ref().map(read).transpose()?;
        self.condition.check(found.as_ref())?;
        self.check_block(connection).await?;
        self.take_blocks(connection).await?;
        let (file, bytes) = match &mut self.bytes {
            NewBytes::Uploaded(uploaded) => {
                uploaded.keep();
                (uploaded.file.id, uploaded.bytes)
            }
            NewBytes::Block(block) => (block.file, block.bytes),
        };
        let etag_number = found.as_ref().map_or(self.now.0, |found| self.now.0.max(found.etag_number + 1));
        let created_on = found.as_ref().map_or(self.now, |found| found.created_on);
        if let Some(found) = &found {
            self.leftover.add(found.file, found.bytes);
        }
        sqlx::query("INSERT OR REPLACE INTO blobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(self.blob.container)
            .bind(self.blob.name.as_str())
            .bind(file.as_bytes().as_slice())
            .bind(bytes as i64)
            .bind(etag_number)
            .bind(created_on.0)
            .bind(self.now.0)
            .bind(write_headers(&self.headers))
            .bind(self.request_id.as_str())
            .bind(write_blocks(&self.blocks))
            .execute(&mut *connection)
            .await?;
        let row = sqlx::query(READ_ONE).bind(self.blob.container).bind(self.blob.name.as_str());
        Ok(read(&row.fetch_one(connection).await?)?)
    }

    fn names_new_file(&self) -> bool {
        true
    }

    fn committed(&mut self) {
        self.leftover.dispose(&self.files, &self.quota);
    }
}

impl PutBlob {
    /// Refuses if the block was put anew since it was chosen: its file is gone.
    async fn check_block(&self, connection: &mut SqliteConnection) -> Result<(), Stop> {
        let NewBytes::Block(block) = &self.bytes else {
            return Ok(());
        };
        let row = sqlx::query("SELECT 1 FROM blocks WHERE container = ? AND name = ? AND id = ? AND file = ?")
            .bind(self.blob.container)
            .bind(self.blob.name.as_str())
            .bind(block.id.as_str())
            .bind(block.file.as_bytes().as_slice())
            .fetch_optional(connection)
            .await?;
        if row.is_some() { Ok(()) } else { Err(Error::InvalidBlockList.into()) }
    }

    async fn take_blocks(&mut self, connection: &mut SqliteConnection) -> Result<(), Stop> {
        let rows = sqlx::query("DELETE FROM blocks WHERE container = ? AND name = ? RETURNING file, bytes")
            .bind(self.blob.container)
            .bind(self.blob.name.as_str())
            .fetch_all(connection)
            .await?;
        for row in &rows {
            let file = id(row, 0)?;
            if !matches!(&self.bytes, NewBytes::Block(block) if block.file == file) {
                self.leftover.add(file, unsigned(row, 1)?);
            }
        }
        Ok(())
    }
}

/// Puts a block, perhaps in place of one with the same id.
pub(super) struct PutBlock {
    pub(super) blob: BlobName,
    pub(super) id: String,
    pub(super) uploaded: Uploaded,
    pub(super) blocks_max: usize,
    pub(super) now: DateTime,
    pub(super) files: Arc<BlobFiles>,
    pub(super) quota: Arc<Quota>,
    pub(super) leftover: Leftover,
}

#[async_trait]
impl Step for PutBlock {
    type Answer = ();

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), Stop> {
        let sql = "SELECT file, bytes, id FROM blocks WHERE container = ? AND name = ? AND id = ?";
        let found = sqlx::query(sql).bind(self.blob.container).bind(self.blob.name.as_str()).bind(self.id.as_str());
        match found.fetch_optional(&mut *connection).await? {
            Some(found) => self.leftover.add(id(&found, 0)?, unsigned(&found, 1)?),
            None => self.check_count(connection).await?,
        }
        self.uploaded.keep();
        sqlx::query("INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?, ?)")
            .bind(self.blob.container)
            .bind(self.blob.name.as_str())
            .bind(self.id.as_str())
            .bind(self.uploaded.file.id.as_bytes().as_slice())
            .bind(self.uploaded.bytes as i64)
            .bind(self.now.0)
            .execute(connection)
            .await?;
        Ok(())
    }

    fn names_new_file(&self) -> bool {
        true
    }

    fn committed(&mut self) {
        self.leftover.dispose(&self.files, &self.quota);
    }
}

impl PutBlock {
    async fn check_count(&self, connection: &mut SqliteConnection) -> Result<(), Stop> {
        let count = sqlx::query("SELECT count(*) FROM blocks WHERE container = ? AND name = ?");
        let count = count.bind(self.blob.container).bind(self.blob.name.as_str()).fetch_one(connection).await?;
        if unsigned(&count, 0)? >= self.blocks_max as u64 {
            let limit = self.blocks_max as u64;
            return Err(Error::TooLarge { what: what::BLOCKS, limit }.into());
        }
        Ok(())
    }
}

/// Deletes a blob; answers whether there was one.
pub(super) struct DeleteBlob {
    pub(super) blob: BlobName,
    pub(super) condition: BlobCondition,
    pub(super) files: Arc<BlobFiles>,
    pub(super) quota: Arc<Quota>,
    pub(super) leftover: Leftover,
}

#[async_trait]
impl Step for DeleteBlob {
    type Answer = bool;

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<bool, Stop> {
        let row = sqlx::query(READ_ONE).bind(self.blob.container).bind(self.blob.name.as_str());
        let Some(found) = row.fetch_optional(&mut *connection).await?.as_ref().map(read).transpose()? else {
            return Ok(false);
        };
        self.condition.check(Some(&found))?;
        let delete = sqlx::query("DELETE FROM blobs WHERE container = ? AND name = ?");
        delete.bind(self.blob.container).bind(self.blob.name.as_str()).execute(connection).await?;
        self.leftover.add(found.file, found.bytes);
        Ok(true)
    }

    fn committed(&mut self) {
        self.leftover.dispose(&self.files, &self.quota);
    }
}

/// Deletes blobs and blocks that are older than a time; answers how many of each. A part at a time.
pub(super) struct DeleteOld {
    pub(super) blobs_before: DateTime,
    pub(super) blocks_before: DateTime,
    pub(super) count_max: usize,
    pub(super) files: Arc<BlobFiles>,
    pub(super) quota: Arc<Quota>,
    pub(super) leftover: Leftover,
}

#[async_trait]
impl Step for DeleteOld {
    type Answer = (u64, u64);

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(u64, u64), Stop> {
        let blobs = "DELETE FROM blobs WHERE (container, name) IN \
                     (SELECT container, name FROM blobs WHERE modified_on < ? LIMIT ?) RETURNING file, bytes";
        let blocks = "DELETE FROM blocks WHERE (container, name, id) IN \
                      (SELECT container, name, id FROM blocks WHERE put_on < ? LIMIT ?) RETURNING file, bytes";
        let mut deleted = [0, 0];
        for (index, (sql, before)) in [(blobs, self.blobs_before), (blocks, self.blocks_before)].into_iter().enumerate()
        {
            let rows = sqlx::query(sql).bind(before.0).bind(self.count_max as i64).fetch_all(&mut *connection).await?;
            for row in &rows {
                self.leftover.add(id(row, 0)?, unsigned(row, 1)?);
            }
            deleted[index] = rows.len() as u64;
        }
        Ok((deleted[0], deleted[1]))
    }

    fn committed(&mut self) {
        self.leftover.dispose(&self.files, &self.quota);
    }
}

/// Returns every file that the index names, and the bytes of all.
pub(super) async fn named_files(
    connection: &mut SqliteConnection,
) -> Result<(std::collections::HashSet<Uuid>, u64), sqlx::Error> {
    let sql = "SELECT file, bytes FROM blobs UNION ALL SELECT file, bytes FROM blocks";
    let (mut files, mut bytes) = (std::collections::HashSet::new(), 0);
    for row in sqlx::query(sql).fetch_all(connection).await? {
        files.insert(id(&row, 0)?);
        bytes += unsigned(&row, 1)?;
    }
    Ok((files, bytes))
}
