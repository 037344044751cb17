//! What is written and read of status entities.

use async_trait::async_trait;
use calypso_types::DateTime;
use serde_json::Map;
use sqlx::{Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{
    database::unavailable,
    writer::{Step, Stop},
};
use crate::{
    Entity, Error,
    error::what,
    wire::entity_json::{self, PROPERTIES_MAX},
};

/// Largest key of an entity, as in Azure Tables.
pub const KEY_BYTES_MAX: usize = 1024;
/// Largest entity, as in Azure Tables.
pub const ENTITY_BYTES_MAX: usize = 1024 * 1024;

/// The keys of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityKey {
    pub partition_key: String,
    pub row_key: String,
}

/// An entity that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEntity {
    pub key: EntityKey,
    /// When it last changed; its ETag says the same.
    pub changed_on: DateTime,
    pub properties: Entity,
}

/// What happens to an entity, given what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntityChange {
    /// It must not be there.
    Insert,
    /// Its properties are set; others stay.
    Merge(EntityCondition),
    /// Its properties are set; others go.
    Replace(EntityCondition),
}

/// What must be true of an entity that is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntityCondition {
    /// Nothing: it is created if it is not there.
    None,
    /// It is there.
    Exists,
    /// It is there and last changed then.
    ChangedOn(DateTime),
}

impl EntityCondition {
    pub(super) fn check(self, found: Option<DateTime>) -> Result<(), Error> {
        match (self, found) {
            (Self::None, _) | (Self::Exists, Some(_)) => Ok(()),
            (Self::ChangedOn(expected), Some(found)) if expected == found => Ok(()),
            (Self::ChangedOn(_), Some(_)) => Err(Error::ConditionNotMet { what: what::ENTITY }),
            (_, None) => Err(Error::NotFound { what: what::ENTITY }),
        }
    }
}

const READ: &str = "SELECT partition_key, row_key, properties, changed_on FROM entities \
     WHERE partition_key = ? AND row_key = ?";

fn read(row: &SqliteRow) -> Result<StoredEntity, sqlx::Error> {
    let properties: &str = row.try_get(2)?;
    let properties = entity_json::from_json(properties.as_bytes());
    let properties = properties.map_err(|error| sqlx::Error::Decode(Box::new(error)))?.properties;
    let key = EntityKey { partition_key: row.try_get(0)?, row_key: row.try_get(1)? };
    Ok(StoredEntity { key, changed_on: DateTime(row.try_get(3)?), properties })
}

/// Returns the entity with a key.
pub(super) async fn get(readers: &SqlitePool, key: &EntityKey) -> Result<StoredEntity, Error> {
    let row = sqlx::query(READ).bind(key.partition_key.as_str()).bind(key.row_key.as_str());
    let row = row.fetch_optional(readers).await.map_err(unavailable)?;
    let row = row.ok_or(Error::NotFound { what: what::ENTITY })?;
    read(&row).map_err(unavailable)
}

/// Returns at most `count` entities in the order of their keys, from `first` on.
pub(super) async fn scan(readers: &SqlitePool, first: &EntityKey, count: usize) -> Result<Vec<StoredEntity>, Error> {
    let sql = "SELECT partition_key, row_key, properties, changed_on FROM entities \
               WHERE (partition_key, row_key) >= (?, ?) ORDER BY partition_key, row_key LIMIT ?";
    let rows = sqlx::query(sql).bind(first.partition_key.as_str()).bind(first.row_key.as_str()).bind(count as i64);
    let rows = rows.fetch_all(readers).await.map_err(unavailable)?;
    rows.iter().map(read).collect::<Result<_, _>>().map_err(unavailable)
}

/// Creates or changes an entity.
pub(super) struct Put {
    pub(super) key: EntityKey,
    pub(super) change: EntityChange,
    pub(super) properties: Entity,
    pub(super) now: DateTime,
    pub(super) count: Arc<AtomicU64>,
    pub(super) entities_max: u64,
    pub(super) created: bool,
}

