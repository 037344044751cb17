"""Measures queued ingestion of a release build: many small blobs, few large ones, and an idle queue.

    bench/queued.py [--server-binary target/release/calypso] [--folder DIR] [--only small,large,idle]
                    [--blobs 1000] [--tables 50] [--gigabytes 10] [--extent-compression CODEC]

Blobs are staged and posted as the SDKs do; the clock of `large` starts with the first message, when all blobs are
staged, and ends when the last row is visible. Prints a line for each figure.
"""

import argparse
import itertools
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH.parent / "tests")]

from environment import cache_folder  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.wire import Wire  # noqa: E402
from log_rows import data_set  # noqa: E402
from staging import Staging  # noqa: E402

DATABASE = "NetDefaultDB"
COLUMNS = (
    "timestamp:datetime, level:string, service:string, host:string, message:string, duration_ms:real, status:int,"
    " user_id:string, trace_id:guid, properties:dynamic"
)
LARGE_BLOB_BYTES = 100_000_000
LARGE_BLOB_ROWS = 300_000
SMALL_BLOB_ROWS = 60
BATCHING_SECONDS = 10
IDLE_SECONDS = 30
WAIT_SECONDS_MAX = 1800.0
POLL_SECONDS = 0.1
SEALED_LINE = re.compile(r'calypso_queued_ingestion_batches_total\{reason="(?P<reason>\w+)"\} (?P<count>\d+)')


def resident_megabytes(pid: int, field: str) -> float:
    """Returns the memory of a process: `VmRSS` now, `VmHWM` at its peak (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"no {field} of process {pid}")


def processor_seconds(pid: int) -> float:
    """Returns the processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sealed_batches(wire: Wire) -> str:
    """Returns how many batches were sealed, by reason."""
    found = []
    for line in wire.request("GET", "/metrics").body.decode().splitlines():
        if sealed := SEALED_LINE.match(line):
            found.append(f"{sealed['reason']} {sealed['count']}")
    return ", ".join(found)


def set_batching_time(wire: Wire, table: str) -> None:
    """Makes batches of a table wait no longer than `BATCHING_SECONDS`."""
    policy = f'{{"MaximumBatchingTimeSpan":"00:00:{BATCHING_SECONDS:02d}"}}'
    wire.command(f".alter table {table} policy ingestionbatching @'{policy}'")


def wait_for(wire: Wire, query: str, expected: int, staging: Staging) -> None:
    """Returns when a query counts the expected rows."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while (found := wire.scalar(query)) != expected:
        failed = staging.failures()
        if failed or found > expected or time.monotonic() > deadline:
            raise RuntimeError(f"{found} rows of {expected}; failures: {failed}")
        time.sleep(POLL_SECONDS)


def small_blob(number: int) -> bytes:
    """Returns rows of about a hundred bytes, different in every blob."""
    lines = [
        f"2026-01-01T00:{row % 60:02d}:00Z,Info,service-{number % 7},host-{row:03d},request {row} of blob {number}"
        f" ended well,12.5,200,user{row:07d},00000000-0000-0000-{number % 10000:04d}-{row:012d},\n"
        for row in range(SMALL_BLOB_ROWS)
    ]
    return "".join(lines).encode()


def measure_small(server: Server, blobs: int, tables: int) -> None:
    """Posts small blobs to many tables and waits for every notice of success."""
    wire = Wire(server.port, DATABASE)
    for table in range(tables):
        wire.command(f".create table Small{table} ({COLUMNS})")
        set_batching_time(wire, f"Small{table}")
    staging = Staging(server.port, DATABASE)
    before = processor_seconds(server.pid)
    started = time.monotonic()
    posted = {}
    for number in range(blobs):
        data = small_blob(number)
        address = staging.upload(f"small-{number}.csv", data)
        posted[staging.post(f"Small{number % tables}", address, len(data))] = datetime.now(timezone.utc)
    seconds = time.monotonic() - started
    print(f"small: {blobs} blobs staged and posted by one client in {seconds:.1f} s, {blobs / seconds:.0f} a second")
    latencies = sorted(latencies_of(staging, posted))
    total = time.monotonic() - started
    rows = wire.scalar("union withsource=T Small* | where T matches regex '^Small[0-9]+$' | count")
    expected = blobs * SMALL_BLOB_ROWS
    if rows != expected:
        raise RuntimeError(f"{rows} rows of {expected}")
    p50, p99 = statistics.median(latencies), latencies[len(latencies) * 99 // 100]
    print(f"small: all {rows} rows ingested after {total:.1f} s; batching time {BATCHING_SECONDS} s, "
          f"post to ingested p50 {p50:.1f} s, p99 {p99:.1f} s")  # fmt: skip
    print(f"small: batches sealed: {sealed_batches(wire)}; processor {processor_seconds(server.pid) - before:.1f} s; "
          f"peak memory {resident_megabytes(server.pid, 'VmHWM'):.0f} MB")  # fmt: skip


def latencies_of(staging: Staging, posted: dict[str, datetime]) -> Iterator[float]:
    """Yields for every posted source the seconds until it was ingested."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    left = dict(posted)
    while left:
        notices = staging.successes()
        for notice in notices:
            ended = datetime.fromisoformat(notice["SucceededOn"][:26].rstrip("Z") + "+00:00")
            yield (ended - left.pop(notice["IngestionSourceId"])).total_seconds()
        failed = staging.failures()
        if failed or time.monotonic() > deadline:
            raise RuntimeError(f"{len(left)} sources without success; failures: {failed}")
        if not notices:
            time.sleep(POLL_SECONDS)


