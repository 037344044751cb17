//! A proxy between a client and a service that breaks what passes, by a seed.
//!
//! It speaks HTTP/1.1, one request at a time on each connection, and leaves requests as they are: URLs that the service
//! makes from the host that it was asked by lead through the proxy again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use calypso_clock::{Ids as _, SeededIds};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// Longest delay of a delayed answer.
const DELAY_MAX_MS: u64 = 200;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The connection ends before the service hears of the request.
    DropBefore,
    /// The service does what it is asked, and its answer is lost.
    DropAfter,
    /// The answer comes late.
    Delay,
    /// 429 in the service's stead.
    Throttle,
    /// 503 in the service's stead.
    Unavailable,
    /// The service does what it is asked; its answer becomes nonsense.
    Garble,
    /// The service does what it is asked; its answer breaks off.
    Truncate,
    /// The service does what it is asked; no answer ever comes.
    Hang,
}

/// How many of 1000 requests meet each fault.
const FAULTS: [(Fault, u64); 8] = [
    (Fault::DropBefore, 60),
    (Fault::DropAfter, 60),
    (Fault::Delay, 100),
    (Fault::Throttle, 40),
    (Fault::Unavailable, 40),
    (Fault::Garble, 40),
    (Fault::Truncate, 40),
    (Fault::Hang, 4),
];

/// See the file's header.
pub(crate) struct FaultProxy {
    pub(crate) url: String,
    faults: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

/// A head and a body, byte for byte.
struct Message {
    head: String,
    body: Vec<u8>,
}

impl FaultProxy {
    /// Starts a proxy before the service at `url`; `hangs` says whether some answers never come.
    pub(crate) async fn start(url: &str, seed: u64, hangs: bool) -> Self {
        let upstream = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (ids, faults) = (Arc::new(SeededIds::new(seed)), Arc::new(AtomicU64::new(0)));
        let counted = Arc::clone(&faults);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (upstream, ids, faults) = (upstream.clone(), Arc::clone(&ids), Arc::clone(&counted));
                tokio::spawn(async move {
                    // Either side may end the conversation.
                    let _ = converse(client, &upstream, hangs, &ids, &faults).await;
                });
            }
        });
        Self { url, faults, task }
    }

    /// Returns how many requests met a fault.
    pub(crate) fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A random number below `bound`.
fn random(ids: &SeededIds, bound: u64) -> u64 {
    (ids.next_id().as_u128() % u128::from(bound)) as u64
}

fn draw(ids: &SeededIds, request: &Message) -> Fault {
    let mut roll = random(ids, 1000);
    let drawn = FAULTS.into_iter().find_map(|(fault, share)| {
        if roll < share {
            return Some(fault);
        }
        roll -= share;
        None
    });
    // Stores answer without a body, so there is nothing to garble; a lie in a status could not be told from the truth.
    let is_kusto = request.head.contains(" /v1/rest/") || request.head.contains(" /v2/rest/");
    match drawn.unwrap_or(Fault::None) {
        Fault::Garble | Fault::Truncate if !is_kusto => Fault::DropAfter,
        fault => fault,
    }
}

async fn converse(
    client: TcpStream,
    upstream: &str,
    hangs: bool,
    ids: &SeededIds,
    faults: &AtomicU64,
) -> std::io::Result<()> {
    let mut client = BufReader::new(client);
    let mut service = BufReader::new(TcpStream::connect(upstream).await?);
    while let Some(request) = read(&mut client, None).await? {
        let fault = match draw(ids, &request) {
            Fault::Hang if !hangs => Fault::Delay,
            fault => fault,
        };
        if fault != Fault::None {
            faults.fetch_add(1, Ordering::Relaxed);
        }
        match fault {
            Fault::DropBefore => return Ok(()),
            Fault::Throttle => refuse(&mut client, 429, "TooManyRequests").await?,
            Fault::Unavailable => refuse(&mut client, 503, "General_InternalServerError").await?,
            _ => {
                write(&mut service, &request).await?;
                let method = request.head.split(' ').next();
                let Some(answer) = read(&mut service, method).await? else { return Ok(()) };
                if !pass_on(&mut client, answer, fault, ids).await? {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// Says whether the conversation goes on.
async fn pass_on(
    client: &mut BufReader<TcpStream>,
    answer: Message,
    fault: Fault,
    ids: &SeededIds,
) -> std::io::Result<bool> {
    match fault {
        Fault::DropAfter => return Ok(false),
        Fault::Hang => std::future::pending::<()>().await,
        Fault::Delay => tokio::time::sleep(Duration::from_millis(random(ids, DELAY_MAX_MS))).await,
        Fault::Garble => {
            let body = "{\"Tables\":[{\"TableName\":\u{1}";
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
            write(client, &Message { head, body: body.as_bytes().to_vec() }).await?;
            return Ok(true);
        }
        Fault::Truncate => {
            let body = answer.body[..answer.body.len() / 2].to_vec();
            write(client, &Message { head: answer.head, body }).await?;
            return Ok(false);
        }
        _ => {}
    }
    write(client, &answer).await?;
    Ok(true)
}

async fn refuse(client: &mut BufReader<TcpStream>, status: u16, code: &str) -> std::io::Result<()> {
    let body = format!(
        "{{\"error\":{{\"code\":\"{code}\",\"message\":\"Try again.\",\"@message\":\"Try again.\",\"@permanent\":false}}}}"
    );
    let head = format!(
        "HTTP/1.1 {status} Refused\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    write(client, &Message { head, body: body.into_bytes() }).await
}

async fn write(stream: &mut BufReader<TcpStream>, message: &Message) -> std::io::Result<()> {
    stream.write_all(&[message.head.as_bytes(), &message.body].concat()).await
}

/// Reads a request, or the answer to a request of `method`; none at the end of the connection.
async fn read(stream: &mut BufReader<TcpStream>, method: Option<&str>) -> std::io::Result<Option<Message>> {
    let (mut head, mut length, mut chunked) = (String::new(), 0, false);
    loop {
        let start = head.len();
        if stream.read_line(&mut head).await? == 0 {
            return Ok(None);
        }
        let line = head[start..].trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
        chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
    }
    let has_none = method == Some("HEAD") || head.starts_with("HTTP/1.1 204") || head.starts_with("HTTP/1.1 304");
    let mut body = Vec::new();
    if chunked && !has_none {
        read_chunks(stream, &mut body).await?;
    } else if !has_none {
        body.resize(length, 0);
        stream.read_exact(&mut body).await?;
    }
    Ok(Some(Message { head, body }))
}

/// Appends chunks as they are on the wire, sizes included.
async fn read_chunks(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> std::io::Result<()> {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(std::io::Error::other)?;
        body.extend_from_slice(line.as_bytes());
        let start = body.len();
        body.resize(start + size + 2, 0);
        stream.read_exact(&mut body[start..]).await?;
        if size == 0 {
            return Ok(());
        }
    }
}
