//! The candidates of each context.

use calypso_semantics::{
    aggregate_names,
    functions::{Function, scalar_functions},
};
use calypso_syntax::{command_verbs, operator_names, shown_entities};

use super::{Candidate, CandidateKind, context::Context};
use crate::{
    language::{
        operators::{SOURCES, summary},
        roles::{COMMAND_WORDS, Names, OTHER_FUNCTIONS},
        words::{KEYWORDS, STATEMENT_WORDS},
    },
    meta_command::META_COMMANDS,
};

/// Charts of `render`: <https://learn.microsoft.com/kusto/query/render-operator>
const CHARTS: [&str; 13] = [
    "anomalychart",
    "areachart",
    "barchart",
    "card",
    "columnchart",
    "linechart",
    "piechart",
    "pivotchart",
    "scatterchart",
    "stackedareachart",
    "table",
    "timechart",
    "treemap",
];
/// Kinds of joins: <https://learn.microsoft.com/kusto/query/join-operator>
const JOIN_KINDS: [&str; 9] =
    ["fullouter", "inner", "innerunique", "leftanti", "leftouter", "leftsemi", "rightanti", "rightouter", "rightsemi"];
/// Operators whose arguments are aggregates.
const AGGREGATING: [&str; 3] = ["summarize", "make-series", "top-nested"];

/// Returns what fits the context and contains what is typed, however it is cased.
pub(super) fn of(context: &Context, names: &Names<'_>, typed: &str) -> Vec<Candidate> {
    let mut found = Vec::new();
    match context {
        Context::Nothing => {}
        Context::Meta { argument_of: None } => found.extend(meta_commands()),
        Context::Meta { argument_of: Some(command) } => found.extend(meta_arguments(command, names)),
        Context::Source => {
            found.extend(tables(names));
            found.extend(SOURCES.iter().map(|name| operator(name)));
            found.extend(STATEMENT_WORDS.iter().map(|word| keyword(word)));
            found.extend(stored_functions(names));
            found.extend(variables(names));
        }
        Context::Table => {
            found.extend(tables(names));
            found.extend(variables(names));
            found.extend(["kind", "withsource", "isfuzzy"].map(keyword));
        }
        Context::Step => found.extend(operator_names().map(operator)),
        Context::Chart => found.extend(CHARTS.map(|name| plain(name, CandidateKind::Keyword))),
        Context::JoinKind => found.extend(JOIN_KINDS.map(|name| plain(name, CandidateKind::Keyword))),
        Context::Expression { operator } => found.extend(expression(operator, names)),
        Context::Verb => found.extend(command_verbs().map(|verb| plain(verb, CandidateKind::Command))),
        Context::CommandWord { words } => found.extend(command_words(words, names)),
    }
    let typed = typed.trim_start_matches('\\').to_lowercase();
    found.retain(|candidate| candidate.name.to_lowercase().trim_start_matches('\\').contains(&typed));
    // In the middle of a word only what begins so is a help, unless nothing does.
    let begins = |candidate: &Candidate| candidate.name.to_lowercase().trim_start_matches('\\').starts_with(&typed);
    if found.iter().any(begins) {
        found.retain(begins);
    }
    found
}

fn plain(name: &str, kind: CandidateKind) -> Candidate {
    Candidate { name: name.to_owned(), insert: name.to_owned(), kind, description: String::new(), spaced: true }
}

fn keyword(name: &str) -> Candidate {
    plain(name, CandidateKind::Keyword)
}

fn operator(name: &str) -> Candidate {
    Candidate { description: summary(name).to_owned(), ..plain(name, CandidateKind::Operator) }
}

fn named(name: &str, kind: CandidateKind, description: String) -> Candidate {
    Candidate { name: name.to_owned(), insert: quoted(name), kind, description, spaced: false }
}

/// Names that are no plain words stand in brackets.
fn quoted(name: &str) -> String {
    let is_plain =
        name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if is_plain { name.to_owned() } else { format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) }
}

fn tables<'a>(names: &'a Names<'_>) -> impl Iterator<Item = Candidate> + use<'a> {
    names.schema.tables.iter().map(|(name, table)| {
        let columns: Vec<String> = table.columns.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        let about = if table.description.is_empty() { String::new() } else { format!("{}\n", table.description) };
        Candidate {
            spaced: true,
            ..named(name, CandidateKind::Table, format!("{about}table ({})", columns.join(", ")))
        }
    })
}

