//! `union`.
//!
//! <https://learn.microsoft.com/kusto/query/union-operator>

use calypso_syntax::{
    DiagnosticCode,
    ast::{Expr as SyntaxExpr, ExprKind as SyntaxKind, Operator},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Expr, Relation, RelationKind, UnionInput};

use super::super::{Binder, Bound, ScopeRef, Symbol, names::UniqueNames};
use super::columns::wildcard_matches;

/// One input with the name that `withsource` shows.
pub(super) struct Named {
    pub(super) source: String,
    pub(super) relation: Relation,
}

impl Binder<'_> {
    pub(super) fn union(
        &mut self,
        first: Option<Relation>,
        tables: &[SyntaxExpr],
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let kind = self.parameter_text(&operator.parameters, "kind", scope)?.unwrap_or_else(|| "outer".to_owned());
        let source_column = match self.parameter_text(&operator.parameters, "withsource", scope)? {
            Some(name) => Some(name),
            None => self.parameter_text(&operator.parameters, "with_source", scope)?,
        };
        let fuzzy = self.parameter_text(&operator.parameters, "isfuzzy", scope)?.is_some_and(|t| t == "true");
        let mut inputs: Vec<Named> =
            first.into_iter().map(|r| Named { source: source_of(&r, 0), relation: r }).collect();
        for table in tables {
            self.union_leg(table, fuzzy, scope, &mut inputs)?;
        }
        if inputs.is_empty() {
            return self.error(DiagnosticCode::UnknownTable, operator.span, "'union' operator: no table to unite");
        }
        match kind.as_str() {
            "outer" | "inner" => Ok(self.united(inputs, kind == "inner", source_column)),
            other => {
                let message = format!("'union' operator: kind '{other}' is neither inner nor outer");
                self.error(DiagnosticCode::Semantic, operator.span, message)
            }
        }
    }

    pub(super) fn union_leg(
        &mut self,
        table: &SyntaxExpr,
        fuzzy: bool,
        scope: &ScopeRef,
        inputs: &mut Vec<Named>,
    ) -> Bound<()> {
        if let SyntaxKind::Name(pattern) = &table.kind
            && pattern.contains('*')
        {
            for view in scope.all_names().into_iter().filter(|n| wildcard_matches(pattern, n)) {
                if matches!(scope.find(&view), Some(Symbol::Function { body, .. }) if body.view) {
                    let expr = SyntaxExpr { kind: SyntaxKind::Name(view.clone()), span: table.span };
                    inputs.push(Named { source: view, relation: self.relation(&expr, scope)? });
                }
            }
            let database = self.globals.cluster.database(&self.globals.database).cloned();
            for table in database.iter().flat_map(|d| d.tables.values()).filter(|t| wildcard_matches(pattern, &t.name))
            {
                inputs.push(Named { source: table.name.clone(), relation: self.table_relation(table) });
            }
            return Ok(());
        }
        let before = self.diagnostics.len();
        match self.relation(table, scope) {
            Ok(relation) => {
                let source = match &table.kind {
                    SyntaxKind::Name(name) if is_table_or_view(scope.find(name)) => name.clone(),
                    _ => source_of(&relation, inputs.len()),
                };
                inputs.push(Named { source, relation });
                Ok(())
            }
            Err(_) if fuzzy => {
                self.diagnostics.truncate(before);
                Ok(())
            }
            Err(reported) => Err(reported),
        }
    }

    /// Lines up the columns: by name and type; one name of several types gets the type behind it.
    pub(super) fn united(&mut self, inputs: Vec<Named>, inner: bool, source_column: Option<String>) -> Relation {
        let mut wanted: Vec<(String, ScalarType)> = Vec::new();
        for input in &inputs {
            for column in &input.relation.columns {
                let key = (column.name.clone(), column.ty);
                if !wanted.contains(&key) {
                    wanted.push(key);
                }
            }
        }
        if inner {
            wanted.retain(|(name, ty)| {
                inputs.iter().all(|i| i.relation.columns.iter().any(|c| c.name == *name && c.ty == *ty))
            });
        }
        let mut columns = Vec::with_capacity(wanted.len() + 1);
        if let Some(name) = &source_column {
            columns.push(self.new_column(name.clone(), ScalarType::String));
        }
        let is_ambiguous = |name: &str, ty: ScalarType| wanted.iter().any(|(n, t)| n == name && *t != ty);
        let plain = wanted.iter().filter(|(n, t)| !is_ambiguous(n, *t)).map(|(n, _)| n.as_str());
        let mut names = UniqueNames::with(plain);
        for (name, ty) in &wanted {
            let name = if is_ambiguous(name, *ty) { names.claim(&format!("{name}_{ty}")) } else { name.clone() };
            columns.push(self.new_column(name, *ty));
        }
        let inputs = inputs
            .into_iter()
            .map(|input| {
                let mut outputs: Vec<Expr> = Vec::with_capacity(columns.len());
                if source_column.is_some() {
                    outputs.push(Expr::constant(Scalar::String(input.source)));
                }
                outputs.extend(wanted.iter().map(|(name, ty)| {
                    let own = input.relation.columns.iter().find(|c| c.name == *name && c.ty == *ty);
                    own.map_or_else(|| Expr::constant(Scalar::null(*ty)), |c| Expr::column(c.id, c.ty))
                }));
                UnionInput { relation: input.relation, outputs }
            })
            .collect();
        RelationKind::Union { inputs }.with_columns(columns)
    }
}

fn is_table_or_view(declared: Option<&Symbol>) -> bool {
    match declared {
        None => true,
        Some(Symbol::Function { body, .. }) => body.view,
        Some(_) => false,
    }
}

/// The name given by `as`, that of a table, or a number for a computed input.
pub(super) fn source_of(relation: &Relation, index: usize) -> String {
    match &relation.kind {
        _ if relation.name.is_some() => relation.name.clone().unwrap_or_default(),
        RelationKind::Table(crate::bound::TableRef::Stored { name, .. } | crate::bound::TableRef::Memory(name)) => {
            name.clone()
        }
        _ => format!("union_arg{index}"),
    }
}
