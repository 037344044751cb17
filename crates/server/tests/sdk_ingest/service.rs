//! A service on free ports with a directory of its own.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use kusto_data::{Client, Value};
use tempfile::TempDir;

/// The database of all tests.
pub(crate) const DATABASE: &str = "NetDefaultDB";

/// See the file's header. Ended with the value.
pub(crate) struct Service {
    process: Child,
    dir: TempDir,
    pub(crate) http: String,
    pub(crate) client: Client,
}

impl Service {
    /// Starts a service whose batches do not wait long.
    pub(crate) fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_calypso"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CALYPSO_")) {
            command.env_remove(name);
        }
        command.args(["serve", "--log", "off", "--listen", "127.0.0.1:0", "--https-listen", "127.0.0.1:0"]);
        command.args(["--queue-poll", "200ms", "--batching-floor", "1s", "--batching-default", "1s", "--data-dir"]);
        command.arg(dir.path().join("data")).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut http = None;
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(url) = line.trim_start().strip_prefix("http ") {
                http = url.split_whitespace().next().map(str::to_owned);
            }
            if line.starts_with("Connection string") {
                break;
            }
        }
        let http = http.expect("the banner names the listener");
        let client = Client::new(http.as_str()).unwrap();
        Self { process, dir, http, client }
    }

    /// Runs a management command.
    pub(crate) async fn command(&self, text: &str) {
        self.client.execute_command(DATABASE, text, None).await.unwrap();
    }

    /// Returns the rows of a query that has one column of text.
    pub(crate) async fn lines(&self, query: &str) -> Vec<String> {
        let answer = self.client.execute_query(DATABASE, query, None).await.unwrap();
        answer.primary_rows::<(String,)>().unwrap().into_iter().map(|row| row.0).collect()
    }

    /// Uploads a blob into the service's own storage; returns its URL with a signature.
    pub(crate) async fn put_blob(&self, name: &str, content: Vec<u8>) -> String {
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
        let path = Path::new(self.dir.path()).join(name);
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
