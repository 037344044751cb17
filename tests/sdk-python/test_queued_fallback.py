"""Managed streaming that falls back to queued ingestion: for size, under throttling, and after errors that pass."""

import gzip
import io
import random
from collections.abc import Iterator

import pytest
from azure.kusto.data import KustoConnectionStringBuilder
from azure.kusto.ingest import BlobDescriptor, ManagedStreamingIngestClient
from azure.kusto.ingest.base_ingest_client import IngestionStatus

from conftest import BATCHING, DATABASE
from harness.server import Server
from queued import READING_LINES, SAMPLES, Bench

CSV = (SAMPLES / "readings.csv").read_bytes()
THROTTLED = ("--streaming-requests-max", "0")
MEBIBYTE = 1024 * 1024


def managed(server: Server) -> ManagedStreamingIngestClient:
    """A managed client of one server, as its user would make it."""
    return ManagedStreamingIngestClient(
        KustoConnectionStringBuilder(server.url), KustoConnectionStringBuilder(server.url)
    )


@pytest.fixture(scope="module")
def bench(server: Server, database: str) -> Iterator[Bench]:
    """The session's server."""
    opened = Bench(server, database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def throttled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A server that answers every streaming request with 429."""
    folder = tmp_path_factory.mktemp("throttled")
    started = Server(folder / "data", arguments=("--database", DATABASE, *BATCHING, *THROTTLED)).start()
    opened = Bench(started, DATABASE)
    yield opened
    opened.close()
    assert started.stop() == 0, started.log_tail()


def incompressible(size: int) -> tuple[bytes, int]:
    """Lines of about `size` bytes after compression, and their number."""
    source = random.Random(1)
    lines = [f"{number},{source.randbytes(1500).hex()}" for number in range(size // 1500)]
    return "\n".join(lines).encode(), len(lines)


def test_a_stream_of_more_than_four_mebibytes_is_queued(bench: Bench) -> None:
    table = bench.new_table("id:long, text:string")
    content, rows = incompressible(5 * MEBIBYTE)
    assert len(gzip.compress(content)) > 4 * MEBIBYTE
    with managed(bench.server) as client:
        result = client.ingest_from_stream(io.BytesIO(content), bench.properties(table))
    assert result.status == IngestionStatus.QUEUED
    bench.succeeded(result, table)
    assert bench.wire.rows(f"{table} | summarize count(), sum(id)") == [[rows, sum(range(rows))]]


def test_a_blob_of_more_than_four_mebibytes_is_queued(bench: Bench) -> None:
    table = bench.new_table("id:long, text:string")
    content, rows = incompressible(5 * MEBIBYTE)
    with managed(bench.server) as client:
        result = client.ingest_from_blob(BlobDescriptor(bench.upload("big.csv", content)), bench.properties(table))
    assert result.status == IngestionStatus.QUEUED
    bench.succeeded(result, table)
    assert bench.wire.count(table) == rows


def test_what_is_small_is_streamed(bench: Bench) -> None:
    table = bench.new_table()
    with managed(bench.server) as client:
        blob = client.ingest_from_blob(BlobDescriptor(bench.upload("readings.csv", CSV)), bench.properties(table))
        stream = client.ingest_from_stream(io.BytesIO(CSV), bench.properties(table))
    assert blob.status == stream.status == IngestionStatus.SUCCESS
    assert bench.wire.count(table) == 10


def test_throttled_streams_and_blobs_are_queued(throttled: Bench) -> None:
    table, other = throttled.new_table(), throttled.new_table()
    with managed(throttled.server) as client:
        stream = client.ingest_from_stream(io.BytesIO(CSV), throttled.properties(table))
        url = throttled.upload("readings.csv", CSV)
        blob = client.ingest_from_blob(BlobDescriptor(url), throttled.properties(other))
    for result, target in ((stream, table), (blob, other)):
        assert result.status == IngestionStatus.QUEUED
        throttled.succeeded(result, target)
        assert throttled.lines(target) == READING_LINES
