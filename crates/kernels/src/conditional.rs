//! Functions that choose among their arguments.

mod choose;
mod extremes;

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#conditional-functions>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("iff", choose::iff),
    ("case", choose::case),
    ("coalesce", choose::coalesce),
    ("max_of", extremes::max_of),
    ("min_of", extremes::min_of),
    ("not", choose::not),
    ("assert", choose::assert),
    ("around", extremes::around),
];
