"""Queued ingestion over REST in the shapes that the newer Java client (ingest-v2) sends, and the commands around it."""

import gzip
import json
import time
import uuid
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from azure.kusto.data import KustoClient

from blob_store import BlobStore
from harness.wire import Reply, Wire

ENDED_SECONDS_MAX = 60.0
POLL_SECONDS = 0.1
HEADERS = {
    "x-ms-app": "ingest-v2",
    "x-ms-user": "someone",
    "x-ms-client-version": "Kusto.Java.Client.V2:0.0.1-beta",
    "x-ms-version": "2024-12-12",
}
TERMINAL = {"Succeeded", "Failed", "Canceled"}


@pytest.fixture
def table(new_table: Callable[..., str]) -> str:
    """A table of two columns."""
    return new_table("a:long, s:string")


def configuration(wire: Wire) -> Any:
    reply = wire.request("GET", "/v1/rest/ingestion/configuration", headers=headers())
    assert reply.status == 200, reply.body
    return reply.json()


def headers() -> dict[str, str]:
    return HEADERS | {"x-ms-client-request-id": f"KIC.execute;{uuid.uuid4()}"}


def upload(wire: Wire, name: str, body: bytes) -> str:
    """Puts a blob into the container that the configuration names; returns its URL with the signature."""
    container = urlsplit(configuration(wire)["containerSettings"]["containers"][0]["path"])
    url = f"{container.path}/{name}?{container.query}"
    connection = HTTPConnection(container.hostname or "", container.port, timeout=60)
    connection.request("PUT", url, body=body, headers={"x-ms-blob-type": "BlockBlob", "x-ms-version": "2025-05-05"})
    response = connection.getresponse()
    assert response.status == 201, response.read()
    connection.close()
    return f"{container.scheme}://{container.netloc}{url}"


def submit(wire: Wire, table: str, blobs: list[dict[str, Any]], **properties: Any) -> Reply:
    document = {
        "timestamp": "2026-01-01T00:00:00Z",
        "blobs": blobs,
        "properties": {"format": "csv", "enableTracking": True, "skipBatching": True} | properties,
    }
    return wire.post(f"/v1/rest/ingestion/queued/{wire.database}/{table}", document, headers())


def operation_of(reply: Reply) -> str:
    assert reply.status == 200, reply.body
    return str(reply.json()["ingestionOperationId"])


def status(wire: Wire, table: str, operation: str) -> Any:
    path = f"/v1/rest/ingestion/queued/{wire.database}/{table}/{operation}?details=true"
    reply = wire.request("GET", path, headers=headers())
    assert reply.status == 200, reply.body
    return reply.json()


def ended(wire: Wire, table: str, operation: str) -> Any:
    """Asks until every blob's way has ended, as the client decides it."""
    deadline = time.monotonic() + ENDED_SECONDS_MAX
    while True:
        answer = status(wire, table, operation)
        details = answer["details"]
        if details and all(blob["status"] in TERMINAL for blob in details):
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(POLL_SECONDS)


def blob(url: str, size: int = 0) -> dict[str, Any]:
    described: dict[str, Any] = {"url": url, "sourceId": str(uuid.uuid4())}
    return described | ({"rawSize": size} if size else {})


def test_the_configuration_is_what_the_client_reads(wire: Wire) -> None:
    answered = configuration(wire)
    settings, ingestion = answered["containerSettings"], answered["ingestionSettings"]
    assert settings["preferredUploadMethod"] == "Storage" and settings["refreshInterval"] == "01:00:00"
    assert ingestion["maxBlobsPerBatch"] == 20 and ingestion["preferredIngestionMethod"] == "REST"
    container = urlsplit(settings["containers"][0]["path"])
    assert container.port == wire.port and "sig=" in container.query


def test_uploaded_blobs_are_ingested_and_each_is_told_of(wire: Wire, table: str) -> None:
    good = blob(upload(wire, "good.csv.gz", gzip.compress(b"1,x\n2,y\n")), 8)
    bad = blob(upload(wire, "bad.csv", b'3,"z\n'), 5)
    gone = blob(upload(wire, "gone.csv", b"4,z\n").replace("gone.csv", "never.csv"))
    operation = operation_of(submit(wire, table, [good, bad, gone]))
    answer = ended(wire, table, operation)
    assert answer["status"] == {"succeeded": 1, "failed": 2, "inProgress": 0, "canceled": 0}
    assert answer["startTime"].endswith("Z") and answer["lastUpdated"] >= answer["startTime"]
    by_id = {detail["sourceId"]: detail for detail in answer["details"]}
    assert by_id[good["sourceId"]]["status"] == "Succeeded" and by_id[good["sourceId"]]["errorCode"] is None
    assert by_id[bad["sourceId"]]["errorCode"] == "Stream_ClosingQuoteMissing"
    assert by_id[gone["sourceId"]]["failureStatus"] == "Permanent"
    assert "sig=" not in json.dumps(answer)
    assert wire.rows(f"{table} | order by a asc") == [[1, "x"], [2, "y"]]


def test_a_source_posted_twice_is_one_copy(wire: Wire, table: str) -> None:
    source = blob(upload(wire, "once.csv", b"1,x\n"), 4)
    for _ in range(2):
        answer = ended(wire, table, operation_of(submit(wire, table, [source])))
        assert answer["status"]["succeeded"] == 1
    assert wire.count(table) == 1


