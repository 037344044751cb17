//! A small evaluator of bound trees: enough to feed the kernels from KQL.

use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _, BooleanArray};
use calypso_columns::{ColumnBuilder, array_of_scalar, scalar_at};
use calypso_kernels::{Argument, Call, EvalContext, kernel};
use calypso_model::ClusterState;
use calypso_semantics::{
    GlobalState, bind,
    bound::{ColumnId, Comparison, Expr, ExprKind, Relation, RelationKind},
};
use calypso_types::{DateTime, Scalar, ScalarType};

/// Rows, column by column.
struct Table {
    columns: Vec<(ColumnId, ArrayRef)>,
    rows: usize,
}

pub(crate) struct Evaluator {
    context: EvalContext,
    feeding: Feeding,
}

/// How constants reach the kernels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feeding {
    /// As constants: the engine's way.
    Constants,
    /// As columns that hold the same value in every row.
    Columns,
}

/// The rows of a `print` that is fed by columns.
const SPREAD_ROWS: usize = 3;

impl Evaluator {
    /// Runs one query and prints its result as the suites do.
    pub(crate) fn run(query: &str, feeding: Feeding) -> Result<String, String> {
        let parsed = calypso_syntax::parse(query);
        if let Some(diagnostic) = parsed.diagnostics.first() {
            return Err(diagnostic.message.clone());
        }
        let globals = GlobalState {
            cluster_names: Vec::new(),
            cluster: Arc::new(ClusterState::default()),
            database: "db".to_owned(),
            ..GlobalState::default()
        };
        let binding = bind(&parsed.script, &globals);
        if let Some(diagnostic) = binding.diagnostics.first() {
            return Err(diagnostic.message.clone());
        }
        let result = binding.script.results.first().ok_or("no result")?;
        let context = EvalContext {
            now: DateTime::parse("2024-05-06T07:08:09.1234567Z").ok_or("now")?,
            database: "db".to_owned(),
            cluster: "https://localhost".to_owned(),
            principal: "anonymous".to_owned(),
            random: Arc::new(|| 0x0123_4567_89ab_cdef),
        };
        let table = Self { context, feeding }.relation(&result.relation)?;
        Ok(print(&result.relation, &table))
    }

    fn relation(&self, relation: &Relation) -> Result<Table, String> {
        let ids = relation.columns.iter().map(|c| c.id);
        match &relation.kind {
            RelationKind::Values(_) if relation.columns.is_empty() && self.feeding == Feeding::Columns => {
                Ok(Table { columns: Vec::new(), rows: SPREAD_ROWS })
            }
            RelationKind::Values(rows) => {
                let mut builders: Vec<_> =
                    relation.columns.iter().map(|c| ColumnBuilder::new(c.ty, rows.len())).collect();
                for row in rows {
                    builders.iter_mut().zip(row).for_each(|(builder, value)| builder.push(value));
                }
                let arrays = builders.iter_mut().map(ColumnBuilder::finish);
                Ok(Table { columns: ids.zip(arrays).collect(), rows: rows.len() })
            }
            RelationKind::Project { input, exprs } => {
                let input = self.relation(input)?;
                let arrays = exprs.iter().map(|expr| self.column(expr, &input)).collect::<Result<Vec<_>, _>>()?;
                Ok(Table { columns: ids.zip(arrays).collect(), rows: input.rows })
            }
            RelationKind::Filter { input, predicate } => {
                let input = self.relation(input)?;
                let mask = self.column(predicate, &input)?;
                let mask = mask.as_boolean_opt().ok_or("a predicate is bool")?;
                let columns = input
                    .columns
                    .iter()
                    .map(|(id, array)| Ok((*id, arrow::compute::filter(array, mask).map_err(|e| e.to_string())?)))
                    .collect::<Result<Vec<_>, String>>()?;
                Ok(Table { columns, rows: mask.true_count() })
            }
            RelationKind::Range { from, to, step } => self.range(relation, from, to, step),
            RelationKind::Serialize { input } => self.relation(input),
            other => Err(format!("the golden evaluator does not run {other:?}")),
        }
    }

    fn range(&self, relation: &Relation, from: &Expr, to: &Expr, step: &Expr) -> Result<Table, String> {
        let nothing = Table { columns: Vec::new(), rows: 1 };
        let constant = |expr: &Expr| Ok::<_, String>(scalar_at(&self.column(expr, &nothing)?, expr.ty, 0));
        let (mut next, to, step) = (constant(from)?, constant(to)?, constant(step)?);
        let column = relation.columns.first().ok_or("range has a column")?;
        let mut builder = ColumnBuilder::new(column.ty, 0);
        let mut rows = 0;
        while next.compare(&to).is_some_and(std::cmp::Ordering::is_le) && rows < 10_000 {
            builder.push(&next);
            rows += 1;
            let sum = Expr::call("op_add", vec![Expr::constant(next), Expr::constant(step.clone())], column.ty);
            next = constant(&sum)?;
        }
        Ok(Table { columns: vec![(column.id, builder.finish())], rows })
    }

