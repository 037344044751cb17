//! `current_database`, `current_cluster_endpoint`, `current_principal…`, `new_guid`.
//!
//! <https://learn.microsoft.com/kusto/query/current-database-function>

use arrow::array::ArrayRef;
use calypso_types::{Dynamic, Guid, ScalarType, dynamic_text::write_json_string};
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

/// `current_principal_details()`: what the name tells; a type stands before its `=`.
pub(super) fn current_principal_details(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let principal = &call.context.principal;
    let (ty, name) = principal.split_once('=').unwrap_or(("", principal));
    let fields = [("UserPrincipalName", name), ("Type", ty), ("DisplayName", name), ("FQN", principal)];
    Ok(call.build_dynamics(|_, out| {
        for (index, (key, value)) in fields.iter().enumerate() {
            out.push(if index == 0 { '{' } else { ',' });
            write_json_string(out, key);
            out.push(':');
            write_json_string(out, value);
        }
        out.push('}');
        true
    }))
}

/// `current_principal_is_member_of(principal, …)`: texts, or arrays of texts. Nobody is known to be in a group.
pub(super) fn current_principal_is_member_of(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let is_own = |name: &str| name.eq_ignore_ascii_case(&call.context.principal);
    let mut own = false;
    for index in 0..call.len() {
        let names = call.strings(index)?;
        own |= match (call.type_of(index)?, names.get_dynamic(0).filter(|_| call.rows > 0)) {
            (ScalarType::Dynamic, Some(text)) => Dynamic::parse(text)
                .is_ok_and(|names| names.as_array().into_iter().flatten().filter_map(Dynamic::as_str).any(is_own)),
            (_, name) => name.is_some_and(is_own),
        };
    }
    Ok(call.build_truths(|_| own))
}

/// `new_guid()`: random, another in every row.
pub(super) fn new_guid(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let random = &call.context.random;
    Ok(call.build_guids(|_| {
        let bits = u128::from(random()) << 64 | u128::from(random());
        Some(Guid::from(Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()))
    }))
}
