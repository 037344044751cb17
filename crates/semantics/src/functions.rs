//! The table of Kusto's functions: each declared once, here, for the binder, the docs and completion.
//!
//! A scalar function's evaluation stands in `calypso-kernels` under the same name; an aggregation function's in
//! `calypso-query`. Adding one touches the files listed in CONTRIBUTING.md.

mod declaration;
mod row;
mod usage;

mod conditional;
mod conversion;
mod datetime;
mod dynamic;
mod encoding;
mod geo;
mod hash;
mod ip;
mod math;
mod metadata;
mod series;
mod string;

use std::{collections::HashMap, sync::LazyLock};

pub use declaration::{Accepts, Category, Function, Parameter, ResultRule, Signature, Volatility};

/// The scalar families, in documentation order.
const SCALAR_FAMILIES: &[&[Function]] = &[
    conversion::FUNCTIONS,
    conditional::FUNCTIONS,
    string::FUNCTIONS,
    encoding::FUNCTIONS,
    datetime::FUNCTIONS,
    math::FUNCTIONS,
    dynamic::FUNCTIONS,
    hash::FUNCTIONS,
    ip::FUNCTIONS,
    series::FUNCTIONS,
    geo::FUNCTIONS,
    metadata::FUNCTIONS,
];

static SCALAR: LazyLock<HashMap<&'static str, &'static Function>> = LazyLock::new(|| index(SCALAR_FAMILIES));

fn index(families: &'static [&'static [Function]]) -> HashMap<&'static str, &'static Function> {
    let mut by_name = HashMap::new();
    for function in families.iter().flat_map(|family| family.iter()) {
        by_name.insert(function.name, function);
        for alias in function.aliases {
            by_name.insert(alias, function);
        }
    }
    by_name
}

/// Returns the scalar function called `name` (case-sensitive), or of that alias.
#[must_use]
pub fn scalar_function(name: &str) -> Option<&'static Function> {
    SCALAR.get(name).copied()
}

/// Returns every scalar function once.
pub fn scalar_functions() -> impl Iterator<Item = &'static Function> {
    SCALAR_FAMILIES.iter().flat_map(|family| family.iter())
}
