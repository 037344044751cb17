//! `.show table details` and the columns of a table.
//!
//! <https://learn.microsoft.com/kusto/management/show-table-details-command>

use std::sync::Arc;

use calypso_model::{Database, EffectivePolicies, Table};
use calypso_storage::{StorageSnapshot, TableDetails};
use calypso_syntax::ast::Name;
use calypso_types::{Scalar, ScalarType};

use super::{CommandScope, principals::principals_json};
use crate::{
    AppError,
    command_table::{CommandTable, count, optional_datetime, size},
};

const DETAILS: [(&str, ScalarType); 23] = [
    ("TableName", ScalarType::String),
    ("DatabaseName", ScalarType::String),
    ("Folder", ScalarType::String),
    ("DocString", ScalarType::String),
    ("TotalExtents", ScalarType::Long),
    ("TotalExtentSize", ScalarType::Real),
    ("TotalOriginalSize", ScalarType::Real),
    ("TotalRowCount", ScalarType::Long),
    ("HotExtents", ScalarType::Long),
    ("HotExtentSize", ScalarType::Real),
    ("HotOriginalSize", ScalarType::Real),
    ("HotRowCount", ScalarType::Long),
    ("AuthorizedPrincipals", ScalarType::String),
    ("RetentionPolicy", ScalarType::String),
    ("CachingPolicy", ScalarType::String),
    ("ShardingPolicy", ScalarType::String),
    ("MergePolicy", ScalarType::String),
    ("StreamingIngestionPolicy", ScalarType::String),
    ("IngestionBatchingPolicy", ScalarType::String),
    ("MinExtentsCreationTime", ScalarType::DateTime),
    ("MaxExtentsCreationTime", ScalarType::DateTime),
    ("RowOrderPolicy", ScalarType::String),
    ("TableId", ScalarType::String),
];

/// `.show table T details`, `.show tables details`. Figures are of this moment and include the row store.
pub(crate) fn show(scope: &CommandScope, names: Option<&[Name]>) -> Result<CommandTable, AppError> {
    let snapshot = scope.app.storage.snapshot();
    let database = scope.database(&snapshot.state, None)?;
    let mut tables: Vec<&Arc<Table>> = Vec::new();
    match names {
        None => tables.extend(database.tables.values()),
        Some(names) => {
            for name in names {
                let table = database.tables.get(&name.text);
                tables.push(table.ok_or_else(|| AppError::table_not_found(&database.name, &name.text))?);
            }
        }
    }
    let mut result = CommandTable::new(&DETAILS);
    for table in tables {
        result.push(details_row(&snapshot, &database, table));
    }
    Ok(result)
}

fn details_row(snapshot: &StorageSnapshot, database: &Database, table: &Table) -> [Scalar; 23] {
    let details: TableDetails = snapshot.table_details(table.id).unwrap_or_default();
    let policies = EffectivePolicies::of_table(&table.policies, &database.policies, &snapshot.state.policies);
    [
        table.name.as_str().into(),
        database.name.as_str().into(),
        table.folder.as_str().into(),
        table.docstring.as_str().into(),
        count(details.extents),
        size(details.extent_bytes),
        size(details.original_bytes),
        count(details.rows),
        count(details.hot_extents),
        size(details.hot_extent_bytes),
        size(details.hot_original_bytes),
        count(details.hot_rows),
        principals_json(&table.policies).into(),
        policies.retention().to_json().into(),
        policies.caching().map_or_else(|| "null".to_owned(), |policy| policy.to_json()).into(),
        "null".into(),
        policies.merge().to_json().into(),
        policies.streaming_ingestion().to_json().into(),
        policies.ingestion_batching().to_json().into(),
        optional_datetime(details.min_created_on),
        optional_datetime(details.max_created_on),
        "null".into(),
        table.id.to_string().into(),
    ]
}

/// `.show table T`: one row per column. Sizes by column are not known.
pub(crate) fn show_columns(scope: &CommandScope, name: &Name) -> Result<CommandTable, AppError> {
    let (_, table) = scope.table(&scope.state(), &name.text)?;
    let mut result = CommandTable::new(&[
        ("AttributeName", ScalarType::String),
        ("AttributeType", ScalarType::String),
        ("AttributeId", ScalarType::Long),
        ("DocString", ScalarType::String),
    ]);
    for column in &table.columns {
        result.push([
            column.name.as_str().into(),
            column.ty.name().into(),
            i64::from(column.id).into(),
            column.docstring.as_str().into(),
        ]);
    }
    Ok(result)
}
