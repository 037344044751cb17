//! Plugins that reshape tables: `bag_unpack`, `pivot`, `narrow`, `schema_merge`, `rows_near`, `rolling_percentile`.
//!
//! <https://learn.microsoft.com/kusto/query/evaluate-operator>

use std::fmt::Write as _;

use calypso_syntax::{
    DiagnosticCode,
    ast::{Argument, ByClause, Expr as SyntaxExpr, ExprKind as SyntaxKind, Name, NamedExpr, PluginSchema},
};
use calypso_types::{Dynamic, Scalar, ScalarType};

use crate::bound::{Column, Expr, Relation};

use super::super::{
    Binder, Bound,
    names::{UniqueNames, implied_name},
    template::{literal, quoted, relation, scalar},
};
use super::evaluate::PluginCall;

impl Binder<'_> {
    /// <https://learn.microsoft.com/kusto/query/bag-unpack-plugin>
    pub(super) fn bag_unpack(&mut self, input: Relation, call: &PluginCall<'_>) -> Bound<Relation> {
        let argument = self.plugin_argument(call, "Column", 0)?;
        let bag = self.column_argument(&input, argument)?;
        let prefix = self.plugin_text(call, "OutputColumnPrefix", Some(1))?.unwrap_or_default();
        let conflict = self.plugin_text(call, "columnsConflict", Some(2))?.unwrap_or_else(|| "error".to_owned());
        let ignored = match call.argument("ignoredProperties", Some(3)) {
            Some(argument) => match self.plugin_constant(call, argument)? {
                Scalar::Dynamic(Dynamic::Array(names)) => {
                    names.iter().filter_map(|n| n.as_str().map(ToOwned::to_owned)).collect()
                }
                _ => Vec::new(),
            },
            None => Vec::new(),
        };
        let (input, found) = match call.schema {
            Some(schema) => (input, self.schema_columns(schema)?),
            None => {
                let shared = self.materialized(input);
                let found = self.bag_properties(&shared, &bag, call)?;
                (shared, found)
            }
        };
        let bag_column = input.columns.iter().find(|c| c.name == bag.name).cloned().unwrap_or(bag);
        let keeps_input = call.schema.is_none_or(|schema| schema.with_input);
        let source = input.columns.iter().filter(|c| keeps_input && **c != bag_column);
        let mut outputs: Vec<(Column, Expr)> = source.map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        for (property, ty) in found {
            let key = if call.schema.is_some() {
                property.strip_prefix(&prefix).unwrap_or(&property).to_owned()
            } else {
                property.clone()
            };
            if ignored.contains(&key) {
                continue;
            }
            let name = if call.schema.is_some() { property } else { format!("{prefix}{key}") };
            let key = Expr::constant(Scalar::String(key));
            let bag = Expr::column(bag_column.id, ScalarType::Dynamic);
            let value = Expr::call("op_member", vec![bag, key], ScalarType::Dynamic).cast(ty);
            let output = (self.new_column(name.clone(), ty), value);
            match (outputs.iter().position(|(c, _)| c.name == name), conflict.as_str()) {
                (None, _) => outputs.push(output),
                (Some(_), "keep_source") => {}
                (Some(at), "replace_source") => outputs[at] = output,
                (Some(_), _) => {
                    let message = format!("plugin 'bag_unpack': the input already has a column named '{name}'");
                    return self.error(DiagnosticCode::DuplicateName, call.span(), message);
                }
            }
        }
        let serialized = input.serialized;
        Ok(super::columns::projected(input, outputs, serialized))
    }

    fn schema_columns(&mut self, schema: &PluginSchema) -> Bound<Vec<(String, ScalarType)>> {
        let mut columns = Vec::with_capacity(schema.columns.len());
        for column in &schema.columns {
            match ScalarType::from_name(&column.type_name.text) {
                Some(ty) => columns.push((column.name.text.clone(), ty)),
                None => {
                    let message = format!("'{}' is not a scalar type", column.type_name.text);
                    return self.error(DiagnosticCode::TypeMismatch, column.type_name.span, message);
                }
            }
        }
        Ok(columns)
    }

    /// Asks for the properties of the bags and their types; a property of several types is dynamic.
    fn bag_properties(
        &mut self,
        input: &Relation,
        bag: &Column,
        call: &PluginCall<'_>,
    ) -> Bound<Vec<(String, ScalarType)>> {
        let text = format!(
            "$data | project p = {} | mv-expand kind=array p | extend k = tostring(p[0]), t = gettype(p[1]) \
             | where isnotempty(k) | summarize t = make_set(t) by k | project k, t = strcat_array(t, ',') | sort by k asc",
            quoted(&bag.name)
        );
        let probe =
            self.template(&text, vec![("$data", relation(input.clone()))], &call.what(), call.span(), call.scope)?;
        let rows = self.answer(probe)?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let [name, types] = row.as_slice() else { continue };
            let types = types.to_text();
            let mut types: Vec<&str> = types.split(',').filter(|t| *t != "null" && !t.is_empty()).collect();
            types.sort_unstable();
            let ty = match types.as_slice() {
                ["int" | "long"] | ["int", "long"] => ScalarType::Long,
                several
                    if several.iter().all(|t| matches!(*t, "double" | "real" | "int" | "long"))
                        && !several.is_empty() =>
                {
                    ScalarType::Real
                }
                ["string"] => ScalarType::String,
                ["bool"] => ScalarType::Bool,
                ["datetime"] => ScalarType::DateTime,
                ["timespan"] => ScalarType::TimeSpan,
                ["guid"] => ScalarType::Guid,
                _ => ScalarType::Dynamic,
            };
            found.push((name.to_text(), ty));
        }
        Ok(found)
    }

    fn column_argument(&mut self, input: &Relation, argument: &SyntaxExpr) -> Bound<Column> {
        let SyntaxKind::Name(name) = &argument.kind else {
            return self.error(DiagnosticCode::Semantic, argument.span, "a column is expected here");
        };
        self.find_column(input, &Name { text: name.clone(), span: argument.span })
    }

    /// <https://learn.microsoft.com/kusto/query/pivot-plugin>
    pub(super) fn pivot(&mut self, input: Relation, call: &PluginCall<'_>) -> Bound<Relation> {
        let argument = self.plugin_argument(call, "pivotColumn", 0)?;
        let pivot = self.column_argument(&input, argument)?;
        let aggregate = call.argument("aggregateFunction", Some(1)).cloned();
        let aggregate = aggregate.unwrap_or_else(|| {
            let name = Name { text: "count".to_owned(), span: call.span() };
            SyntaxExpr { kind: SyntaxKind::Call { name, arguments: Vec::new() }, span: call.span() }
        });
        let mut keys: Vec<String> = call.arguments.iter().skip(2).filter_map(|a| implied_name(&a.value)).collect();
        if call.arguments.len() <= 2 {
            let mut used = vec![pivot.name.clone()];
            if let SyntaxKind::Call { arguments, .. } = &aggregate.kind {
                used.extend(arguments.iter().filter_map(|a| implied_name(&a.value)));
            }
            keys = input.columns.iter().map(|c| c.name.clone()).filter(|n| !used.contains(n)).collect();
        }
        let input = self.materialized(input);
        let values = self.pivot_values(&input, &pivot, &keys, call)?;
        let mut aggregates = Vec::with_capacity(values.len());
        for (value, output) in &values {
            aggregates.push(pivot_aggregate(&aggregate, &pivot.name, value, output, call));
        }
        let span = call.span();
        let key = |name: &String| NamedExpr {
            names: Vec::new(),
            expr: SyntaxExpr { kind: SyntaxKind::Name(name.clone()), span },
        };
        let by = ByClause { keys: keys.iter().map(key).collect() };
        let text = self.with_column(input, "$pivot", &tostring(&pivot.name, span), call.scope)?;
        self.summarize(text, &aggregates, (!keys.is_empty()).then_some(&by), call.scope)
    }

    /// The values that become columns, with the columns' names.
    fn pivot_values(
        &mut self,
        input: &Relation,
        pivot: &Column,
        keys: &[String],
        call: &PluginCall<'_>,
    ) -> Bound<Vec<(String, String)>> {
        if let Some(schema) = call.schema {
            let columns = self.schema_columns(schema)?;
            let own = columns.into_iter().map(|(name, _)| name).filter(|name| !keys.contains(name));
            return Ok(own.map(|name| (name.clone(), name)).collect());
        }
        let text = format!("$data | distinct v = tostring({}) | sort by v asc", quoted(&pivot.name))
            .replace("distinct v =", "summarize by v =");
        let probe =
            self.template(&text, vec![("$data", relation(input.clone()))], &call.what(), call.span(), call.scope)?;
        let rows = self.answer(probe)?;
        let mut names = UniqueNames::with(keys.iter().map(String::as_str));
        let values = rows.into_iter().filter_map(|row| row.first().map(Scalar::to_text));
        Ok(values.map(|value| (value.clone(), names.claim(&value))).collect())
    }

    /// <https://learn.microsoft.com/kusto/query/narrow-plugin>
    pub(super) fn narrow(&mut self, input: Relation, call: &PluginCall<'_>) -> Bound<Relation> {
        let mut pairs = String::new();
        for (index, column) in input.columns.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let _ = write!(pairs, "{comma}pack_array({}, tostring({}))", literal(&column.name), quoted(&column.name));
        }
        let text = format!(
            "$data | serialize | project Row = row_number(0), p = pack_array({pairs}) | mv-expand p \
             | project Row, Column = tostring(p[0]), Value = tostring(p[1])"
        );
        self.template(&text, vec![("$data", relation(input))], &call.what(), call.span(), call.scope)
    }

    /// <https://learn.microsoft.com/kusto/query/schema-merge-plugin>
    pub(super) fn schema_merge(&mut self, input: Relation, call: &PluginCall<'_>) -> Bound<Relation> {
        // The legs of a union come in any order: columns of one ordinal are put in that of their names.
        let text = "$data | summarize o = max(ColumnOrdinal) by ColumnName, DataType, ColumnType \
            | sort by o asc, ColumnName asc | project ColumnName, ColumnOrdinal = toint(row_number(0)), DataType, ColumnType";
        self.template(text, vec![("$data", relation(input))], &call.what(), call.span(), call.scope)
    }

    /// <https://learn.microsoft.com/kusto/query/rows-near-plugin>
    pub(super) fn rows_near(&mut self, input: Relation, call: &PluginCall<'_>) -> Bound<Relation> {
        let condition = self.plugin_argument(call, "Condition", 0)?;
        let count = self.plugin_argument(call, "NumRows", 1)?;
        let count = self.plugin_constant(call, count)?.cast(ScalarType::Long);
        let after = match call.argument("RowsAfter", Some(2)) {
            Some(after) => self.plugin_constant(call, after)?.cast(ScalarType::Long),
            None => count.clone(),
        };
        let marked = self.with_column(input, "$hit", condition, call.scope)?;
        let numbered = self.numbered(marked);
        let numbered = self.materialized(numbered);
        let text = "let near = $data | where ['$hit'] | project ['$row'] \
            | mv-expand ['$row'] = range(['$row'] - $before, ['$row'] + $after, 1) to typeof(long) | distinct ['$row']; \
            $data | join kind=leftsemi near on ['$row'] | sort by ['$row'] asc | project-away ['$row'], ['$hit']";
        let names = vec![
            ("$data", relation(numbered)),
            ("$before", scalar(Expr::constant(count))),
            ("$after", scalar(Expr::constant(after))),
        ];
        self.template(text, names, &call.what(), call.span(), call.scope)
    }

    /// <https://learn.microsoft.com/kusto/query/rolling-percentile-plugin>
    pub(super) fn rolling_percentile(&mut self, input: Relation, call: &PluginCall<'_>) -> Bound<Relation> {
        let value = self.plugin_argument(call, "ValueColumn", 0)?;
        let percentile = self.plugin_argument(call, "Percentile", 1)?;
        let index = self.plugin_argument(call, "IndexColumn", 2)?;
        let size = self.plugin_argument(call, "BinSize", 3)?;
        let bins = self.plugin_argument(call, "BinsPerWindow", 4)?;
        let dimensions: Vec<String> = call.arguments.iter().skip(5).filter_map(|a| implied_name(&a.value)).collect();
        let percentile = self.plugin_constant(call, percentile)?;
        let bins = self.plugin_constant(call, bins)?;
        let size = self.scalar(size, &mut super::super::RowContext::constant(call.scope))?;
        let (value_name, index_name) =
            (implied_name(value).unwrap_or_default(), implied_name(index).unwrap_or_default());
        let output = format!("rolling_{}_percentile_{value_name}_{}", bins.to_text(), percentile.to_text());
        let dims: String = dimensions.iter().map(|d| format!(", {}", quoted(d))).collect();
        let (v, i) = (quoted(&value_name), quoted(&index_name));
        // Each row counts in the windows that end at its bin and at the bins behind it, as far as there is data.
        let text = format!(
            "let rows = $data | project {v}, {i} = bin({i}, $size){dims}; let last = toscalar(rows | summarize max({i})); \
             rows | extend ['$n'] = range(0, $bins - 1, 1) | mv-expand ['$n'] to typeof(long) \
             | extend {i} = {i} + ['$n'] * $size | where {i} <= last \
             | summarize {o} = percentile({v}, $percentile) by {i}{dims} | sort by {i} asc{order}",
            o = quoted(&output),
            order = dimensions.iter().map(|d| format!(", {} asc", quoted(d))).collect::<String>()
        );
        let input = self.materialized(input);
        let names = vec![
            ("$data", relation(input)),
            ("$size", scalar(size)),
            ("$bins", scalar(Expr::constant(bins.cast(ScalarType::Long)))),
            ("$percentile", scalar(Expr::constant(percentile))),
        ];
        self.template(&text, names, &call.what(), call.span(), call.scope)
    }

    /// `preview(n)`: the first rows.
    pub(super) fn take_preview(&mut self, input: Relation, call: &PluginCall<'_>) -> Bound<Relation> {
        let count = self.plugin_argument(call, "NumberOfRows", 0)?;
        let count = self.plugin_constant(call, count)?;
        let names = vec![("$data", relation(input)), ("$count", scalar(Expr::constant(count)))];
        self.template("$data | take $count", names, &call.what(), call.span(), call.scope)
    }
}

