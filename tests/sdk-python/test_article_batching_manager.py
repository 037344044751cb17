"""The article on the batching manager: its program, its three data sources, its printed output.

Each section waits for 30 seconds, so the three run at the same time, each on a database in the state that the section
before it leaves. The second speaks https; the blob of the third lies in another storage account.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from article import STORM_EVENTS_TABLE, Reader
from blob_store import BlobStore
from harness.server import Server
from harness.wire import Wire

BATCHING_POLICY = ".alter table MyStormEvents policy ingestionbatching '{ \"MaximumBatchingTimeSpan\":\"00:00:10\" }'"
BLOB = "/account/samples/stormevents.csv"

HAWAII = """\
StartTime - 2007-12-31 11:15:00+00:00
EndTime - 2007-12-31 13:21:00+00:00
State - HAWAII
DamageProperty - 0
DamageCrops - 0
Source - COOP Observer
"""

MEXICO = """\
StartTime - 2018-01-26 00:00:00+00:00
EndTime - 2018-01-27 14:00:00+00:00
State - MEXICO
DamageProperty - 0
DamageCrops - 0
Source - Unknown
StormSummary - {}
"""

Outputs = dict[str, Future[str]]


def printed(before: int, ingesting: str, after: int, what: str, last: str) -> str:
    return f"""\
Number of rows in MyStormEvents BEFORE ingestion:
Count - {before}
Ingesting data from {ingesting}
Waiting 30 seconds for ingestion to complete ...
Number of rows in MyStormEvents AFTER ingesting {what}:
Count - {after}
Last ingested row:
{last}"""


@pytest.fixture(scope="module")
def outputs(server: Server, storm_events_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outputs]:
    """What the three programs print, once they have."""
    sample = storm_events_path.read_bytes()
    records = sample.partition(b"\n")[2].rstrip() + b"\n"
    mexico = b'2018-01-26 00:00:00.0000000,2018-01-27 14:00:00.0000000,MEXICO,0,0,Unknown,"{}"\n'
    there_before = {"file": b"", "memory": records, "blob": records + mexico}

    def run(section: str) -> str:
        database = f"Batching_{section}"
        commands = Wire(server.port, "NetDefaultDB")
        commands.command(f".create database {database}")
        commands.command(STORM_EVENTS_TABLE, database=database)
        commands.command(BATCHING_POLICY, database=database)
        if there_before[section]:
            reply = commands.stream("MyStormEvents", there_before[section], database=database)
            assert reply.status == 200, reply.body
        cluster = server.https_url if section == "memory" else server.url
        placeholders = {
            "<your_cluster_uri>": cluster,
            "<your_ingestion_uri>": cluster,
            "<your_database>": database,
            "<your_blob_uri>": blobs.url(BLOB),
        }
        reader = Reader(tmp_path_factory.mktemp(section), storm_events_path, placeholders, server.ca_certificate)
        return reader.run(f"batching_manager_{section}.py")

    with BlobStore({BLOB: sample}) as blobs, ThreadPoolExecutor() as pool:
        yield {section: pool.submit(run, section) for section in there_before}


def test_a_file_is_queued_and_its_header_left_out(outputs: Outputs) -> None:
    lines = outputs["file"].result().splitlines(keepends=True)
    path = lines.pop(3)
    assert path.endswith("stormevents.csv\n")
    summary = lines.pop()
    assert summary.startswith("StormSummary - {'TotalDamages': 0, 'StartTime': '2007-12-31T11:15:00.0000000Z'")
    assert "".join(lines) == printed(0, "file:", 1000, "the file", HAWAII)


def test_a_line_in_memory_is_queued_and_is_the_latest(outputs: Outputs) -> None:
    assert outputs["memory"].result() == printed(1000, "memory:", 1001, "from memory", MEXICO)


def test_a_blob_is_queued_by_reference(outputs: Outputs) -> None:
    assert outputs["blob"].result() == printed(1001, "a blob:", 2001, "from memory", MEXICO)
