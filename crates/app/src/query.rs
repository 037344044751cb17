//! Queries: text → syntax → bound tree → running results.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use arrow::array::RecordBatch;
use calypso_columns::Column;
use calypso_kernels::EvalContext;
use calypso_model::{ClusterState, TableId};
use calypso_query::{MemorySnapshot, QueryError, QueryErrorKind, ResultStream, TableSource};
use calypso_semantics::{
    GlobalState, MemoryTable, ParameterValue,
    bound::{SetOption, Visualization as BoundVisualization},
};
use calypso_storage::StorageSnapshot;
use calypso_syntax::{COMMAND_RESULT, Diagnostic, Parsed, Severity};
use calypso_types::{Scalar, ScalarType};
use futures::StreamExt as _;

use crate::{
    App, AppError, AppErrorKind, BatchStream, DATABASE_DEFAULT, QueryOptions, QueryRequest, QueryResponse,
    QueryStatistics, RequestContext, ResultLimits, ResultTable, Visualization, cursor_options,
    error_sources::from_diagnostic, scan::SnapshotSource,
};

/// A table that exists for one request only.
pub(crate) struct RequestTable {
    pub(crate) columns: Vec<Column>,
    pub(crate) batches: Vec<RecordBatch>,
}

/// What a query sees.
pub(crate) struct World {
    pub(crate) snapshot: StorageSnapshot,
    /// Rows that stand for all of a table's.
    pub(crate) replaced: HashMap<TableId, MemorySnapshot>,
    /// What `$source_table` stands for.
    pub(crate) source_table: Option<String>,
    pub(crate) command_result: Option<RequestTable>,
}

impl World {
    /// Returns all tables as they are now.
    pub(crate) fn now(app: &App) -> Self {
        Self::of(app.storage.snapshot())
    }

    /// Returns all tables of a moment.
    pub(crate) fn of(snapshot: StorageSnapshot) -> Self {
        Self { snapshot, replaced: HashMap::new(), source_table: None, command_result: None }
    }
}

impl App {
    /// Runs a query over one snapshot of all tables.
    pub(crate) async fn run_query(
        &self,
        ctx: &RequestContext,
        request: &QueryRequest,
    ) -> Result<QueryResponse, AppError> {
        let database = request.database_name();
        let parsed = calypso_syntax::parse(&request.text);
        self.run_parsed(ctx, database, &request.text, parsed, request, World::now(self)).await
    }

    /// Runs the query behind a management command over the command's result; `offset` is where it starts in the text.
    pub(crate) async fn run_tail(
        &self,
        ctx: &RequestContext,
        request: &QueryRequest,
        offset: usize,
        result: RequestTable,
    ) -> Result<QueryResponse, AppError> {
        let database = request.database_name();
        let parsed = calypso_syntax::parse_tail(&request.text, offset);
        let world = World { command_result: Some(result), ..World::now(self) };
        self.run_parsed(ctx, database, &request.text, parsed, request, world).await
    }

    /// Runs the query of `.set` and `.append`, which starts at `offset`, and returns its first result.
    pub(crate) async fn run_to_batches(
        &self,
        ctx: &RequestContext,
        request: &QueryRequest,
        offset: usize,
    ) -> Result<(Vec<Column>, BatchStream), AppError> {
        let parsed = calypso_syntax::parse_from(&request.text, offset);
        self.run_to_one(ctx, request, parsed, World::now(self)).await
    }

    /// Runs a query over `world` and returns its only result.
    pub(crate) async fn run_over(
        &self,
        ctx: &RequestContext,
        request: &QueryRequest,
        world: World,
    ) -> Result<(Vec<Column>, BatchStream), AppError> {
        self.run_to_one(ctx, request, calypso_syntax::parse(&request.text), world).await
    }

    async fn run_to_one(
        &self,
        ctx: &RequestContext,
        request: &QueryRequest,
        parsed: Parsed,
        world: World,
    ) -> Result<(Vec<Column>, BatchStream), AppError> {
        let response = self.run_parsed(ctx, request.database_name(), &request.text, parsed, request, world).await?;
        let mut tables = response.tables.into_iter();
        match (tables.next(), tables.next()) {
            (Some(table), None) => Ok((table.columns, table.batches)),
            _ => Err(AppError::argument("the query of an ingestion must have exactly one result")),
        }
    }