#[async_trait]
impl Step for Put {
    type Answer = DateTime;

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<DateTime, Stop> {
        let row = sqlx::query(READ).bind(self.key.partition_key.as_str()).bind(self.key.row_key.as_str());
        let found = row.fetch_optional(&mut *connection).await?;
        let found = found.as_ref().map(read).transpose()?;
        let found_on = found.as_ref().map(|entity| entity.changed_on);
        let properties = self.next(found)?;
        let text = to_text(&properties)?;
        self.created = found_on.is_none();
        if self.created && self.count.load(Ordering::Relaxed) >= self.entities_max {
            return Err(Error::Full { what: what::ENTITY, limit: self.entities_max }.into());
        }
        // Each change has a time of its own: it is the ETag.
        let changed_on = found_on.map_or(self.now, |found_on| self.now.max(DateTime(found_on.0 + 1)));
        sqlx::query(
            "INSERT INTO entities (partition_key, row_key, properties, changed_on) VALUES (?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET properties = excluded.properties, changed_on = excluded.changed_on",
        )
        .bind(self.key.partition_key.as_str())
        .bind(self.key.row_key.as_str())
        .bind(text)
        .bind(changed_on.0)
        .execute(connection)
        .await?;
        Ok(changed_on)
    }

    fn committed(&mut self) {
        if self.created {
            self.count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Put {
    /// Returns the properties after the change.
    fn next(&mut self, found: Option<StoredEntity>) -> Result<Entity, Error> {
        let sent = std::mem::take(&mut self.properties);
        let found_on = found.as_ref().map(|entity| entity.changed_on);
        match self.change {
            EntityChange::Insert if found.is_some() => Err(Error::AlreadyExists { what: what::ENTITY }),
            EntityChange::Insert => Ok(sent),
            EntityChange::Replace(condition) => condition.check(found_on).map(|()| sent),
            EntityChange::Merge(condition) => {
                condition.check(found_on)?;
                let mut properties = found.map(|entity| entity.properties).unwrap_or_default();
                properties.extend(sent);
                Ok(properties)
            }
        }
    }
}

fn to_text(properties: &Entity) -> Result<String, Error> {
    if properties.len() > PROPERTIES_MAX {
        return Err(Error::TooLarge { what: what::PROPERTIES, limit: PROPERTIES_MAX as u64 });
    }
    let mut object = Map::new();
    entity_json::write_properties(properties, &mut object);
    let text = serde_json::to_string(&object).map_err(|_| Error::invalid("the entity has no JSON form"))?;
    if text.len() > ENTITY_BYTES_MAX {
        return Err(Error::TooLarge { what: what::ENTITY, limit: ENTITY_BYTES_MAX as u64 });
    }
    Ok(text)
}

/// Deletes an entity.
pub(super) struct Delete {
    pub(super) key: EntityKey,
    pub(super) condition: EntityCondition,
    pub(super) count: Arc<AtomicU64>,
}

#[async_trait]
impl Step for Delete {
    type Answer = ();

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), Stop> {
        let keys = (self.key.partition_key.as_str(), self.key.row_key.as_str());
        let found = sqlx::query(READ).bind(keys.0).bind(keys.1).fetch_optional(&mut *connection).await?;
        let found = found.as_ref().map(|row| row.try_get(3).map(DateTime)).transpose()?;
        if found.is_none() {
            return Err(Error::NotFound { what: what::ENTITY }.into());
        }
        self.condition.check(found)?;
        let delete = sqlx::query("DELETE FROM entities WHERE partition_key = ? AND row_key = ?");
        delete.bind(keys.0).bind(keys.1).execute(connection).await?;
        Ok(())
    }

    fn committed(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Deletes entities that have not changed since a time.
pub(super) struct DeleteUnchanged {
    pub(super) since: DateTime,
    pub(super) count: Arc<AtomicU64>,
    pub(super) deleted: u64,
}

#[async_trait]
impl Step for DeleteUnchanged {
    type Answer = u64;

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<u64, Stop> {
        let delete = sqlx::query("DELETE FROM entities WHERE changed_on < ?").bind(self.since.0);
        self.deleted = delete.execute(connection).await?.rows_affected();
        Ok(self.deleted)
    }

    fn committed(&mut self) {
        self.count.fetch_sub(self.deleted, Ordering::Relaxed);
    }
}
