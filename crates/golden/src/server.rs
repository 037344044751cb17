//! The server's process: started on free ports and a directory of its own, ended with the value.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Client, Error};

const READY_TIME_MAX: Duration = Duration::from_secs(60);
const POLL_PERIOD: Duration = Duration::from_millis(20);

/// A running server.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts `binary` over `data_dir` and returns when it answers.
    pub fn start(binary: &Path, data_dir: &Path) -> Result<Self, Error> {
        let address = free_address()?;
        let process = Command::new(binary)
            .arg("serve")
            .arg("--data-dir")
            .arg(data_dir)
            .args(["--listen", &address.to_string(), "--https-listen", &free_address()?.to_string()])
            .env("CALYPSO_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { process, address };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Returns a client for one of its databases.
    #[must_use]
    pub fn client(&self, database: &str) -> Client {
        Client::new(self.address, database)
    }

    fn wait_until_ready(&mut self) -> Result<(), Error> {
        let client = self.client("NetDefaultDB");
        let started = Instant::now();
        while !client.is_ready() {
            if let Some(status) = self.process.try_wait()? {
                return Err(Error::Server(format!("it ended with {status} before it was ready")));
            }
            if started.elapsed() > READY_TIME_MAX {
                return Err(Error::Server(format!("it was not ready within {READY_TIME_MAX:?}")));
            }
            thread::sleep(POLL_PERIOD);
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing can be done about a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_address() -> Result<SocketAddr, Error> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
