//! Schemas of databases: as rows, as JSON, as text, as a script.
//!
//! <https://learn.microsoft.com/kusto/management/show-schema-database>

use std::sync::Arc;

use calypso_model::{ClusterState, Database, IngestionMapping, PolicyKind, StoredFunction, Table};
use calypso_syntax::ast::command::{CommandProperties, SchemaForm, SchemaScope};
use calypso_types::{Scalar, ScalarType, kql_string};
use serde_json::{Map, Value, json};

use super::{CommandScope, databases::version_text};
use crate::{
    AppError,
    command_table::{CommandTable, dynamic},
    entity_name::quoted,
    table_definition::{csl_schema, json_schema},
};

/// `.show [database D] schema …`.
pub(crate) fn show(
    scope: &CommandScope,
    target: &SchemaScope,
    form: SchemaForm,
    properties: &CommandProperties,
) -> Result<CommandTable, AppError> {
    let state = scope.state();
    let databases = databases_of(scope, &state, target)?;
    match form {
        SchemaForm::Rows { details } => Ok(rows(&state, &databases, details)),
        SchemaForm::Json => {
            let json = json!({ "Databases": databases_json(&state, &databases, properties) });
            Ok(CommandTable::of_strings(&["DatabaseSchema"]).with([json.to_string().into()]))
        }
        SchemaForm::Csl => Ok(csl(&databases)),
        SchemaForm::Script => Ok(script(&databases, properties)),
        SchemaForm::Violations => Err(AppError::not_supported("the command '.show database schema violations'")),
    }
}

fn databases_of(
    scope: &CommandScope,
    state: &ClusterState,
    target: &SchemaScope,
) -> Result<Vec<Arc<Database>>, AppError> {
    let SchemaScope::Databases(targets) = target else {
        return Ok(state.databases.values().cloned().collect());
    };
    let mut databases = Vec::with_capacity(targets.len());
    for target in targets {
        let database = scope.database(state, target.database.as_ref())?;
        let known = match &target.if_later_than {
            Some(text) => Some(parse_version(text)?),
            None => None,
        };
        if known.is_none_or(|known| (state.version, 0) > known) {
            databases.push(database);
        }
    }
    Ok(databases)
}

/// Reads `v12.3`.
fn parse_version(text: &str) -> Result<(u64, u64), AppError> {
    let digits = text.trim().trim_start_matches(['v', 'V', '.']);
    let (major, minor) = digits.split_once('.').unwrap_or((digits, "0"));
    match (major.parse(), minor.parse()) {
        (Ok(major), Ok(minor)) => Ok((major, minor)),
        _ => Err(AppError::argument(format!("'{text}' is not a version such as \"v2.1\""))),
    }
}

fn rows(state: &ClusterState, databases: &[Arc<Database>], details: bool) -> CommandTable {
    let mut columns = vec![
        ("DatabaseName", ScalarType::String),
        ("TableName", ScalarType::String),
        ("ColumnName", ScalarType::String),
        ("ColumnType", ScalarType::String),
        ("IsDefaultTable", ScalarType::Bool),
        ("IsDefaultColumn", ScalarType::Bool),
        ("PrettyName", ScalarType::String),
        ("Version", ScalarType::String),
    ];
    if details {
        columns.extend([("Folder", ScalarType::String), ("DocString", ScalarType::String)]);
    }
    let mut result = CommandTable::new(&columns);
    let mut push = |names: [&str; 4], rest: [String; 2], about: [&str; 2]| {
        let mut row: Vec<Scalar> = names.map(Scalar::from).to_vec();
        row.extend([false.into(), false.into()]);
        row.extend(rest.map(Scalar::from));
        if details {
            row.extend(about.map(Scalar::from));
        }
        result.push(row);
    };
    for database in databases {
        let name = database.name.as_str();
        push([name, "", "", ""], [database.pretty_name.clone(), version_text(state)], ["", ""]);
        for table in database.tables.values() {
            push([name, &table.name, "", ""], [String::new(), String::new()], [&table.folder, &table.docstring]);
            for column in &table.columns {
                let names = [name, table.name.as_str(), column.name.as_str(), column.ty.clr_name()];
                push(names, [String::new(), String::new()], ["", &column.docstring]);
            }
        }
    }
    result
}

fn databases_json(state: &ClusterState, databases: &[Arc<Database>], properties: &CommandProperties) -> Value {
    // Without options everything is shown, with some only what they name.
    let chosen = |name: &str| properties.0.is_empty() || properties.flag(name) == Some(true);
    let (with_tables, with_functions) = (chosen("Tables"), chosen("Functions"));
    let mut result = Map::new();
    for database in databases {
        let tables: Map<String, Value> = database
            .tables
            .values()
            .filter(|_| with_tables)
            .map(|table| (table.name.clone(), table_json(table)))
            .collect();
        let functions: Map<String, Value> = database
            .functions
            .values()
            .filter(|_| with_functions)
            .map(|function| (function.name.clone(), function_json(function)))
            .collect();
        result.insert(
            database.name.clone(),
            json!({
                "Name": database.name,
                "Tables": tables,
                "ExternalTables": {},
                "MaterializedViews": {},
                "PrettyName": database.pretty_name,
                "MajorVersion": state.version,
                "MinorVersion": 0,
                "Functions": functions,
                "DatabaseAccessMode": "ReadWrite",
                "EntityGroups": {},
            }),
        );
    }
    Value::Object(result)
}

fn table_json(table: &Table) -> Value {
    let mut json = json_schema(table);
    json["Folder"] = table.folder.as_str().into();
    json["DocString"] = table.docstring.as_str().into();
    json
}