fn variables<'a>(names: &'a Names<'_>) -> impl Iterator<Item = Candidate> + use<'a> {
    names.variables.iter().map(|name| named(name, CandidateKind::Variable, "let".to_owned()))
}

fn columns<'a>(names: &'a Names<'_>) -> impl Iterator<Item = Candidate> + use<'a> {
    names.columns.iter().map(|name| {
        let found = names.schema.tables.iter().find_map(|(table, schema)| {
            let (_, ty) = schema.columns.iter().find(|(column, _)| column == name)?;
            Some(format!("{ty}, of {table}"))
        });
        named(name, CandidateKind::Column, found.unwrap_or_default())
    })
}

fn stored_functions<'a>(names: &'a Names<'_>) -> impl Iterator<Item = Candidate> + use<'a> {
    names.schema.functions.iter().map(|(name, function)| {
        let about = [function.usage.as_str(), &function.description].join("\n").trim().to_owned();
        Candidate { insert: format!("{}(", quoted(name)), ..named(name, CandidateKind::Function, about) }
    })
}

fn expression(operator: &str, names: &Names<'_>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = columns(names).collect();
    found.extend(variables(names));
    found.extend(KEYWORDS.iter().map(|word| keyword(word)));
    if AGGREGATING.contains(&operator) {
        found.extend(aggregate_names().map(|name| call(name, format!("{name}(…)\naggregates the rows of a group"))));
    }
    found.extend(scalar_functions().map(scalar));
    found.extend(OTHER_FUNCTIONS.map(|name| call(name, String::new())));
    found.extend(stored_functions(names));
    found
}

fn scalar(function: &'static Function) -> Candidate {
    let usage = function.signatures.first().map(|signature| signature.usage(function.name)).unwrap_or_default();
    call(function.name, format!("{usage}\n{}", function.summary))
}

fn call(name: &str, description: String) -> Candidate {
    let insert = format!("{name}(");
    Candidate { name: name.to_owned(), insert, kind: CandidateKind::Function, description, spaced: false }
}

fn command_words(words: &[String], names: &Names<'_>) -> Vec<Candidate> {
    let command = |word: &str| plain(word, CandidateKind::Command);
    let of_databases =
        || names.schema.databases.iter().map(|name| named(name, CandidateKind::Table, "database".to_owned()));
    match words.last().map(String::as_str) {
        Some("show") => shown_entities().map(command).collect(),
        Some("table" | "tables" | "into") => tables(names).chain(["policy", "column"].map(command)).collect(),
        Some("database") => of_databases().chain(["schema", "policy", "script"].map(command)).collect(),
        Some("function") => stored_functions(names).map(|c| Candidate { insert: quoted(&c.name), ..c }).collect(),
        Some("create" | "alter" | "drop" | "create-merge" | "alter-merge" | "create-or-alter") => {
            ["table", "tables", "function", "database", "column", "materialized-view"].map(command).to_vec()
        }
        Some("policy") => {
            ["batching", "caching", "merge", "retention", "streamingingestion", "update"].map(command).to_vec()
        }
        _ => COMMAND_WORDS.iter().map(|word| command(word)).chain(tables(names)).collect(),
    }
}

fn meta_commands() -> impl Iterator<Item = Candidate> {
    META_COMMANDS.iter().map(|known| Candidate {
        name: format!("\\{}", known.name),
        insert: format!("\\{}", known.name),
        kind: CandidateKind::Command,
        description: known.summary.to_owned(),
        spaced: !known.argument.is_empty(),
    })
}

fn meta_arguments(command: &str, names: &Names<'_>) -> Vec<Candidate> {
    match command {
        "db" => names.schema.databases.iter().map(|name| plain(name, CandidateKind::Table)).collect(),
        "format" => {
            use clap::ValueEnum as _;
            let forms = crate::layout::Format::value_variants().iter().filter(|form| !form.is_binary());
            forms
                .map(|form| plain(&form.name(), CandidateKind::Keyword))
                .chain([plain("auto", CandidateKind::Keyword)])
                .collect()
        }
        _ => Vec::new(),
    }
}
