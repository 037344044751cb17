//! `.execute database script`: commands one after the other.
//!
//! <https://learn.microsoft.com/kusto/management/execute-database-script>

use calypso_syntax::ast::{
    CommandKind,
    command::{CommandProperties, EmbeddedText, ServiceCommand},
};
use calypso_types::ScalarType;

use super::{CommandScope, run_table};
use crate::{
    AppError, QueryRequest, access,
    command_table::{CommandTable, guid},
    error_sources::from_diagnostic,
};

/// Most commands of one script.
const COMMANDS_MAX: usize = 10_000;

const RESULT_COLUMNS: [(&str, ScalarType); 5] = [
    ("OperationId", ScalarType::Guid),
    ("CommandType", ScalarType::String),
    ("CommandText", ScalarType::String),
    ("Result", ScalarType::String),
    ("Reason", ScalarType::String),
];

/// Runs the script. Without `ThrowOnErrors` the command itself succeeds; its rows say what did not.
pub(crate) async fn run(
    scope: &CommandScope,
    cluster: bool,
    properties: &CommandProperties,
    script: &EmbeddedText,
) -> Result<CommandTable, AppError> {
    if cluster {
        return Err(AppError::not_supported("the command '.execute cluster script'"));
    }
    let continue_on_errors = properties.flag("ContinueOnErrors") == Some(true);
    let throw_on_errors = properties.flag("ThrowOnErrors") == Some(true);
    if continue_on_errors && throw_on_errors {
        return Err(AppError::argument("ContinueOnErrors and ThrowOnErrors exclude each other"));
    }
    let commands = calypso_syntax::split_script(&script.text);
    if commands.len() > COMMANDS_MAX {
        return Err(AppError::argument(format!("a script has at most {COMMANDS_MAX} commands")));
    }
    let mut result = CommandTable::new(&RESULT_COLUMNS);
    for command in commands {
        let outcome = run_one(scope, &command.text).await;
        let text = calypso_syntax::mask_secrets(&command.text).trim().to_owned();
        let (word, reason, failure) = match outcome.result {
            Ok(word) => (word, String::new(), None),
            Err(error) => ("Failed", error.message.clone(), Some(error)),
        };
        let id = guid(scope.app.ids.next_id());
        result.push([id, outcome.command_type.into(), text.into(), word.into(), reason.into()]);
        match failure {
            Some(error) if throw_on_errors => return Err(error),
            Some(_) if !continue_on_errors => break,
            _ => {}
        }
    }
    Ok(result)
}

struct Outcome {
    command_type: String,
    result: Result<&'static str, AppError>,
}

async fn run_one(scope: &CommandScope, text: &str) -> Outcome {
    let command = match calypso_syntax::parse_command(text) {
        Ok(command) => command,
        Err(finding) => {
            return Outcome { command_type: String::new(), result: Err(from_diagnostic(text, &finding)) };
        }
    };
    let command_type = command.command_type();
    if command.is_read_only() {
        return Outcome { command_type, result: Ok("Skipped") };
    }
    if matches!(command.kind, CommandKind::Service(ServiceCommand::ExecuteScript { .. })) {
        return Outcome { command_type, result: Err(AppError::argument("scripts cannot run scripts")) };
    }
    let request = QueryRequest { text: text.to_owned(), ..QueryRequest::clone(&scope.request) };
    let inner = CommandScope::new(scope.app.clone(), scope.ctx.clone(), request);
    let result = match access::authorize_command(&inner.ctx, &command, &inner.request.options) {
        Ok(()) => run_table(&inner, command).await.map(|_| "Completed"),
        Err(error) => Err(error),
    };
    Outcome { command_type, result }
}
