//! Functions about the query itself and its rows.

use super::{
    Category, Function, Signature,
    Volatility::{PerQuery, Volatile},
    row::*,
};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::Metadata, summary, signatures)
}

const NAME: &[Signature] = &[sig(&[], STRING)];

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#metadata-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f("current_database", "Returns the name of the database in scope.", NAME).stable(PerQuery),
    f("current_cluster_endpoint", "Returns the endpoint of the cluster.", NAME).stable(PerQuery),
    f("current_principal", "Returns the fully qualified name of the caller.", NAME).stable(PerQuery),
    f("current_principal_details", "Returns what is known of the caller.", &[sig(&[], DYNAMIC)]).stable(PerQuery),
    f(
        "current_principal_is_member_of",
        "Says whether the caller is one of some principals.",
        &[sig(&[any("group")], BOOL).repeating(1)],
    )
    .stable(PerQuery),
    f("new_guid", "Returns a random guid.", &[sig(&[], GUID)]).stable(Volatile),
    f("estimate_data_size", "Returns the size of values in bytes.", &[sig(&[any("column")], LONG).repeating(1)]),
];
