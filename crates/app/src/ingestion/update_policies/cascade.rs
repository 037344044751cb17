//! One run of the update policies over new data, and of those over their results.

use std::{collections::HashMap, sync::Arc};

use arrow::{array::RecordBatch, compute::concat_batches};
use calypso_columns::arrow_schema;
use calypso_model::{ClusterState, Database, Extent, Table};
use calypso_query::MemorySnapshot;
use calypso_storage::{IngestOptions, WrittenExtents, batch_channel};
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, future::BoxFuture};

use super::{PolicyFailure, Trigger, keeps_nothing, policy_query, triggers};
use crate::{
    App, AppError, AppErrorKind, BatchStream, error_sources, ingestion::IngestionOrigin, query::World,
    table_definition::columns_of,
};

/// Tables that one chain of policies passes through at most.
const CHAIN_TABLES_MAX: usize = 32;
/// Queries that one ingestion runs at most: chains may fork.
const QUERIES_MAX: usize = 1_000;
/// Bytes of the rows that policies may derive from one streamed body.
const STREAMED_BYTES_MAX: usize = 256 * 1024 * 1024;

/// New data of a table, not committed yet.
pub(super) enum Fresh {
    Extents(Vec<Arc<Extent>>),
    Rows(Vec<RecordBatch>),
}

/// New data that a policy derived, in the same form as what it was derived from.
pub(super) enum Output {
    Extents(WrittenExtents),
    Rows(Vec<RecordBatch>),
}

/// What one policy gave.
pub(super) struct Derived {
    pub(super) target: Arc<Table>,
    pub(super) output: Output,
    /// All policies up to it are transactional.
    pub(super) required: bool,
    /// The target keeps nothing.
    pub(super) discard: bool,
}

/// See the file's header.
pub(super) struct Cascade<'a> {
    app: &'a App,
    origin: &'a IngestionOrigin,
    state: &'a ClusterState,
    database: &'a Database,
    options: &'a IngestOptions,
    pub(super) derived: Vec<Derived>,
    pub(super) failures: Vec<PolicyFailure>,
    queries: usize,
    streamed_bytes: usize,
}

/// Where in a chain a policy runs.
struct Place<'a> {
    source: &'a Arc<Table>,
    /// Names of the tables that the data came through, the source last.
    chain: &'a [String],
    required: bool,
    /// The ingestion's properties count for the source.
    has_properties: bool,
}

impl<'a> Cascade<'a> {
    pub(super) fn new(
        app: &'a App,
        origin: &'a IngestionOrigin,
        state: &'a ClusterState,
        database: &'a Database,
        options: &'a IngestOptions,
    ) -> Self {
        let (derived, failures) = (Vec::new(), Vec::new());
        Self { app, origin, state, database, options, derived, failures, queries: 0, streamed_bytes: 0 }
    }

    /// Runs all policies over new data of `source`.
    ///
    /// # Errors
    /// The failure of a transactional policy.
    pub(super) async fn feed(&mut self, source: &Arc<Table>, fresh: &Fresh) -> Result<(), AppError> {
        let chain = [source.name.clone()];
        self.run(Place { source, chain: &chain, required: true, has_properties: true }, fresh).await
    }

