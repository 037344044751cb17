//! `search` and `find`: a predicate over several tables, those without its columns left out.
//!
//! <https://learn.microsoft.com/kusto/query/search-operator>, <https://learn.microsoft.com/kusto/query/find-operator>

use calypso_syntax::{
    DiagnosticCode,
    ast::{BinaryOperator, Expr as SyntaxExpr, ExprKind as SyntaxKind, NamedExpr, Operator},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Column, Expr, Relation};

use super::super::{Binder, Bound, ScopeRef};
use super::union::Named;

impl Binder<'_> {
    /// `search predicate`: the rows with `$table` before their columns.
    pub(super) fn search(
        &mut self,
        input: Option<Relation>,
        tables: &[SyntaxExpr],
        predicate: &SyntaxExpr,
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let kind = self.parameter_text(&operator.parameters, "kind", scope)?;
        let predicate = match kind.as_deref() {
            Some("case_sensitive") => case_sensitive(predicate),
            _ => predicate.clone(),
        };
        let searched = self.searched(input, tables, operator, scope)?;
        let found = self.matching(searched, &predicate, operator, scope)?;
        Ok(self.united(found, false, Some("$table".to_owned())))
    }

    /// `find where predicate project columns`.
    #[expect(clippy::too_many_arguments, reason = "the parts of the operator")]
    pub(super) fn find(
        &mut self,
        input: Option<Relation>,
        tables: &[SyntaxExpr],
        predicate: &SyntaxExpr,
        columns: &[NamedExpr],
        pack: bool,
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let source =
            self.parameter_text(&operator.parameters, "withsource", scope)?.unwrap_or_else(|| "source_".to_owned());
        let mut wanted: Vec<String> =
            columns.iter().filter_map(|c| super::super::names::implied_name(&c.expr)).collect();
        let smart = columns.is_empty() && !pack;
        if smart {
            names_in(predicate, &mut wanted);
        }
        let searched = self.searched(input, tables, operator, scope)?;
        let found = self.matching(searched, predicate, operator, scope)?;
        let types: Vec<(String, ScalarType)> = wanted
            .iter()
            .filter_map(|name| {
                let own = found.iter().find_map(|f| f.relation.columns.iter().find(|c| c.name == *name));
                own.map(|c| (name.clone(), c.ty))
            })
            .collect();
        let found = found.into_iter().map(|f| self.found_columns(f, &types, smart || pack)).collect();
        Ok(self.united(found, false, Some(source)))
    }

    fn found_columns(&mut self, found: Named, wanted: &[(String, ScalarType)], pack: bool) -> Named {
        let mut outputs: Vec<(Column, Expr)> = Vec::new();
        for (name, ty) in wanted {
            let own = found.relation.columns.iter().find(|c| c.name == *name);
            let value = own.map_or_else(|| Expr::constant(Scalar::null(*ty)), |c| Expr::column(c.id, c.ty).cast(*ty));
            outputs.push((self.new_column(name.clone(), *ty), value));
        }
        if pack {
            let mut arguments = Vec::new();
            for column in found.relation.columns.iter().filter(|c| !wanted.iter().any(|(name, _)| *name == c.name)) {
                arguments.push(Expr::constant(Scalar::String(column.name.clone())));
                arguments.push(Expr::column(column.id, column.ty));
            }
            let bag = if arguments.is_empty() {
                Expr::constant(Scalar::Dynamic(calypso_types::Dynamic::Bag(Vec::new())))
            } else {
                Expr::call("bag_pack", arguments, ScalarType::Dynamic)
            };
            outputs.push((self.new_column("pack_", ScalarType::Dynamic), bag));
        }
        Named { source: found.source, relation: super::columns::projected(found.relation, outputs, false) }
    }

    /// The tables to look in: those named, the input, or all of the database.
    fn searched(
        &mut self,
        input: Option<Relation>,
        tables: &[SyntaxExpr],
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Vec<Named>> {
        if let Some(relation) = input {
            return Ok(vec![Named { source: super::union::source_of(&relation, 0), relation }]);
        }
        let mut searched = Vec::new();
        for table in tables {
            self.union_leg(table, false, scope, &mut searched)?;
        }
        if tables.is_empty() {
            let all = SyntaxExpr { kind: SyntaxKind::Name("*".to_owned()), span: operator.span };
            self.union_leg(&all, false, scope, &mut searched)?;
        }
        if searched.is_empty() {
            return self.error(DiagnosticCode::UnknownTable, operator.span, "there is no table to search");
        }
        Ok(searched)
    }

    /// Filters each table; one that lacks a column of the predicate has no rows that satisfy it.
    fn matching(
        &mut self,
        searched: Vec<Named>,
        predicate: &SyntaxExpr,
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Vec<Named>> {
        let mut found = Vec::with_capacity(searched.len());
        let before = self.diagnostics.len();
        let mut failed = Vec::new();
        for named in searched {
            match self.filter(named.relation, predicate, scope) {
                Ok(relation) => found.push(Named { source: named.source, relation }),
                Err(_) => failed = self.diagnostics.split_off(before),
            }
        }
        if found.is_empty() {
            self.diagnostics.append(&mut failed);
            if self.diagnostics.len() == before {
                return self.error(DiagnosticCode::Semantic, operator.span, "no table satisfies the predicate");
            }
            return Err(super::super::Reported);
        }
        Ok(found)
    }
}

/// The columns that a predicate names.
fn names_in(expr: &SyntaxExpr, names: &mut Vec<String>) {
    match &expr.kind {
        SyntaxKind::Name(name) if !names.contains(name) => names.push(name.clone()),
        SyntaxKind::Binary { left, right, .. } => {
            names_in(left, names);
            names_in(right, names);
        }
        SyntaxKind::Unary { operand, .. } | SyntaxKind::In { operand, .. } | SyntaxKind::HasList { operand, .. } => {
            names_in(operand, names);
        }
        SyntaxKind::Between { operand, .. } => names_in(operand, names),
        SyntaxKind::Path { target, .. } | SyntaxKind::Index { target, .. } => names_in(target, names),
        SyntaxKind::Call { arguments, .. } => arguments.iter().for_each(|a| names_in(&a.value, names)),
        _ => {}
    }
}

/// The same predicate with operators that heed case.
fn case_sensitive(expr: &SyntaxExpr) -> SyntaxExpr {
    let SyntaxKind::Binary { operator, left, right, operator_span } = &expr.kind else { return expr.clone() };
    let operator = match operator {
        BinaryOperator::Has => BinaryOperator::HasCs,
        BinaryOperator::HasPrefix => BinaryOperator::HasPrefixCs,
        BinaryOperator::HasSuffix => BinaryOperator::HasSuffixCs,
        BinaryOperator::Contains => BinaryOperator::ContainsCs,
        other => *other,
    };
    let kind = SyntaxKind::Binary {
        operator,
        left: Box::new(case_sensitive(left)),
        right: Box::new(case_sensitive(right)),
        operator_span: *operator_span,
    };
    SyntaxExpr { kind, span: expr.span }
}
