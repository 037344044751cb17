//! Runs bound scripts: subqueries first, then one physical plan per result, streamed.
//!
//! Queries run on threads of their own, so that a heavy one does not hold up acknowledgements. A result's stream holds
//! the running plan: dropping it stops the work.

use std::{
    collections::hash_map,
    path::PathBuf,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use arrow::array::RecordBatch;
use calypso_columns::{Column, scalar_at};
use calypso_kernels::EvalContext;
use calypso_semantics::{
    Binding, GlobalState, ProbeAnswer, bind_with_answers,
    bound::{BoundResult, Relation, Visualization},
};
use calypso_syntax::ast::Script;
use calypso_types::{Scalar, ScalarType};
use datafusion::{
    execution::{
        SessionState, SessionStateBuilder,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::FairSpillPool,
        runtime_env::RuntimeEnvBuilder,
    },
    functions_aggregate::first_last::first_value_udaf,
    physical_plan::{ExecutionPlan, execute_stream},
    prelude::SessionConfig,
};
use futures::{FutureExt as _, Stream, StreamExt as _, future::BoxFuture};
use hashbrown::HashSet;
use parking_lot::Mutex;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::mpsc,
    task::AbortHandle,
};

use crate::{
    QueryError, TableSource,
    apply::Slots,
    extension_planner::CalypsoPlanner,
    planner::{Planner, Resolved, ResolvedMap},
    planning_threads::PlanningThreads,
    subqueries::{Subquery, Wanted, reads_slot, subqueries},
};

/// Values that `in (T | …)` takes; Kusto's own limit.
const IN_VALUES_MAX: usize = 1_000_000;
/// Bytes that one `materialize()` may hold; Kusto's own default.
const MATERIALIZED_BYTES_MAX: usize = 5 << 30;
/// Times that one script may ask data for the columns of a plugin.
const PROBES_MAX: usize = 64;
/// Rows of the answer to a probe.
const PROBE_ROWS_MAX: usize = 10_000;
/// Batches computed ahead of the reader of a result.
const RESULT_BATCHES_AHEAD: usize = 4;
/// Subqueries nest at most this deep.
const SUBQUERY_DEPTH_MAX: usize = 32;
/// Stack of a query thread. DataFusion recurses over plans and expressions without growing its stack, so that this much
/// must hold what the limits on nesting let through. Reserved, not used: memory is only taken as deep as a query goes.
const THREAD_STACK_BYTES: usize = 512 << 20;

/// What the engine may use.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Memory of all running queries together; sorts and aggregations spill beyond their share.
    pub memory_bytes_max: usize,
    /// Where they spill to.
    pub spill_directory: PathBuf,
    /// Threads that run queries; also how far one query spreads.
    pub threads: usize,
}

/// Runs queries.
pub struct QueryEngine {
    session: Arc<SessionState>,
    runtime: Option<Runtime>,
    handle: Handle,
    planning: PlanningThreads,
}

/// The results of one script, not yet running.
pub struct QueryRun {
    pub results: Vec<ResultStream>,
}

