//! The rules for names of entities.
//!
//! <https://learn.microsoft.com/kusto/query/schema-entities/entity-names>

use crate::AppError;

/// Longest name, in characters.
const LENGTH_MAX: usize = 1024;

/// Checks a new name of `entity_type` (`Table`, `Column`, …).
///
/// # Errors
/// `BadRequest_EntityNameIsNotValid` when it is empty, too long, or has a character that names may not have.
pub(crate) fn check(entity_type: &str, name: &str) -> Result<(), AppError> {
    let refuse = |reason: String| {
        let message = format!("'{name}' is not a valid name of entity kind '{entity_type}': {reason}.");
        Err(AppError::coded("BadRequest_EntityNameIsNotValid", message))
    };
    let length = name.chars().count();
    if length == 0 || length > LENGTH_MAX {
        return refuse(format!("it must have between 1 and {LENGTH_MAX} characters"));
    }
    match name.chars().find(|character| !is_allowed(*character)) {
        None => Ok(()),
        Some(character) => refuse(format!(
            "it contains {character:?}; letters, digits, underscores, spaces, dots and dashes are allowed"
        )),
    }
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | ' ' | '.' | '-')
}

/// Returns `name` as it stands in commands and queries: in brackets and quotes unless it is a plain identifier.
pub(crate) fn quoted(name: &str) -> String {
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if starts_well && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return name.to_owned();
    }
    format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
}
