//! `parse` and `parse-where`: columns out of text by a pattern.
//!
//! <https://learn.microsoft.com/kusto/query/parse-operator>

use calypso_syntax::{
    DiagnosticCode,
    ast::{Expr as SyntaxExpr, ParseKind, ParsePart},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Column, Expr, Parse, ParsePiece, Relation, RelationKind};

use super::super::{Binder, Bound, RowContext, ScopeRef};

impl Binder<'_> {
    pub(super) fn parse(
        &mut self,
        input: Relation,
        kind: &ParseKind,
        text: &SyntaxExpr,
        parts: &[ParsePart],
        filter: bool,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let mut context = RowContext::over(&input.columns, scope);
        let text = self.scalar(text, &mut context)?.cast(ScalarType::String);
        let mut pieces = Vec::with_capacity(parts.len());
        let mut added: Vec<Column> = Vec::new();
        for part in parts {
            pieces.push(self.parse_piece(part, scope, &mut added)?);
        }
        let pattern = Parse {
            pieces,
            regex_flags: match kind {
                ParseKind::Regex { flags } => Some(flags.clone()),
                _ => None,
            },
            relaxed: matches!(kind, ParseKind::Relaxed),
        };
        let base = input.columns.clone();
        let serialized = input.serialized;
        let mut columns = base.clone();
        columns.extend(added.iter().cloned());
        let mut relation = RelationKind::Parse { input: Box::new(input), text, pattern, filter }.with_columns(columns);
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

    fn parse_piece(&mut self, part: &ParsePart, scope: &ScopeRef, added: &mut Vec<Column>) -> Bound<ParsePiece> {
        match part {
            ParsePart::Star => Ok(ParsePiece::Star),
            ParsePart::Text(text) => {
                let bound = self.scalar(text, &mut RowContext::constant(scope))?;
                match bound.as_constant() {
                    Some(Scalar::String(text)) => Ok(ParsePiece::Text(text.clone())),
                    _ => self.error(
                        DiagnosticCode::NotConstant,
                        text.span,
                        "'parse' operator: the text must be a constant string",
                    ),
                }
            }
            ParsePart::Column { name, type_name } => {
                let ty = match type_name {
                    None => ScalarType::String,
                    Some(type_name) => match ScalarType::from_name(&type_name.text) {
                        Some(ty) => ty,
                        None => {
                            let message = format!("'{}' is not a scalar type", type_name.text);
                            return self.error(DiagnosticCode::TypeMismatch, type_name.span, message);
                        }
                    },
                };
                added.push(self.new_column(name.text.clone(), ty));
                Ok(ParsePiece::Column(ty))
            }
        }
    }
}
