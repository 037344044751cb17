//! `project-by-names`: columns by names that are computed.
//!
//! <https://learn.microsoft.com/kusto/query/project-by-names-operator>

use calypso_syntax::{
    DiagnosticCode,
    ast::{ColumnPattern, Expr as SyntaxExpr, ExprKind as SyntaxKind, Name},
};
use calypso_types::{Dynamic, Scalar};

use crate::bound::{Column, Expr, Relation};

use super::super::{Binder, Bound, RowContext, ScopeRef};

impl Binder<'_> {
    pub(super) fn project_by_names(
        &mut self,
        input: Relation,
        columns: &[SyntaxExpr],
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let mut chosen: Vec<Column> = Vec::new();
        for column in columns {
            for name in self.column_names(column, scope)? {
                let pattern =
                    ColumnPattern { wildcard: name.contains('*'), name: Name { text: name, span: column.span } };
                for found in input.columns.iter().filter(|c| super::columns::matches(&pattern, &c.name)) {
                    if !chosen.contains(found) {
                        chosen.push(found.clone());
                    }
                }
            }
        }
        let serialized = input.serialized;
        let outputs = chosen.into_iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        Ok(super::columns::projected(input, outputs, serialized))
    }

    /// The names that one item stands for: a string, or an array of strings.
    fn column_names(&mut self, item: &SyntaxExpr, scope: &ScopeRef) -> Bound<Vec<String>> {
        if let SyntaxKind::Call { name, arguments } = &item.kind
            && name.text == "pack_array"
        {
            let mut names = Vec::new();
            for argument in arguments {
                names.extend(self.column_names(&argument.value, scope)?);
            }
            return Ok(names);
        }
        let bound = self.scalar(item, &mut RowContext::constant(scope))?;
        match bound.as_constant() {
            Some(Scalar::String(name)) => Ok(vec![name.clone()]),
            Some(Scalar::Dynamic(Dynamic::String(name))) => Ok(vec![name.clone()]),
            Some(Scalar::Dynamic(Dynamic::Array(names))) => {
                Ok(names.iter().filter_map(|n| n.as_str().map(ToOwned::to_owned)).collect())
            }
            _ => {
                let message = "'project-by-names' operator: a constant string or array of strings is expected";
                self.error(DiagnosticCode::NotConstant, item.span, message)
            }
        }
    }
}
