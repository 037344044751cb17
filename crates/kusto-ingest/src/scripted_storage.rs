//! A data-management service with storage accounts, for tests: keeps what it is given, and refuses when told to.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use url::Url;

use crate::scripted_service::{Received, read_body, read_head};

/// In every signature: what nobody may be shown.
pub(crate) const SECRET: &str = "SECRET";

/// See the file's header. Accounts are `acc0`, `acc1`, …, each with every kind of resource.
pub(crate) struct ScriptedStorage {
    pub(crate) url: String,
    state: Arc<State>,
    task: tokio::task::JoinHandle<()>,
}

struct State {
    origin: String,
    accounts: usize,
    has_table: bool,
    received: Mutex<Vec<Received>>,
    refusals: Mutex<Vec<Refusal>>,
    /// Of the signatures that are given out.
    generation: AtomicU64,
    oldest_generation: AtomicU64,
    /// Blobs by path, blocks by path and id.
    blobs: Mutex<BTreeMap<String, Vec<u8>>>,
    blocks: Mutex<BTreeMap<(String, String), Vec<u8>>>,
    /// What the entity of any source says; pending if there is nothing.
    status: Mutex<Option<Value>>,
}

struct Refusal {
    method: String,
    piece: String,
    status: u16,
    times: usize,
}

impl ScriptedStorage {
    pub(crate) async fn start(accounts: usize) -> Self {
        Self::with_table(accounts, true).await
    }

    pub(crate) async fn without_table() -> Self {
        Self::with_table(1, false).await
    }

