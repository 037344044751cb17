//! Commands about stored functions.
//!
//! <https://learn.microsoft.com/kusto/management/functions>

use std::sync::Arc;

use calypso_model::{Change, Database, StoredFunction};
use calypso_syntax::{
    Severity,
    ast::{
        Name,
        command::{CommandProperties, FunctionCommand, FunctionCreation, FunctionText},
    },
};
use calypso_types::Scalar;

use super::{CommandScope, database_schema::function_json};
use crate::{AppError, command_table::CommandTable, entity_name, error_sources::from_diagnostic};

/// Most functions of a database.
const FUNCTIONS_MAX: usize = 10_000;

/// Runs a command about stored functions.
pub(crate) async fn run(scope: &CommandScope, command: FunctionCommand) -> Result<CommandTable, AppError> {
    match command {
        FunctionCommand::Define { creation, function, properties } => {
            define(scope, creation, &function, &properties).await
        }
        FunctionCommand::SetDocstring { function, docstring } => {
            edit(scope, &function, "ALTER-FUNCTION-DOCSTRING", |function| function.docstring = docstring).await
        }
        FunctionCommand::SetFolder { function, folder } => {
            edit(scope, &function, "ALTER-FUNCTION-FOLDER", |function| function.folder = folder).await
        }
        FunctionCommand::Drop { functions, if_exists } => drop_functions(scope, &functions, if_exists).await,
        FunctionCommand::Show { function, properties } => show(scope, function.as_ref(), &properties),
        FunctionCommand::ShowJsonSchema { function } => show_json(scope, &function),
    }
}

fn function_table() -> CommandTable {
    CommandTable::of_strings(&["Name", "Parameters", "Body", "Folder", "DocString"])
}

fn row(function: &StoredFunction) -> [Scalar; 5] {
    [
        function.name.as_str().into(),
        function.parameters.as_str().into(),
        function.body.as_str().into(),
        function.folder.as_str().into(),
        function.docstring.as_str().into(),
    ]
}

async fn define(
    scope: &CommandScope,
    creation: FunctionCreation,
    text: &FunctionText,
    properties: &CommandProperties,
) -> Result<CommandTable, AppError> {
    check_properties(properties)?;
    entity_name::check("Function", &text.name.text)?;
    if properties.flag("skipvalidation") != Some(true) {
        validate(&scope.request.text, text)?;
    }
    let event = match creation {
        FunctionCreation::Create | FunctionCreation::CreateIfNotExists => "CREATE-FUNCTION",
        FunctionCreation::CreateOrAlter => "CREATE-OR-ALTER-FUNCTION",
        FunctionCreation::Alter => "ALTER-FUNCTION",
    };
    let function = scope
        .update(event, |state| {
            let database = scope.database(state, None)?;
            let name = text.name.text.as_str();
            let known = database.functions.get(name);
            match (creation, known) {
                (FunctionCreation::Create, Some(_)) => return Err(AppError::already_exists("Function", name)),
                (FunctionCreation::CreateIfNotExists, Some(known)) => return Ok((Vec::new(), known.clone())),
                (FunctionCreation::Alter, None) => return Err(AppError::entity_not_found("Function", name)),
                (_, None) if database.functions.len() >= FUNCTIONS_MAX => {
                    return Err(AppError::argument(format!("{FUNCTIONS_MAX} functions is the limit of a database")));
                }
                _ => {}
            }
            let function = Arc::new(new_function(scope, &database, known, text, properties));
            Ok((vec![Change::PutFunction(function.clone())], function))
        })
        .await?;
    Ok(function_table().with(row(&function)))
}

fn check_properties(properties: &CommandProperties) -> Result<(), AppError> {
    const KNOWN: [&str; 4] = ["docstring", "folder", "skipvalidation", "view"];
    if let Some(other) = properties.0.iter().find(|p| !KNOWN.iter().any(|k| p.name.text.eq_ignore_ascii_case(k))) {
        let message = format!("property '{}' is not one of {}", other.name.text, KNOWN.join(", "));
        return Err(AppError::argument(message));
    }
    match properties.flag("view") {
        Some(true) => Err(AppError::not_supported("the property 'view' of functions")),
        _ => Ok(()),
    }
}

