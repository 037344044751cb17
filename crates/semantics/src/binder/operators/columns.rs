//! Operators that choose, name and compute columns: `extend`, `project` and its kin, `getschema`.

use calypso_syntax::{
    Diagnostic, DiagnosticCode, Span,
    ast::{ColumnPattern, ExprKind as SyntaxKind, Name, NamedExpr, ReorderItem},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Column, Expr, Relation, RelationKind};

use super::super::{
    Binder, Bound, RowContext, ScopeRef,
    names::{UniqueNames, implied_name, nearest},
};

/// Columns of one result; a table may have as many.
const COLUMNS_MAX: usize = 10_000;

/// One computed column: how it was named, and its value.
pub(in crate::binder) struct Computed {
    pub name: Option<String>,
    /// The name was written in the query, not implied.
    pub explicit: bool,
    pub value: Expr,
    pub span: Span,
}

impl Binder<'_> {
    /// Binds a list of named expressions; several names for one dynamic array unfold it.
    pub(in crate::binder) fn computed(
        &mut self,
        columns: &[NamedExpr],
        context: &mut RowContext,
    ) -> Bound<Vec<Computed>> {
        let mut computed = Vec::with_capacity(columns.len());
        let mut failed = None;
        for column in columns {
            match self.computed_column(column, context) {
                Ok(mut values) => computed.append(&mut values),
                Err(reported) => failed = Some(reported),
            }
        }
        failed.map_or(Ok(computed), Err)
    }

    fn computed_column(&mut self, column: &NamedExpr, context: &mut RowContext) -> Bound<Vec<Computed>> {
        if matches!(column.expr.kind, SyntaxKind::Star) && column.names.is_empty() {
            let all = context.columns.iter().map(|c| Computed {
                name: Some(c.name.clone()),
                explicit: false,
                value: Expr::column(c.id, c.ty),
                span: column.expr.span,
            });
            return Ok(all.collect());
        }
        if let Some(columns) = self.multiple_columns(column, context)? {
            return Ok(columns);
        }
        let value = self.scalar(&column.expr, context)?;
        match column.names.as_slice() {
            [] => {
                Ok(vec![Computed { name: implied_name(&column.expr), explicit: false, value, span: column.expr.span }])
            }
            [name] => Ok(vec![Computed { name: Some(name.text.clone()), explicit: true, value, span: name.span }]),
            names if value.ty == ScalarType::Dynamic => Ok(names
                .iter()
                .enumerate()
                .map(|(index, name)| {
                    let at = Expr::constant(Scalar::Long(i64::try_from(index).unwrap_or(i64::MAX)));
                    let value = Expr::call("op_index", vec![value.clone(), at], ScalarType::Dynamic);
                    Computed { name: Some(name.text.clone()), explicit: true, value, span: name.span }
                })
                .collect()),
            names => self.error(
                DiagnosticCode::TypeMismatch,
                names[0].span,
                "several column names need a function that gives a dynamic array",
            ),
        }
    }

    /// `extend`: adds columns, or replaces those of the same name.
    pub(super) fn extend(&mut self, input: Relation, columns: &[NamedExpr], scope: &ScopeRef) -> Bound<Relation> {
        let mut context = RowContext::over(&input.columns, scope).with_windows();
        let computed = self.computed(columns, &mut context)?;
        let base = input.columns.clone();
        let serialized = input.serialized;
        let input = self.windowed(input, context)?;
        let mut outputs: Vec<(Column, Expr)> = base.iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        let mut names = UniqueNames::with(base.iter().map(|c| c.name.as_str()));
        for column in computed {
            let name = column.name.unwrap_or_else(|| names.claim_column());
            let replaced = outputs.iter().position(|(c, _)| c.name == name);
            let new = self.new_column(name.clone(), column.value.ty);
            match replaced {
                Some(at) => outputs[at] = (new, column.value),
                None => {
                    names.claim(&name);
                    outputs.push((new, column.value));
                }
            }
        }
        Ok(projected(input, outputs, serialized))
    }

    /// `project`: only these columns.
    pub(super) fn project(&mut self, input: Relation, columns: &[NamedExpr], scope: &ScopeRef) -> Bound<Relation> {
        let mut context = RowContext::over(&input.columns, scope).with_windows();
        let computed = self.computed(columns, &mut context)?;
        let serialized = input.serialized;
        let input = self.windowed(input, context)?;
        let outputs = self.named_outputs(computed, None)?;
        Ok(projected(input, outputs, serialized))
    }

    /// Names computed columns: written names must differ, implied ones get a number when taken. Without a name of its
    /// own a column gets `prefix` and its place, or the next free `Column1`.
    pub(super) fn named_outputs(
        &mut self,
        computed: Vec<Computed>,
        prefix: Option<&str>,
    ) -> Bound<Vec<(Column, Expr)>> {
        if computed.len() > COLUMNS_MAX {
            let message = format!("a result has at most {COLUMNS_MAX} columns");
            return self.error(DiagnosticCode::Semantic, computed[COLUMNS_MAX].span, message);
        }
        let mut explicit = std::collections::HashSet::new();
        for column in computed.iter().filter(|c| c.explicit) {
            let name = column.name.as_deref().unwrap_or_default();
            if !explicit.insert(name.to_owned()) {
                let message = format!("A column named '{name}' already exists in the result");
                return self.error(DiagnosticCode::DuplicateName, column.span, message);
            }
        }
        let mut names = UniqueNames::with(explicit.iter().map(String::as_str));
        let mut outputs = Vec::with_capacity(computed.len());
        for (index, column) in computed.into_iter().enumerate() {
            let name = match (column.name, column.explicit) {
                (Some(name), true) => name,
                (Some(name), false) => names.claim(&name),
                (None, _) => match prefix {
                    Some(prefix) => names.claim(&format!("{prefix}{index}")),
                    None => names.claim_column(),
                },
            };
            let new = self.new_column(name, column.value.ty);
            outputs.push((new, column.value));
        }
        Ok(outputs)
    }

    /// `project-away`: all but these.
    pub(super) fn project_away(&mut self, input: Relation, patterns: &[ColumnPattern]) -> Bound<Relation> {
        self.check_patterns(&input, patterns)?;
        Ok(keep_where(input, |c| !patterns.iter().any(|p| matches(p, &c.name))))
    }

    /// `project-keep`: only these, in the input's order.
    pub(super) fn project_keep(&mut self, input: Relation, patterns: &[ColumnPattern]) -> Bound<Relation> {
        self.check_patterns(&input, patterns)?;
        Ok(keep_where(input, |c| patterns.iter().any(|p| matches(p, &c.name))))
    }

    fn check_patterns(&mut self, input: &Relation, patterns: &[ColumnPattern]) -> Bound<()> {
        for pattern in patterns.iter().filter(|p| !p.wildcard) {
            self.find_column(input, &pattern.name)?;
        }
        Ok(())
    }

    /// Finds a column by name or reports it with a hint.
    pub(super) fn find_column(&mut self, input: &Relation, name: &Name) -> Bound<Column> {
        if let Some(column) = input.columns.iter().find(|c| c.name == name.text) {
            return Ok(column.clone());
        }
        let message = format!("Failed to resolve column named '{}'", name.text);
        let mut diagnostic = Diagnostic::error(DiagnosticCode::UnknownColumn, name.span, message);
        if let Some(near) = nearest(&name.text, input.columns.iter().map(|c| c.name.as_str())) {
            diagnostic = diagnostic.with_hint(format!("did you mean '{near}'?"));
        }
        self.report(diagnostic)
    }

    /// `project-rename new = old, …`.
    pub(super) fn project_rename(&mut self, input: Relation, renames: &[(Name, Name)]) -> Bound<Relation> {
        let mut outputs: Vec<(Column, Expr)> =
            input.columns.iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        for (new, old) in renames {
            let column = self.find_column(&input, old)?;
            for (output, _) in outputs.iter_mut().filter(|(_, e)| *e == Expr::column(column.id, column.ty)) {
                *output = self.new_column(new.text.clone(), column.ty);
            }
        }
        let mut seen = std::collections::HashSet::new();
        if let Some((duplicate, _)) = outputs.iter().find(|(c, _)| !seen.insert(c.name.clone())) {
            let message = format!("A column named '{}' already exists in the result", duplicate.name);
            let span = renames.first().map_or(Span::default(), |(n, _)| n.span);
            return self.error(DiagnosticCode::DuplicateName, span, message);
        }
        let serialized = input.serialized;
        Ok(projected(input, outputs, serialized))
    }

    /// `project-reorder`: these first, the rest behind in their order.
    pub(super) fn project_reorder(&mut self, input: Relation, items: &[ReorderItem]) -> Bound<Relation> {
        let mut ordered: Vec<Column> = Vec::with_capacity(input.columns.len());
        for item in items {
            if !item.pattern.wildcard {
                self.find_column(&input, &item.pattern.name)?;
            }
            let mut matching: Vec<Column> = input
                .columns
                .iter()
                .filter(|c| matches(&item.pattern, &c.name) && !ordered.contains(c))
                .cloned()
                .collect();
            match item.order.as_ref().map(|o| o.text.as_str()) {
                Some("asc") => matching.sort_by(|a, b| a.name.cmp(&b.name)),
                Some("desc") => matching.sort_by(|a, b| b.name.cmp(&a.name)),
                Some("granny-asc") => matching.sort_by_key(|c| granny_key(&c.name)),
                Some("granny-desc") => matching.sort_by_key(|c| std::cmp::Reverse(granny_key(&c.name))),
                _ => {}
            }
            ordered.append(&mut matching);
        }
        let rest: Vec<Column> = input.columns.iter().filter(|c| !ordered.contains(c)).cloned().collect();
        ordered.extend(rest);
        let serialized = input.serialized;
        let outputs = ordered.into_iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        Ok(projected(input, outputs, serialized))
    }

    /// `getschema`: the columns as rows.
    pub(super) fn get_schema(&mut self, input: &Relation) -> Relation {
        let rows = input
            .columns
            .iter()
            .enumerate()
            .map(|(ordinal, column)| {
                vec![
                    Scalar::from(column.name.as_str()),
                    Scalar::Int(i32::try_from(ordinal).unwrap_or(i32::MAX)),
                    Scalar::from(column.ty.clr_name()),
                    Scalar::from(column.ty.name()),
                ]
            })
            .collect();
        let columns = vec![
            self.new_column("ColumnName", ScalarType::String),
            self.new_column("ColumnOrdinal", ScalarType::Int),
            self.new_column("DataType", ScalarType::String),
            self.new_column("ColumnType", ScalarType::String),
        ];
        let mut relation = RelationKind::Values(rows).with_columns(columns);
        relation.serialized = true;
        relation
    }
}

