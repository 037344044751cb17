//! A service for tests that answers by a script, notes what it was asked, and breaks connections when told to.

use std::{collections::VecDeque, sync::Arc};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the service does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Answers with a status and a body of JSON.
    Answer(u16, String),
    /// Closes the connection as soon as the head is read: the body does not arrive.
    DropBeforeBody,
    /// Reads the whole request and closes the connection without an answer.
    DropAfterBody,
    /// Promises more bytes than it sends.
    Truncate(String),
    /// Reads the request and never answers.
    Hang,
}

impl Step {
    /// The answer to a streaming ingestion that added `rows` rows.
    pub(crate) fn streamed(rows: u64) -> Self {
        Self::Answer(200, calypso_protocol::v1::streaming_result(rows, ("Inactive", "Unknown", None)))
    }

    /// A refusal as services write it.
    pub(crate) fn refusal(status: u16, code: &str, message: &str, permanent: bool) -> Self {
        let error = serde_json::json!({"error": {
            "code": code, "message": "Request is invalid and cannot be executed.", "@message": message,
            "@type": "Kusto.Data.Exceptions.KustoBadRequestException", "@permanent": permanent,
        }});
        Self::Answer(status, error.to_string())
    }
}

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received {
    /// Method, path and query, such as `POST /v1/rest/mgmt`.
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    /// Returns the id of the request.
    pub(crate) fn id(&self) -> &str {
        self.header("x-ms-client-request-id").unwrap_or_default()
    }
}

/// See the file's header.
pub(crate) struct ScriptedService {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
    script: Arc<Mutex<VecDeque<Step>>>,
    task: tokio::task::JoinHandle<()>,
}

impl ScriptedService {
    /// Starts a service that does `script` and answers 500 to all that follow.
    pub(crate) async fn start(script: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (received, script) = (Arc::default(), Arc::new(Mutex::new(script.into_iter().collect())));
        let task = tokio::spawn(serve(listener, Arc::clone(&received), Arc::clone(&script)));
        Self { url, received, script, task }
    }

    /// Returns all requests so far, in their order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().clone()
    }

    /// Returns what tells how many requests came.
    pub(crate) fn received_counter(&self) -> impl Fn() -> usize + Send + 'static {
        let received = Arc::clone(&self.received);
        move || received.lock().len()
    }

    /// Returns how many steps were not asked for.
    pub(crate) fn steps_left(&self) -> usize {
        self.script.lock().len()
    }
}

impl Drop for ScriptedService {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, received: Arc<Mutex<Vec<Received>>>, script: Arc<Mutex<VecDeque<Step>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (received, script) = (Arc::clone(&received), Arc::clone(&script));
        tokio::spawn(async move {
            // A client that closes its connection ends the task.
            let _ = converse(stream, &received, &script).await;
        });
    }
}

async fn converse(
    stream: TcpStream,
    received: &Mutex<Vec<Received>>,
    script: &Mutex<VecDeque<Step>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(mut request) = read_head(&mut stream).await? {
        let step = script.lock().pop_front().unwrap_or(Step::Answer(500, "{}".to_owned()));
        if matches!(step, Step::DropBeforeBody) {
            received.lock().push(request);
            return Ok(());
        }
        request.body = read_body(&mut stream, &request).await?;
        let is_head = request.line.starts_with("HEAD ");
        received.lock().push(request);
        match step {
            Step::Answer(status, body) => {
                let head = head(status, body.len());
                let body = if is_head { "" } else { &body };
                stream.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).await?;
            }
            Step::Truncate(body) => {
                stream.write_all(format!("{}{body}", head(200, body.len() + 100)).as_bytes()).await?;
                return Ok(());
            }
            Step::Hang => std::future::pending::<()>().await,
            Step::DropBeforeBody | Step::DropAfterBody => return Ok(()),
        }
    }
    Ok(())
}

fn head(status: u16, length: usize) -> String {
    format!("HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
}

pub(crate) async fn read_head(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Received>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let mut request = Received { line, ..Received::default() };
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await?;
        match header.trim_end().split_once(':') {
            Some((name, value)) => request.headers.push((name.to_lowercase(), value.trim().to_owned())),
            None => return Ok(Some(request)),
        }
    }
}

pub(crate) async fn read_body(stream: &mut BufReader<TcpStream>, request: &Received) -> std::io::Result<Vec<u8>> {
    if request.header("transfer-encoding") != Some("chunked") {
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        return Ok(body);
    }
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        stream.read_line(&mut size).await?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(std::io::Error::other)?;
        let mut chunk = vec![0; size + 2];
        stream.read_exact(&mut chunk).await?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}
