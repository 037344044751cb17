"""Queued ingestion by the official SDK with a server that stages in an account of Azure Storage (Azurite)."""

import io
import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas
import pytest
import requests
from azure.kusto.data import KustoConnectionStringBuilder
from azure.kusto.data.data_format import DataFormat
from azure.kusto.ingest import (
    BlobDescriptor,
    FileDescriptor,
    IngestionProperties,
    QueuedIngestClient,
    ReportLevel,
    StreamDescriptor,
)
from azure.kusto.ingest.status import KustoIngestStatusQueues
from azure.storage.blob import ContainerClient
from azure.storage.queue import QueueClient, TextBase64EncodePolicy

from harness.emulator import ACCOUNT_KEY, Azurite
from harness.server import Server, ServerFailed
from harness.wire import Wire

DATABASE = "Suite"
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.1
STATUS_TABLE = "ingestionsstatus"


@pytest.fixture(scope="module")
def staged_server(azurite: Azurite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose staging is the emulator, and whose batches wait a second."""
    settings = {"STAGING_CONNECTION_STRING": azurite.connection_string}
    arguments = ("--database", DATABASE, "--batching-floor", "1s")
    started = Server(tmp_path_factory.mktemp("staged") / "data", settings=settings, arguments=arguments).start()
    policy = '{"MaximumBatchingTimeSpan": "00:00:01"}'
    Wire(started.port, DATABASE).command(f".alter database {DATABASE} policy ingestionbatching '{policy}'")
    yield started
    assert started.is_running(), f"the server ended by itself\n{started.log_tail()}"
    assert started.stop() == 0, started.log_tail()
    assert ACCOUNT_KEY not in started.log.read_text() and "sig=" not in started.log.read_text()


@pytest.fixture
def wire(staged_server: Server) -> Wire:
    """The raw protocol of that server."""
    return Wire(staged_server.port, DATABASE)


@pytest.fixture
def client(staged_server: Server) -> Iterator[QueuedIngestClient]:
    """The official SDK's client."""
    with QueuedIngestClient(KustoConnectionStringBuilder(staged_server.url)) as opened:
        yield opened


@pytest.fixture(scope="module")
def resources(staged_server: Server) -> dict[str, str]:
    """The staging resources that clients are told of, by kind."""
    [answered] = Wire(staged_server.port, DATABASE).command(".get ingestion resources")
    return {row[0]: row[1] for row in answered["Rows"]}


def properties(table: str, **more: object) -> IngestionProperties:
    """How the rows of these tests are ingested."""
    return IngestionProperties(DATABASE, table, data_format=DataFormat.CSV, **more)


def post(resources: dict[str, str], table: str, uri: str, **more: object) -> None:
    """Posts a message for a blob, without its size."""
    queue = QueueClient.from_queue_url(
        resources["SecuredReadyForAggregationQueue"], message_encode_policy=TextBase64EncodePolicy()
    )
    message = {
        "Id": str(uuid.uuid4()),
        "BlobPath": uri,
        "DatabaseName": DATABASE,
        "TableName": table,
        "RetainBlobOnSuccess": True,
        "AdditionalProperties": {"format": "csv"},
    }
    queue.send_message(json.dumps(message | more))


def wait_for(what: Callable[[], bool]) -> None:
    """Returns when `what` holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(POLL_SECONDS)


def test_resources_are_those_of_the_account(azurite: Azurite, resources: dict[str, str]) -> None:
    services = {
        "TempStorage": "blob",
        "SecuredReadyForAggregationQueue": "queue",
        "FailedIngestionsQueue": "queue",
        "SuccessfulIngestionsQueue": "queue",
        "IngestionsStatusTable": "table",
    }
    for kind, service in services.items():
        assert resources[kind].startswith(azurite.endpoint(service) + "/"), kind


def test_everything_that_is_queued_arrives_once(
    wire: Wire, table: str, client: QueuedIngestClient, resources: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "of file.csv"
    path.write_text("1,file\n")
    client.ingest_from_file(FileDescriptor(str(path), size=path.stat().st_size), properties(table))
    client.ingest_from_stream(StreamDescriptor(io.BytesIO(b"2,stream\n")), properties(table))
    client.ingest_from_dataframe(pandas.DataFrame({"a": [3], "b": ["frame"]}), properties(table))
    wait_for(lambda: wire.count(table) == 3)
    assert wire.rows(f"{table} | order by a asc") == [[1, "file"], [2, "stream"], [3, "frame"]]
    queue = QueueClient.from_queue_url(resources["SecuredReadyForAggregationQueue"])
    wait_for(lambda: queue.get_queue_properties().approximate_message_count == 0)
    assert wire.count(table) == 3


def test_a_blob_elsewhere_is_ingested_and_kept(
    wire: Wire, table: str, client: QueuedIngestClient, container: Callable[[str, bytes], str]
) -> None:
    url = container("kept.csv", b"1,kept\n")
    client.ingest_from_blob(BlobDescriptor(f"{url};{ACCOUNT_KEY}", size=7), properties(table))
    wait_for(lambda: wire.count(table) == 1)


def test_blobs_of_unknown_size_share_a_batch(
    wire: Wire, table: str, resources: dict[str, str], container: Callable[[str, bytes], str]
) -> None:
    policy = '{"MaximumBatchingTimeSpan": "00:05:00", "MaximumNumberOfItems": 2}'
    wire.command(f".alter table {table} policy ingestionbatching '{policy}'")
    for number in (1, 2):
        post(resources, table, f"{container(f'unknown {number}.csv', b'1,x')};{ACCOUNT_KEY}")
    wait_for(lambda: wire.count(table) == 2)
    [extents] = wire.command(f".show table {table} extents")[:1]
    assert len(extents["Rows"]) == 1


def test_outcomes_come_by_queue(wire: Wire, table: str, client: QueuedIngestClient) -> None:
    queues = KustoIngestStatusQueues(client)
    reported = {"report_level": ReportLevel.FailuresAndSuccesses}
    sources = {name: uuid.uuid4() for name in ("good", "bad")}
    client.ingest_from_stream(
        StreamDescriptor(io.BytesIO(b"1,x\n"), source_id=sources["good"]), properties(table, **reported)
    )
    client.ingest_from_stream(
        StreamDescriptor(io.BytesIO(b'1,"never closed\n'), source_id=sources["bad"]), properties(table, **reported)
    )
    wait_for(lambda: not queues.success.is_empty() and not queues.failure.is_empty())
    [success], [failure] = queues.success.pop(1), queues.failure.pop(1)
    assert (success.IngestionSourceId, success.Table) == (str(sources["good"]), table)
    assert (failure.IngestionSourceId, failure.Table) == (str(sources["bad"]), table)
    assert failure.FailureStatus == "Permanent" and failure.ErrorCode
    assert "sig=" not in f"{success}{failure}"
    assert wire.count(table) == 1


def test_outcomes_come_by_table_and_blobs_that_need_not_stay_go(
    wire: Wire, table: str, resources: dict[str, str]
) -> None:
    uploads = ContainerClient.from_container_url(resources["TempStorage"])
    blob = uploads.upload_blob("folder/of status.csv", b"1,x\n")
    keys = {"PartitionKey": "of 'this' test", "RowKey": str(uuid.uuid4())}
    post(
        resources,
        table,
        blob.url,
        Id=keys["RowKey"],
        RetainBlobOnSuccess=False,
        FlushImmediately=True,
        ReportLevel=2,
        ReportMethod=1,
        IngestionStatusInTable={"TableConnectionString": resources["IngestionsStatusTable"]} | keys,
    )
    address, signature = resources["IngestionsStatusTable"].split("?")
    quoted = keys["PartitionKey"].replace("'", "''")
    entity = f"{address}(PartitionKey='{quoted}',RowKey='{keys['RowKey']}')?{signature}"

    def status() -> str:
        answer = requests.get(entity, headers={"Accept": "application/json;odata=nometadata"}, timeout=PATIENCE_SECONDS)
        return answer.json()["Status"] if answer.status_code == 200 else str(answer.status_code)

    wait_for(lambda: status() not in ("404", "Pending"))
    assert status() == "Succeeded" and wire.count(table) == 1
    wait_for(lambda: not blob.exists())


def test_an_account_that_refuses_stops_the_start(azurite: Azurite, tmp_path: Path) -> None:
    wrong = azurite.connection_string.replace(ACCOUNT_KEY, "d3Jvbmcgd3Jvbmc=")
    server = Server(tmp_path / "data", settings={"STAGING_CONNECTION_STRING": wrong})
    with pytest.raises(ServerFailed, match="does not accept its key") as failure:
        server.start()
    assert "d3Jvbmcgd3Jvbmc" not in str(failure.value)
