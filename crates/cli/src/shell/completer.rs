//! Offers what may be typed next.

use std::sync::PoisonError;

use reedline::{Completer, CompletionResult, Span, Suggestion};

use super::session::SharedSchema;
use crate::language::complete;

/// Asks the language, with the names of the live schema.
pub(super) struct SchemaCompleter {
    pub(super) schema: SharedSchema,
}

impl Completer for SchemaCompleter {
    fn complete(&mut self, text: &str, cursor: usize) -> CompletionResult {
        let schema = self.schema.read().unwrap_or_else(PoisonError::into_inner);
        let found = complete(text, cursor, &schema);
        let span = Span::new(found.span.start, found.span.end);
        let suggestions: Vec<Suggestion> = found
            .candidates
            .into_iter()
            .map(|candidate| Suggestion {
                value: candidate.insert,
                display_override: Some(candidate.name),
                description: Some(candidate.description).filter(|text| !text.is_empty()),
                span,
                append_whitespace: candidate.spaced,
                ..Suggestion::default()
            })
            .collect();
        CompletionResult::fresh(suggestions)
    }
}
