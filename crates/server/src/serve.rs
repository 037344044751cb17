//! `calypso serve`: opens the service, listens, and closes in order when asked to stop.

#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use calypso_clock::{Clock as _, RandomIds, SystemClock};
use calypso_http::{Metrics, Transport, router};
use futures::future::BoxFuture;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    banner,
    config::{Config, ServeArguments},
    listener::Listener,
    shutdown, staging, telemetry,
    tls::TlsFiles,
    wiring,
};

/// Stack of a thread: the text of a query and what it is bound to may nest a thousand levels deep, and not all that
/// walks such a tree grows its stack. Reserved, not used: memory is only taken as deep as a query goes.
const THREAD_STACK_BYTES: usize = 64 << 20;

/// Returns the threads that the service runs on.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    threads.enable_all().thread_stack_size(THREAD_STACK_BYTES).build().context("cannot start threads")
}

/// Runs the service until a signal stops it.
pub(crate) fn run(arguments: Box<ServeArguments>) -> anyhow::Result<()> {
    let config = Config::resolve(*arguments)?;
    telemetry::begin(&config)?;
    let runtime = runtime()?;
    runtime.block_on(async {
        let server = Server::open(config).await?;
        server.print_banner();
        shutdown::requested().await?;
        tracing::info!("stopping");
        server.close().await;
        Ok(())
    })
}

/// A service that listens.
pub(crate) struct Server {
    config: Config,
    http: SocketAddr,
    https: Option<SocketAddr>,
    files: TlsFiles,
    listeners: JoinSet<()>,
    stop: watch::Sender<bool>,
    graceful: Arc<GracefulShutdown>,
    close_service: BoxFuture<'static, ()>,
}

impl Server {
    /// Opens the service and both listeners; on return requests are answered.
    pub(crate) async fn open(config: Config) -> anyhow::Result<Self> {
        // Clients of ours (blobs, `.ingest` from URLs) look for the process's provider. It may be set already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        std::fs::create_dir_all(&config.data_dir)
            .with_context(|| format!("cannot create {}", config.data_dir.display()))?;
        let files = TlsFiles::new(&config.data_dir);
        // Bind first: a second server on the same ports must fail before it touches the data.
        let http = Listener::bind(config.listen).await?;
        let https = match config.https_listen {
            Some(address) => {
                let listener = Listener::bind(address).await?;
                Some(listener.secured(files.server_config(&config.tls_names, SystemClock.now())?))
            }
            None => None,
        };
        let (clock, ids, metrics) = (Arc::new(SystemClock), Arc::new(RandomIds), Metrics::new());
        let wired = wiring::open(&config, clock.clone(), ids.clone()).await?;
        if let Some(staging) = &wired.staging {
            staging::show(staging, &metrics);
        }
        let row_store_bytes = wired.row_store_bytes;
        metrics.register_observed(
            "row_store_bytes",
            "Bytes of acknowledged rows that are in no extent yet",
            move || i64::try_from(row_store_bytes()).unwrap_or(i64::MAX),
        );
        let router = router(Transport {
            service: wired.service,
            clock,
            ids,
            metrics,
            settings: config.http.clone(),
            staging: wired.staging,
        });
        let (http_address, https_address) = (http.address(), https.as_ref().map(Listener::address));
        let (graceful, (stop, stopped)) = (Arc::new(GracefulShutdown::new()), watch::channel(false));
        let mut listeners = JoinSet::new();
        for listener in std::iter::once(http).chain(https) {
            listeners.spawn(listener.serve(router.clone(), Arc::clone(&graceful), stopped.clone()));
        }
        Ok(Self {
            config,
            http: http_address,
            https: https_address,
            files,
            listeners,
            stop,
            graceful,
            close_service: wired.close,
        })
    }

    /// The URL of the http listener.
    pub(crate) fn url(&self) -> String {
        banner::url("http", self.http)
    }

    fn print_banner(&self) {
        banner::print(&self.config, self.http, self.https, &self.files.ca().display().to_string());
    }

    /// Stops accepting, lets requests under way end within the limit, then closes the service.
    pub(crate) async fn close(mut self) {
        self.stop.send_replace(true);
        while self.listeners.join_next().await.is_some() {}
        let graceful = Arc::into_inner(self.graceful).expect("the listeners that shared it have ended");
        if tokio::time::timeout(self.config.drain_limit, graceful.shutdown()).await.is_err() {
            tracing::warn!(limit = ?self.config.drain_limit, "requests were still under way and are cut off");
        }
        self.close_service.await;
    }
}
