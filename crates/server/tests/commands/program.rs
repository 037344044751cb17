//! The binary, its output, and a server to talk to.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Outcome {
    /// Returns standard output of a run that must have succeeded.
    pub(crate) fn out(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// Returns standard error of a run that must have failed.
    pub(crate) fn failure(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{}", self.err);
        self.err
    }
}

/// Returns the binary without whatever environment the test has.
pub(crate) fn calypso(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_calypso"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CALYPSO_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs to the end with `input` at standard input.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Outcome {
    let mut child = calypso(arguments).stdin(Stdio::piped()).spawn().unwrap();
    // A program that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A server on a free port and a directory of its own, ended with the value.
pub(crate) struct Server {
    process: Child,
    pub(crate) dir: TempDir,
    pub(crate) http: String,
    pub(crate) https: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with further settings.
    pub(crate) fn start_with(settings: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data").display().to_string();
        let listen = ["--listen", "127.0.0.1:0", "--https-listen", "127.0.0.1:0"];
        let arguments = [&["serve", "--log", "off", "--data-dir", &data][..], &listen, settings].concat();
        let mut process = calypso(&arguments).stderr(Stdio::inherit()).spawn().unwrap();
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
        Self { http: url("http"), https: url("https"), process, dir }
    }

    pub(crate) fn ca(&self) -> String {
        self.dir.path().join("data/tls/ca.pem").display().to_string()
    }

    /// Runs `calypso query` with `arguments`.
    pub(crate) fn query(&self, arguments: &[&str]) -> Outcome {
        run(&[&["query", "--cluster", &self.http], arguments].concat(), b"")
    }

    /// Runs `calypso ingest` into `table` with `arguments`.
    pub(crate) fn ingest(&self, table: &str, arguments: &[&str], input: &[u8]) -> Outcome {
        run(&[&["ingest", "--cluster", &self.http, "--table", table], arguments].concat(), input)
    }

    /// Returns the rows of a query as csv.
    pub(crate) fn rows(&self, query: &str) -> String {
        self.query(&["--format", "csv", "--no-header", query]).out()
    }

    pub(crate) fn create_table(&self, definition: &str) {
        self.query(&[&format!(".create table {definition}")]).out();
    }

    /// Writes a file; returns its path.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing can be done about a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts the program, reads one line of its output and closes the pipe; returns what it left.
pub(crate) fn run_and_read_one_line(arguments: &[&str]) -> Outcome {
    let mut child = calypso(arguments).spawn().unwrap();
    let mut out = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut out).unwrap();
    drop(reader);
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    Outcome { code: child.wait().unwrap().code(), out, err }
}
