//! Names of tables and columns: as they stand in KQL, and made from what files call their fields.
//!
//! <https://learn.microsoft.com/kusto/query/schema-entities/entity-names>

use std::collections::HashSet;

/// Longest name, in characters.
const CHARS_MAX: usize = 1024;
/// What a field without a usable name is called before its number.
const COLUMN: &str = "Column";

/// Returns `name` as it stands in queries and commands: in brackets and quotes unless the language takes it as it is.
#[must_use]
pub fn quoted(name: &str) -> String {
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let is_plain = starts_well && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain && !is_keyword(name) {
        return name.to_owned();
    }
    format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Says whether the parser takes a word for something else than the name of a table or a column.
fn is_keyword(name: &str) -> bool {
    let command = format!(".create table {name} ({name}: string)");
    let query = format!("{name} | project {name}");
    calypso_syntax::parse_command(&command).is_err() || !calypso_syntax::parse(&query).diagnostics.is_empty()
}

/// Returns a name for each field, in order: the field's own, with `_` for what names may not have. Names that are empty
/// become `Column1` and so on, repeated ones get a number.
#[must_use]
pub fn column_names<'a>(fields: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut names = Vec::new();
    for (index, field) in fields.into_iter().enumerate() {
        let allowed: String = field.trim().chars().take(CHARS_MAX).map(allowed).collect();
        let wanted = if allowed.is_empty() { format!("{COLUMN}{}", index + 1) } else { allowed };
        let mut name = wanted.clone();
        let mut number = 2;
        while !taken.insert(name.to_lowercase()) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

fn allowed(character: char) -> char {
    if character.is_alphanumeric() || matches!(character, '_' | ' ' | '.' | '-') { character } else { '_' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_language_would_misread_stand_in_brackets() {
        assert_eq!(quoted("Storm_1"), "Storm_1");
        assert_eq!(quoted("a b"), "['a b']");
        assert_eq!(quoted("1st"), "['1st']");
        assert_eq!(quoted("it's"), "['it\\'s']");
        let query = format!("{} | count", quoted("by"));
        assert!(calypso_syntax::parse(&query).diagnostics.is_empty(), "{query}");
    }

    #[test]
    fn fields_get_names_that_tables_may_have_and_none_twice() {
        let names = column_names(["id", " City ", "", "ID", "tem/p", "id"]);
        assert_eq!(names, ["id", "City", "Column3", "ID_2", "tem_p", "id_3"]);
    }
}
