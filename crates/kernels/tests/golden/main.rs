//! The golden suites of the scalar functions, run on the kernels alone.
//!
//! A suite is a Markdown file under `tests/kql/functions/`; queries may use `print`, `datatable`, `range`, `where`,
//! `extend` and `project`. `UPDATE=1` rewrites the expectations, `GOLDEN_DIR` runs another folder.

mod evaluate;
mod suite;

use std::{env, fs, path::PathBuf};

use evaluate::{Evaluator, Feeding};
use suite::Suite;

fn suites() -> Vec<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/kql/functions").to_owned();
    let folder = env::var("GOLDEN_DIR").unwrap_or(default);
    let entries = fs::read_dir(&folder).expect("the folder of suites is there");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    files
}

#[test]
fn documented_examples_give_the_documented_results() {
    let update = env::var_os("UPDATE").is_some();
    let mut failures = Vec::new();
    for path in suites() {
        let mut suite = Suite::parse(&fs::read_to_string(&path).unwrap());
        for case in &mut suite.cases {
            let actual =
                Evaluator::run(&case.query, Feeding::Constants).unwrap_or_else(|error| format!("error: {error}\n"));
            if update {
                case.result = actual;
            } else if !suite::same(&case.result, &actual) {
                failures.push(format!(
                    "{}: {}\n{}\nexpected:\n{}actual:\n{actual}",
                    path.display(),
                    case.title,
                    case.query,
                    case.result
                ));
            }
        }
        if update {
            fs::write(&path, suite.to_text()).unwrap();
        }
    }
    assert!(failures.is_empty(), "{} cases differ\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn columns_give_what_constants_give() {
    let mut failures = Vec::new();
    for path in suites() {
        for case in Suite::parse(&fs::read_to_string(&path).unwrap()).cases {
            let expected = Evaluator::run(&case.query, Feeding::Constants);
            let actual = Evaluator::run(&case.query, Feeding::Columns);
            let rows_once = |result: &Result<String, String>| {
                let mut lines: Vec<_> =
                    result.clone().unwrap_or_else(|error| error).lines().map(str::to_owned).collect();
                lines.dedup();
                lines
            };
            if rows_once(&expected) != rows_once(&actual) {
                failures.push(format!("{}\n{}\nconstants: {expected:?}\ncolumns: {actual:?}", case.title, case.query));
            }
        }
    }
    assert!(failures.is_empty(), "{} cases differ\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_declared_function_has_a_kernel_and_the_reverse() {
    let special = ["op_", "cast"];
    let declared: Vec<&str> = calypso_semantics::functions::scalar_functions().map(|f| f.name).collect();
    let without_kernel: Vec<_> = declared.iter().filter(|name| calypso_kernels::kernel(name).is_none()).collect();
    let without_declaration: Vec<_> = calypso_kernels::kernel_names()
        .filter(|name| !special.iter().any(|prefix| name.starts_with(prefix)) && !declared.contains(name))
        .collect();
    assert!(without_kernel.is_empty(), "declared without a kernel: {without_kernel:?}");
    assert!(without_declaration.is_empty(), "kernels without a declaration: {without_declaration:?}");
}

#[test]
fn every_declared_function_has_a_golden_case() {
    let text: String = suites().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let titles: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let missing: Vec<&str> = calypso_semantics::functions::scalar_functions()
        .map(|f| f.name)
        .filter(|name| !titles.contains(name))
        .collect();
    assert!(missing.is_empty(), "no golden case: {missing:?}");
}
