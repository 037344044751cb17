//! A service on free ports with a directory of its own, and clients of it.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use kusto_data::{Client, ClientOptions, Value};
use kusto_ingest::{IngestClientOptions, QueuedIngestClient, Submission};
use tempfile::TempDir;

const DATABASE: &str = "NetDefaultDB";

/// See the file's header. Ended with the value.
pub(crate) struct Service {
    process: Child,
    dir: TempDir,
    http: String,
    https: String,
    client: Client,
}

impl Service {
    /// Starts a service whose batches do not wait long.
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_calypso"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CALYPSO_")) {
            command.env_remove(name);
        }
        command.args(["serve", "--log", "off", "--listen", "127.0.0.1:0", "--https-listen", "127.0.0.1:0"]);
        command.args(["--queue-poll", "200ms", "--batching-floor", "1s", "--batching-default", "1s", "--data-dir"]);
        command.arg(dir.path().join("data")).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut banner = Vec::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            banner.push(line.unwrap());
            if banner.last().is_some_and(|line| line.starts_with("Connection string")) {
                break;
            }
        }
        let url = |scheme: &str| {
            let line = banner.iter().find(|line| line.trim_start().starts_with(&format!("{scheme} ")));
            line.expect("the banner names the listener").split_whitespace().nth(1).unwrap().to_owned()
        };
        let (http, https) = (url("http"), url("https"));
        let client = Client::new(http.as_str()).unwrap();
        Self { process, dir, http, https, client }
    }

    pub(crate) fn queued(&self, submission: Submission) -> QueuedIngestClient {
        QueuedIngestClient::new(self.http.as_str()).unwrap().with_submission(submission)
    }

    pub(crate) fn queued_over_tls(&self) -> QueuedIngestClient {
        let authority = std::fs::read(self.dir.path().join("data/tls/ca.pem")).unwrap();
        let client_options = ClientOptions::new().with_authorities_pem(authority);
        let options = IngestClientOptions::new().with_client_options(client_options);
        QueuedIngestClient::with_options(self.https.as_str(), options).unwrap()
    }

    pub(crate) async fn create_table(&self, definition: &str) {
        self.client.execute_command(DATABASE, &format!(".create table {definition}"), None).await.unwrap();
    }

    /// Counts the rows of a query.
    pub(crate) async fn count(&self, query: &str) -> i64 {
        let answer = self.client.execute_query(DATABASE, &format!("{query} | count"), None).await.unwrap();
        match answer.single_value() {
            Some(Value::Long(count)) => *count,
            other => panic!("{other:?} is no count"),
        }
    }

    /// Uploads a blob; returns its URL with a signature.
    pub(crate) async fn put_blob(&self, name: &str, content: &'static str) -> String {
        let answer = self.client.execute_command(DATABASE, ".show export containers", None).await.unwrap();
        let Some(Value::String(root)) = answer.primary().unwrap().value(0, "StorageRoot") else {
            panic!("a container was expected")
        };
        let (container, signature) = root.split_once('?').unwrap();
        let url = format!("{container}/{name}?{signature}");
        let put = self.client.http().put(&url).header("x-ms-blob-type", "BlockBlob").body(content);
        put.send().await.unwrap().error_for_status().unwrap();
        url
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Nothing can be done about a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
