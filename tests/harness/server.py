"""Starts, stops and kills the real server binary on free ports and a data directory of its own."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from .shared import CHECKOUT

READY_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0
POLL_SECONDS = 0.02
LOG_TAIL_BYTES = 8_000


class ServerFailed(Exception):
    """The server did not start, or ended by itself; the message carries the end of its log."""


def server_binary() -> Path:
    """Returns the binary: `CALYPSO_BINARY`, or the debug build of this checkout."""
    named = os.environ.get("CALYPSO_BINARY")
    if named:
        return Path(named).resolve()
    target = Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target"))
    return target / "debug" / "calypso"


def free_port() -> int:
    """Returns a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server over one data directory; may be started again after it ended."""

    def __init__(
        self,
        data_dir: Path,
        *,
        binary: Path | None = None,
        settings: Mapping[str, str] | None = None,
        arguments: tuple[str, ...] = (),
        log: Path | None = None,
    ) -> None:
        """`settings` become environment variables `CALYPSO_<NAME>`; `arguments` follow `serve`."""
        self.data_dir = data_dir
        self.binary = binary or server_binary()
        self.log = log or data_dir.parent / f"{data_dir.name}.log"
        self.port = free_port()
        self.https_port = free_port()
        self._settings = dict(settings or {})
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The cluster URL over http, as users write it."""
        return f"http://localhost:{self.port}"

    @property
    def https_url(self) -> str:
        """The cluster URL over https; clients must trust `ca_certificate`."""
        return f"https://localhost:{self.https_port}"

    @property
    def ca_certificate(self) -> Path:
        """The certificate of the local authority that the server minted."""
        return self.data_dir / "tls" / "ca.pem"

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self._process is None:
            raise ServerFailed("the server is not running")
        return self._process.pid

    def launch(self) -> None:
        """Starts the process and returns at once."""
        if not self.binary.is_file():
            raise ServerFailed(f"no server binary at {self.binary}: run `cargo build -p calypso`")
        command = [
            str(self.binary),
            "serve",
            "--data-dir",
            str(self.data_dir),
            "--listen",
            f"127.0.0.1:{self.port}",
            "--https-listen",
            f"127.0.0.1:{self.https_port}",
            *self._arguments,
        ]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CALYPSO_")}
        environment = inherited | {f"CALYPSO_{name}": value for name, value in self._settings.items()}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def start(self) -> "Server":
        """Starts the process and returns when the server answers its ping."""
        self.launch()
        self.wait_until_ready()
        return self

    def wait_until_ready(self, seconds_max: float = READY_SECONDS_MAX) -> None:
        """Returns when `GET /v1/rest/ping` answers 200."""
        deadline = time.monotonic() + seconds_max
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                code = None if self._process is None else self._process.returncode
                raise ServerFailed(f"the server ended with status {code} before it was ready\n{self.log_tail()}")
            if self._answers_ping():
                return
            time.sleep(POLL_SECONDS)
        raise ServerFailed(f"the server was not ready within {seconds_max:.0f} s\n{self.log_tail()}")

    def is_running(self) -> bool:
        """Tells whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Ends the process as a power cut would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def terminate(self) -> None:
        """Asks the process to end (SIGTERM) and returns at once."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Asks the process to end and waits for it; returns its exit status."""
        return self._end(signal.SIGTERM)

    def log_tail(self) -> str:
        """Returns the end of the server's log."""
        if not self.log.is_file():
            return ""
        return self.log.read_bytes()[-LOG_TAIL_BYTES:].decode("utf-8", "replace")

    def _answers_ping(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/v1/rest/ping")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _end(self, how: signal.Signals) -> int:
        process = self._process
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(how)
        try:
            status = process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise ServerFailed(f"the server did not end within {STOP_SECONDS_MAX:.0f} s\n{self.log_tail()}") from None
        self._process = None
        return status
