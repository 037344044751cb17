//! Conversion between types and questions about types.

use super::{Category, Function, row::*};

const fn to(name: &'static str, summary: &'static str, signatures: &'static [super::Signature]) -> Function {
    Function::new(name, Category::Conversion, summary, signatures)
}

const fn question(name: &'static str, summary: &'static str, signatures: &'static [super::Signature]) -> Function {
    Function::new(name, Category::Type, summary, signatures)
}

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#conversion-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    to("tobool", "Converts a value to bool.", &[sig(&[any("value")], BOOL)]).also(&["toboolean"]),
    to("toint", "Converts a value to int.", &[sig(&[any("value")], INT)]),
    to("tolong", "Converts a value to long.", &[sig(&[any("value")], LONG)]),
    to("toreal", "Converts a value to real.", &[sig(&[any("value")], REAL)]).also(&["todouble"]),
    to("todecimal", "Converts a value to decimal.", &[sig(&[any("value")], DECIMAL)]),
    to("tostring", "Returns the text of a value, nothing for null.", &[sig(&[any("value")], STRING)]),
    to("todatetime", "Converts a value to datetime.", &[sig(&[any("value")], DATETIME)]),
    to("totimespan", "Converts a value to timespan.", &[sig(&[any("value")], TIMESPAN)]).also(&["totime"]),
    to("toguid", "Converts a value to guid.", &[sig(&[any("value")], GUID)]),
    to("parse_json", "Reads JSON text as dynamic; other text becomes a string value.", &[sig(&[any("json")], DYNAMIC)])
        .also(&["parsejson", "todynamic", "toobject"]),
    question("isnull", "Says whether a value is null; a string never is.", &[sig(&[any("value")], BOOL)]),
    question("isnotnull", "Says whether a value is not null.", &[sig(&[any("value")], BOOL)]).also(&["notnull"]),
    question("isempty", "Says whether a value is null or the empty string.", &[sig(&[any("value")], BOOL)]),
    question("isnotempty", "Says whether a value is neither null nor the empty string.", &[sig(&[any("value")], BOOL)])
        .also(&["notempty"]),
    question("gettype", "Returns the name of a value's type, inside dynamic too.", &[sig(&[any("value")], STRING)]),
];
