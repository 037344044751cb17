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
    f("new_guid", "Returns a random guid.", &[sig(&[], GUID)]).stable(Volatile),
    f("estimate_data_size", "Returns the size of values in bytes.", &[sig(&[any("column")], LONG).repeating(1)]),
];