/// `aggregateif(…, pivot == value)`, called `output`.
fn pivot_aggregate(aggregate: &SyntaxExpr, pivot: &str, value: &str, output: &str, call: &PluginCall<'_>) -> NamedExpr {
    let span = call.span();
    let _ = pivot;
    let equal = SyntaxKind::Binary {
        operator: calypso_syntax::ast::BinaryOperator::Equal,
        left: Box::new(SyntaxExpr { kind: SyntaxKind::Name("$pivot".to_owned()), span }),
        right: Box::new(SyntaxExpr {
            kind: SyntaxKind::Literal(calypso_syntax::ast::Literal { value: Scalar::String(value.to_owned()) }),
            span,
        }),
        operator_span: span,
    };
    let expr = match &aggregate.kind {
        SyntaxKind::Call { name, arguments } => {
            let mut arguments = arguments.clone();
            let condition = Argument { name: None, value: SyntaxExpr { kind: equal, span } };
            let (function, at) = conditional_form(&name.text, arguments.len());
            arguments.insert(at, condition);
            let name = Name { text: function, span: name.span };
            SyntaxExpr { kind: SyntaxKind::Call { name, arguments }, span: aggregate.span }
        }
        _ => aggregate.clone(),
    };
    NamedExpr { names: vec![Name { text: output.to_owned(), span }], expr }
}

/// The aggregate with a condition, and where the condition stands.
fn conditional_form(name: &str, count: usize) -> (String, usize) {
    match name {
        "make_list" | "make_set" | "make_bag" => (format!("{name}_if"), 1.min(count)),
        "take_any" => ("take_anyif".to_owned(), 1.min(count)),
        "covariance" => ("covarianceif".to_owned(), 2),
        _ => (format!("{name}if"), 1.min(count)),
    }
}

fn tostring(column: &str, span: calypso_syntax::Span) -> SyntaxExpr {
    let value = SyntaxExpr { kind: SyntaxKind::Name(column.to_owned()), span };
    let kind = SyntaxKind::Call {
        name: Name { text: "tostring".to_owned(), span },
        arguments: vec![Argument { name: None, value }],
    };
    SyntaxExpr { kind, span }
}
