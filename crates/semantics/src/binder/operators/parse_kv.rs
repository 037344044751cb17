//! `parse-kv`: columns out of key-value pairs in a text.
//!
//! <https://learn.microsoft.com/kusto/query/parse-kv-operator>

use calypso_syntax::{
    DiagnosticCode,
    ast::{Expr as SyntaxExpr, OperatorParameter, TypedName},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Column, Expr, KeyValues, Relation, RelationKind};

use super::super::{Binder, Bound, RowContext, ScopeRef};

impl Binder<'_> {
    pub(super) fn parse_kv(
        &mut self,
        input: Relation,
        text: &SyntaxExpr,
        columns: &[TypedName],
        properties: &[OperatorParameter],
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let text = self.scalar(text, &mut RowContext::over(&input.columns, scope))?.cast(ScalarType::String);
        let mut added: Vec<Column> = Vec::with_capacity(columns.len());
        for column in columns {
            let Some(ty) = ScalarType::from_name(&column.type_name.text) else {
                let message = format!("'{}' is not a scalar type", column.type_name.text);
                return self.error(DiagnosticCode::TypeMismatch, column.type_name.span, message);
            };
            added.push(self.new_column(column.name.text.clone(), ty));
        }
        let mut keys = KeyValues {
            names: added.iter().map(|c| c.name.clone()).collect(),
            pair_delimiter: String::new(),
            kv_delimiter: String::new(),
            ..KeyValues::default()
        };
        for property in properties {
            self.kv_property(&mut keys, property, scope)?;
        }
        if keys.regex.is_none() && keys.kv_delimiter.is_empty() {
            let span = properties.first().map_or_else(calypso_syntax::Span::default, |p| p.name.span);
            return self.error(DiagnosticCode::Semantic, span, "'parse-kv' operator: kv_delimiter is missing");
        }
        let base = input.columns.clone();
        let serialized = input.serialized;
        let mut all = base.clone();
        all.extend(added.iter().cloned());
        let mut relation = RelationKind::ParseKv { input: Box::new(input), text, keys }.with_columns(all);
        relation.serialized = serialized;
        let mut outputs = base;
        for column in added {
            match outputs.iter().position(|c| c.name == column.name) {
                Some(at) => outputs[at] = column,
                None => outputs.push(column),
            }
        }
        let outputs = outputs.into_iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        Ok(super::columns::projected(relation, outputs, serialized))
    }

    fn kv_property(&mut self, keys: &mut KeyValues, property: &OperatorParameter, scope: &ScopeRef) -> Bound<()> {
        let bound = self.scalar(&property.value, &mut RowContext::constant(scope))?;
        let (name, span) = (property.name.text.as_str(), property.value.span);
        match (name, bound.as_constant()) {
            ("pair_delimiter", Some(Scalar::String(text))) => keys.pair_delimiter.clone_from(text),
            ("kv_delimiter", Some(Scalar::String(text))) => keys.kv_delimiter.clone_from(text),
            ("regex", Some(Scalar::String(text))) => keys.regex = Some(text.clone()),
            ("escape", Some(Scalar::String(text))) => keys.escape = text.chars().next(),
            ("greedy", Some(value)) => keys.greedy = matches!(value, Scalar::Bool(true)) || value.to_text() == "true",
            ("quote", Some(Scalar::String(text))) => keys.quotes.extend(text.chars().next().map(|c| (c, c))),
            ("quotes", Some(Scalar::Dynamic(calypso_types::Dynamic::Array(pairs)))) => {
                for pair in pairs {
                    let text: String = match pair {
                        calypso_types::Dynamic::Array(two) => two.iter().filter_map(|q| q.as_str()).collect(),
                        other => other.as_str().unwrap_or_default().to_owned(),
                    };
                    let mut chars = text.chars();
                    if let Some(open) = chars.next() {
                        keys.quotes.push((open, chars.next().unwrap_or(open)));
                    }
                }
            }
            ("pair_delimiter" | "kv_delimiter" | "regex" | "escape" | "quote" | "quotes", _) => {
                return self.error(DiagnosticCode::NotConstant, span, "a constant string is expected here");
            }
            _ => {
                let message = format!("'parse-kv' operator: unknown property '{name}'");
                return self.error(DiagnosticCode::Semantic, property.name.span, message);
            }
        }
        Ok(())
    }
}
