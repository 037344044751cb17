//! A service that answers as told and remembers what it was asked, byte for byte.
#![allow(dead_code, unreachable_pub)]

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Mutex, Notify},
};

/// One result with one number.
pub const ANSWER: &str = r#"[{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"},{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":[{"ColumnName":"n","ColumnType":"long"}],"Rows":[[42]]},{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}]"#;
/// One V1 table with one number.
pub const V1_ANSWER: &str = r#"{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"ConsumedRecordsCount","DataType":"Int64","ColumnType":"long"}],"Rows":[[5]]}]}"#;

/// One answer.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A whole answer.
    Answer { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// An answer that promises more than comes.
    Truncated { status: u16, body: Vec<u8> },
    /// A chunked answer, piece by piece.
    Pieces(Vec<Vec<u8>>),
    /// A chunked answer that never ends.
    Endless(Vec<u8>),
    /// No answer at all: the connection ends.
    Drop,
    /// No answer, and the connection stays.
    Silence,
}

impl Reply {
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self::Answer { status, headers, body: body.into() }
    }

    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::json(200, body)
    }

    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Method and target.
    pub line: String,
    /// In order, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

#[derive(Default)]
struct Script {
    replies: Mutex<std::collections::VecDeque<Reply>>,
    asked: Mutex<Vec<Asked>>,
    /// Rings when a client went away while an answer was under way.
    gone: Notify,
}

/// The service.
#[derive(Clone)]
pub struct ScriptedService {
    pub url: String,
    script: Arc<Script>,
}

impl ScriptedService {
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Script { replies: Mutex::new(replies.into_iter().collect()), ..Script::default() });
        let serving = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&serving)));
            }
        });
        Self { url, script }
    }

    pub async fn asked(&self) -> Vec<Asked> {
        self.script.asked.lock().await.clone()
    }

    /// Waits until a client goes away before its answer's end.
    pub async fn client_gone(&self) {
        tokio::time::timeout(Duration::from_secs(20), self.script.gone.notified()).await.expect("the client stays");
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Script>) {
    let mut received = Vec::new();
    while let Some(asked) = read_request(&mut stream, &mut received).await {
        script.asked.lock().await.push(asked);
        let reply = script.replies.lock().await.pop_front().unwrap_or(Reply::json(500, "the script is over"));
        if !answer(&mut stream, reply, &script).await {
            return;
        }
    }
}

/// Answers; says whether the connection goes on.
async fn answer(stream: &mut TcpStream, reply: Reply, script: &Script) -> bool {
    match reply {
        Reply::Answer { status, headers, body } => {
            let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            stream.write_all(&[head.as_bytes(), &body].concat()).await.is_ok()
        }
        Reply::Truncated { status, body } => {
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len() + 100);
            let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
            false
        }
        Reply::Pieces(pieces) => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
            for piece in pieces {
                write_chunk(stream, &piece).await;
                stream.flush().await.unwrap();
                tokio::task::yield_now().await;
            }
            stream.write_all(b"0\r\n\r\n").await.is_ok()
        }
        Reply::Endless(first) => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
            write_chunk(stream, &first).await;
            wait_until_gone(stream, script).await;
            false
        }
        Reply::Drop => false,
        Reply::Silence => {
            wait_until_gone(stream, script).await;
            false
        }
    }
}

async fn wait_until_gone(stream: &mut TcpStream, script: &Script) {
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
    script.gone.notify_one();
}

async fn write_chunk(stream: &mut TcpStream, piece: &[u8]) {
    let head = format!("{:x}\r\n", piece.len());
    let _ = stream.write_all(&[head.as_bytes(), piece, b"\r\n"].concat()).await;
}

async fn read_request(stream: &mut TcpStream, received: &mut Vec<u8>) -> Option<Asked> {
    let end = loop {
        if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        fill(stream, received).await?;
    };
    let head = String::from_utf8(received[..end].to_vec()).unwrap();
    received.drain(..end + 4);
    let mut lines = head.lines();
    let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let header = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let body = match (header("content-length"), header("transfer-encoding")) {
        (Some(length), _) => {
            let length: usize = length.parse().unwrap();
            while received.len() < length {
                fill(stream, received).await?;
            }
            received.drain(..length).collect()
        }
        (None, Some("chunked")) => read_chunks(stream, received).await?,
        _ => Vec::new(),
    };
    Some(Asked { line, headers, body })
}

async fn read_chunks(stream: &mut TcpStream, received: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = received.windows(2).position(|window| window == b"\r\n") {
                break end;
            }
            fill(stream, received).await?;
        };
        let length = usize::from_str_radix(std::str::from_utf8(&received[..end]).unwrap(), 16).unwrap();
        while received.len() < end + 2 + length + 2 {
            fill(stream, received).await?;
        }
        body.extend_from_slice(&received[end + 2..end + 2 + length]);
        received.drain(..end + 2 + length + 2);
        if length == 0 {
            return Some(body);
        }
    }
}

async fn fill(stream: &mut TcpStream, received: &mut Vec<u8>) -> Option<()> {
    let mut piece = [0; 65_536];
    let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
    received.extend_from_slice(&piece[..count]);
    Some(())
}
