//! `search` and `find`: a predicate over several tables, those without its columns left out.
//!
//! <https://learn.microsoft.com/kusto/query/search-operator>, <https://learn.microsoft.com/kusto/query/find-operator>

use calypso_syntax::{
    DiagnosticCode,
    ast::{BinaryOperator, Expr as SyntaxExpr, ExprKind as SyntaxKind, FindColumn, Literal, Operator},
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
        columns: &[FindColumn],
        pack: bool,
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let source =
            self.parameter_text(&operator.parameters, "withsource", scope)?.unwrap_or_else(|| "source_".to_owned());
        let searched = self.searched(input, tables, operator, scope)?;
        let found = self.matching(searched, predicate, operator, scope)?;
        let smart = columns.is_empty() && !pack;
        let wanted = if smart { smart_columns(&found, predicate) } else { self.found_projection(&found, columns)? };
        let packs = |column: &Column| !wanted.iter().any(|w| w.name == column.name);
        let pack = pack || (smart && found.iter().any(|f| f.relation.columns.iter().any(packs)));
        let found = found.into_iter().map(|f| self.found_columns(f, &wanted, pack)).collect();
        Ok(self.united(found, false, Some(source)))
    }

    /// The columns that `project` names, each with its type.
    fn found_projection(&mut self, found: &[Named], columns: &[FindColumn]) -> Bound<Vec<Wanted>> {
        let mut wanted = Vec::with_capacity(columns.len());
        for column in columns {
            let name = column.name.text.clone();
            let mut types = found.iter().flat_map(|f| &f.relation.columns).filter(|c| c.name == name).map(|c| c.ty);
            let Some(own) = types.next() else {
                let message = format!("'find' operator: Failed to resolve column named '{name}'");
                return self.error(DiagnosticCode::UnknownColumn, column.name.span, message);
            };
            let ty = match &column.type_name {
                Some(ty) => match ScalarType::from_name(&ty.text) {
                    Some(ty) => ty,
                    None => {
                        let message = format!("'{}' is not a scalar type", ty.text);
                        return self.error(DiagnosticCode::TypeMismatch, ty.span, message);
                    }
                },
                None if types.any(|ty| ty != own) => {
                    let message = format!("'find' operator: column '{name}' has several types: write the one you want");
                    return self.error(DiagnosticCode::TypeMismatch, column.name.span, message);
                }
                None => own,
            };
            wanted.push(Wanted { name, ty, converts: true });
        }
        Ok(wanted)
    }

    fn found_columns(&mut self, found: Named, wanted: &[Wanted], pack: bool) -> Named {
        let mut outputs: Vec<(Column, Expr)> = Vec::new();
        for Wanted { name, ty, converts } in wanted {
            let own = found.relation.columns.iter().find(|c| c.name == *name && (*converts || c.ty == *ty));
            let value = own.map_or_else(|| Expr::constant(Scalar::null(*ty)), |c| Expr::column(c.id, c.ty).cast(*ty));
            outputs.push((self.new_column(name.clone(), *ty), value));
        }
        if pack {
            let mut arguments = Vec::new();
            for column in found.relation.columns.iter().filter(|c| !wanted.iter().any(|w| w.name == c.name)) {
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

    /// Filters each table. A condition on a column that only other tables have is not met; tables without any column
    /// of the predicate are left out.
    fn matching(
        &mut self,
        searched: Vec<Named>,
        predicate: &SyntaxExpr,
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Vec<Named>> {
        let mut names = Vec::new();
        names_in(predicate, &mut names);
        let has = |named: &Named, name: &String| named.relation.columns.iter().any(|c| c.name == *name);
        names.retain(|name| searched.iter().any(|named| has(named, name)));
        let mut found = Vec::with_capacity(searched.len());
        for named in searched {
            let missing: Vec<&String> = names.iter().filter(|name| !has(&named, name)).collect();
            if !names.is_empty() && missing.len() == names.len() && !names_everything(predicate) {
                continue;
            }
            let predicate = if missing.is_empty() { predicate.clone() } else { without(predicate, &missing) };
            let relation = self.filter(named.relation, &predicate, scope)?;
            found.push(Named { source: named.source, relation });
        }
        if found.is_empty() {
            return self.error(DiagnosticCode::Semantic, operator.span, "no table satisfies the predicate");
        }
        Ok(found)
    }
}

/// A column of the result of `find`.
struct Wanted {
    name: String,
    ty: ScalarType,
    /// Columns of the same name and another type are converted; else they are other columns.
    converts: bool,
}

/// `project-smart`: what all tables have, then what the predicate names.
fn smart_columns(found: &[Named], predicate: &SyntaxExpr) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    let (Some(first), others) = (found.first(), found.get(1..).unwrap_or_default()) else { return wanted };
    let is_common =
        |c: &Column| others.iter().all(|f| f.relation.columns.iter().any(|o| o.name == c.name && o.ty == c.ty));
    let common = first.relation.columns.iter().filter(|c| is_common(c));
    wanted.extend(common.map(|c| Wanted { name: c.name.clone(), ty: c.ty, converts: false }));
    let mut names = Vec::new();
    names_in(predicate, &mut names);
    for name in names {
        for column in found.iter().flat_map(|f| &f.relation.columns).filter(|c| c.name == name) {
            if !wanted.iter().any(|w| w.name == column.name && w.ty == column.ty) {
                wanted.push(Wanted { name: name.clone(), ty: column.ty, converts: false });
            }
        }
    }
    wanted
}

/// Says whether a part of the predicate looks at all columns.
fn names_everything(expr: &SyntaxExpr) -> bool {
    match &expr.kind {
        SyntaxKind::Star => true,
        SyntaxKind::Binary { left, right, .. } => names_everything(left) || names_everything(right),
        SyntaxKind::Unary { operand, .. } | SyntaxKind::In { operand, .. } | SyntaxKind::HasList { operand, .. } => {
            names_everything(operand)
        }
        SyntaxKind::Call { arguments, .. } => arguments.iter().any(|a| names_everything(&a.value)),
        _ => false,
    }
}

/// The predicate, false where it names a column that is missing.
fn without(expr: &SyntaxExpr, missing: &[&String]) -> SyntaxExpr {
    if let SyntaxKind::Binary {
        operator: operator @ (BinaryOperator::And | BinaryOperator::Or),
        left,
        right,
        operator_span,
    } = &expr.kind
    {
        let kind = SyntaxKind::Binary {
            operator: *operator,
            left: Box::new(without(left, missing)),
            right: Box::new(without(right, missing)),
            operator_span: *operator_span,
        };
        return SyntaxExpr { kind, span: expr.span };
    }
    let mut names = Vec::new();
    names_in(expr, &mut names);
    if names.iter().any(|name| missing.contains(&name)) {
        let kind = SyntaxKind::Literal(Literal { value: Scalar::Bool(false) });
        return SyntaxExpr { kind, span: expr.span };
    }
    expr.clone()
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
