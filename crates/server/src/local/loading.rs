//! Makes a table for each source and has the service read the files.

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use calypso_cli::{
    connect::Connection,
    data_sample::{DataSample, Known},
    entity_name::quoted,
    explanation::explain,
};
use calypso_types::kql_string;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    source_argument::{InputFile, TableSource, set_input_aside},
    table_layout::TableLayout,
};

/// Files of one `.ingest` command.
const FILES_PER_COMMAND_MAX: usize = 500;
/// Files that are looked at, and commands that run, at the same time.
const AT_ONCE_MAX: usize = 4;

/// A table that was filled.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) table: String,
    pub(super) schema: String,
    /// Files whose first record was taken for names by its looks alone.
    pub(super) guessed_headers: Vec<String>,
}

/// How files of one kind are read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reading {
    format: &'static str,
    has_header: bool,
    mapping: Option<(&'static str, String)>,
}

/// Loads `source` into a new table.
pub(super) async fn load(
    connection: &Connection,
    source: TableSource,
    known: Known,
    dir: &Path,
) -> anyhow::Result<Loaded> {
    let paths = source.files.into_iter().enumerate().map(|(index, file)| located(file, dir, &source.table, index));
    let paths: Vec<PathBuf> = paths.collect::<anyhow::Result<_>>()?;
    let looks = stream::iter(paths.clone()).map(|path| look(path, known)).buffered(AT_ONCE_MAX);
    let samples: Vec<DataSample> = looks.try_collect().await?;
    let layout = TableLayout::of(&source.table, &samples);
    execute(connection, &layout.definition.create_command()).await?;
    let mut groups: BTreeMap<Reading, Vec<&Path>> = BTreeMap::new();
    for (path, sample) in paths.iter().zip(&samples) {
        let kind = sample.format.mapping_kind().map_or("", |kind| kind.name());
        let reading = Reading {
            format: sample.format.name(),
            has_header: sample.has_header,
            mapping: layout.mapping(sample).map(|mapping| (kind, mapping)),
        };
        groups.entry(reading).or_default().push(path);
    }
    let mut commands = Vec::new();
    for (reading, paths) in &groups {
        for paths in paths.chunks(FILES_PER_COMMAND_MAX) {
            commands.push(ingest_command(&source.table, paths, reading)?);
        }
    }
    let running = stream::iter(&commands).map(|command| execute(connection, command)).buffer_unordered(AT_ONCE_MAX);
    running.try_collect::<()>().await?;
    let guessed = paths.iter().zip(&samples).filter(|(_, sample)| sample.header_is_guessed);
    Ok(Loaded {
        schema: layout.definition.schema(),
        guessed_headers: guessed.map(|(path, _)| path.display().to_string()).collect(),
        table: source.table,
    })
}

/// Returns a path that a command can name: absolute, and without what has a meaning in storage connection strings.
fn located(file: InputFile, dir: &Path, table: &str, index: usize) -> anyhow::Result<PathBuf> {
    let path = match file {
        InputFile::StandardInput => return set_input_aside(dir),
        InputFile::Path(path) => path,
    };
    let about = || path.display().to_string();
    let absolute = std::path::absolute(&path).with_context(about)?;
    let is_plain = absolute.to_str().is_some_and(|text| !text.contains([';', '?', '#']) && text.trim() == text);
    if is_plain {
        return Ok(absolute);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let ending: String = name.chars().map(|c| if matches!(c, ';' | '?' | '#' | ' ') { '_' } else { c }).collect();
    let link = dir.join(format!("{table}-{index}-{ending}"));
    #[cfg(unix)]
    std::os::unix::fs::symlink(&absolute, &link).with_context(about)?;
    #[cfg(not(unix))]
    bail!("{}: a path with ';', '?' or '#' cannot be read; give the file another name", about());
    Ok(link)
}

async fn look(path: PathBuf, known: Known) -> anyhow::Result<DataSample> {
    let about = path.display().to_string();
    let looked = tokio::task::spawn_blocking(move || {
        let file = File::open(&path)?;
        if !file.metadata()?.is_file() {
            bail!("it is not a file; pipe it to `calypso local … -`");
        }
        DataSample::take(file, path.file_name().and_then(|name| name.to_str()), known)
    });
    looked.await.context("cannot start a thread")?.context(about)
}

fn ingest_command(table: &str, paths: &[&Path], reading: &Reading) -> anyhow::Result<String> {
    let mut names = Vec::with_capacity(paths.len());
    for path in paths {
        names.push(kql_string(path.to_str().context("the path is not Unicode")?));
    }
    let mut properties = vec![format!("format = {}", kql_string(reading.format))];
    if reading.has_header {
        properties.push("ignoreFirstRecord = true".to_owned());
    }
    if let Some((kind, mapping)) = &reading.mapping {
        properties.push(format!("ingestionMapping = {}", kql_string(mapping)));
        properties.push(format!("ingestionMappingType = {}", kql_string(&kind.to_ascii_lowercase())));
    }
    Ok(format!(".ingest into table {} ({}) with ({})", quoted(table), names.join(", "), properties.join(", ")))
}

async fn execute(connection: &Connection, command: &str) -> anyhow::Result<()> {
    let done = connection.client.execute_command(&connection.database, command, None).await;
    done.map(drop).map_err(|error| anyhow::Error::msg(explain(&error, None)))
}
