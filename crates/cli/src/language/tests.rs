//! Roles, completions and ends of statements, on one small schema.

mod completions;
mod ends;
mod names;

use super::*;

/// A database with two tables, a function, and a name that needs brackets.
fn schema() -> Schema {
    let mut schema = Schema::read(
        r#"{"Databases":{"NetDefaultDB":{"Name":"NetDefaultDB",
            "Tables":{
              "Storms":{"Name":"Storms","DocString":"Storms of a year","OrderedColumns":[
                {"Name":"StartTime","CslType":"datetime"},{"Name":"State","CslType":"string"},
                {"Name":"Deaths","CslType":"long"}]},
              "Web Logs":{"Name":"Web Logs","OrderedColumns":[{"Name":"Url","CslType":"string"}]}},
            "Functions":{"Worst":{"Name":"Worst","DocString":"The worst storms",
              "InputParameters":[{"Name":"n","CslType":"long"},{"Name":"T","Columns":[]}]}}}}}"#,
    );
    schema.databases = vec!["NetDefaultDB".to_owned(), "Samples".to_owned()];
    schema
}

/// Texts with everything awkward in them.
const AWKWARD: [&str; 6] = [
    "let ü = '日本'; Storms | where State has \"a\\\"b\" and Deaths > 1.5e3 // ende\n| summarize count() by bin(StartTime, 1d);",
    ".create-merge table ['Web Logs'] (Url: string) with (folder = 'x') <| Storms | project-away State",
    "union kind=outer (Storms), ['Web Logs'] | join kind=leftouter (Storms | take 1) on $left.State == $right.State",
    "\\format\tjson ; \\db ü",
    "print dynamic({'a': [1, datetime(2020), ```x\ny```, @'c:\\', h'secret', !in~ }}}))) ]] |||",
    "// only\r\n\t\u{feff}\u{200b}  #directive\n~~~open",
];

#[test]
fn no_part_of_any_text_is_too_odd() {
    let schema = schema();
    for text in AWKWARD {
        for (at, _) in text.char_indices() {
            let part = &text[..at];
            let mut end = 0;
            for (span, _) in roles(part, &schema) {
                assert!(span.start >= end && part.is_char_boundary(span.start) && part.is_char_boundary(span.end));
                end = span.end;
            }
            is_whole(part);
            let found = complete(text, at, &schema);
            assert!(found.span.end == at && text.is_char_boundary(found.span.start), "{text} at {at}");
        }
    }
}
