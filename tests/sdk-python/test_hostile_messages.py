"""What no client of queued ingestion would send: messages that nobody can read, forged signatures, unknown ids."""

import base64
import json
import uuid
from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import ContainerClient
from azure.storage.queue import QueueClient

from harness.server import Server
from queued import SAMPLES, Bench

CSV = (SAMPLES / "readings.csv").read_bytes()
UNREADABLE = [
    "no JSON",
    base64.b64encode(b"\xff\xfe\x00").decode(),
    base64.b64encode(b"[]").decode(),
    json.dumps({"Id": 1}),
    base64.b64encode(b"[" * 40_000).decode(),
]


@pytest.fixture(scope="module")
def bench(server: Server, database: str) -> Iterator[Bench]:
    """The session's server."""
    opened = Bench(server, database)
    yield opened
    opened.close()


def test_an_operation_that_nobody_knows_is_not_found(bench: Bench) -> None:
    table = bench.new_table()
    path = f"/v1/rest/ingestion/queued/{bench.database}/{table}/{uuid.uuid4()}?details=true"
    assert bench.wire.request("GET", path).status == 404


def ready_queue(bench: Bench) -> QueueClient:
    rows = bench.wire.command(".get ingestion resources", database="NetDefaultDB")[0]["Rows"]
    return QueueClient.from_queue_url(next(root for kind, root in rows if kind == "SecuredReadyForAggregationQueue"))


def test_messages_that_cannot_be_read_are_set_aside_and_the_next_is_ingested(bench: Bench) -> None:
    queue = ready_queue(bench)
    posted = [queue.send_message(text).id for text in UNREADABLE]
    table = bench.new_table()
    with_json = {
        "Id": str(uuid.uuid4()), "BlobPath": bench.upload("readings.csv", CSV), "DatabaseName": bench.database,
        "TableName": table, "FlushImmediately": "true", "AdditionalProperties": {"format": "csv"},
    }  # fmt: skip
    queue.send_message(json.dumps(with_json))
    bench.until_count(table, 5)
    shown = ".show ingestion failures | where ErrorCode == 'BadRequest_CorruptedMessage' | project Details"
    details = " ".join(row[0] for row in bench.wire.command(shown)[0]["Rows"])
    assert [message for message in posted if message not in details] == []


def test_a_forged_signature_opens_nothing(bench: Bench) -> None:
    url = bench.upload("readings.csv", CSV)
    forged = url.replace("sig=", "sig=AAAA")
    with pytest.raises(HttpResponseError) as raised:
        ContainerClient.from_container_url(forged.rsplit("/", 1)[0] + "?" + forged.split("?")[1]).upload_blob("x", b"1")
    assert raised.value.status_code == 403
