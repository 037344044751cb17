//! Runs suites and says what differs.

use std::{fmt, path::PathBuf};

use crate::{
    Answer, Case, Error, Expectation, Server, Suite, Table, client::ErrorAnswer, compare, rewrite, suite::ResultBlock,
};

/// A case that did not answer as expected.
#[derive(Debug)]
pub struct Failure {
    pub path: PathBuf,
    pub line: usize,
    pub title: String,
    /// What differs, with the expected and the actual answer.
    pub difference: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{} {}: {}", self.path.display(), self.line, self.title, self.difference)
    }
}

/// How a suite went.
#[derive(Debug, Default)]
pub struct Outcome {
    pub passed: usize,
    pub failures: Vec<Failure>,
}

/// Runs suites against one server; each suite has a database of its own.
#[derive(Debug)]
pub struct Runner<'a> {
    server: &'a Server,
    /// Whether results that differ are written into the suite instead of failing.
    update: bool,
    suites: usize,
}

impl<'a> Runner<'a> {
    /// Returns a runner; with `update` it rewrites results that differ.
    #[must_use]
    pub fn new(server: &'a Server, update: bool) -> Self {
        Self { server, update, suites: 0 }
    }

    /// Runs the cases that `wanted` lets through.
    pub fn run(&mut self, suite: &Suite, wanted: impl Fn(&Case) -> bool) -> Result<Outcome, Error> {
        self.suites += 1;
        let database = format!("Suite{}", self.suites);
        if let Answer::Error(error) =
            self.server.client("NetDefaultDB").execute(&format!(".create database {database}"))?
        {
            return Err(Error::Server(format!("no database {database}: {}", error.message)));
        }
        let client = self.server.client(&database);
        let mut outcome = Outcome::default();
        let mut rewrites = Vec::new();
        for case in suite.cases.iter().filter(|case| wanted(case)) {
            match self.judge(case, client.execute(&full_text(case))?, &mut rewrites) {
                None => outcome.passed += 1,
                Some(difference) => outcome.failures.push(Failure {
                    path: suite.path.clone(),
                    line: case.line,
                    title: case.title.clone(),
                    difference,
                }),
            }
        }
        rewrite::write(suite, rewrites)?;
        Ok(outcome)
    }

    fn judge<'s>(
        &self,
        case: &'s Case,
        answer: Answer,
        rewrites: &mut Vec<(&'s ResultBlock, Table)>,
    ) -> Option<String> {
        match (&case.expectation, answer) {
            (Expectation::Error(code), Answer::Error(error)) => error_difference(code, &error),
            (Expectation::Error(code), Answer::Tables(tables)) => {
                Some(format!("the error {code} was expected, found\n{}", shown(&tables)))
            }
            (Expectation::Results(_), Answer::Error(error)) => {
                Some(format!("{} {}: {}", error.code, error.inner_code, error.message))
            }
            (Expectation::Results(blocks), Answer::Tables(tables)) => {
                if blocks.len() != tables.len() {
                    return Some(format!("{} results expected, found\n{}", blocks.len(), shown(&tables)));
                }
                let ordered = compare::fixes_order(&case.text);
                let mut differences = Vec::new();
                for (block, table) in blocks.iter().zip(tables) {
                    let Some(difference) = compare::difference(&block.table, &table, ordered) else { continue };
                    if self.update {
                        rewrites.push((block, table));
                    } else {
                        let expected = shown(std::slice::from_ref(&block.table));
                        differences.push(format!("{difference}\nexpected\n{expected}\nfound\n{}", shown(&[table])));
                    }
                }
                (!differences.is_empty()).then(|| differences.join("\n"))
            }
        }
    }
}

/// Returns the case's text with the tables it mentions before it.
fn full_text(case: &Case) -> String {
    let mentions = |name: &str| {
        case.text.split(|character: char| !character.is_alphanumeric() && character != '_').any(|word| word == name)
    };
    let tables = case.tables.iter().filter(|(name, _)| mentions(name));
    let declared: String = tables.map(|(name, table)| format!("let {name} = {};\n", table.to_datatable())).collect();
    declared + &case.text
}

fn error_difference(code: &str, error: &ErrorAnswer) -> Option<String> {
    let named = error.code == code || error.inner_code == code || error.message.contains(code);
    (!named)
        .then(|| format!("the error {code} was expected, found {} {}: {}", error.code, error.inner_code, error.message))
}

fn shown(tables: &[Table]) -> String {
    let lines = tables.iter().flat_map(Table::to_lines);
    lines.map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
