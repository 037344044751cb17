//! What the arguments of `calypso local` name: a statement, and tables with their files.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use calypso_cli::{
    data_sample::format_of_name,
    ingest_command::source::{files, is_pattern},
};

/// The argument that stands for standard input.
const STANDARD_INPUT: &str = "-";
/// What a table is called whose source has no name that tells.
const DATA: &str = "data";
/// Compressions and the endings that are no part of a name.
const COMPRESSIONS: [&str; 2] = ["gz", "zip"];
/// Most files of one command.
const FILES_MAX: usize = 100_000;

/// A table and the files whose rows it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableSource {
    pub(super) table: String,
    pub(super) files: Vec<InputFile>,
}

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InputFile {
    Path(PathBuf),
    StandardInput,
}

/// Takes the statement off the arguments: the first one, unless it names files.
pub(super) fn split(arguments: &[String]) -> anyhow::Result<(Option<&str>, Vec<TableSource>)> {
    let (statement, sources) = match arguments {
        [first, rest @ ..] if !names_files(first) => {
            refuse_missing_file(first)?;
            (Some(first.as_str()), rest)
        }
        sources => (None, sources),
    };
    Ok((statement, tables(sources)?))
}

fn names_files(argument: &str) -> bool {
    let path = path_of(argument);
    let exists = |path: &str| Path::new(path).exists() || (is_pattern(path) && files(path).is_ok());
    argument == STANDARD_INPUT || exists(argument) || exists(path)
}

/// A statement has blanks, a pipe or the dot of a command; what looks like a file is meant to be one.
fn refuse_missing_file(argument: &str) -> anyhow::Result<()> {
    let is_one_word = !argument.contains(|c: char| c.is_whitespace() || matches!(c, '|' | '('));
    if is_one_word && format_of_name(argument).is_some() {
        bail!("there is no file '{argument}'");
    }
    Ok(())
}

/// Leaves out the `NAME=` of an argument.
fn path_of(argument: &str) -> &str {
    named(argument).map_or(argument, |(_, path)| path)
}

/// Splits `NAME=FILE`; a file whose own name has an equals sign is one if it is there.
fn named(argument: &str) -> Option<(&str, &str)> {
    let (name, path) = argument.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_name && !Path::new(argument).exists()).then_some((name, path))
}

fn tables(arguments: &[String]) -> anyhow::Result<Vec<TableSource>> {
    let mut tables: Vec<TableSource> = Vec::new();
    let mut count = 0;
    let mut reads_input = false;
    for argument in arguments {
        let path = path_of(argument);
        let files = if path == STANDARD_INPUT {
            if std::mem::replace(&mut reads_input, true) {
                bail!("standard input can be read only once");
            }
            vec![InputFile::StandardInput]
        } else {
            files(path)?.into_iter().map(InputFile::Path).collect()
        };
        count += files.len();
        if count > FILES_MAX {
            bail!("more than {FILES_MAX} files");
        }
        match named(argument) {
            Some((name, _)) => match tables.iter_mut().find(|table| table.table == name) {
                Some(table) => table.files.extend(files),
                None => tables.push(TableSource { table: name.to_owned(), files }),
            },
            None => {
                let table = untaken(table_name(path), &tables);
                tables.push(TableSource { table, files });
            }
        }
    }
    Ok(tables)
}

/// Two files of the same name in different folders are two tables.
fn untaken(name: String, tables: &[TableSource]) -> String {
    let is_taken = |name: &str| tables.iter().any(|table| table.table.eq_ignore_ascii_case(name));
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(name)
}

/// Returns what a table of the files at `path` is called: the file's name without its endings, with `_` for all that is
/// neither letter nor digit; of a pattern that says nothing, its folder's name.
fn table_name(path: &str) -> String {
    if path == STANDARD_INPUT {
        return "stdin".to_owned();
    }
    let path = Path::new(path);
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = || path.parent()?.file_name().map(|name| name.to_string_lossy().into_owned());
    let own = identifier(without_endings(&file));
    own.or_else(|| identifier(&folder()?)).unwrap_or_else(|| DATA.to_owned())
}

fn without_endings(file: &str) -> &str {
    let file = match file.rsplit_once('.') {
        Some((stem, ending)) if COMPRESSIONS.contains(&ending.to_ascii_lowercase().as_str()) => stem,
        _ => file,
    };
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// Nothing if there is neither letter nor digit.
fn identifier(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_alphanumeric() { c } else { '_' };
        if !(c == '_' && (name.is_empty() || name.ends_with('_'))) {
            name.push(c);
        }
    }
    let name = name.trim_end_matches('_');
    let first = name.chars().next()?;
    Some(if first.is_ascii_digit() { format!("_{name}") } else { name.to_owned() })
}

/// Opens standard input's data as a file, since inference and ingestion read them more than once.
pub(super) fn set_input_aside(dir: &Path) -> anyhow::Result<PathBuf> {
    let path = dir.join("stdin");
    let mut file = std::fs::File::create(&path).context("cannot set standard input aside")?;
    std::io::copy(&mut std::io::stdin().lock(), &mut file).context("cannot set standard input aside")?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_called_after_files() {
        for (path, name) in [
            ("readings.csv", "readings"),
            ("a/b/Storm Events-2026.csv.gz", "Storm_Events_2026"),
            ("2026-01.parquet", "_2026_01"),
            ("logs/*.json", "logs"),
            ("logs/web-*.json", "web"),
            ("*.csv", "data"),
            ("-", "stdin"),
        ] {
            assert_eq!(table_name(path), name, "{path}");
        }
    }

    #[test]
    fn the_first_argument_is_a_statement_unless_it_names_files() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).display().to_string();
        for name in ["a.csv", "b.csv"] {
            std::fs::write(at(name), "1\n").unwrap();
        }
        let arguments = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let path = |name: &str| InputFile::Path(at(name).into());
        let given = arguments(&["a | count", &at("a.csv"), &format!("T={}", at("*.csv"))]);
        let (statement, tables) = split(&given).unwrap();
        assert_eq!(statement, Some("a | count"));
        let a = TableSource { table: "a".to_owned(), files: vec![path("a.csv")] };
        let t = TableSource { table: "T".to_owned(), files: vec![path("a.csv"), path("b.csv")] };
        assert_eq!(tables, [a.clone(), t]);
        let given = arguments(&[&at("a.csv"), &at("a.csv")]);
        let (statement, tables) = split(&given).unwrap();
        assert_eq!((statement, tables[0].clone(), tables[1].table.as_str()), (None, a, "a_2"));
        assert!(split(&arguments(&["missing.csv"])).unwrap_err().to_string().contains("no file 'missing.csv'"));
        assert_eq!(split(&arguments(&["print 1"])).unwrap(), (Some("print 1"), Vec::new()));
    }
}
