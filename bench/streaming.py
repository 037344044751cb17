"""The measurements of `streaming.sh`, which builds what this needs and calls it."""

import argparse
import subprocess
import time
from pathlib import Path

from harness.server import Server
from harness.wire import Wire

BODY_BYTES = (1024, 64 * 1024)
CONNECTIONS = (1, 8, 64)
STARTS = 5


def start_seconds(server: Server) -> float:
    """Starts the server and returns the time until it answers."""
    started = time.monotonic()
    server.start()
    return time.monotonic() - started


def resident_megabytes(pid: int) -> float:
    """Returns the memory that the process has resident (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"no VmRSS of process {pid}")


def measure_starts(server: Server) -> None:
    """Prints the time of the first start, of later ones, and the idle memory."""
    first = start_seconds(server)
    idle = resident_megabytes(server.pid)
    later = []
    for _ in range(STARTS):
        server.stop()
        later.append(start_seconds(server))
    later.sort()
    print(f"start to ready: first {first * 1e3:.0f} ms, later {later[STARTS // 2] * 1e3:.0f} ms (median of {STARTS})")
    print(f"idle memory: {idle:.0f} MB resident")


def measure_streams(server: Server, load: Path, seconds: int) -> None:
    """Runs the load generator for every body size and number of connections; each prints a line."""
    wire = Wire(server.port, "NetDefaultDB")
    for body_bytes in BODY_BYTES:
        for connections in CONNECTIONS:
            table = f"Load{body_bytes}x{connections}"
            wire.command(f".create table {table} (n:long, text:string)")
            arguments = ["--address", f"127.0.0.1:{server.port}", "--table", table, "--body-bytes", str(body_bytes)]
            arguments += ["--connections", str(connections), "--seconds", str(seconds)]
            subprocess.run([load, *arguments], check=True)
    print(f"memory after the load: {resident_megabytes(server.pid):.0f} MB resident")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server-binary", type=Path, required=True)
    parser.add_argument("--load-binary", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    settings = {"LOG": "warn"}
    server = Server(arguments.folder / "data", binary=arguments.server_binary.resolve(), settings=settings)
    try:
        measure_starts(server)
        measure_streams(server, arguments.load_binary.resolve(), arguments.seconds)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
