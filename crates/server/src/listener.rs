//! One listening socket: accepts connections, speaks TLS if told to, and serves the router over HTTP/1.1.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::{Router, body::Body};
use calypso_http::Connection;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

/// Connections of one listener at one time; more wait in the system's queue.
const CONNECTIONS_MAX: usize = 10_000;
/// How long a client may take to agree on TLS.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// How long a connection may be silent before or between requests. Clients keep theirs for some minutes.
const SILENCE_LIMIT: Duration = Duration::from_secs(600);
/// How long to wait after an error to accept, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A bound socket.
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    /// Binds `address`.
    pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<Self> {
        let socket = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        let address = socket.local_addr().context("the socket has no address")?;
        Ok(Self { socket, address, tls: None })
    }

    /// Makes connections speak TLS.
    pub(crate) fn secured(mut self, tls: Arc<ServerConfig>) -> Self {
        self.tls = Some(TlsAcceptor::from(tls));
        self
    }

    /// Where it listens; tells the port if 0 was asked for.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts connections until `stop` is raised. Connections under way are for `graceful` to end.
    pub(crate) async fn serve(self, router: Router, graceful: Arc<GracefulShutdown>, mut stop: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        loop {
            let accepted = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                accepted = accept(&self.socket, &places) => accepted,
            };
            let Some((stream, peer, place)) = accepted else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            let connection = Connection { secure: self.tls.is_some(), peer: Some(peer) };
            let (router, watcher, tls) = (router.clone(), graceful.watcher(), self.tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => serve_connection(stream, router, connection, watcher).await,
                    Some(tls) => match tokio::time::timeout(HANDSHAKE_LIMIT, tls.accept(stream)).await {
                        Ok(Ok(stream)) => serve_connection(stream, router, connection, watcher).await,
                        Ok(Err(error)) => tracing::debug!(%peer, %error, "TLS handshake failed"),
                        Err(_) => tracing::debug!(%peer, "TLS handshake took too long"),
                    },
                }
                drop(place);
            });
        }
    }
}

async fn accept(
    socket: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match socket.accept().await {
        Ok((stream, peer)) => {
            // Answers are written in few large pieces; waiting for more only delays them.
            let _ = stream.set_nodelay(true);
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            None
        }
    }
}

async fn serve_connection<S>(stream: S, router: Router, connection: Connection, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(connection);
        router.clone().call(request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SILENCE_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(served).await {
        tracing::debug!(peer = ?connection.peer, %error, "connection ended early");
    }
}
