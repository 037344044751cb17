//! The table that data go into: is it there, and if not, how it would be made.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};
use calypso_formats::DataFormat;
use calypso_types::kql_string;

use super::{item::Item, mode::Mode};
use crate::{
    connect::{Connection, failed},
    data_sample::DataSample,
    entity_name::quoted,
    table_definition::TableDefinition,
};

/// What may be done about a table that is not there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Creation {
    /// `--create-table`
    pub(super) wanted: bool,
    /// `--yes`
    pub(super) agreed: bool,
    /// `--header`, if given.
    pub(super) has_header: Option<bool>,
    /// Whether the caller names a mapping.
    pub(super) has_mapping: bool,
    pub(super) mode: Mode,
}

/// What was found or made.
#[derive(Debug, Default)]
pub(super) struct Target {
    /// The mapping that was made with the table.
    mapping: Option<String>,
    /// The format that the table was made for.
    format: Option<DataFormat>,
    /// Whether the first record of the data was taken for names.
    pub(super) has_header: bool,
}

impl Target {
    /// Returns the mapping for data of `format`, if one was made.
    pub(super) fn mapping_for(&self, format: DataFormat) -> Option<&str> {
        let made_for = self.format?.mapping_kind();
        self.mapping.as_deref().filter(|_| made_for == format.mapping_kind())
    }
}

/// The commands that make a table for data.
struct Plan {
    commands: Vec<String>,
    target: Target,
    guessed_header: bool,
}

/// Makes sure that the table is there.
///
/// # Errors
/// If it is not and was not to be made, or cannot be.
pub(super) async fn find_or_create(
    connection: &Connection,
    table: &str,
    items: &[Item],
    creation: Creation,
) -> anyhow::Result<Target> {
    match exists(connection, table).await {
        Ok(true) => return Ok(Target::default()),
        Ok(false) => {}
        // Who may ingest need not be allowed to look. If the table is not there, ingestion says so.
        Err(_) if !creation.wanted => return Ok(Target::default()),
        Err(error) => return Err(failed(&error)),
    }
    let missing = format!("there is no table '{table}' in the database '{}'", connection.database);
    let sample = sample(items, creation.has_header);
    if !creation.wanted {
        bail!("{}", told_missing(&missing, table, sample));
    }
    let sample = sample.with_context(|| missing.clone())?.with_context(|| {
        format!(
            "{missing}, and its columns cannot be told from data that only the service sees\n\
             hint: create it first, with `calypso query '.create table {} (…)'`",
            quoted(table)
        )
    })?;
    let plan = plan(table, &sample, creation);
    agree(&missing, &plan, creation.agreed, items)?;
    for command in &plan.commands {
        let done = connection.client.execute_command(&connection.database, command, None).await;
        // Managed streaming goes on without the policy, by queueing.
        match done {
            Err(_) if creation.mode == Mode::Managed && command.contains(STREAMING_POLICY) => {}
            done => {
                done.map_err(|error| failed(&error)).with_context(|| format!("`{command}` failed"))?;
            }
        }
    }
    Ok(plan.target)
}

async fn exists(connection: &Connection, table: &str) -> Result<bool, kusto_data::Error> {
    let command = format!(".show tables | where TableName == {} | count", kql_string(table));
    let dataset = connection.client.execute_command(&connection.database, &command, None).await?;
    Ok(dataset.single_value().is_none_or(|count| count.to_text() != "0"))
}

/// Looks at the first source that can be looked at.
fn sample(items: &[Item], has_header: Option<bool>) -> anyhow::Result<Option<DataSample>> {
    for item in items {
        if let Some(sample) = item.sample(has_header)? {
            return Ok(Some(sample));
        }
    }
    Ok(None)
}

fn told_missing(missing: &str, table: &str, sample: anyhow::Result<Option<DataSample>>) -> String {
    match sample {
        Ok(Some(sample)) => {
            let command = TableDefinition::of(table, &sample).create_command();
            format!("{missing}\nhint: `--create-table` makes it of the data, by\n  {command}")
        }
        _ => format!("{missing}\nhint: `calypso query '.show tables'` lists those there are"),
    }
}

/// What stands in the command that allows streaming.
const STREAMING_POLICY: &str = "policy streamingingestion enable";

fn plan(table: &str, sample: &DataSample, creation: Creation) -> Plan {
    let definition = TableDefinition::of(table, sample);
    let mut commands = vec![definition.create_merge_command()];
    let mut target = Target { mapping: None, format: Some(sample.format), has_header: sample.has_header };
    let names_its_fields = !crate::data_sample::may_have_header(sample.format);
    let needs_mapping = matches!(sample.format, DataFormat::Json | DataFormat::SingleJson | DataFormat::MultiJson)
        || (names_its_fields && definition.has_renamed_columns());
    if needs_mapping && !creation.has_mapping {
        let mapping = format!("{table}_mapping");
        if let Some(command) = definition.mapping_command(&mapping, sample.format) {
            commands.push(command);
            target.mapping = Some(mapping);
        }
    }
    if creation.mode != Mode::Queued {
        commands.push(format!(".alter table {} {STREAMING_POLICY}", quoted(table)));
    }
    Plan { commands, target, guessed_header: sample.header_is_guessed }
}

/// Shows the commands, and asks unless that was answered before.
#[expect(clippy::print_stderr, reason = "results go to standard output, questions do not")]
fn agree(missing: &str, plan: &Plan, agreed: bool, items: &[Item]) -> anyhow::Result<()> {
    let commands: String = plan.commands.iter().map(|command| format!("  {command}\n")).collect();
    let header = match (plan.target.has_header, plan.guessed_header) {
        (_, true) => "The first record is taken for names; `--header no` if it is data.\n",
        (true, false) => "The first record has the names and is left out.\n",
        (false, _) => "",
    };
    let takes_input = items.iter().any(|item| item.source == super::source::InputSource::StandardInput);
    if agreed {
        eprint!("{missing}; it is made by\n{commands}{header}");
        return Ok(());
    }
    if takes_input || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        bail!("{missing}; it would be made by\n{commands}{header}hint: `--yes` runs that without asking");
    }
    eprint!("{missing}; it would be made by\n{commands}{header}Run this? [y/N] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if !matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        bail!("nothing was created or ingested");
    }
    Ok(())
}