impl QueryEngine {
    /// Creates an engine with threads and memory of its own.
    ///
    /// # Errors
    /// When threads or the spill directory cannot be had.
    pub fn new(settings: &EngineSettings) -> Result<Self, QueryError> {
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(settings.memory_bytes_max)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default()
                    .with_mode(DiskManagerMode::Directories(vec![settings.spill_directory.clone()])),
            )
            .build_arc()?;
        let threads = settings.threads.max(1);
        let config = SessionConfig::new()
            .with_target_partitions(threads)
            // Rows of one partition may be in an order that means something: do not spread them again.
            .with_round_robin_repartition(false)
            .with_information_schema(false);
        let session = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(environment)
            .with_query_planner(Arc::new(CalypsoPlanner))
            // `innerunique` is a "distinct on", which the optimizer rewrites by this name.
            .with_aggregate_functions(vec![first_value_udaf()])
            .build();
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("query")
            .thread_stack_size(THREAD_STACK_BYTES)
            .enable_all()
            .build()
            .map_err(|e| QueryError::internal(format!("query threads: {e}")))?;
        let handle = runtime.handle().clone();
        let planning = PlanningThreads::new(handle.clone());
        Ok(Self { session: Arc::new(session), runtime: Some(runtime), handle, planning })
    }

    /// Plans the results of a script. They start to run when they are read.
    ///
    /// # Errors
    /// When a subquery fails, a constant is unusable, or a table is gone.
    pub async fn run(
        &self,
        results: Vec<BoundResult>,
        tables: Arc<dyn TableSource>,
        context: Arc<EvalContext>,
    ) -> Result<QueryRun, QueryError> {
        let preparation = Preparation {
            session: Arc::clone(&self.session),
            tables,
            context,
            handle: self.handle.clone(),
            planning: self.planning.clone(),
            materialized: Arc::default(),
            slots: Arc::default(),
        };
        let task = self.handle.spawn(async move { preparation.results(results).await });
        let _stop = AbortOnDrop(task.abort_handle());
        task.await.map_err(|e| QueryError::internal(format!("planning stopped: {e}")))?
    }
}

impl QueryEngine {
    /// Binds a script on a planning thread.
    ///
    /// # Errors
    /// When the engine is shutting down. What the script has wrong is in the binding's diagnostics.
    pub async fn bind(&self, script: &Arc<Script>, globals: &Arc<GlobalState>) -> Result<Binding, QueryError> {
        self.bind_with(script, globals, Vec::new()).await
    }

    async fn bind_with(
        &self,
        script: &Arc<Script>,
        globals: &Arc<GlobalState>,
        answers: Vec<ProbeAnswer>,
    ) -> Result<Binding, QueryError> {
        let (script, globals) = (Arc::clone(script), Arc::clone(globals));
        self.planning.run(move |_| bind_with_answers(&script, &globals, &answers)).await
    }

    /// Completes a binding whose plugins depend on data: answers its questions and binds again until none is left.
    ///
    /// # Errors
    /// When a question cannot be answered, or there are too many.
    pub async fn complete(
        &self,
        binding: Binding,
        script: &Arc<Script>,
        globals: &Arc<GlobalState>,
        tables: &Arc<dyn TableSource>,
        context: &Arc<EvalContext>,
    ) -> Result<Binding, QueryError> {
        let mut binding = binding;
        let mut answers: Vec<ProbeAnswer> = Vec::new();
        while let Some(relation) = binding.probe.take() {
            if answers.len() >= PROBES_MAX {
                return Err(QueryError::limit(format!("more than {PROBES_MAX} plugins depend on data")));
            }
            let probe = BoundResult { name: None, relation, visualization: None };
            let mut run = self.run(vec![probe], Arc::clone(tables), Arc::clone(context)).await?;
            let mut rows = Vec::new();
            if let Some(mut result) = run.results.pop() {
                while let Some(batch) = result.next().await {
                    rows.extend(rows_of(&result.columns, &batch?));
                    if rows.len() > PROBE_ROWS_MAX {
                        return Err(QueryError::limit(format!("a plugin gives more than {PROBE_ROWS_MAX} columns")));
                    }
                }
            }
            answers.push(rows);
            binding = self.bind_with(script, globals, answers.clone()).await?;
        }
        Ok(binding)
    }
}

fn rows_of(columns: &[Column], batch: &RecordBatch) -> ProbeAnswer {
    let row = |row| columns.iter().enumerate().map(|(at, c)| scalar_at(batch.column(at), c.ty, row)).collect();
    (0..batch.num_rows()).map(row).collect()
}

