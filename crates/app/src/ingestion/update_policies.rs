//! Update policies: what is newly ingested into a table runs through queries, whose results go into other tables.
//!
//! <https://learn.microsoft.com/kusto/management/update-policy>. The new data of a table is what the query reads under
//! the table's name: extents that are written but not committed, or streamed rows that are not appended yet. Results
//! feed further policies in turn. Source and results become true together, with one commit or one append; the result
//! of a policy that is not transactional is left out when it fails, and the failure is noted.

mod cascade;
mod policy_query;

use std::sync::Arc;

use arrow::array::RecordBatch;
use calypso_model::{ClusterState, Database, EffectivePolicies, Table, policy::UpdatePolicyEntry};
use calypso_storage::{AppendRows, Appended, BatchReceiver, DerivedExtents, IngestOptions, Ingested};
use calypso_types::TimeSpan;

use cascade::{Cascade, Fresh, Output};
pub(crate) use policy_query::check_entry;

use super::{IngestionFailure, IngestionOrigin};
use crate::{App, AppError};

/// A policy's entry and the table that has it.
#[derive(Debug, Clone)]
pub(super) struct Trigger {
    target: Arc<Table>,
    entry: UpdatePolicyEntry,
}

/// Returns what new data in the table called `source` triggers, by name of the target.
fn triggers(database: &Database, source: &str) -> Vec<Trigger> {
    let entries = database.tables.values().flat_map(|target| {
        let entries = target.policies.update.iter().flat_map(|policy| &policy.entries);
        entries.map(move |entry| Trigger { target: target.clone(), entry: entry.clone() })
    });
    entries.filter(|trigger| trigger.entry.is_enabled && trigger.entry.reads(source)).collect()
}

/// Says whether new data in the table called `source` triggers anything.
pub(crate) fn feeds_update_policies(database: &Database, source: &str) -> bool {
    let mut entries = database.tables.values().filter_map(|table| table.policies.update.as_ref());
    entries.any(|policy| policy.entries.iter().any(|entry| entry.is_enabled && entry.reads(source)))
}

/// Says whether a table keeps nothing: its soft-delete period is zero.
pub(crate) fn keeps_nothing(state: &ClusterState, database: &Database, table: &Table) -> bool {
    let policies = EffectivePolicies::of_table(&table.policies, &database.policies, &state.policies);
    policies.retention().soft_delete_period <= TimeSpan::ZERO
}

/// What came of the update policies of one ingestion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UpdatePolicyOutcome {
    /// Whether any policy was triggered.
    pub(crate) active: bool,
    /// The first failure of a policy that is not transactional.
    pub(crate) failure: Option<AppError>,
}

/// Ingests `batches` into extents of `table` and of all tables whose update policies they trigger, in one commit.
///
/// # Errors
/// When the ingestion fails, or a transactional policy; nothing is then committed.
pub(crate) async fn ingest_extents(
    app: &App,
    origin: &IngestionOrigin,
    table: Arc<Table>,
    batches: BatchReceiver<AppError>,
    mut options: IngestOptions,
) -> Result<(Ingested, UpdatePolicyOutcome), AppError> {
    let nothing = UpdatePolicyOutcome::default();
    let state = app.catalog.snapshot();
    let database = state.database_by_id(table.database).cloned();
    let Some(database) = database.filter(|database| feeds_update_policies(database, &table.name)) else {
        return Ok((app.storage.ingest_extents(table, batches, options).await?, nothing));
    };
    if !app.storage.reserve_source(table.id, &mut options).await {
        return Ok((Ingested { duplicate: true, ..Ingested::default() }, nothing));
    }
    let written = app.storage.write_extents(table.clone(), batches, &options).await?;
    let mut cascade = Cascade::new(app, origin, &state, &database, &options);
    cascade.feed(&table, &Fresh::Extents(written.extents().to_vec())).await?;
    let Cascade { derived, failures, .. } = cascade;
    let derived = derived.into_iter().filter_map(|derived| match derived.output {
        Output::Extents(written) => Some(DerivedExtents {
            written,
            required: derived.required,
            replace: options.replace,
            discard: derived.discard,
        }),
        Output::Rows(_) => None,
    });
    let derived = derived.collect();
    options.discard = keeps_nothing(&state, &database, &table);
    let ingested = app.storage.commit_extents(written, derived, options).await?;
    if ingested.already_tagged {
        return Ok((ingested, nothing));
    }
    let failure = failures.first().map(|failure| failure.error.clone());
    note(app, origin, &database, failures);
    Ok((ingested, UpdatePolicyOutcome { active: true, failure }))
}

/// Appends streamed rows to `table`, and to all tables whose update policies they trigger, with one append.
///
/// # Errors
/// When the append fails, or a transactional policy; nothing is then appended.
pub(crate) async fn append(
    app: &App,
    origin: &IngestionOrigin,
    table: &Arc<Table>,
    batch: RecordBatch,
    source: Option<calypso_model::SourceId>,
) -> Result<(Appended, UpdatePolicyOutcome), AppError> {
    let state = app.catalog.snapshot();
    let database = state.database_by_id(table.database).cloned();
    let Some(database) = database.filter(|database| feeds_update_policies(database, &table.name)) else {
        let rows = append_rows(table, batch);
        let appended = app.storage.append(rows.table, rows.batch, &rows.column_ids, source).await?;
        return Ok((appended, UpdatePolicyOutcome::default()));
    };
    let options = IngestOptions::default();
    let mut cascade = Cascade::new(app, origin, &state, &database, &options);
    cascade.feed(table, &Fresh::Rows(vec![batch.clone()])).await?;
    let Cascade { derived, failures, .. } = cascade;
    let rows = batch.num_rows() as u64;
    let kept = if keeps_nothing(&state, &database, table) { batch.slice(0, 0) } else { batch };
    let mut parts = vec![append_rows(table, kept)];
    for derived in derived.into_iter().filter(|derived| !derived.discard) {
        if let Output::Rows(batches) = derived.output {
            parts.extend(batches.into_iter().map(|batch| append_rows(&derived.target, batch)));
        }
    }
    let mut appended = app.storage.append_together(parts, source).await?;
    if appended.duplicate {
        return Ok((appended, UpdatePolicyOutcome::default()));
    }
    appended.rows = rows;
    let failure = failures.first().map(|failure| failure.error.clone());
    note(app, origin, &database, failures);
    Ok((appended, UpdatePolicyOutcome { active: true, failure }))
}

fn append_rows(table: &Table, batch: RecordBatch) -> AppendRows {
    let column_ids = table.columns.iter().map(|column| column.id).collect();
    AppendRows { table: table.id, batch, column_ids }
}

/// A policy that failed without failing the ingestion.
pub(super) struct PolicyFailure {
    target: String,
    error: AppError,
}

/// Leaves a record for `.show ingestion failures`.
fn note(app: &App, origin: &IngestionOrigin, database: &Database, failures: Vec<PolicyFailure>) {
    for PolicyFailure { target, error } in failures {
        tracing::warn!(table = target, error = %error, "an update policy failed");
        app.failures.note(IngestionFailure {
            operation: origin.operation,
            operation_kind: origin.operation_kind.clone(),
            database: database.name.clone(),
            table: target,
            failed_on: calypso_clock::Clock::now(app.clock.as_ref()),
            source_path: origin.source_path.clone(),
            details: error.message.clone(),
            permanent: error.permanent,
            activity_id: origin.activity_id,
            error_code: error.code.into_owned(),
            principal: origin.principal.clone(),
            user: origin.user.clone(),
            properties: String::new(),
            sources: 0,
            from_update_policy: true,
        });
    }
}
