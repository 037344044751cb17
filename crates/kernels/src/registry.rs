//! The table from a function's name to its kernel.

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    Kernel, conditional, conversion, datetime, dynamic, geo, hash, ip, math, metadata, operators, series, string,
};

/// The families, each a slice of (name, kernel). A name stands in one family only.
const FAMILIES: &[&[(&str, Kernel)]] = &[
    operators::KERNELS,
    conversion::KERNELS,
    conditional::KERNELS,
    string::KERNELS,
    datetime::KERNELS,
    math::KERNELS,
    hash::KERNELS,
    dynamic::KERNELS,
    ip::KERNELS,
    metadata::KERNELS,
    series::KERNELS,
    geo::KERNELS,
];

static KERNELS: LazyLock<HashMap<&'static str, Kernel>> =
    LazyLock::new(|| FAMILIES.iter().flat_map(|family| family.iter().copied()).collect());

/// Returns the kernel of the scalar function (or operator) called `name`.
#[must_use]
pub fn kernel(name: &str) -> Option<Kernel> {
    KERNELS.get(name).copied()
}

/// Returns the name of every kernel, in no order.
pub fn kernel_names() -> impl Iterator<Item = &'static str> {
    KERNELS.keys().copied()
}