def test_properties_arrive_as_the_client_writes_them(wire: Wire, new_table: Callable[..., str]) -> None:
    table = new_table("a:int")
    mapping = [{"columnName": "a", "columnType": "int", "properties": {"Path": "$.x"}}]
    url = upload(wire, "mapped.json", b'{"x": 7}\n')
    properties = {
        "format": "json",
        "tags": ["ingest-by:x", "drop-by:y", "z"],
        "ingestIfNotExists": ["x"],
        "ingestionMapping": json.dumps(mapping),
        "creationTime": "2025-10-01T11:00:00Z",
        "deleteAfterDownload": False,
        "ignoreFirstRecord": False,
    }
    first = ended(wire, table, operation_of(submit(wire, table, [blob(url, 9)], **properties)))
    assert first["status"]["succeeded"] == 1, first
    assert wire.rows(table) == [[7]]
    [extent] = wire.command(f".show table {table} extents | project Tags, MinCreatedOn")[0]["Rows"]
    assert extent[0].split() == ["ingest-by:x", "drop-by:y", "z"] and extent[1].startswith("2025-10-01T11:00:00")
    again = ended(wire, table, operation_of(submit(wire, table, [blob(url, 9)], **properties)))
    assert again["status"]["succeeded"] == 1, again
    assert wire.count(table) == 1


def test_an_untracked_submission_has_no_id_and_is_found_by_its_source(wire: Wire, table: str) -> None:
    source = blob(upload(wire, "untracked.csv", b"1,x\n"), 4)
    assert operation_of(submit(wire, table, [source], enableTracking=False)) == ""
    show = f'.show queued ingestion operations "{source["sourceId"]}" details | project IngestionStatus'
    deadline = time.monotonic() + ENDED_SECONDS_MAX
    while wire.execute("/v1/rest/mgmt", show).json().get("Tables", [{"Rows": []}])[0]["Rows"] != [["Succeeded"]]:
        assert time.monotonic() < deadline
        time.sleep(POLL_SECONDS)
    assert wire.count(table) == 1


def test_what_cannot_be_queued_is_refused_for_good(wire: Wire, table: str) -> None:
    url = "http://127.0.0.1:1/x.csv"
    assert submit(wire, table, [blob(url) for _ in range(21)]).error()["@permanent"] is True
    assert submit(wire, table, []).status == 400
    assert submit(wire, "NoSuchTable", [blob(url)]).error()["code"] == "BadRequest_TableNotExist"
    unknown = wire.request("GET", f"/v1/rest/ingestion/queued/{wire.database}/{table}/{uuid.uuid4()}?details=true")
    assert unknown.status == 404 and unknown.error()["@permanent"] is True


def test_an_operation_is_shown_and_canceled_by_command(wire: Wire, client: KustoClient, table: str) -> None:
    source = blob(upload(wire, "late.csv", b"1,x\n"), 4)
    operation = operation_of(submit(wire, table, [source], skipBatching=False))
    shown = client.execute_mgmt(wire.database, f'.show queued ingestion operations "{operation}"').primary_results[0]
    assert (shown[0]["State"], shown[0]["Pending"], shown[0]["Table"]) == ("InProgress", 1, table)
    canceled = client.execute_mgmt(wire.database, f'.cancel queued ingestion operation "{operation}"')
    assert canceled.primary_results[0][0]["State"] == "Canceled"
    answer = ended(wire, table, operation)
    assert [detail["status"] for detail in answer["details"]] == ["Canceled"]
    assert wire.count(table) == 0


def test_blobs_of_a_container_are_listed_and_queued(wire: Wire, client: KustoClient, table: str) -> None:
    names = ["/acc/box/in/year=2024/a.csv", "/acc/box/in/year=2025/b.csv", "/acc/box/in/notes.txt", "/acc/box/out/c.csv"]
    with BlobStore({name: f"{number},x\n".encode() for number, name in enumerate(names)}) as store:
        listing = f""".list blobs (h"{store.url("/acc/box/in/")}") Suffix=".csv"
            PathFormat=("year=" datetime_pattern("yyyy", creationTime) "/")"""
        listed = client.execute_mgmt(wire.database, listing).primary_results[0]
        assert [row["BlobUri"].split("/acc/")[1] for row in listed] == ["box/in/year=2024/a.csv", "box/in/year=2025/b.csv"]
        assert [row["SizeInBytes"] for row in listed] == [4, 4]
        assert listed[0]["CapturedVariables"] == {"creationTime": "01/01/2024 00:00:00"}
        command = f".ingest-from-storage-queued into table {table} EnableTracking=true SkipBatching=true"
        queued = client.execute_mgmt(wire.database, f'{command} with (format="csv") <| {listing}').primary_results[0]
        answer = ended(wire, table, queued[0]["IngestionOperationId"])
    assert answer["status"]["succeeded"] == 2, answer
    assert wire.rows(f"{table} | order by a asc | project a") == [[0], [1]]
    created = wire.command(f".show table {table} extents | project MinCreatedOn | order by MinCreatedOn asc")
    assert [row[0][:10] for row in created[0]["Rows"]] == ["2024-01-01", "2025-01-01"]


def test_metrics_count_what_was_queued(wire: Wire, table: str) -> None:
    def metric(name: str) -> int:
        lines = wire.request("GET", "/metrics").body.decode().splitlines()
        values = [line.rsplit(" ", 1)[1] for line in lines if line.startswith(f"calypso_queued_ingestion_{name}")]
        return sum(int(value) for value in values)

    before = metric("succeeded_total"), metric("rows_total"), metric("batches_total")
    ended(wire, table, operation_of(submit(wire, table, [blob(upload(wire, "m.csv", b"1,x\n2,y\n"), 8)])))
    after = metric("succeeded_total"), metric("rows_total"), metric("batches_total")
    assert [late - early for early, late in zip(before, after)] == [1, 2, 1]