fn new_function(
    scope: &CommandScope,
    database: &Database,
    known: Option<&Arc<StoredFunction>>,
    text: &FunctionText,
    properties: &CommandProperties,
) -> StoredFunction {
    let kept = |property: &str, known: Option<&String>| {
        properties.text(property).or_else(|| known.cloned()).unwrap_or_default()
    };
    StoredFunction {
        database: database.id,
        name: text.name.text.clone(),
        parameters: text.parameters.text.clone(),
        body: text.body.text.clone(),
        folder: kept("folder", known.map(|function| &function.folder)),
        docstring: kept("docstring", known.map(|function| &function.docstring)),
        created_on: known.map_or_else(|| scope.app.clock.now(), |function| function.created_on),
    }
}

/// Checks that parameters and body parse. What names mean is checked when the function is called.
fn validate(command: &str, text: &FunctionText) -> Result<(), AppError> {
    // Blanks in front keep every position as in the command.
    let from = text.parameters.offset.min(command.len());
    let to = (text.body.offset + text.body.text.len()).min(command.len());
    let declaration = command.get(from..to).unwrap_or("");
    let (function, findings) = calypso_syntax::parse_function(declaration);
    match findings.iter().find(|finding| finding.severity == Severity::Error) {
        Some(finding) => Err(from_diagnostic(declaration, finding)),
        None if function.is_none() => Err(AppError::syntax("SYN0002", "the function's declaration is not complete")),
        None => Ok(()),
    }
}

async fn edit(
    scope: &CommandScope,
    name: &Name,
    event: &str,
    change: impl FnOnce(&mut StoredFunction),
) -> Result<CommandTable, AppError> {
    let function = scope
        .update(event, |state| {
            let known = find(&*scope.database(state, None)?, name)?;
            let mut function = StoredFunction::clone(&known);
            change(&mut function);
            let function = Arc::new(function);
            Ok((vec![Change::PutFunction(function.clone())], function))
        })
        .await?;
    Ok(function_table().with(row(&function)))
}

fn find(database: &Database, name: &Name) -> Result<Arc<StoredFunction>, AppError> {
    let function = database.functions.get(&name.text).cloned();
    function.ok_or_else(|| AppError::entity_not_found("Function", &name.text))
}

async fn drop_functions(scope: &CommandScope, names: &[Name], if_exists: bool) -> Result<CommandTable, AppError> {
    scope
        .update("DROP-FUNCTION", |state| {
            let database = scope.database(state, None)?;
            let mut changes = Vec::new();
            for name in names {
                if database.functions.contains_key(&name.text) {
                    changes.push(Change::DropFunction { database: database.id, name: name.text.clone() });
                } else if !if_exists {
                    return Err(AppError::entity_not_found("Function", &name.text));
                }
            }
            Ok((changes, ()))
        })
        .await?;
    match names {
        [name] => Ok(CommandTable::of_strings(&["Name"]).with([name.text.as_str().into()])),
        _ => show(scope, None, &CommandProperties::default()),
    }
}

fn show(scope: &CommandScope, name: Option<&Name>, properties: &CommandProperties) -> Result<CommandTable, AppError> {
    if let Some(asked) = properties.0.iter().find(|property| property.flag() == Some(true)) {
        let shows_more = ["builtin", "includehiddenfunctions"];
        if shows_more.iter().any(|name| asked.name.text.eq_ignore_ascii_case(name)) {
            return Err(AppError::not_supported(format!("the property '{}'", asked.name.text)));
        }
    }
    let database = scope.database(&scope.state(), None)?;
    if let Some(name) = name {
        return Ok(function_table().with(row(&*find(&database, name)?)));
    }
    let mut result = function_table();
    for function in database.functions.values() {
        result.push(row(function));
    }
    Ok(result)
}

fn show_json(scope: &CommandScope, name: &Name) -> Result<CommandTable, AppError> {
    let database = scope.database(&scope.state(), None)?;
    let function = find(&database, name)?;
    let columns = ["FunctionName", "Schema", "DatabaseName", "Folder", "DocString"];
    Ok(CommandTable::of_strings(&columns).with([
        function.name.as_str().into(),
        function_json(&function).to_string().into(),
        database.name.as_str().into(),
        function.folder.as_str().into(),
        function.docstring.as_str().into(),
    ]))
}
