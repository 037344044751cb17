//! `current_database`, `current_cluster_endpoint`, `current_principal`, `new_guid`.
//!
//! <https://learn.microsoft.com/kusto/query/current-database-function>

use arrow::array::ArrayRef;
use calypso_types::Guid;
use uuid::Builder;

use crate::{Call, KernelError};

/// `current_database()`
pub(super) fn current_database(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_strings(|_, out| out.push_str(&call.context.database)))
}

/// `current_cluster_endpoint()`
pub(super) fn current_cluster_endpoint(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_strings(|_, out| out.push_str(&call.context.cluster)))
}

/// `current_principal()`: the fully qualified name.
pub(super) fn current_principal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_strings(|_, out| out.push_str(&call.context.principal)))
}

/// `new_guid()`: random, another in every row.
pub(super) fn new_guid(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let random = &call.context.random;
    Ok(call.build_guids(|_| {
        let bits = u128::from(random()) << 64 | u128::from(random());
        Some(Guid::from(Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()))
    }))
}