    async fn run_parsed(
        &self,
        ctx: &RequestContext,
        database: &str,
        text: &str,
        parsed: Parsed,
        request: &QueryRequest,
        world: World,
    ) -> Result<QueryResponse, AppError> {
        let World { snapshot, replaced, source_table, command_result } = world;
        self.check_database(&snapshot.state, database, command_result.is_some())?;
        first_error(text, &parsed.diagnostics)?;
        let script = Arc::new(cursor_options::prepended(parsed.script, &request.options)?);
        let globals = Arc::new(GlobalState {
            cluster: Arc::clone(&snapshot.state),
            cluster_names: self.cluster_names(ctx),
            database: database.to_owned(),
            memory_tables: memory_tables(command_result.as_ref()),
            parameters: parameters(&request.parameters)?,
            source_table,
            cursor: Some(snapshot.ingested_through),
        });
        let binding = tokio::select! {
            binding = self.engine.bind(&script, &globals) => binding?,
            () = ctx.cancel.cancelled() => return Err(AppError::cancelled()),
        };
        first_error(text, &binding.diagnostics)?;
        cursor_options::check_set(&binding.script.options)?;
        let limits = result_limits(&request.options, &binding.script.options)?;
        let statistics = Arc::new(QueryStatistics::default());
        let memory = command_result
            .map(|r| (COMMAND_RESULT.to_owned(), MemorySnapshot { columns: r.columns, batches: r.batches }))
            .into_iter()
            .collect::<HashMap<_, _>>();
        let tables: Arc<dyn TableSource> =
            Arc::new(SnapshotSource { snapshot, memory, replaced, statistics: Arc::clone(&statistics) });
        let context = Arc::new(self.eval_context(ctx, database, &request.options, &binding.script.options));
        let completing = self.engine.complete(binding, &script, &globals, &tables, &context);
        let binding = tokio::select! {
            binding = completing => binding?,
            () = ctx.cancel.cancelled() => return Err(AppError::cancelled()),
        };
        first_error(text, &binding.diagnostics)?;
        let cursor = binding.script.cursor.map(|cursor| cursor.0.to_string());
        let running = self.engine.run(binding.script.results, tables, context);
        let run = tokio::select! {
            run = running => run?,
            () = ctx.cancel.cancelled() => return Err(AppError::cancelled()),
        };
        let visualization =
            run.results.iter().find_map(|r| r.visualization.as_ref().map(|v| visualization(v, r.is_sorted)));
        let take = request.options.take_max_records;
        let tables = run.results.into_iter().map(|result| result_table(result, ctx, take)).collect();
        Ok(QueryResponse { tables, visualization, cursor, statistics, limits })
    }

    /// A cluster-scoped request may name a database that does not exist only if it is the default.
    fn check_database(&self, state: &ClusterState, database: &str, is_tail: bool) -> Result<(), AppError> {
        if state.database(database).is_some() || is_tail || database == DATABASE_DEFAULT {
            return Ok(());
        }
        Err(AppError::database_not_found(database))
    }

    /// What `cluster()` may call this cluster: its name, and the host by which the caller reached it.
    fn cluster_names(&self, ctx: &RequestContext) -> Vec<String> {
        let endpoint = ctx.origin.split_once("://").map_or(ctx.origin.as_str(), |(_, host)| host);
        let host = endpoint.rsplit_once(':').map_or(endpoint, |(host, _)| host);
        vec![self.settings.cluster_name.clone(), endpoint.to_owned(), host.to_owned()]
    }

    fn eval_context(
        &self,
        ctx: &RequestContext,
        database: &str,
        options: &QueryOptions,
        set: &[SetOption],
    ) -> EvalContext {
        let set_now = set.iter().find(|o| o.name.eq_ignore_ascii_case("query_now")).and_then(|o| match &o.value {
            Scalar::DateTime(now) => Some(*now),
            _ => None,
        });
        let now = options.query_now.or(set_now).unwrap_or(ctx.started_on);
        let ids = Arc::clone(&self.ids);
        EvalContext {
            now,
            database: database.to_owned(),
            cluster: ctx.origin.clone(),
            principal: ctx.principal.clone(),
            random: Arc::new(move || ids.next_id().as_u64_pair().1.rotate_left(17) ^ ids.next_id().as_u64_pair().0),
        }
    }
}

fn first_error(text: &str, diagnostics: &[Diagnostic]) -> Result<(), AppError> {
    match diagnostics.iter().find(|d| d.severity == Severity::Error) {
        Some(diagnostic) => Err(from_diagnostic(text, diagnostic)),
        None => Ok(()),
    }
}

