//! Whether a result is the expected one.

use crate::{Table, cell};

/// Returns what differs, or nothing when the tables agree. Rows may come in any order unless `ordered`.
pub(crate) fn difference(expected: &Table, actual: &Table, ordered: bool) -> Option<String> {
    if expected.columns != actual.columns {
        return Some("the columns differ".to_owned());
    }
    if expected.rows.len() != actual.rows.len() {
        return Some(format!("{} rows expected, {} found", expected.rows.len(), actual.rows.len()));
    }
    if expected.rows.iter().zip(&actual.rows).all(|(expected_row, row)| rows_agree(expected, expected_row, row)) {
        return None;
    }
    if !ordered && same_rows_in_some_order(expected, actual) {
        return None;
    }
    Some("the rows differ".to_owned())
}

/// Tells whether a query's text fixes the order of its rows.
pub(crate) fn fixes_order(text: &str) -> bool {
    let words = text.split(|character: char| !character.is_alphanumeric() && character != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|pair| matches!(pair, ["sort" | "order", "by"])) || words.contains(&"top")
}

fn rows_agree(table: &Table, expected: &[String], actual: &[String]) -> bool {
    let fields = expected.iter().zip(actual).zip(&table.columns);
    fields.into_iter().all(|((expected, actual), column)| cell::agree(expected, actual, &column.ty))
}

fn same_rows_in_some_order(expected: &Table, actual: &Table) -> bool {
    let mut left: Vec<&Vec<String>> = actual.rows.iter().collect();
    expected.rows.iter().all(|expected_row| {
        let found = left.iter().position(|row| rows_agree(expected, expected_row, row));
        found.map(|index| left.swap_remove(index)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::{difference, fixes_order};
    use crate::Table;

    fn table(text: &str) -> Table {
        Table::parse(text.lines()).unwrap()
    }

    #[test]
    fn rows_in_another_order_differ_only_where_order_is_fixed() {
        let (expected, actual) = (table("a:int\n1\n2\n2"), table("a:int\n2\n1\n2"));
        assert_eq!(difference(&expected, &actual, false), None);
        assert_eq!(difference(&expected, &actual, true).as_deref(), Some("the rows differ"));
    }

    #[test]
    fn a_row_is_matched_once() {
        let (expected, actual) = (table("a:int\n1\n1\n2"), table("a:int\n2\n1\n2"));
        assert_eq!(difference(&expected, &actual, false).as_deref(), Some("the rows differ"));
    }

    #[test]
    fn types_and_names_of_columns_count() {
        assert!(difference(&table("a:int\n1"), &table("a:long\n1"), false).is_some());
        assert!(difference(&table("a:int\n1"), &table("b:int\n1"), false).is_some());
    }

    #[test]
    fn sorting_operators_fix_the_order() {
        assert!(fixes_order("T | sort by a"));
        assert!(fixes_order("T | order  by a"));
        assert!(fixes_order("T | top 3 by a"));
        assert!(!fixes_order("T | summarize topmost = max(a) by orders"));
    }
}
