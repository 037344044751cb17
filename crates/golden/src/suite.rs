//! The Markdown of a suite, read into cases.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{Error, Table};

/// A file of cases.
#[derive(Debug)]
pub struct Suite {
    pub path: PathBuf,
    pub cases: Vec<Case>,
    /// The file as it is, line by line, for rewriting.
    pub(crate) lines: Vec<String>,
}

/// A query or command and what it must answer.
#[derive(Debug)]
pub struct Case {
    /// The nearest heading above.
    pub title: String,
    /// Line of the opening fence, counted from one.
    pub line: usize,
    pub text: String,
    /// The tables declared above it, by name, as of this case.
    pub tables: Vec<(String, Table)>,
    pub expectation: Expectation,
}

/// What a case must answer.
#[derive(Debug)]
pub enum Expectation {
    /// The results, in order, each with the lines that its block spans.
    Results(Vec<ResultBlock>),
    /// An error with this code.
    Error(String),
}

/// A `result` block.
#[derive(Debug)]
pub struct ResultBlock {
    pub table: Table,
    /// Indexes of the first line within the fences and of the closing fence.
    pub(crate) lines: (usize, usize),
}

/// A fenced block.
struct Block {
    info: String,
    /// Index of the opening fence.
    start: usize,
    /// Index of the closing fence.
    end: usize,
}

impl Suite {
    /// Reads a suite from its file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    /// Reads a suite from its text.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut reading = Reading { path, lines: &lines, tables: Vec::new(), cases: Vec::new() };
        for block in blocks(path, &lines)? {
            reading.take(&block)?;
        }
        let cases = reading.cases;
        for case in &cases {
            if matches!(&case.expectation, Expectation::Results(results) if results.is_empty()) {
                let message = "the case has neither a result nor `error=CODE`".to_owned();
                return Err(Error::Suite { path: path.to_owned(), line: case.line, message });
            }
        }
        Ok(Self { path: path.to_owned(), cases, lines })
    }
}

/// A suite being read, block by block.
struct Reading<'a> {
    path: &'a Path,
    lines: &'a [String],
    tables: Vec<(String, Table)>,
    cases: Vec<Case>,
}

impl Reading<'_> {
    fn take(&mut self, block: &Block) -> Result<(), Error> {
        let mut words = block.info.split_whitespace();
        match words.next() {
            Some("table") => {
                let name = words.next().ok_or_else(|| self.fault(block, "the table has no name"))?.to_owned();
                let table = self.table(block)?;
                self.tables.retain(|(known, _)| *known != name);
                self.tables.push((name, table));
            }
            Some("kql") => {
                let expectation = match words.find_map(|word| word.strip_prefix("error=")) {
                    Some(code) => Expectation::Error(code.to_owned()),
                    None => Expectation::Results(Vec::new()),
                };
                self.cases.push(Case {
                    title: self.title_above(block.start),
                    line: block.start + 1,
                    text: self.lines[block.start + 1..block.end].join("\n"),
                    tables: self.tables.clone(),
                    expectation,
                });
            }
            Some("result") => {
                let result = ResultBlock { table: self.table(block)?, lines: (block.start + 1, block.end) };
                match self.cases.last_mut().map(|case| &mut case.expectation) {
                    Some(Expectation::Results(results)) => results.push(result),
                    Some(Expectation::Error(_)) => return Err(self.fault(block, "the case above must fail")),
                    None => return Err(self.fault(block, "there is no case above this result")),
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn table(&self, block: &Block) -> Result<Table, Error> {
        let lines = self.lines[block.start + 1..block.end].iter().map(String::as_str);
        Table::parse(lines).map_err(|message| self.fault(block, &message))
    }

    fn title_above(&self, index: usize) -> String {
        let heading = self.lines[..index].iter().rev().find(|line| line.starts_with('#'));
        heading.map_or_else(String::new, |line| line.trim_start_matches('#').trim().to_owned())
    }

    fn fault(&self, block: &Block, message: &str) -> Error {
        Error::Suite { path: self.path.to_owned(), line: block.start + 1, message: message.to_owned() }
    }
}

fn blocks(path: &Path, lines: &[String]) -> Result<Vec<Block>, Error> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String, String)> = None;
    for (index, line) in lines.iter().enumerate() {
        let ticks = line.chars().take_while(|&character| character == '`').count();
        let fence = "`".repeat(ticks);
        match &open {
            None if ticks >= 3 => open = Some((index, fence, line[ticks..].trim().to_owned())),
            // A block may hold shorter fences: KQL quotes with three back-ticks.
            Some((start, opening, info)) if *line == *opening => {
                blocks.push(Block { info: info.clone(), start: *start, end: index });
                open = None;
            }
            _ => {}
        }
    }
    match open {
        None => Ok(blocks),
        Some((start, ..)) => {
            let message = "the block is never closed".to_owned();
            Err(Error::Suite { path: path.to_owned(), line: start + 1, message })
        }
    }
}

#[cfg(test)]
mod tests;
