//! A sentence for each tabular operator, for completion.
//!
//! <https://learn.microsoft.com/kusto/query/queries>

/// Operators by their words; which of them exist is the parser's to say.
const OPERATORS: &[(&str, &str)] = &[
    ("as", "gives the rows so far a name"),
    ("consume", "reads all rows and gives none"),
    ("count", "gives the number of rows"),
    ("distinct", "gives each combination of the columns once"),
    ("evaluate", "runs a plugin"),
    ("extend", "adds computed columns"),
    ("facet", "gives a table of values for each column"),
    ("filter", "keeps the rows for which a predicate holds; another word for where"),
    ("find", "looks for rows in several tables"),
    ("fork", "runs several branches over the same rows"),
    ("getschema", "gives the columns and their types"),
    ("invoke", "calls a function with the rows as its first argument"),
    ("join", "merges rows of two tables by equal keys"),
    ("limit", "gives some rows, at most so many; another word for take"),
    ("lookup", "adds columns of a dimension table by equal keys"),
    ("make-series", "makes arrays of aggregates along an axis"),
    ("mv-apply", "runs a query over the elements of arrays in each row"),
    ("mv-expand", "gives a row for each element of an array or bag"),
    ("mvapply", "another spelling of mv-apply"),
    ("mvexpand", "another spelling of mv-expand"),
    ("order", "sorts the rows; another word for sort"),
    ("parse", "takes values out of a text by a pattern"),
    ("parse-kv", "takes keys and values out of a text"),
    ("parse-where", "as parse, and keeps only rows that match"),
    ("partition", "runs a query over each group of rows"),
    ("print", "gives one row of computed values"),
    ("project", "chooses, computes and orders columns"),
    ("project-away", "leaves columns out"),
    ("project-by-names", "chooses columns by names that are computed"),
    ("project-keep", "keeps columns in the order they have"),
    ("project-rename", "renames columns"),
    ("project-reorder", "moves columns to the front"),
    ("range", "gives rows of evenly spaced values"),
    ("render", "says how a client should draw the result"),
    ("sample", "gives random rows"),
    ("sample-distinct", "gives random distinct values of a column"),
    ("scan", "matches sequences of rows to steps"),
    ("search", "looks for a text in all columns"),
    ("serialize", "fixes the order of rows, for functions that look at neighbours"),
    ("sort", "sorts the rows"),
    ("summarize", "aggregates rows by group"),
    ("take", "gives some rows, at most so many"),
    ("top", "gives the first rows in an order"),
    ("top-hitters", "gives the most frequent values, about"),
    ("top-nested", "gives the top values of each level of a hierarchy"),
    ("union", "puts rows of several tables together"),
    ("where", "keeps the rows for which a predicate holds"),
];

/// Operators that may begin a statement instead of a table's name.
pub(super) const SOURCES: [&str; 9] =
    ["datatable", "evaluate", "externaldata", "find", "materialize", "print", "range", "search", "union"];

/// Returns what an operator does.
pub(super) fn summary(name: &str) -> &'static str {
    OPERATORS.iter().find(|(known, _)| *known == name).map_or("", |(_, summary)| summary)
}