def large_blobs(folder: Path, cache: Path, count: int) -> Iterator[tuple[Path, int]]:
    """Yields files of about 100 MB with their rows; each file is to be used before the next is asked for."""
    path = folder / "large.csv"
    lines = itertools.chain.from_iterable(data_set(cache, 2_000_000).csv.open("rb") for _ in itertools.count())
    for _ in range(count):
        rows = 0
        with path.open("wb") as file:
            for line in itertools.islice(lines, LARGE_BLOB_ROWS):
                file.write(line)
                rows += 1
        yield path, rows


def measure_large(server: Server, folder: Path, cache: Path, gigabytes: float) -> None:
    """Stages large blobs, then posts them all and waits until their rows are visible."""
    wire = Wire(server.port, DATABASE)
    wire.command(f".create table Large ({COLUMNS})")
    set_batching_time(wire, "Large")
    staging = Staging(server.port, DATABASE)
    staged, rows_total, bytes_total, uploading = [], 0, 0, 0.0
    for number, (path, rows) in enumerate(large_blobs(folder, cache, round(gigabytes * 1e9 / LARGE_BLOB_BYTES))):
        started = time.monotonic()
        size = path.stat().st_size
        staged.append((staging.upload(f"large-{number}.csv", path), size))
        uploading += time.monotonic() - started
        rows_total += rows
        bytes_total += size
    print(f"large: {len(staged)} blobs, {bytes_total / 1e9:.2f} GB staged at {bytes_total / uploading / 1e6:.0f} MB/s")
    before = processor_seconds(server.pid)
    started = time.monotonic()
    for address, size in staged:
        staging.post("Large", address, size)
    wait_for(wire, "Large | count", rows_total, staging)
    seconds = time.monotonic() - started
    print(f"large: {rows_total} rows visible after {seconds:.1f} s, {bytes_total / seconds / 1e6:.0f} MB/s of raw csv; "
          f"processor {processor_seconds(server.pid) - before:.1f} s; "
          f"peak memory {resident_megabytes(server.pid, 'VmHWM'):.0f} MB; batches sealed: {sealed_batches(wire)}")  # fmt: skip
    details = wire.command(".show table Large details")[0]
    names = [column["ColumnName"] for column in details["Columns"]]
    figures = dict(zip(names, details["Rows"][0], strict=True))
    print(f"large: {figures['TotalExtents']} extents, {figures['TotalExtentSize'] / rows_total:.0f} bytes a row")


def measure_idle(server: Server) -> None:
    """Measures the processor time that the server takes while nobody asks for anything."""
    before = processor_seconds(server.pid)
    time.sleep(IDLE_SECONDS)
    used = processor_seconds(server.pid) - before
    print(f"idle: {used * 1e3 / IDLE_SECONDS:.1f} ms of processor time a second over {IDLE_SECONDS} s; "
          f"{resident_megabytes(server.pid, 'VmRSS'):.0f} MB resident")  # fmt: skip


def main() -> None:
    """Measures and prints; each part has a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server-binary", type=Path, default=BENCH.parent / "target" / "release" / "calypso")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", default="idle,small,large")
    parser.add_argument("--blobs", type=int, default=1000)
    parser.add_argument("--tables", type=int, default=50)
    parser.add_argument("--gigabytes", type=float, default=10.0)
    parser.add_argument("--extent-compression", help="the server's own choice without")
    arguments = parser.parse_args()
    cache = cache_folder()
    for part in arguments.only.split(","):
        folder = Path(tempfile.mkdtemp(prefix="queued-", dir=arguments.folder))
        settings = {"LOG": "warn"}
        if arguments.extent_compression:
            settings["EXTENT_COMPRESSION"] = arguments.extent_compression
        server = Server(folder / "data", binary=arguments.server_binary.resolve(), settings=settings).start()
        try:
            match part:
                case "idle":
                    measure_idle(server)
                case "small":
                    measure_small(server, arguments.blobs, arguments.tables)
                case "large":
                    measure_large(server, folder, cache, arguments.gigabytes)
                case _:
                    parser.error(f"unknown part {part!r}")
        finally:
            server.stop()
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
