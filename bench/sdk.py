"""Measures the Rust SDK: managed streaming beside the Python SDK's, and the upload of a large file.

    bench/sdk.py [--server-binary target/release/calypso] [--client-binary target/release/calypso-sdk-load]
                 [--folder DIR] [--seconds 10] [--gigabytes 5] [--only managed,upload]

Clients share the machine with the server, so requests are told by second of the client's processor time: what a core of
the client could do. Both run in turns, three times each; the median counts.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH.parent / "tests")]

from environment import interpreter  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.wire import Wire  # noqa: E402

ROUNDS = 3
PARALLEL = (1, 8)
BODY_BYTES = 1024
LINE = b"2026-01-01T00:00:%02d.%07dZ,service-%03d,request %09d of user %05d ended with status %d,%d.%03d\n"
BLOCK_LINES = 200_000


def run(command: list[str]) -> dict[str, float]:
    """Runs a client and returns what it says of itself."""
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        sys.exit(f"{command[0]} failed: {answer.stderr}")
    return json.loads(answer.stdout.splitlines()[-1])


def measure_managed(server: Server, client: Path, seconds: int) -> None:
    """Streams through both SDKs in turns; prints a line for each and the ratio."""
    cluster = f"http://localhost:{server.port}"
    wire = Wire(server.port, "NetDefaultDB")
    for parallel in PARALLEL:
        found: dict[str, list[dict[str, float]]] = {"Rust": [], "Python": []}
        flags = ["--body-bytes", str(BODY_BYTES), "--parallel", str(parallel), "--seconds", str(seconds)]
        for turn in range(ROUNDS):
            for sdk in found:
                table = f"{sdk}{parallel}x{turn}"
                wire.command(f".create table {table} (n:long, text:string)")
                where = ["--cluster", cluster, "--table", table]
                rust = [str(client), *where, "managed", *flags]
                python = [interpreter(), str(BENCH / "sdk_python.py"), *where, *flags]
                found[sdk].append(run(rust if sdk == "Rust" else python))
        speeds = {}
        for sdk, runs in found.items():
            speeds[sdk] = statistics.median(one["requests"] / one["processor_seconds"] for one in runs)
            wall = statistics.median(one["requests"] / one["seconds"] for one in runs)
            peak = max(one["peak_megabytes"] for one in runs)
            print(
                f"managed: {sdk}, {parallel} calls at once: {wall:.0f} requests/s, {speeds[sdk]:.0f} by second of the"
                f" client's processor, peak memory {peak:.0f} MiB"
            )
        print(f"managed: ratio by processor, {parallel} calls at once: {speeds['Rust'] / speeds['Python']:.1f}")


def write_file(path: Path, size: int) -> None:
    """Writes csv of about `size` bytes; blocks of lines that differ, again and again."""
    lines = (
        LINE % (row % 60, row, row % 800, row * 7919 % 10**9, row * 31 % 10**5, 200 + row % 3, row % 977, row % 1000)
        for row in range(BLOCK_LINES)
    )
    block = b"".join(lines)
    with path.open("wb") as file:
        for _ in range(max(size // len(block), 1)):
            file.write(block)


def measure_upload(server: Server, client: Path, folder: Path, gigabytes: float) -> None:
    """Queues one file, compressed and not; prints how fast it was uploaded, beside reading and writing it plainly."""
    source = folder / "upload.csv"
    write_file(source, int(gigabytes * 1e9))
    size = source.stat().st_size
    started = time.monotonic()
    with source.open("rb") as file, (folder / "copy.csv").open("wb") as copy:
        shutil.copyfileobj(file, copy, 4 << 20)
    plain = size / 1e6 / (time.monotonic() - started)
    (folder / "copy.csv").unlink()
    # Nobody ingests it: the message names a table that does not exist, so that only the upload works.
    where = ["--cluster", f"http://localhost:{server.port}", "--table", "Nowhere"]
    for how, flags in {"compressed on the way": [], "as it is": ["--plain"]}.items():
        found = run([str(client), *where, "upload", str(source), *flags])
        print(
            f"upload {how}: {size / 1e9:.2f} GB of csv, {size / 1e6 / found['seconds']:.0f} MB/s,"
            f" {found['processor_seconds'] / (size / 1e9):.1f} s of the client's processor per GB,"
            f" peak memory {found['peak_megabytes']:.0f} MiB; a plain copy: {plain:.0f} MB/s"
        )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server-binary", type=Path, default=Path("target/release/calypso"))
    parser.add_argument("--client-binary", type=Path, default=Path("target/release/calypso-sdk-load"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--gigabytes", type=float, default=5)
    parser.add_argument("--only", default="managed,upload")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="calypso-sdk-", dir=arguments.folder) as folder:
        data, client = Path(folder) / "data", arguments.client_binary.resolve()
        server = Server(data, binary=arguments.server_binary.resolve(), settings={"LOG": "warn"})
        server.start()
        try:
            if "managed" in arguments.only:
                measure_managed(server, client, arguments.seconds)
            if "upload" in arguments.only:
                measure_upload(server, client, Path(folder), arguments.gigabytes)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