impl Drop for QueryEngine {
    fn drop(&mut self) {
        // A runtime must not be dropped where blocking is forbidden; running queries are abandoned.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Clone)]
struct Preparation {
    session: Arc<SessionState>,
    tables: Arc<dyn TableSource>,
    context: Arc<EvalContext>,
    handle: Handle,
    planning: PlanningThreads,
    /// The rows of `materialize()`, by relation.
    materialized: Arc<Mutex<MaterializedRows>>,
    slots: Arc<Mutex<Slots>>,
}

type MaterializedRows = Vec<(Arc<Relation>, Vec<RecordBatch>)>;

impl Preparation {
    async fn results(&self, results: Vec<BoundResult>) -> Result<QueryRun, QueryError> {
        let mut streams = Vec::with_capacity(results.len());
        for result in results {
            let relation = Arc::new(result.relation);
            let plan = self.plan(&relation, 0).await?;
            let columns = relation.columns.iter().map(|c| Column::new(c.name.clone(), c.ty)).collect::<Vec<_>>();
            streams.push(ResultStream {
                name: result.name,
                columns,
                is_sorted: relation.serialized,
                visualization: result.visualization,
                state: StreamState::Planned(plan, Arc::clone(&self.session), self.handle.clone()),
            });
        }
        Ok(QueryRun { results: streams })
    }

    fn plan<'a>(
        &'a self,
        relation: &'a Arc<Relation>,
        depth: usize,
    ) -> BoxFuture<'a, Result<Arc<dyn ExecutionPlan>, QueryError>> {
        async move {
            if depth > SUBQUERY_DEPTH_MAX {
                return Err(QueryError::bad_request(format!("subqueries nest deeper than {SUBQUERY_DEPTH_MAX}")));
            }
            let mut resolved = ResolvedMap::new();
            for subquery in subqueries(relation) {
                let key = Arc::as_ptr(&subquery.relation) as usize;
                if let hash_map::Entry::Vacant(entry) = resolved.entry(key) {
                    entry.insert(self.resolve(&subquery, depth).await?);
                }
            }
            let (this, relation) = (self.clone(), Arc::clone(relation));
            self.planning.run(move |handle| this.plan_resolved(&relation, &resolved, handle)).await?
        }
        .boxed()
    }

    /// Plans a relation whose subqueries have been run. Blocks, for as long as the optimizer takes.
    fn plan_resolved(
        &self,
        relation: &Relation,
        resolved: &ResolvedMap,
        handle: &Handle,
    ) -> Result<Arc<dyn ExecutionPlan>, QueryError> {
        let slots = self.slots.lock().clone();
        let planner = Planner {
            session: &self.session,
            tables: self.tables.as_ref(),
            context: &self.context,
            resolved,
            slots: &slots,
            depth: Default::default(),
        };
        let logical = planner.result(relation)?;
        let physical = handle.block_on(self.session.create_physical_plan(&logical))?;
        tracing::trace!(
            logical = %logical.display_indent(),
            physical = %datafusion::physical_plan::displayable(physical.as_ref()).indent(false),
            "planned"
        );
        Ok(physical)
    }

    async fn resolve(&self, subquery: &Subquery, depth: usize) -> Result<Resolved, QueryError> {
        match subquery.wanted {
            Wanted::Body(slot) => {
                self.slots.lock().entry(slot).or_default();
                // One group is small and there are many: each runs in one place.
                let single = Self { session: single_partition(&self.session), ..self.clone() };
                Ok(Resolved::Body(single.plan(&subquery.relation, depth + 1).await?))
            }
            Wanted::Rows => self.rows_once(&subquery.relation, depth).await.map(Resolved::Rows),
            Wanted::Scalar | Wanted::Values if reads_slot(&subquery.relation) => {
                Err(QueryError::bad_request("toscalar() and in() over the rows of a partition are not supported"))
            }
            Wanted::Scalar | Wanted::Values => self.resolve_values(subquery, depth).await,
        }
    }

