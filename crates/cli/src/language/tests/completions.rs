//! What is offered where. `¦` stands for the cursor.

use super::*;

fn offered(text: &str) -> Vec<Candidate> {
    let cursor = text.find('¦').expect("a cursor");
    complete(&text.replace('¦', ""), cursor, &schema()).candidates
}

fn names(text: &str) -> Vec<String> {
    offered(text).into_iter().map(|candidate| candidate.name).collect()
}

fn has(text: &str, name: &str) -> bool {
    names(text).iter().any(|known| known == name)
}

#[test]
fn operators_follow_a_bar() {
    assert_eq!(names("Storms | su¦"), ["summarize"]);
    assert_eq!(names("Storms | project-a¦"), ["project-away"]);
    assert!(has("Storms\n| ¦", "mv-expand") && !has("Storms | ¦", "Storms"));
    assert!(offered("Storms | take¦")[0].description.contains("some rows"));
}

#[test]
fn a_statement_begins_with_a_table_or_a_source() {
    let found = names("¦");
    assert_eq!(found[..2], ["Storms", "Web Logs"], "{found:?}");
    assert!(has("¦", "print") && has("¦", "let") && has("¦", "Worst") && !has("¦", "where"));
    assert!(has("let n = 1; S¦", "Storms"));
    assert!(has("Storms | join (¦", "Storms") && has("union ¦", "Storms") && has("print toscalar(¦", "Storms"));
}

#[test]
fn names_that_are_no_words_are_put_into_brackets() {
    let found = offered("We¦");
    assert_eq!((found[0].name.as_str(), found[0].insert.as_str()), ("Web Logs", "['Web Logs']"));
}

#[test]
fn columns_of_the_tables_in_the_text_come_first() {
    let found = offered("Storms | where S¦");
    assert_eq!(found[0].name, "StartTime");
    assert_eq!(found[0].description, "datetime, of Storms");
    assert_eq!(found[1].name, "State");
    assert!(!has("Storms | where U¦", "Url"), "a column of another table");
    assert!(has("Storms | extend Age = 1 | where A¦", "Age"), "a name that is assigned");
    assert!(has("¦ | where State == ''\n| where De", "Storms"));
}

#[test]
fn functions_come_with_signature_and_sentence() {
    let found = offered("Storms | extend x = strca¦");
    assert_eq!((found[0].name.as_str(), found[0].insert.as_str()), ("strcat", "strcat("));
    assert!(found[0].description.starts_with("strcat("), "{}", found[0].description);
    assert!(found[0].description.lines().count() == 2, "{}", found[0].description);
    let stored = offered("Wor¦");
    assert_eq!(stored[0].description, "Worst(n: long, T: (…))\nThe worst storms");
}

#[test]
fn aggregates_are_offered_where_rows_are_grouped() {
    assert!(has("Storms | summarize dc¦", "dcount") && !has("Storms | extend dc¦", "dcount"));
}

#[test]
fn charts_and_kinds_of_joins_are_offered_in_their_places() {
    assert_eq!(names("Storms | render ti¦"), ["timechart"]);
    assert!(has("Storms | join kind=¦", "leftouter"));
}

#[test]
fn commands_are_offered_behind_a_dot() {
    assert!(has(".sh¦", "show") && has(".show ta¦", "tables") && has(".show table S¦", "Storms"));
    assert!(has(".create ¦", "table") && has(".show database ¦", "Samples"));
    assert!(has(".show tables | whe¦", "where"));
}

#[test]
fn lines_for_the_shell_are_completed_as_well() {
    assert_eq!(names("\\q¦"), ["\\quit"]);
    assert_eq!(names("\\db S¦"), ["Samples"]);
    assert_eq!(names("\\format js¦"), ["json", "jsonl"]);
}

#[test]
fn nothing_is_offered_within_strings_and_comments() {
    assert!(names("print 'wh¦").is_empty());
    assert!(names("Storms // wh¦").is_empty());
}

#[test]
fn the_word_under_the_cursor_is_replaced_and_nothing_else() {
    let text = "Storms | wh State";
    let found = complete(text, 11, &schema());
    assert_eq!(&text[found.span.start..found.span.end], "wh");
    let wide = complete("print 'ü' | wh", 15, &schema());
    assert_eq!(wide.candidates[0].name, "where");
    assert!(complete("ü", 1, &schema()).span.end <= 1);
}
