"""Queued ingestion as the newer clients ask for it, over REST, and what no client would send."""

import base64
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import ContainerClient
from azure.storage.queue import QueueClient

from harness.server import Server
from harness.wire import Wire
from queued import READING_LINES, SAMPLES, Bench, until

CSV = (SAMPLES / "readings.csv").read_bytes()
FINAL = {"Succeeded", "Failed", "Canceled"}


@pytest.fixture(scope="module")
def bench(server: Server, database: str) -> Iterator[Bench]:
    """The session's server."""
    opened = Bench(server, database)
    yield opened
    opened.close()


def configuration(wire: Wire) -> dict[str, Any]:
    reply = wire.request("GET", "/v1/rest/ingestion/configuration")
    assert reply.status == 200, reply.body
    return reply.json()


def upload(wire: Wire, content: bytes) -> str:
    path = configuration(wire)["containerSettings"]["containers"][0]["path"]
    blob = ContainerClient.from_container_url(path).get_blob_client(f"{uuid.uuid4()}.csv")
    blob.upload_blob(content)
    return blob.url


def submit(wire: Wire, table: str, blobs: list[dict[str, Any]], **properties: Any) -> str:
    told = {"format": "csv", "enableTracking": True, "skipBatching": True} | properties
    document = {"timestamp": "2026-01-01T00:00:00Z", "blobs": blobs, "properties": told}
    reply = wire.post(f"/v1/rest/ingestion/queued/{wire.database}/{table}", document)
    assert reply.status == 200, reply.body
    return reply.json()["ingestionOperationId"]


def finished(wire: Wire, table: str, operation: str) -> dict[str, Any]:
    """Waits until every blob of the operation has ended, as the client does."""

    def ask() -> dict[str, Any] | None:
        reply = wire.request("GET", f"/v1/rest/ingestion/queued/{wire.database}/{table}/{operation}?details=true")
        assert reply.status == 200, reply.body
        status = reply.json()
        return status if all(blob["status"] in FINAL for blob in status["details"]) else None

    return until(f"operation {operation} has ended", ask)


def test_the_configuration_names_a_container_and_limits(wire: Wire) -> None:
    told = configuration(wire)
    assert told["containerSettings"]["preferredUploadMethod"] == "Storage"
    assert told["ingestionSettings"]["maxBlobsPerBatch"] == 20
    container = urlsplit(told["containerSettings"]["containers"][0]["path"])
    assert container.port == wire.port and "sig=" in container.query


def test_a_submission_is_ingested_and_its_status_tells_each_blob(bench: Bench) -> None:
    table, wire = bench.new_table(), bench.wire
    good, bad = str(uuid.uuid4()), str(uuid.uuid4())
    blobs = [
        {"url": upload(wire, CSV), "sourceId": good, "rawSize": len(CSV)},
        {"url": upload(wire, b'1,"open'), "sourceId": bad, "rawSize": 7},
    ]
    status = finished(wire, table, submit(wire, table, blobs))
    assert [status["status"][name] for name in ("succeeded", "failed", "inProgress", "canceled")] == [1, 1, 0, 0]
    told = {blob["sourceId"]: blob for blob in status["details"]}
    assert told[good]["status"] == "Succeeded" and "sig=" not in told[good]["url"]
    assert (told[bad]["status"], told[bad]["errorCode"]) == ("Failed", "Stream_ClosingQuoteMissing")
    assert told[bad]["failureStatus"] == "Permanent" and told[bad]["details"]
    assert bench.lines(table) == READING_LINES


def test_a_source_submitted_twice_is_one_copy(bench: Bench) -> None:
    table, wire = bench.new_table(), bench.wire
    blob = {"url": upload(wire, CSV), "sourceId": str(uuid.uuid4()), "rawSize": len(CSV)}
    operations = [submit(wire, table, [blob]) for _ in range(2)]
    for operation in operations:
        assert finished(wire, table, operation)["status"]["succeeded"] == 1
    assert bench.lines(table) == READING_LINES


def test_an_operation_that_waits_can_be_canceled(bench: Bench) -> None:
    table, wire = bench.new_table(), bench.wire
    policy = '{"MaximumBatchingTimeSpan":"00:30:00","MaximumNumberOfItems":500,"MaximumRawDataSizeMB":1024}'
    wire.command(f".alter table {table} policy ingestionbatching @'{policy}'")
    blob = {"url": upload(wire, CSV), "rawSize": len(CSV)}
    operation = submit(wire, table, [blob], skipBatching=False)
    wire.command(f'.cancel queued ingestion operation "{operation}"')
    assert finished(wire, table, operation)["status"]["canceled"] == 1
    assert wire.count(table) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document["blobs"].clear(),
        lambda document: document["blobs"].extend(document["blobs"] * 20),
        lambda document: document["properties"].update(format="no such format"),
        lambda document: document.pop("blobs"),
    ],
)
def test_a_wrong_submission_is_refused(bench: Bench, spoil: Callable[[dict[str, Any]], object]) -> None:
    table = bench.new_table()
    document = {"blobs": [{"url": upload(bench.wire, CSV)}], "properties": {"format": "csv"}}
    spoil(document)
    reply = bench.wire.post(f"/v1/rest/ingestion/queued/{bench.database}/{table}", document)
    assert reply.status == 400 and reply.error()["@permanent"] is True


def test_an_operation_that_nobody_knows_is_not_found(bench: Bench) -> None:
    table = bench.new_table()
    path = f"/v1/rest/ingestion/queued/{bench.database}/{table}/{uuid.uuid4()}?details=true"
    assert bench.wire.request("GET", path).status == 404


def ready_queue(bench: Bench) -> QueueClient:
    rows = bench.wire.command(".get ingestion resources", database="NetDefaultDB")[0]["Rows"]
    return QueueClient.from_queue_url(next(root for kind, root in rows if kind == "SecuredReadyForAggregationQueue"))


@pytest.mark.parametrize(
    "text",
    ["no JSON", base64.b64encode(b"\xff\xfe\x00").decode(), base64.b64encode(b"[]").decode(), json.dumps({"Id": 1})],
)
def test_a_message_that_cannot_be_read_is_set_aside(bench: Bench, text: str) -> None:
    posted = ready_queue(bench).send_message(text)

    def is_listed() -> bool:
        shown = bench.wire.command(f".show ingestion failures | where Details has '{posted.id}' | project ErrorCode")
        return shown[0]["Rows"] == [["BadRequest_CorruptedMessage"]]

    until("the message is listed among the failures", is_listed)
    table = bench.new_table()
    with_json = {
        "Id": str(uuid.uuid4()), "BlobPath": bench.upload("readings.csv", CSV), "DatabaseName": bench.database,
        "TableName": table, "FlushImmediately": "true", "AdditionalProperties": {"format": "csv"},
    }  # fmt: skip
    ready_queue(bench).send_message(json.dumps(with_json))
    bench.until_count(table, 5)


def test_a_forged_signature_opens_nothing(bench: Bench) -> None:
    url = bench.upload("readings.csv", CSV)
    forged = url.replace("sig=", "sig=AAAA")
    with pytest.raises(HttpResponseError) as raised:
        ContainerClient.from_container_url(forged.rsplit("/", 1)[0] + "?" + forged.split("?")[1]).upload_blob("x", b"1")
    assert raised.value.status_code == 403
