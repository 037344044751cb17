//! Whether Enter sends what was typed.

use reedline::{ValidationResult, Validator};

use crate::language::is_whole;

/// Asks the language.
pub(super) struct StatementValidator;

impl Validator for StatementValidator {
    fn validate(&self, text: &str) -> ValidationResult {
        if is_whole(text) { ValidationResult::Complete } else { ValidationResult::Incomplete }
    }
}
