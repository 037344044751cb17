//! Conversion between types, and questions about a value's kind.

mod boxed;
mod cast;
mod null_tests;
mod numbers;
mod text;

pub(crate) use boxed::BoxedColumn;
pub(crate) use text::{TextColumn, TextOf};

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#conversion-functions>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("cast", cast::cast),
    ("op_box", cast::boxed),
    ("tobool", cast::cast),
    ("toint", cast::cast),
    ("tolong", cast::cast),
    ("toreal", cast::cast),
    ("todecimal", cast::cast),
    ("tostring", cast::cast),
    ("todatetime", cast::cast),
    ("totimespan", cast::cast),
    ("toguid", cast::cast),
    ("parse_json", cast::cast),
    ("isnull", null_tests::is_null),
    ("isnotnull", null_tests::is_not_null),
    ("isempty", null_tests::is_empty),
    ("isnotempty", null_tests::is_not_empty),
    ("gettype", null_tests::get_type),
];
