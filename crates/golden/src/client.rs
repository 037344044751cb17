//! The few requests a suite needs, over a plain socket: HTTP/1.0, so that a body ends where the connection does.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{Column, Error, Table};

/// No answer may take longer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(120);

/// Sends queries and commands to one database of one server.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    database: String,
}

/// What the server answered.
#[derive(Debug)]
pub enum Answer {
    /// The primary results, in order.
    Tables(Vec<Table>),
    /// A failure.
    Error(ErrorAnswer),
}

/// The parts of an error that a suite may name.
#[derive(Debug)]
pub struct ErrorAnswer {
    pub code: String,
    /// Code of the inner error, such as `SEM0100`, or empty.
    pub inner_code: String,
    pub message: String,
}

impl Client {
    /// Returns a client for a database of the server at `address`.
    #[must_use]
    pub fn new(address: SocketAddr, database: &str) -> Self {
        Self { address, database: database.to_owned() }
    }

    /// Runs a query, or a command when the text begins with a dot.
    pub fn execute(&self, text: &str) -> Result<Answer, Error> {
        let is_command = text.trim_start().starts_with('.');
        let path = if is_command { "/v1/rest/mgmt" } else { "/v2/rest/query" };
        let body = json!({ "db": self.database, "csl": text }).to_string();
        let (status, body) = self.post(path, &body)?;
        let answer: Value = serde_json::from_slice(&body)
            .map_err(|error| Error::Answer(format!("status {status}, {error}: {}", String::from_utf8_lossy(&body))))?;
        if status != 200 {
            return Ok(Answer::Error(error_of(&answer["error"])));
        }
        if is_command { command_answer(&answer) } else { query_answer(&answer) }
    }

    /// Tells whether the server is ready.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let request = "GET /v1/rest/ping HTTP/1.0\r\nHost: localhost\r\n\r\n";
        matches!(self.send(request.as_bytes()), Ok((200, _)))
    }

    fn post(&self, path: &str, body: &str) -> Result<(u16, Vec<u8>), Error> {
        let head = format!(
            "POST {path} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.send(format!("{head}{body}").as_bytes())
    }

    fn send(&self, request: &[u8]) -> Result<(u16, Vec<u8>), Error> {
        let mut socket = TcpStream::connect(self.address)?;
        socket.set_read_timeout(Some(ANSWER_TIME_MAX))?;
        socket.write_all(request)?;
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer)?;
        split_response(&answer).ok_or_else(|| Error::Answer("not an HTTP response".to_owned()))
    }
}

fn split_response(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some((status, answer[end + 4..].to_vec()))
}

fn error_of(error: &Value) -> ErrorAnswer {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    ErrorAnswer {
        code: text(&error["code"]),
        inner_code: text(&error["innererror"]["code"]),
        message: text(&error["@message"]),
    }
}

fn query_answer(frames: &Value) -> Result<Answer, Error> {
    let frames = frames.as_array().ok_or_else(|| Error::Answer("the frames are no array".to_owned()))?;
    let last = frames.last().ok_or_else(|| Error::Answer("there are no frames".to_owned()))?;
    if last["HasErrors"] == true {
        return Ok(Answer::Error(error_of(&last["OneApiErrors"][0]["error"])));
    }
    let primary = frames.iter().filter(|frame| frame["TableKind"] == "PrimaryResult");
    Ok(Answer::Tables(primary.map(table_of).collect::<Result<_, _>>()?))
}

fn command_answer(answer: &Value) -> Result<Answer, Error> {
    let tables = answer["Tables"].as_array().ok_or_else(|| Error::Answer("there are no tables".to_owned()))?;
    // A command with a query tail ends with properties, status and the table of contents.
    let results = if tables.len() == 1 { 1 } else { tables.len().saturating_sub(3) };
    Ok(Answer::Tables(tables[..results].iter().map(table_of).collect::<Result<_, _>>()?))
}

fn table_of(table: &Value) -> Result<Table, Error> {
    let malformed = || Error::Answer(format!("not a table: {table}"));
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(malformed);
    let columns = table["Columns"]
        .as_array()
        .ok_or_else(malformed)?
        .iter()
        .map(|column| Ok(Column { name: text(&column["ColumnName"])?, ty: text(&column["ColumnType"])? }))
        .collect::<Result<Vec<_>, Error>>()?;
    let rows = table["Rows"]
        .as_array()
        .ok_or_else(malformed)?
        .iter()
        .map(|row| row.as_array().cloned().ok_or_else(malformed))
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(Table::from_answer(columns, &rows))
}