fn memory_tables(command_result: Option<&RequestTable>) -> Vec<MemoryTable> {
    command_result
        .map(|result| MemoryTable {
            name: COMMAND_RESULT.to_owned(),
            columns: result.columns.iter().map(|c| (c.name.clone(), c.ty)).collect(),
        })
        .into_iter()
        .collect()
}

fn parameters(given: &BTreeMap<String, serde_json::Value>) -> Result<BTreeMap<String, ParameterValue>, AppError> {
    given
        .iter()
        .map(|(name, value)| {
            let value = match value {
                serde_json::Value::String(text) => ParameterValue::Text(text.clone()),
                serde_json::Value::Bool(value) => ParameterValue::Scalar(Scalar::Bool(*value)),
                serde_json::Value::Null => ParameterValue::Scalar(Scalar::Null(ScalarType::Dynamic)),
                serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                    (Some(whole), _) => ParameterValue::Scalar(Scalar::Long(whole)),
                    (None, Some(real)) => ParameterValue::Scalar(Scalar::Real(real)),
                    (None, None) => {
                        return Err(AppError::argument(format!("query parameter '{name}' is out of range")));
                    }
                },
                other => ParameterValue::Text(format!("dynamic({other})")),
            };
            Ok((name.clone(), value))
        })
        .collect()
}

/// Request options, then `set` statements, decide how much may leave.
fn result_limits(options: &QueryOptions, set: &[SetOption]) -> Result<ResultLimits, AppError> {
    let mut limits = options.result_limits();
    for option in set {
        match option.name.to_ascii_lowercase().as_str() {
            "notruncation" if option.value != Scalar::Bool(false) => limits = ResultLimits::UNLIMITED,
            "truncationmaxrecords" => limits.records_max = Some(whole(option)?),
            "truncationmaxsize" => limits.size_bytes_max = Some(whole(option)?),
            _ => {}
        }
    }
    Ok(limits)
}

fn whole(option: &SetOption) -> Result<u64, AppError> {
    match option.value.cast(ScalarType::Long) {
        Scalar::Long(value) if value >= 0 => Ok(value.unsigned_abs()),
        _ => Err(AppError::argument(format!("the value of option '{}' must be a whole number", option.name))),
    }
}

/// A result as the transports take it: errors translated, cancellation and `query_take_max_records` obeyed.
fn result_table(result: ResultStream, ctx: &RequestContext, take: Option<u64>) -> ResultTable {
    let name = result.name.clone().unwrap_or_else(|| ResultTable::PRIMARY.to_owned());
    let columns = result.columns.clone();
    let cancel = ctx.cancel.clone();
    let batches = result.map(|batch| batch.map_err(AppError::from));
    let batches = batches.take_until(async move { cancel.cancelled().await });
    let left = take.unwrap_or(u64::MAX);
    let batches = batches.scan(left, |left, batch| {
        let batch = batch.map(|batch: RecordBatch| {
            let rows = batch.num_rows().min(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= rows as u64;
            batch.slice(0, rows)
        });
        let ended = matches!(&batch, Ok(b) if b.num_rows() == 0) && *left == 0;
        futures::future::ready((!ended).then_some(batch))
    });
    ResultTable { name, columns, batches: batches.boxed() }
}

fn visualization(bound: &BoundVisualization, is_query_sorted: bool) -> Visualization {
    let properties = bound
        .properties
        .iter()
        .map(|(name, value)| {
            let json = match value {
                Scalar::Bool(value) => serde_json::Value::Bool(*value),
                Scalar::Long(value) => (*value).into(),
                Scalar::Real(value) => (*value).into(),
                other => serde_json::Value::String(other.to_text()),
            };
            (name.to_lowercase(), json)
        })
        .collect();
    Visualization { chart: bound.kind.clone(), properties, is_query_sorted }
}

impl From<QueryError> for AppError {
    fn from(error: QueryError) -> Self {
        match error.kind {
            QueryErrorKind::BadRequest => Self::argument(error.message),
            QueryErrorKind::LimitExceeded => Self::limit_exceeded(error.message),
            QueryErrorKind::CorruptData => Self::corrupt_data(error.message),
            QueryErrorKind::Internal => {
                tracing::error!(error = %error.message, "a query failed on the server's side");
                Self::new(
                    AppErrorKind::Internal,
                    "General_InternalServerError",
                    "Kusto.Data.Exceptions.KustoServiceException",
                    format!("The query failed inside the server: {}", error.message),
                )
            }
        }
    }
}
