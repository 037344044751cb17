//! Credentials that the machine offers, each in a process of its own with the environment it needs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod scripted_service;

use std::{path::Path, process::Command};

use kusto_data::{Client, ConnectionStringBuilder};
use scripted_service::{ANSWER, Asked, Reply, ScriptedService};

/// Names the service to the other process.
const SERVICE: &str = "KUSTO_TEST_SERVICE";
/// Variables of the machine that would lead astray.
const CREDENTIAL_VARIABLES: [&str; 6] = [
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_TENANT_ID",
    "AZURE_FEDERATED_TOKEN_FILE",
    "MSI_ENDPOINT",
    "IDENTITY_ENDPOINT",
];

/// Runs one of the ignored tests below in a process with that environment.
async fn in_a_process(test: &str, service: &ScriptedService, environment: &[(&str, &str)]) -> Vec<Asked> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).env(SERVICE, &service.url);
    for name in CREDENTIAL_VARIABLES {
        command.env_remove(name);
    }
    command.envs(environment.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    service.asked().await
}

fn connection() -> ConnectionStringBuilder {
    ConnectionStringBuilder::new(&std::env::var(SERVICE).unwrap()).unwrap()
}

async fn ask(connection: ConnectionStringBuilder) {
    let answer = Client::new(connection).unwrap().execute_query("", "T", None).await.unwrap();
    assert_eq!(answer.single_value(), Some(&42_i64.into()));
}

fn identity_token() -> Reply {
    Reply::ok(r#"{"access_token":"from-the-machine","expires_on":"4070908800","resource":"r","token_type":"Bearer"}"#)
}

/// Puts a program `az` into the folder that prints a token and notes what it was asked.
fn fake_az(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let script = format!(
        "#!/bin/sh\necho \"$@\" > '{}/asked'\necho '{{\"accessToken\":\"from-az\",\"expiresOn\":\"2099-01-01 00:00:00.000000\",\"expires_on\":4070908800,\"subscription\":\"s\",\"tenant\":\"t\",\"tokenType\":\"Bearer\"}}'\n",
        folder.display()
    );
    let path = folder.join("az");
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn managed_identities_are_asked_for_at_the_machines_endpoint() {
    let service = ScriptedService::start([Reply::json(404, ""), identity_token(), Reply::ok(ANSWER)]).await;
    let endpoint = format!("{}/msi/token", service.url);
    let environment = [("IDENTITY_ENDPOINT", endpoint.as_str()), ("IDENTITY_HEADER", "x")];
    let asked = in_a_process("asks_as_managed_identity", &service, &environment).await;
    assert_eq!(
        asked[1].line,
        "GET /msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fkusto.kusto.windows.net&client_id=the-client"
    );
    assert_eq!(asked[1].header("x-identity-header"), Some("x"));
    assert_eq!(asked[2].header("authorization"), Some("Bearer from-the-machine"));
}

#[tokio::test]
#[ignore = "run in a process of its own"]
async fn asks_as_managed_identity() {
    ask(connection().with_managed_identity(Some("the-client"))).await;
}

#[tokio::test]
async fn left_to_choose_the_machines_identity_is_found() {
    let service = ScriptedService::start([Reply::json(404, ""), identity_token(), Reply::ok(ANSWER)]).await;
    let endpoint = format!("{}/msi/token", service.url);
    let environment = [("IDENTITY_ENDPOINT", endpoint.as_str()), ("IDENTITY_HEADER", "x")];
    let asked = in_a_process("asks_as_whoever_is_there", &service, &environment).await;
    assert_eq!(asked[2].header("authorization"), Some("Bearer from-the-machine"));
}

#[tokio::test]
#[ignore = "run in a process of its own"]
async fn asks_as_whoever_is_there() {
    ask(connection().with_default_credential()).await;
}

#[tokio::test]
async fn the_azure_cli_hands_out_the_token_of_who_is_signed_in() {
    let folder = std::env::temp_dir().join(format!("kusto-data-az-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    fake_az(&folder);
    let service = ScriptedService::start([Reply::json(404, ""), Reply::ok(ANSWER)]).await;
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let asked = in_a_process("asks_as_azure_cli", &service, &[("PATH", &path)]).await;
    let question = std::fs::read_to_string(folder.join("asked")).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(question.trim(), "account get-access-token -o json --scope https://kusto.kusto.windows.net/.default");
    assert_eq!(asked[1].header("authorization"), Some("Bearer from-az"));
}

#[tokio::test]
#[ignore = "run in a process of its own"]
async fn asks_as_azure_cli() {
    ask(connection().with_azure_cli()).await;
}
