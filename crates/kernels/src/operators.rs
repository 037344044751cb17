//! The operators of scalar expressions, under internal names that no function can have (`op_add`).
//!
//! The binder types operators itself, so both sides arrive with the types the operator works on.

mod arithmetic;
mod comparison;
mod dynamic_access;
mod membership;
mod needle;
mod regex_match;
mod terms;
#[cfg(test)]
mod tests;
mod text_match;
mod time_arithmetic;

pub(crate) use membership::texts_of;
pub(crate) use needle::{Needle, fold_into};
pub(crate) use terms::{Boundaries, find_bounded};

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-operators>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("op_add", arithmetic::add),
    ("op_subtract", arithmetic::subtract),
    ("op_multiply", arithmetic::multiply),
    ("op_divide", arithmetic::divide),
    ("op_modulo", arithmetic::modulo),
    ("op_negate", arithmetic::negate),
    ("op_equal", comparison::equal),
    ("op_not_equal", comparison::not_equal),
    ("op_less", comparison::less),
    ("op_less_or_equal", comparison::less_or_equal),
    ("op_greater", comparison::greater),
    ("op_greater_or_equal", comparison::greater_or_equal),
    ("op_has", text_match::has),
    ("op_has_cs", text_match::has_cs),
    ("op_hasprefix", text_match::has_prefix),
    ("op_hasprefix_cs", text_match::has_prefix_cs),
    ("op_hassuffix", text_match::has_suffix),
    ("op_hassuffix_cs", text_match::has_suffix_cs),
    ("op_contains", text_match::contains),
    ("op_contains_cs", text_match::contains_cs),
    ("op_startswith", text_match::starts_with),
    ("op_startswith_cs", text_match::starts_with_cs),
    ("op_endswith", text_match::ends_with),
    ("op_endswith_cs", text_match::ends_with_cs),
    ("op_equal_tilde", text_match::equal_ignoring_case),
    ("op_matches_regex", regex_match::matches_regex),
    ("op_like", regex_match::like),
    ("op_like_cs", regex_match::like_cs),
    ("op_has_any", membership::has_any),
    ("op_has_all", membership::has_all),
    ("op_in", membership::in_list),
    ("op_in_tilde", membership::in_ignoring_case),
    ("op_member", dynamic_access::member),
    ("op_index", dynamic_access::index),
];