/// Projects `input` to `outputs`, keeping its order.
pub(in crate::binder) fn projected(input: Relation, outputs: Vec<(Column, Expr)>, serialized: bool) -> Relation {
    let (columns, exprs) = outputs.into_iter().unzip();
    let mut relation = RelationKind::Project { input: Box::new(input), exprs }.with_columns(columns);
    relation.serialized = serialized;
    relation
}

fn keep_where(input: Relation, keep: impl Fn(&Column) -> bool) -> Relation {
    let outputs = input.columns.iter().filter(|c| keep(c)).map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
    let serialized = input.serialized;
    projected(input, outputs, serialized)
}

/// Matches a name with a pattern in which `*` stands for any characters.
pub(super) fn matches(pattern: &ColumnPattern, name: &str) -> bool {
    if !pattern.wildcard {
        return pattern.name.text == name;
    }
    wildcard_matches(&pattern.name.text, name)
}

/// Matches `name` with `pattern`, whose `*` stand for any characters.
pub(in crate::binder) fn wildcard_matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return rest.is_empty() };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Orders names with numbers as a grandmother would: a2 before a10.
fn granny_key(name: &str) -> Vec<(String, u64)> {
    let mut key = Vec::new();
    let mut text = String::new();
    let mut number = String::new();
    for c in name.chars() {
        if c.is_ascii_digit() {
            number.push(c);
        } else {
            if !number.is_empty() {
                key.push((std::mem::take(&mut text), std::mem::take(&mut number).parse().unwrap_or(u64::MAX)));
            }
            text.push(c);
        }
    }
    key.push((text, number.parse().unwrap_or(0)));
    key
}
