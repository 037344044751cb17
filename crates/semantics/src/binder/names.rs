//! Names of result columns that the query leaves unnamed, and near names for hints.

use calypso_syntax::ast::{Argument, Expr, ExprKind};

/// A name further away than this is no hint.
const HINT_DISTANCE_MAX: usize = 2;

/// Returns the name that `expr` gives its column by itself: a column's own, or that of the path within it.
pub(super) fn implied_name(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Path { target, member } => match &target.kind {
            ExprKind::Name(side) if side == "$left" || side == "$right" => Some(member.text.clone()),
            _ => Some(format!("{}_{}", implied_name(target)?, member.text)),
        },
        ExprKind::Index { target, index } => {
            let target = implied_name(target)?;
            match &index.kind {
                ExprKind::Literal(literal) => Some(format!("{target}_{}", literal.value.to_text())),
                _ => None,
            }
        }
        ExprKind::Call { name, arguments } => called_name(&name.text, arguments),
        ExprKind::List(items) if items.len() == 1 => implied_name(&items[0]),
        _ => None,
    }
}

/// Returns the name of a call's result, where the function gives it one.
fn called_name(function: &str, arguments: &[Argument]) -> Option<String> {
    let of = || arguments.first().and_then(|a| implied_name(&a.value));
    match function {
        "make_datetime" | "make_timespan" if arguments.len() == 1 => of(),
        "strlen" | "string_size" | "percentile_tdigest" | "dcount_hll" => Some(format!("{function}_{}", of()?)),
        "percentiles_array_tdigest" => Some(format!("percentile_tdigest_{}", of()?)),
        "gettype" => Some(format!("type_{}", of()?)),
        "treepath" => Some(format!("tree_{}", of()?)),
        "repeat" => Some(format!("repeat_{}", of()?)),
        "merge_tdigest" | "tdigest_merge" => Some("tdigests_merge_result".to_owned()),
        "hll_merge" => Some("hll_merged_result".to_owned()),
        _ if keeps_name(function) => of(),
        _ => None,
    }
}

/// Functions whose result goes by the name of their first argument: conversions, rounding, mathematics of one number.
fn keeps_name(function: &str) -> bool {
    const NAMES: &[&str] = &[
        "abs",
        "acos",
        "asin",
        "atan",
        "atan2",
        "bin",
        "bin_at",
        "bin_auto",
        "binary_and",
        "binary_not",
        "binary_or",
        "binary_shift_left",
        "binary_shift_right",
        "binary_xor",
        "bitset_count_ones",
        "ceiling",
        "cos",
        "erf",
        "erfc",
        "exp",
        "exp10",
        "exp2",
        "floor",
        "format_bytes",
        "format_datetime",
        "format_timespan",
        "gamma",
        "log",
        "log10",
        "log2",
        "loggamma",
        "parse_csv",
        "parse_json",
        "parse_xml",
        "parsejson",
        "pow",
        "rand",
        "round",
        "series_fill_backward",
        "series_fill_const",
        "series_fill_forward",
        "series_fill_linear",
        "series_fir",
        "series_iir",
        "series_outliers",
        "sin",
        "split",
        "sqrt",
        "startofday",
        "tan",
        "tobool",
        "toboolean",
        "todatetime",
        "todecimal",
        "todouble",
        "todynamic",
        "toguid",
        "tohex",
        "toint",
        "tolong",
        "toobject",
        "toreal",
        "tostring",
        "totime",
        "totimespan",
    ];
    NAMES.binary_search(&function).is_ok()
}

/// Gives out result names so that no two columns share one: a taken name gets a number behind it.
#[derive(Debug, Default)]
pub(super) struct UniqueNames {
    taken: std::collections::HashSet<String>,
}

impl UniqueNames {
    /// Marks names that are already there.
    pub(super) fn with<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { taken: names.into_iter().map(ToOwned::to_owned).collect() }
    }

    /// Returns `Column1`, `Column2` and so on: the first that is free.
    pub(super) fn claim_column(&mut self) -> String {
        let mut number = 1_usize;
        loop {
            let candidate = format!("Column{number}");
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
            number += 1;
        }
    }

    /// Returns the implied name, made free, or the next `Column1`.
    pub(super) fn claim_implied(&mut self, name: Option<String>) -> String {
        match name {
            Some(name) => self.claim(&name),
            None => self.claim_column(),
        }
    }

    /// Returns `name`, or with the first free number behind it.
    pub(super) fn claim(&mut self, name: &str) -> String {
        if self.taken.insert(name.to_owned()) {
            return name.to_owned();
        }
        let mut number = 1_usize;
        loop {
            let candidate = format!("{name}{number}");
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
            number += 1;
        }
    }
}

/// Returns the known name nearest to `wanted`, if one is near enough to be meant.
pub(super) fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|name| (distance(&wanted.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= HINT_DISTANCE_MAX.min(name.chars().count() / 2))
        .min()
        .map(|(_, name)| name)
}

/// The Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
