//! Every declared function can be evaluated, and every kernel is declared.

use std::collections::BTreeSet;

#[test]
fn every_declared_scalar_function_has_a_kernel() {
    let missing: Vec<_> = calypso_semantics::functions::scalar_functions()
        .map(|f| f.name)
        .filter(|name| calypso_kernels::kernel(name).is_none())
        .collect();
    assert!(missing.is_empty(), "without a kernel: {missing:?}");
}

#[test]
fn every_kernel_is_declared_or_an_operator() {
    let declared: BTreeSet<_> = calypso_semantics::functions::scalar_functions().map(|f| f.name).collect();
    let stray: Vec<_> = calypso_kernels::kernel_names()
        .filter(|name| !name.starts_with("op_") && *name != "cast" && !declared.contains(name))
        .collect();
    assert!(stray.is_empty(), "not declared: {stray:?}");
}
