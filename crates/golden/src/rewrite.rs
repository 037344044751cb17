//! Writes actual results into a suite in place of the expected ones.

use std::fs;

use crate::{Error, Suite, Table, cell, suite::ResultBlock};

/// Replaces the given blocks of the suite's file.
pub(crate) fn write(suite: &Suite, mut rewrites: Vec<(&ResultBlock, Table)>) -> Result<(), Error> {
    if rewrites.is_empty() {
        return Ok(());
    }
    // From the last to the first, so that the indexes of those still to do stay right.
    rewrites.sort_by_key(|(block, _)| std::cmp::Reverse(block.lines.0));
    let mut lines = suite.lines.clone();
    for (block, mut table) in rewrites {
        keep_wildcards(&block.table, &mut table);
        lines.splice(block.lines.0..block.lines.1, table.to_lines());
    }
    let text = lines.join("\n") + "\n";
    fs::write(&suite.path, text).map_err(|source| Error::File { path: suite.path.clone(), source })
}

/// What matched anything goes on doing so, where the shape of the table is the same.
fn keep_wildcards(expected: &Table, actual: &mut Table) {
    if expected.columns != actual.columns || expected.rows.len() != actual.rows.len() {
        return;
    }
    for (expected, actual) in expected.rows.iter().zip(&mut actual.rows) {
        for (expected, actual) in expected.iter().zip(actual) {
            if expected == cell::ANY {
                cell::ANY.clone_into(actual);
            }
        }
    }
}
