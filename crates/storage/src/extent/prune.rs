//! Which row groups of an extent may hold rows that satisfy the predicates.

use calypso_columns::{ColumnPredicate, Comparison};
use calypso_types::Scalar;
use parquet::file::{metadata::RowGroupMetaData, statistics::Statistics};

use super::{
    OpenExtent,
    bounds::may_match,
    terms::{guid_hash, required_hashes},
};
use crate::{Error, row_schema::field_name};

/// A predicate on the column with an id.
#[derive(Debug, Clone)]
pub(crate) struct ExtentPredicate {
    pub(crate) column: u32,
    pub(crate) predicate: ColumnPredicate,
}

/// Returns those of `row_groups` that may match all predicates.
pub(super) fn prune(
    extent: &OpenExtent,
    row_groups: Vec<usize>,
    predicates: &[ExtentPredicate],
) -> Result<Vec<usize>, Error> {
    let mut kept = Vec::with_capacity(row_groups.len());
    for row_group in row_groups {
        let mut wanted = true;
        for predicate in predicates {
            wanted = wanted
                && statistics_allow(extent, row_group, predicate)
                && filter_allows(extent, row_group, predicate)?;
        }
        if wanted {
            kept.push(row_group);
        }
    }
    Ok(kept)
}

fn statistics_allow(extent: &OpenExtent, row_group: usize, wanted: &ExtentPredicate) -> bool {
    let group = extent.metadata.metadata().row_group(row_group);
    let Some(statistics) = column_statistics(group, &field_name(wanted.column)) else {
        return true;
    };
    match statistics {
        Statistics::Int64(values) => match (values.min_opt(), values.max_opt()) {
            (Some(low), Some(high)) => may_match(&wanted.predicate, (*low, *high)),
            _ => true,
        },
        Statistics::Int32(values) => match (values.min_opt(), values.max_opt()) {
            (Some(low), Some(high)) => may_match(&wanted.predicate, (i64::from(*low), i64::from(*high))),
            _ => true,
        },
        Statistics::ByteArray(values) => match (values.min_bytes_opt(), values.max_bytes_opt()) {
            (Some(low), Some(high)) => text_may_match(&wanted.predicate, low, high),
            _ => true,
        },
        _ => true,
    }
}

fn column_statistics<'a>(group: &'a RowGroupMetaData, name: &str) -> Option<&'a Statistics> {
    group.columns().iter().find(|column| column.column_descr().name() == name)?.statistics()
}

/// Bounds of strings are in byte order, perhaps cut: they decide equality only.
fn text_may_match(predicate: &ColumnPredicate, low: &[u8], high: &[u8]) -> bool {
    let within = |value: &Scalar| match value {
        // The empty string also stands for null, which bounds leave out.
        Scalar::String(text) if !text.is_empty() => low <= text.as_bytes() && text.as_bytes() <= high,
        _ => true,
    };
    match predicate {
        ColumnPredicate::Compare { comparison: Comparison::Equal, value, .. } => within(value),
        ColumnPredicate::AnyOf { values, .. } => values.iter().any(within),
        _ => true,
    }
}

fn filter_allows(extent: &OpenExtent, row_group: usize, wanted: &ExtentPredicate) -> Result<bool, Error> {
    let allows = |hashes: &[u64]| extent.may_contain_all(wanted.column, row_group, hashes);
    match &wanted.predicate {
        ColumnPredicate::HasTerms { terms, .. } => {
            allows(&terms.iter().flat_map(|term| required_hashes(term)).collect::<Vec<_>>())
        }
        ColumnPredicate::Compare { comparison: Comparison::Equal, value, .. } => allows(&equality_hashes(value)),
        ColumnPredicate::AnyOf { values, .. } => {
            for value in values {
                if allows(&equality_hashes(value))? {
                    return Ok(true);
                }
            }
            Ok(values.is_empty())
        }
        ColumnPredicate::Compare { .. } => Ok(true),
    }
}

/// Returns hashes that the filter holds if the column holds `value`; none where the filter cannot tell.
fn equality_hashes(value: &Scalar) -> Vec<u64> {
    match value {
        Scalar::String(text) => required_hashes(text),
        Scalar::Guid(guid) => vec![guid_hash(guid.0)],
        _ => Vec::new(),
    }
}
