//! Runs the golden suites of `tests/kql/` against the real server over HTTP.
//!
//! `UPDATE=1` rewrites results that differ; `KQL_ONLY=path[:line]` runs the suites whose path contains the text, and
//! the one case at that line.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use calypso_golden::{Runner, Server, Suite};

#[test]
fn every_case_of_the_golden_suites_answers_as_written() {
    let only = env::var("KQL_ONLY").unwrap_or_default();
    let (path_part, line) = match only.rsplit_once(':') {
        Some((path, line)) => (path, Some(line.parse::<usize>().expect("KQL_ONLY=path:line"))),
        None => (only.as_str(), None),
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/kql").canonicalize().unwrap();
    let suites = suites_below(&folder);
    let chosen: Vec<_> = suites.iter().filter(|path| path.to_string_lossy().contains(path_part)).collect();
    assert!(!chosen.is_empty(), "no suite matches {only:?}");
    let data_dir = tempfile::tempdir().unwrap();
    let server = Server::start(Path::new(env!("CARGO_BIN_EXE_calypso")), data_dir.path()).unwrap();
    let mut runner = Runner::new(&server, env::var_os("UPDATE").is_some_and(|value| value == "1"));
    let (mut passed, mut failures) = (0, Vec::new());
    for path in chosen {
        let suite = Suite::read(path).unwrap();
        let outcome = runner.run(&suite, |case| line.is_none_or(|line| case.line == line)).unwrap();
        passed += outcome.passed;
        failures.extend(outcome.failures);
    }
    println!("{passed} cases passed, {} failed", failures.len());
    let told: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{} of {} cases failed\n{}", told.len(), told.len() + passed, told.join("\n"));
}

fn suites_below(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    entries.sort();
    let is_suite = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let nested = entries.iter().filter(|path| path.is_dir()).flat_map(|path| suites_below(path));
    let here = entries.iter().filter(|path| is_suite(path) && !path.ends_with("README.md")).cloned();
    here.chain(nested).collect()
}
