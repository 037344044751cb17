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
