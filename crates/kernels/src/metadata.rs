//! Functions about the query itself and its rows.

mod identity;
mod size;

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#metadata-functions>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("current_database", identity::current_database),
    ("current_cluster_endpoint", identity::current_cluster_endpoint),
    ("current_principal", identity::current_principal),
    ("current_principal_details", identity::current_principal_details),
    ("current_principal_is_member_of", identity::current_principal_is_member_of),
    ("new_guid", identity::new_guid),
    ("estimate_data_size", size::estimate_data_size),
];
