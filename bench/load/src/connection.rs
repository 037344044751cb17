//! One kept connection and the least HTTP/1.1 that keeps it in step.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// A connection with at most one request under way.
#[derive(Debug)]
pub(crate) struct Connection {
    socket: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

/// Returns the bytes of a POST.
pub(crate) fn request(path: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

impl Connection {
    /// Connects, without Nagle's delay.
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        Ok(Self { socket: BufReader::new(socket), line: String::new(), body: Vec::new() })
    }

    /// Sends a request, reads the whole response, returns its status.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        self.socket.write_all(request).await?;
        self.read_line().await?;
        let status = self.line.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no status line")?;
        let mut length = None;
        loop {
            self.read_line().await?;
            if self.line.is_empty() {
                break;
            }
            if let Some((name, value)) = self.line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = Some(value.trim().parse::<usize>()?);
            }
        }
        match length {
            Some(length) => self.skip(length).await?,
            None => self.skip_chunks().await?,
        }
        Ok(status)
    }

    async fn read_line(&mut self) -> anyhow::Result<()> {
        self.line.clear();
        if self.socket.read_line(&mut self.line).await? == 0 {
            bail!("the server closed the connection");
        }
        self.line.truncate(self.line.trim_end().len());
        Ok(())
    }

    async fn skip(&mut self, bytes: usize) -> anyhow::Result<()> {
        self.body.resize(bytes, 0);
        self.socket.read_exact(&mut self.body).await?;
        Ok(())
    }

    async fn skip_chunks(&mut self) -> anyhow::Result<()> {
        loop {
            self.read_line().await?;
            let bytes = usize::from_str_radix(&self.line, 16).context("no chunk size")?;
            self.skip(bytes).await?;
            self.read_line().await?;
            if bytes == 0 {
                return Ok(());
            }
        }
    }
}
