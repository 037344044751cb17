//! Commands about the cluster as a whole: version, nodes, health, capacity.

use calypso_syntax::ast::Name;
use calypso_types::{Scalar, ScalarType};
use serde_json::json;

use super::CommandScope;
use crate::{
    AppError,
    command_table::{CommandTable, count, size},
};

/// The one node of this cluster, as results name it.
pub(crate) const NODE: &str = "Calypso000000";

/// `.show version`. SDKs that look whether they talk to the right endpoint read `ServiceType`.
pub(crate) fn version(scope: &CommandScope) -> CommandTable {
    let host = scope.ctx.origin.split("://").nth(1).unwrap_or("");
    let service = if host.starts_with("ingest-") { "DataManagement" } else { "Engine" };
    let settings = &scope.app.settings;
    CommandTable::new(&[
        ("BuildVersion", ScalarType::String),
        ("BuildTime", ScalarType::DateTime),
        ("ServiceType", ScalarType::String),
        ("ProductVersion", ScalarType::String),
        ("ServiceOffering", ScalarType::String),
    ])
    .with([
        settings.build_version.as_str().into(),
        settings.build_time.into(),
        service.into(),
        format!("Calypso {}", settings.build_version).into(),
        json!({ "Type": "Calypso" }).to_string().into(),
    ])
}

/// `.show cluster`: one row, as there is one node.
pub(crate) fn nodes(scope: &CommandScope) -> CommandTable {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    CommandTable::new(&[
        ("NodeId", ScalarType::String),
        ("Address", ScalarType::String),
        ("Name", ScalarType::String),
        ("StartTime", ScalarType::DateTime),
        ("IsAdmin", ScalarType::Bool),
        ("MachineTotalMemory", ScalarType::Long),
        ("MachineAvailableMemory", ScalarType::Long),
        ("ProcessorCount", ScalarType::Int),
        ("EnvironmentDescription", ScalarType::String),
    ])
    .with([
        NODE.into(),
        scope.ctx.origin.as_str().into(),
        scope.app.settings.cluster_name.as_str().into(),
        scope.app.started_on.into(),
        true.into(),
        Scalar::Null(ScalarType::Long),
        Scalar::Null(ScalarType::Long),
        i32::try_from(processors).unwrap_or(i32::MAX).into(),
        json!({ "BuildVersion": scope.app.settings.build_version, "Os": std::env::consts::OS }).to_string().into(),
    ])
}

/// `.show diagnostics`: the documented columns that mean something for one node.
pub(crate) fn diagnostics(scope: &CommandScope) -> CommandTable {
    let state = scope.state();
    let extents = || state.extents.values().flat_map(|extents| extents.iter());
    let largest = state.extents.iter().max_by_key(|(_, extents)| extents.len());
    let largest_name = largest.and_then(|(id, _)| state.table_by_id(*id)).map(|(_, table)| table.name.clone());
    CommandTable::new(&[
        ("IsHealthy", ScalarType::Bool),
        ("NotHealthyReason", ScalarType::String),
        ("MachinesTotal", ScalarType::Long),
        ("MachinesOffline", ScalarType::Long),
        ("NodeLastRestartedOn", ScalarType::DateTime),
        ("NumberOfDatabases", ScalarType::Long),
        ("ExtentsTotal", ScalarType::Long),
        ("TotalOriginalDataSize", ScalarType::Real),
        ("TotalExtentSize", ScalarType::Real),
        ("MaxExtentsInSingleTable", ScalarType::Long),
        ("TableWithMaxExtents", ScalarType::String),
        ("BuildVersion", ScalarType::String),
        ("BuildTime", ScalarType::DateTime),
        ("ProductVersion", ScalarType::String),
    ])
    .with([
        true.into(),
        "".into(),
        1_i64.into(),
        0_i64.into(),
        scope.app.started_on.into(),
        count(state.databases.len() as u64),
        count(extents().count() as u64),
        size(extents().map(|extent| extent.original_bytes).sum()),
        size(extents().map(|extent| extent.extent_bytes).sum()),
        count(largest.map_or(0, |(_, extents)| extents.len() as u64)),
        largest_name.unwrap_or_default().into(),
        scope.app.settings.build_version.as_str().into(),
        scope.app.settings.build_time.into(),
        format!("Calypso {}", scope.app.settings.build_version).into(),
    ])
}

/// `.show capacity`.
///
/// <https://learn.microsoft.com/kusto/management/show-capacity-command>
pub(crate) fn capacity(scope: &CommandScope, resource: Option<&Name>) -> Result<CommandTable, AppError> {
    let settings = &scope.app.settings;
    let readers = settings.readers_max;
    let running = scope.app.operations.running();
    let resources = [
        (
            "ingestions",
            readers,
            readers.saturating_sub(scope.app.readers.available_permits()),
            "CapacityPolicy/Ingestion",
        ),
        ("async-operations", settings.async_operations_max, running, "CapacityPolicy/AsyncOperations"),
    ];
    let mut result = CommandTable::new(&[
        ("Resource", ScalarType::String),
        ("Total", ScalarType::Long),
        ("Consumed", ScalarType::Long),
        ("Remaining", ScalarType::Long),
        ("Origin", ScalarType::String),
    ]);
    let mut found = false;
    for (name, total, consumed, origin) in resources {
        if resource.is_none_or(|wanted| wanted.text.eq_ignore_ascii_case(name)) {
            found = true;
            result.push([
                name.into(),
                count(total as u64),
                count(consumed as u64),
                count(total.saturating_sub(consumed) as u64),
                origin.into(),
            ]);
        }
    }
    match resource {
        Some(wanted) if !found => Err(AppError::not_supported(format!("the capacity of '{}'", wanted.text))),
        _ => Ok(result),
    }
}

/// Says that something was done on every node. There are no caches of this kind here, so it always succeeds.
pub(crate) fn done_on_node(_scope: &CommandScope) -> CommandTable {
    CommandTable::of_strings(&["NodeId", "Status"]).with([NODE.into(), "Succeeded".into()])
}