    async fn with_table(accounts: usize, has_table: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            origin: url.clone(),
            accounts,
            has_table,
            received: Mutex::default(),
            refusals: Mutex::default(),
            generation: AtomicU64::new(0),
            oldest_generation: AtomicU64::new(0),
            blobs: Mutex::default(),
            blocks: Mutex::default(),
            status: Mutex::default(),
        });
        let task = tokio::spawn(serve(listener, state.clone()));
        Self { url, state, task }
    }

    /// Refuses the next `times` requests of `method` that have `piece` in path, query or body. A `status` of zero breaks
    /// the connection.
    pub(crate) fn refuse(&self, method: &str, piece: &str, status: u16, times: usize) {
        let (method, piece) = (method.to_owned(), piece.to_owned());
        self.state.refusals.lock().push(Refusal { method, piece, status, times });
    }

    /// Makes every signature that was given out invalid.
    pub(crate) fn expire_signatures(&self) {
        self.state.oldest_generation.store(self.state.generation.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    pub(crate) fn set_status(&self, entity: Value) {
        *self.state.status.lock() = Some(entity);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().clone()
    }

    /// Returns how many requests had `piece` in their line or body.
    pub(crate) fn count(&self, piece: &str) -> usize {
        self.received().iter().filter(|request| matches(request, piece)).count()
    }

    pub(crate) fn blobs(&self) -> BTreeMap<String, Vec<u8>> {
        self.state.blobs.lock().clone()
    }

    /// Returns the texts of all messages that were posted.
    pub(crate) fn messages(&self) -> Vec<String> {
        let received = self.received();
        let posted =
            received.iter().filter(|request| request.line.starts_with("POST ") && matches(request, "/messages"));
        let text = |request: &Received| {
            let body = String::from_utf8(request.body.clone()).unwrap();
            let text = body.split("<MessageText>").nth(1).unwrap().split("</MessageText>").next().unwrap();
            let json = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap();
            String::from_utf8(json).unwrap()
        };
        posted.map(text).collect()
    }
}

impl Drop for ScriptedStorage {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn matches(request: &Received, piece: &str) -> bool {
    request.line.contains(piece) || String::from_utf8_lossy(&request.body).contains(piece)
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = state.clone();
        tokio::spawn(async move {
            // A client that closes its connection ends the task.
            let _ = converse(stream, &state).await;
        });
    }
}

async fn converse(stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(mut request) = read_head(&mut stream).await? {
        request.body = read_body(&mut stream, &request).await?;
        let (status, body) = state.answer(&request);
        state.received.lock().push(request);
        if status == 0 {
            return Ok(());
        }
        let head = format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(head.as_bytes()).await?;
    }
    Ok(())
}

impl State {
    fn answer(&self, request: &Received) -> (u16, String) {
        let (method, target) = request.line.split_once(' ').unwrap();
        for refusal in &mut *self.refusals.lock() {
            if refusal.times > 0 && refusal.method == method && matches(request, &refusal.piece) {
                refusal.times -= 1;
                return (refusal.status, r#"{"error":{"message":"refused","@permanent":false}}"#.to_owned());
            }
        }
        let url = Url::parse(&format!("{}{target}", self.origin)).unwrap();
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        if url.path().starts_with("/v1/") {
            return self.answer_service(request, url.path());
        }
        let generation = query.get("sig").and_then(|sig| sig.strip_prefix(SECRET)).and_then(|sig| sig.parse().ok());
        if generation.is_none_or(|generation: u64| generation <= self.oldest_generation.load(Ordering::SeqCst)) {
            return (403, "<Error><Code>AuthenticationFailed</Code></Error>".to_owned());
        }
        self.answer_storage(method, url.path(), &query, &request.body)
    }

    fn answer_service(&self, request: &Received, path: &str) -> (u16, String) {
        let table = |columns: &[&str], rows: Vec<Value>| {
            let column = |name: &&str| json!({"ColumnName": name, "DataType": "String", "ColumnType": "string"});
            let columns: Vec<Value> = columns.iter().map(column).collect();
            (200, json!({"Tables": [{"TableName": "Table_0", "Columns": columns, "Rows": rows}]}).to_string())
        };
        if matches(request, ".get ingestion resources") {
            return table(&["ResourceTypeName", "StorageRoot"], self.resources());
        }
        if matches(request, ".get kusto identity token") {
            return table(&["AuthorizationContext"], vec![json!(["IDTOKEN123"])]);
        }
        (404, format!("{{\"error\":{{\"message\":\"no {path}\"}}}}"))
    }

    fn resources(&self) -> Vec<Value> {
        let generation = self.generation.fetch_add(1, Ordering::SeqCst) + 1;
        let row = |kind: &str, account: usize, object: &str| {
            json!([kind, format!("{}/acc{account}/{object}?sv=2024-11-04&sig={SECRET}{generation}", self.origin)])
        };
        let mut rows = Vec::new();
        for account in 0..self.accounts {
            rows.push(row("SecuredReadyForAggregationQueue", account, "ready-for-aggregation"));
            rows.push(row("FailedIngestionsQueue", account, "failed-ingestions"));
            rows.push(row("SuccessfulIngestionsQueue", account, "successful-ingestions"));
            rows.push(row("TempStorage", account, "temp-0"));
            if self.has_table {
                rows.push(row("IngestionsStatusTable", account, "ingestionsstatus"));
            }
        }
        rows
    }

    fn answer_storage(&self, method: &str, path: &str, query: &BTreeMap<String, String>, body: &[u8]) -> (u16, String) {
        let path = path.to_owned();
        match (method, query.get("comp").map(String::as_str)) {
            ("PUT", Some("block")) => {
                self.blocks.lock().insert((path, query["blockid"].clone()), body.to_vec());
                (201, String::new())
            }
            ("PUT", Some("blocklist")) => {
                let list = String::from_utf8(body.to_vec()).unwrap();
                let ids = list.split("<Latest>").skip(1).map(|rest| rest.split("</Latest>").next().unwrap());
                let blocks = self.blocks.lock();
                let content = ids.flat_map(|id| blocks[&(path.clone(), id.to_owned())].clone()).collect();
                self.blobs.lock().insert(path, content);
                (201, String::new())
            }
            ("PUT", None) => {
                self.blobs.lock().insert(path, body.to_vec());
                (201, String::new())
            }
            ("POST", None) if path.ends_with("/messages") => (201, "<QueueMessagesList/>".to_owned()),
            ("POST", None) => (204, String::new()),
            ("GET", None) if path.ends_with("/messages") => (200, "<QueueMessagesList/>".to_owned()),
            ("GET", None) => match &*self.status.lock() {
                Some(entity) => (200, entity.to_string()),
                None => (200, json!({"Status": "Pending"}).to_string()),
            },
            _ => (400, String::new()),
        }
    }
}
