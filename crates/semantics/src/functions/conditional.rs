//! Functions that choose among their arguments.

use super::{Category, Function, ResultRule::Common, Signature, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::Conditional, summary, signatures)
}

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#conditional-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f(
        "iff",
        "Returns the second argument if the first is true, else the third.",
        &[sig(&[bool("if"), common("then"), common("else")], Common)],
    )
    .also(&["iif"]),
    f(
        "case",
        "Returns the value after the first predicate that is true, else the last argument.",
        &[sig(&[bool("predicate"), common("then"), common("else")], Common).repeating(2).trailing(1)],
    ),
    f(
        "coalesce",
        "Returns the first argument that is not null, or not empty.",
        &[sig(&[common("arg"), common("arg")], Common).repeating(1)],
    ),
    f(
        "max_of",
        "Returns the greatest argument that is not null.",
        &[sig(&[common("arg"), common("arg")], Common).repeating(1)],
    ),
    f(
        "min_of",
        "Returns the least argument that is not null.",
        &[sig(&[common("arg"), common("arg")], Common).repeating(1)],
    ),
    f("not", "Reverses a bool.", &[sig(&[bool("expression")], BOOL)]),
    f(
        "assert",
        "Returns true if the predicate holds, else fails with the message.",
        &[sig(&[bool("predicate"), string("message")], BOOL)],
    ),
    f(
        "around",
        "Says whether a value lies within a distance of a center.",
        &[
            sig(&[long("value"), long("center"), long("delta")], BOOL),
            sig(&[datetime("value"), datetime("center"), timespan("delta")], BOOL),
            sig(&[timespan("value"), timespan("center"), timespan("delta")], BOOL),
            sig(&[real("value"), real("center"), real("delta")], BOOL),
        ],
    ),
];
