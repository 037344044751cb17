"""Starts a server on a temporary directory, prints its URL, and serves until it is told to end (`python3 -m harness`)."""

import signal
import tempfile
import threading
from pathlib import Path

from .server import Server


def main() -> None:
    """Serves until SIGTERM or SIGINT."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with tempfile.TemporaryDirectory(prefix="calypso-") as folder:
        server = Server(Path(folder) / "data", arguments=())
        server.start()
        print(f"http://127.0.0.1:{server.port}", flush=True)
        ended.wait()
        server.stop()


if __name__ == "__main__":
    main()