    fn run<'b>(&'b mut self, place: Place<'b>, fresh: &'b Fresh) -> BoxFuture<'b, Result<(), AppError>> {
        async move {
            // A table that keeps nothing would lose the rows of a policy that failed.
            let must_succeed = keeps_nothing(self.state, self.database, place.source);
            for trigger in triggers(self.database, &place.source.name) {
                // Data enters each table of a chain once: a circle is cut.
                if place.chain.contains(&trigger.target.name) {
                    continue;
                }
                let before = self.derived.len();
                let Err(error) = self.run_one(&place, &trigger, fresh).await else { continue };
                self.derived.truncate(before);
                if error.kind == AppErrorKind::Cancelled {
                    return Err(error);
                }
                let error = policy_query::failure(&trigger.target.name, &place.source.name, error);
                if trigger.entry.is_transactional || must_succeed {
                    return Err(error);
                }
                self.failures.push(PolicyFailure { target: trigger.target.name.clone(), error });
            }
            Ok(())
        }
        .boxed()
    }

    async fn run_one(&mut self, place: &Place<'_>, trigger: &Trigger, fresh: &Fresh) -> Result<(), AppError> {
        self.queries += 1;
        if place.chain.len() >= CHAIN_TABLES_MAX || self.queries > QUERIES_MAX {
            let limits = format!("{CHAIN_TABLES_MAX} tables in a row or {QUERIES_MAX} queries");
            return Err(AppError::limit_exceeded(format!("update policies run through more than {limits}")));
        }
        let world = self.world(place.source, fresh)?;
        let batches = policy_query::run(self.app, self.origin, self.database, trigger, world).await?;
        let has_properties = place.has_properties && trigger.entry.propagate_ingestion_properties;
        let (output, next) = match fresh {
            Fresh::Extents(_) => {
                let written = self.write(&trigger.target, batches, has_properties).await?;
                let next = Fresh::Extents(written.extents().to_vec());
                (Output::Extents(written), next)
            }
            Fresh::Rows(_) => {
                let rows = self.gather(&trigger.target, batches).await?;
                (Output::Rows(rows.clone()), Fresh::Rows(rows))
            }
        };
        let target = trigger.target.clone();
        let required = place.required && trigger.entry.is_transactional;
        let discard = keeps_nothing(self.state, self.database, &target);
        let is_empty = next.is_empty();
        self.derived.push(Derived { target: target.clone(), output, required, discard });
        if is_empty {
            return Ok(());
        }
        let mut chain = place.chain.to_vec();
        chain.push(target.name.clone());
        self.run(Place { source: &target, chain: &chain, required, has_properties }, &next).await
    }

    /// All tables as they are now, but the source has its new data only.
    fn world(&self, source: &Table, fresh: &Fresh) -> Result<World, AppError> {
        let snapshot = self.app.storage.snapshot();
        let world = match fresh {
            Fresh::Extents(extents) => {
                World::of(snapshot.of_extents(&self.options.extra_changes, source.id, extents)?)
            }
            Fresh::Rows(batches) => {
                let rows = MemorySnapshot { columns: columns_of(source), batches: batches.clone() };
                World { replaced: HashMap::from([(source.id, rows)]), ..World::of(snapshot) }
            }
        };
        Ok(World { source_table: Some(source.name.clone()), ..world })
    }

    async fn write(
        &self,
        target: &Arc<Table>,
        batches: BatchStream,
        has_properties: bool,
    ) -> Result<WrittenExtents, AppError> {
        let mut options = IngestOptions::default();
        if has_properties {
            options.created_on = self.options.created_on;
            options.tags.clone_from(&self.options.tags);
        }
        let (sender, receiver) = batch_channel::<AppError>();
        let producing = async move {
            let mut batches = batches;
            while let Some(batch) = batches.next().await {
                let failed = batch.is_err();
                if !sender.send(batch).await || failed {
                    return;
                }
            }
            sender.finish().await;
        };
        let writing = self.app.storage.write_extents(target.clone(), receiver, &options);
        let ((), written) = tokio::join!(producing, writing);
        written
    }

    /// Holds the rows that streamed ones give, as one batch if there are any.
    async fn gather(&mut self, target: &Table, mut batches: BatchStream) -> Result<Vec<RecordBatch>, AppError> {
        let mut rows = Vec::new();
        while let Some(batch) = batches.try_next().await? {
            self.streamed_bytes += batch.get_array_memory_size();
            if self.streamed_bytes > STREAMED_BYTES_MAX {
                let message = format!("update policies derive more than {STREAMED_BYTES_MAX} bytes from one body");
                return Err(AppError::limit_exceeded(message));
            }
            if batch.num_rows() > 0 {
                rows.push(batch);
            }
        }
        if rows.len() > 1 {
            let joined = concat_batches(&arrow_schema(&columns_of(target)), &rows);
            rows = vec![joined.map_err(|error| {
                error_sources::log(&error);
                AppError::internal("Joining the rows of an update policy failed.")
            })?];
        }
        Ok(rows)
    }
}

impl Fresh {
    fn is_empty(&self) -> bool {
        match self {
            Self::Extents(extents) => extents.is_empty(),
            Self::Rows(batches) => batches.is_empty(),
        }
    }
}