    /// The rows of a materialized relation, run once for all its readers.
    async fn rows_once(&self, relation: &Arc<Relation>, depth: usize) -> Result<Vec<RecordBatch>, QueryError> {
        let known =
            self.materialized.lock().iter().find(|(known, _)| Arc::ptr_eq(known, relation)).map(|(_, r)| r.clone());
        if let Some(rows) = known {
            return Ok(rows);
        }
        let plan = self.plan(relation, depth + 1).await?;
        let mut stream = execute_stream(plan, self.session.task_ctx())?;
        let mut batches = Vec::new();
        let mut bytes = 0;
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            bytes += batch.get_array_memory_size();
            if bytes > MATERIALIZED_BYTES_MAX {
                return Err(QueryError::limit(format!("materialize() holds more than {MATERIALIZED_BYTES_MAX} bytes")));
            }
            batches.push(batch);
        }
        self.materialized.lock().push((Arc::clone(relation), batches.clone()));
        Ok(batches)
    }

    async fn resolve_values(&self, subquery: &Subquery, depth: usize) -> Result<Resolved, QueryError> {
        let values_wanted = subquery.wanted == Wanted::Values;
        let plan = self.plan(&subquery.relation, depth + 1).await?;
        let ty = subquery.relation.columns.first().map_or(ScalarType::Long, |c| c.ty);
        let mut stream = execute_stream(plan, self.session.task_ctx())?;
        let mut values: Vec<Scalar> = Vec::new();
        let mut seen = HashSet::new();
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                let value = scalar_at(batch.column(0), ty, row);
                if !values_wanted {
                    return Ok(Resolved::Scalar(value));
                }
                if !value.is_null() && seen.insert(value.to_text()) {
                    values.push(value);
                }
            }
            if values.len() > IN_VALUES_MAX {
                return Err(QueryError::limit(format!("a subquery of 'in' gives more than {IN_VALUES_MAX} values")));
            }
        }
        Ok(if values_wanted { Resolved::Values(values) } else { Resolved::Scalar(Scalar::null(ty)) })
    }
}

/// A session that plans for one partition.
fn single_partition(session: &Arc<SessionState>) -> Arc<SessionState> {
    let config = session.config().clone().with_target_partitions(1);
    Arc::new(SessionStateBuilder::new_from_existing((**session).clone()).with_config(config).build())
}

/// One result's rows. Reading starts the plan, dropping stops it.
pub struct ResultStream {
    /// The name given by `as`.
    pub name: Option<String>,
    pub columns: Vec<Column>,
    /// The rows come in an order that the query defined.
    pub is_sorted: bool,
    pub visualization: Option<Visualization>,
    state: StreamState,
}

enum StreamState {
    Planned(Arc<dyn ExecutionPlan>, Arc<SessionState>, Handle),
    Running(mpsc::Receiver<Result<RecordBatch, QueryError>>, AbortOnDrop),
    Ended,
}

impl ResultStream {
    fn start(plan: Arc<dyn ExecutionPlan>, session: &SessionState, handle: &Handle) -> StreamState {
        let (sender, receiver) = mpsc::channel(RESULT_BATCHES_AHEAD);
        let context = session.task_ctx();
        let task = handle.spawn(async move {
            let mut stream = match execute_stream(plan, context) {
                Ok(stream) => stream,
                Err(error) => {
                    let _ = sender.send(Err(error.into())).await;
                    return;
                }
            };
            while let Some(batch) = stream.next().await {
                let failed = batch.is_err();
                if sender.send(batch.map_err(QueryError::from)).await.is_err() || failed {
                    return;
                }
            }
        });
        StreamState::Running(receiver, AbortOnDrop(task.abort_handle()))
    }
}

impl Stream for ResultStream {
    type Item = Result<RecordBatch, QueryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::mem::replace(&mut self.state, StreamState::Ended) {
                StreamState::Planned(plan, session, handle) => self.state = Self::start(plan, &session, &handle),
                StreamState::Running(mut receiver, task) => {
                    let polled = receiver.poll_recv(context);
                    if !matches!(polled, Poll::Ready(None)) {
                        self.state = StreamState::Running(receiver, task);
                    }
                    return polled;
                }
                StreamState::Ended => return Poll::Ready(None),
            }
        }
    }
}