/// Returns a function as schemas in JSON show it.
pub(crate) fn function_json(function: &StoredFunction) -> Value {
    let (parsed, _) = calypso_syntax::parse_function(&format!("{} {}", function.parameters, function.body));
    let parameters = parsed.map(|body| body.parameters).unwrap_or_default();
    json!({
        "Name": function.name,
        "InputParameters": parameters.iter().map(parameter_json).collect::<Vec<_>>(),
        "Body": function.body,
        "Folder": function.folder,
        "DocString": function.docstring,
        "FunctionKind": "Unknown",
        "OutputColumns": [],
    })
}

fn parameter_json(parameter: &calypso_syntax::ast::FunctionParameter) -> Value {
    use calypso_syntax::ast::ParameterType;
    let typed = |name: &str, type_name: &str| {
        let ty = ScalarType::from_name(type_name);
        let (clr, csl) = ty.map_or((type_name, type_name), |ty| (ty.clr_name(), ty.name()));
        json!({ "Name": name, "Type": clr, "CslType": csl })
    };
    match &parameter.parameter_type {
        ParameterType::Scalar(ty) => typed(&parameter.name.text, &ty.text),
        ParameterType::Tabular { columns, .. } => json!({
            "Name": parameter.name.text,
            "Columns": columns
                .iter()
                .map(|column| typed(&column.name.text, &column.type_name.text))
                .collect::<Vec<_>>(),
        }),
    }
}

fn csl(databases: &[Arc<Database>]) -> CommandTable {
    let mut result = CommandTable::of_strings(&["TableName", "Schema", "DatabaseName", "Folder", "DocString"]);
    for database in databases {
        for table in database.tables.values() {
            result.push([
                table.name.as_str().into(),
                csl_schema(table).into(),
                database.name.as_str().into(),
                table.folder.as_str().into(),
                table.docstring.as_str().into(),
            ]);
        }
    }
    result
}

/// One row per command; in their order they make an empty copy of the database.
fn script(databases: &[Arc<Database>], properties: &CommandProperties) -> CommandTable {
    let with_mappings = properties.flag("IncludeIngestionMappings") != Some(false);
    let mut result = CommandTable::of_strings(&["DatabaseSchemaScript"]);
    let mut push = |command: String| result.push([command.into()]);
    for database in databases {
        for table in database.tables.values() {
            push(create_table(table));
            if with_mappings {
                table.mappings.iter().for_each(|mapping| push(create_mapping("table", &table.name, mapping)));
            }
            alter_policies("table", &table.name, &table.policies).into_iter().for_each(&mut push);
        }
        if with_mappings {
            database.mappings.iter().for_each(|mapping| push(create_mapping("database", &database.name, mapping)));
        }
        alter_policies("database", &database.name, &database.policies).into_iter().for_each(&mut push);
        for function in database.functions.values() {
            push(create_function(function));
        }
    }
    result
}

fn create_table(table: &Table) -> String {
    let mut command = format!(".create-merge table {} ({})", quoted(&table.name), csl_schema(table));
    let properties = about(&table.folder, &table.docstring);
    if !properties.is_empty() {
        command.push_str(&format!(" with ({})", properties.join(", ")));
    }
    command
}

fn about(folder: &str, docstring: &str) -> Vec<String> {
    let properties = [("folder", folder), ("docstring", docstring)];
    let given = properties.iter().filter(|(_, text)| !text.is_empty());
    given.map(|(name, text)| format!("{name} = {}", kql_string(text))).collect()
}

fn create_mapping(entity: &str, name: &str, mapping: &IngestionMapping) -> String {
    format!(
        ".create-or-alter {entity} {} ingestion {} mapping {} {}",
        quoted(name),
        mapping.kind.name().to_ascii_lowercase(),
        kql_string(&mapping.name),
        kql_string(&mapping.text)
    )
}

fn alter_policies(entity: &str, name: &str, policies: &calypso_model::Policies) -> Vec<String> {
    let set = PolicyKind::ALL.into_iter().filter_map(|kind| policies.json(kind).map(|json| (kind, json)));
    set.map(|(kind, json)| {
        let json = serde_json::from_str::<Value>(&json).map_or(json, |value| value.to_string());
        format!(".alter {entity} {} policy {} {}", quoted(name), kind.command_name(), kql_string(&json))
    })
    .collect()
}

fn create_function(function: &StoredFunction) -> String {
    let mut properties = about(&function.folder, &function.docstring);
    properties.push("skipvalidation = true".to_owned());
    format!(
        ".create-or-alter function with ({}) {} {} {}",
        properties.join(", "),
        quoted(&function.name),
        function.parameters,
        function.body
    )
}

/// `.show databases entities`
pub(crate) fn entities(scope: &CommandScope) -> CommandTable {
    let mut result = CommandTable::new(&[
        ("DatabaseName", ScalarType::String),
        ("EntityType", ScalarType::String),
        ("EntityName", ScalarType::String),
        ("DocString", ScalarType::String),
        ("Folder", ScalarType::String),
        ("CslInputSchema", ScalarType::String),
        ("Content", ScalarType::String),
        ("CslOutputSchema", ScalarType::String),
        ("Properties", ScalarType::Dynamic),
    ]);
    for database in scope.state().databases.values() {
        let mut push = |ty: &str, entity: [&str; 6]| {
            let mut row: Vec<Scalar> = vec![database.name.as_str().into(), ty.into()];
            row.extend(entity.map(Scalar::from));
            row.push(dynamic(&json!({})));
            result.push(row);
        };
        for table in database.tables.values() {
            push("Table", [&table.name, &table.docstring, &table.folder, "", "", &csl_schema(table)]);
        }
        for function in database.functions.values() {
            let text = [&function.parameters, &function.body];
            push("Function", [&function.name, &function.docstring, &function.folder, text[0], text[1], ""]);
        }
    }
    result
}