    fn column(&self, expr: &Expr, input: &Table) -> Result<ArrayRef, String> {
        self.argument(expr, input)?.column(input.rows).map_err(|e| e.to_string())
    }

    fn argument(&self, expr: &Expr, input: &Table) -> Result<Argument, String> {
        let column = |array| Argument { array, constant: false, ty: expr.ty };
        Ok(match &expr.kind {
            ExprKind::Constant(value) => {
                let constant = Argument { array: array_of_scalar(value), constant: true, ty: expr.ty };
                match self.feeding {
                    Feeding::Constants => constant,
                    Feeding::Columns => column(constant.column(input.rows).map_err(|e| e.to_string())?),
                }
            }
            ExprKind::Column(id) => {
                let found = input.columns.iter().find(|(known, _)| known == id).ok_or("unknown column")?;
                column(Arc::clone(&found.1))
            }
            ExprKind::Call { function, arguments, .. } => return self.call(function, arguments, expr, input),
            ExprKind::Cast(inner) => return self.call("cast", std::slice::from_ref(inner), expr, input),
            ExprKind::Not(inner) => {
                let values = self.column(inner, input)?;
                column(bools(values.as_boolean().iter().map(|v| v.map(|v| !v)).collect()))
            }
            ExprKind::And(a, b) => column(self.logic(a, b, input, false)?),
            ExprKind::Or(a, b) => column(self.logic(a, b, input, true)?),
            ExprKind::Compare { comparison, left, right } => {
                let name = match comparison {
                    Comparison::Equal => "op_equal",
                    Comparison::NotEqual => "op_not_equal",
                    Comparison::Less => "op_less",
                    Comparison::LessOrEqual => "op_less_or_equal",
                    Comparison::Greater => "op_greater",
                    Comparison::GreaterOrEqual => "op_greater_or_equal",
                };
                return self.call(name, &[(**left).clone(), (**right).clone()], expr, input);
            }
            ExprKind::In { operand, list } => {
                let mut all = vec![(**operand).clone()];
                all.extend(list.iter().cloned());
                return self.call("op_in", &all, expr, input);
            }
            ExprKind::ToScalar(relation) => {
                let table = self.relation(relation)?;
                Argument { array: table.columns[0].1.slice(0, 1), constant: true, ty: expr.ty }
            }
            other => return Err(format!("the golden evaluator does not evaluate {other:?}")),
        })
    }

    fn logic(&self, a: &Expr, b: &Expr, input: &Table, absorbing: bool) -> Result<ArrayRef, String> {
        let (a, b) = (self.column(a, input)?, self.column(b, input)?);
        let combine = |(a, b): (Option<bool>, Option<bool>)| match (a, b) {
            (Some(v), _) | (_, Some(v)) if v == absorbing => Some(absorbing),
            (Some(_), Some(_)) => Some(!absorbing),
            _ => None,
        };
        Ok(bools(a.as_boolean().iter().zip(b.as_boolean()).map(combine).collect()))
    }

    fn call(&self, name: &str, arguments: &[Expr], expr: &Expr, input: &Table) -> Result<Argument, String> {
        let arguments = arguments.iter().map(|a| self.argument(a, input)).collect::<Result<Vec<_>, _>>()?;
        // A constant expression is evaluated once, as the engine does.
        let constant = expr.is_constant() && self.feeding == Feeding::Constants;
        let rows = if constant { 1 } else { input.rows };
        let call = Call { arguments: &arguments, rows, result: expr.ty, context: &self.context };
        let evaluate = kernel(name).ok_or_else(|| format!("no kernel {name}"))?;
        let array = evaluate(&call).map_err(|e| e.to_string())?;
        assert_eq!(array.len(), rows, "{name} gives one value per row");
        assert_eq!(*array.data_type(), calypso_columns::arrow_type(expr.ty), "{name} gives its declared type");
        Ok(Argument { array, constant, ty: expr.ty })
    }
}

fn bools(values: BooleanArray) -> ArrayRef {
    Arc::new(values)
}

fn print(relation: &Relation, table: &Table) -> String {
    let header: Vec<_> = relation.columns.iter().map(|c| format!("{}:{}", c.name, c.ty)).collect();
    let mut out = format!("{}\n", header.join("\t"));
    for row in 0..table.rows {
        let cells: Vec<_> = relation
            .columns
            .iter()
            .zip(&table.columns)
            .map(|(column, (_, array))| cell(&scalar_at(array, column.ty, row)))
            .collect();
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    out
}

fn cell(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n"),
        null if null.is_null() => "(null)".to_owned(),
        Scalar::Dynamic(dynamic) => dynamic.to_json(),
        other => other.cast(ScalarType::String).to_text(),
    }
}
