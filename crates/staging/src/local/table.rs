//! The table of statuses of built-in staging.

use std::sync::{Arc, atomic::AtomicU64};

use super::{
    Inner,
    entities::{self, EntityChange, EntityCondition, EntityKey, KEY_BYTES_MAX, StoredEntity},
};
use crate::{Entity, Error, error::what, wire::table_filter::TableFilter};
use calypso_types::DateTime;

/// Most entities of one answer, as in Azure Tables.
pub const ENTITIES_PER_CALL_MAX: usize = 1000;
/// Entities that one call looks at; it then answers what it found and where to go on.
const ENTITIES_SCANNED_MAX: usize = 10_000;

/// Entities that a query found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EntityPage {
    pub entities: Vec<StoredEntity>,
    /// Where the next call goes on; none at the end.
    pub next: Option<EntityKey>,
}

/// The table of statuses.
pub struct LocalTable {
    inner: Arc<Inner>,
    count: Arc<AtomicU64>,
}

impl LocalTable {
    pub(super) fn new(inner: Arc<Inner>, count: u64) -> Self {
        Self { inner, count: Arc::new(AtomicU64::new(count)) }
    }

    /// Returns an entity.
    ///
    /// # Errors
    /// [`Error::NotFound`], or when the disk fails.
    pub async fn get(&self, key: &EntityKey) -> Result<StoredEntity, Error> {
        entities::get(&self.inner.readers, key).await
    }

    /// Creates or changes an entity; returns when it changed.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`], [`Error::NotFound`] and [`Error::ConditionNotMet`] as the change demands,
    /// [`Error::TooLarge`], [`Error::Full`], or when the disk fails.
    pub async fn put(&self, key: EntityKey, change: EntityChange, properties: Entity) -> Result<DateTime, Error> {
        if key.partition_key.len() > KEY_BYTES_MAX || key.row_key.len() > KEY_BYTES_MAX {
            return Err(Error::TooLarge { what: what::KEY, limit: KEY_BYTES_MAX as u64 });
        }
        let step = entities::Put {
            key,
            change,
            properties,
            now: self.inner.clock.now(),
            count: Arc::clone(&self.count),
            entities_max: self.inner.settings.entities_max,
            created: false,
        };
        self.inner.writer.write(step).await
    }

    /// Deletes an entity.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::ConditionNotMet`], or when the disk fails.
    pub async fn delete(&self, key: EntityKey, condition: EntityCondition) -> Result<(), Error> {
        self.inner.writer.write(entities::Delete { key, condition, count: Arc::clone(&self.count) }).await
    }

    /// Returns at most `count` entities that `filter` accepts, in the order of their keys, from `first` on.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn query(
        &self,
        filter: &TableFilter,
        first: Option<EntityKey>,
        count: usize,
    ) -> Result<EntityPage, Error> {
        let count = count.clamp(1, ENTITIES_PER_CALL_MAX);
        let mut first = first.unwrap_or_else(|| filter.first_key());
        let mut page = EntityPage::default();
        let mut scanned = 0;
        loop {
            let found = entities::scan(&self.inner.readers, &first, ENTITIES_PER_CALL_MAX).await?;
            let is_last = found.len() < ENTITIES_PER_CALL_MAX;
            for entity in found {
                if filter.is_past(&entity.key) {
                    return Ok(page);
                }
                first = entity.key.clone();
                if page.entities.len() == count || scanned == ENTITIES_SCANNED_MAX {
                    page.next = Some(first);
                    return Ok(page);
                }
                scanned += 1;
                if filter.accepts(&entity) {
                    page.entities.push(entity);
                }
            }
            if is_last {
                return Ok(page);
            }
            // Begin behind the last one that was looked at.
            first.row_key.push('\0');
        }
    }

    /// Deletes entities that have not changed since a time.
    pub(super) async fn delete_unchanged(&self, since: DateTime) -> Result<u64, Error> {
        let step = entities::DeleteUnchanged { since, count: Arc::clone(&self.count), deleted: 0 };
        self.inner.writer.write(step).await
    }
}
