"""Streaming ingestion by raw HTTP: what the SDKs send in all their spellings, retries, limits, throttling."""

import gzip
import io
import json
import socket
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator

import pytest

from blob_store import BlobStore
from harness.server import Server
from harness.wire import Wire

STREAM_BYTES_ACCEPTED = 10 * 1024 * 1024
FIELD_BYTES_MAX = 1024 * 1024
ANSWER_SECONDS_MAX = 30.0


@pytest.fixture
def table(new_table: Callable[..., str]) -> str:
    """A table of two columns."""
    return new_table("a:long, s:string")


def test_the_answer_is_a_v1_table_with_the_number_of_records(wire: Wire, table: str) -> None:
    reply = wire.stream(table, b"1,x\n2,y\n")
    [answered] = reply.json()["Tables"]
    assert [column["ColumnName"] for column in answered["Columns"]] == [
        "ConsumedRecordsCount",
        "UpdatePolicyStatus",
        "UpdatePolicyFailureCode",
        "UpdatePolicyFailureReason",
    ]
    assert answered["Rows"] == [[2, "Inactive", "Unknown", None]]


@pytest.mark.parametrize("spelling", ["csv", "Csv", "CSV"])
def test_the_format_is_named_in_any_case(wire: Wire, table: str, spelling: str) -> None:
    assert wire.stream(table, b"1,x", stream_format=spelling).status == 200
    assert wire.count(table) == 1


@pytest.mark.parametrize("header", ["gzip", None])
@pytest.mark.parametrize("packed", [False, True], ids=["raw", "gzipped"])
def test_compression_is_told_by_the_bytes_alone(wire: Wire, table: str, header: str | None, packed: bool) -> None:
    body = gzip.compress(b"1,x\n2,y") if packed else b"1,x\n2,y"
    reply = wire.stream(table, body, headers={} if header is None else {"Content-Encoding": header})
    assert reply.status == 200, reply.body
    assert wire.count(table) == 2


def test_gzip_members_in_a_row_are_one_body(wire: Wire, table: str) -> None:
    assert wire.stream(table, gzip.compress(b"1,x\n") + gzip.compress(b"2,y\n")).status == 200
    assert wire.count(table) == 2


def test_all_members_of_a_zip_archive_are_read(wire: Wire, table: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.csv", "1,x\n")
        archive.writestr("two.csv", "2,y\n")
    assert wire.stream(table, packed.getvalue()).status == 200
    assert wire.count(table) == 2


def test_a_chunked_body_is_read(wire: Wire, table: str) -> None:
    chunks: Iterator[bytes] = (f"{number},x\n".encode() for number in range(100))
    assert wire.stream(table, chunks).status == 200
    assert wire.count(table) == 100


def test_a_retry_with_the_same_source_id_is_acknowledged_and_not_doubled(wire: Wire, table: str) -> None:
    source = uuid.uuid4()
    replies = [wire.stream(table, b"1,x\n2,y\n", source_id=source, attempt=attempt) for attempt in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert all(reply.json()["Tables"][0]["Rows"] for reply in replies)
    assert wire.count(table) == 2


@pytest.mark.parametrize(
    "prefix",
    [
        "KPC.executeManagedStreamingIngest",
        "KNC.executeManagedStreamingIngestFromStream",
        "KJC.executeManagedStreamingIngest.ingestFromStream",
        "KGC.executeManagedStreamingIngest",
    ],
)
def test_every_sdks_retries_are_recognised(wire: Wire, table: str, prefix: str) -> None:
    source = uuid.uuid4()
    for attempt in range(2):
        headers = {"x-ms-client-request-id": f"{prefix};{source};{attempt}"}
        assert wire.stream(table, b"1,x", headers=headers).status == 200
    assert wire.count(table) == 1


def test_the_same_source_id_at_the_same_moment_is_one_copy(server: Server, wire: Wire, table: str) -> None:
    source = uuid.uuid4()
    statuses: list[int] = []

    def send(attempt: int) -> None:
        client = Wire(server.port, wire.database)
        statuses.append(client.stream(table, b"1,x\n", source_id=source, attempt=attempt).status)

    threads = [threading.Thread(target=send, args=(attempt,)) for attempt in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8
    assert wire.count(table) == 1


def test_a_plain_streaming_request_id_is_no_source_id(wire: Wire, table: str) -> None:
    headers = {"x-ms-client-request-id": f"KPC.executeStreamingIngest;{uuid.uuid4()}"}
    for _ in range(2):
        assert wire.stream(table, b"1,x", headers=headers).status == 200
    assert wire.count(table) == 2


@pytest.mark.parametrize("key", ["sourceUri", "SourceUri"])
def test_a_blob_is_fetched_by_the_server(wire: Wire, table: str, key: str) -> None:
    with BlobStore({"/account/c/plain.csv": b"1,x\n", "/account/c/packed.csv": gzip.compress(b"2,y\n")}) as store:
        for path in ("/account/c/plain.csv", "/account/c/packed.csv"):
            body = json.dumps({key: store.url(path)}).encode()
            reply = wire.stream(table, body, sourceKind="uri")
            assert reply.status == 200, reply.body
    assert wire.rows(f"{table} | order by a asc") == [[1, "x"], [2, "y"]]


def test_a_blob_that_is_not_there_is_a_bad_request(wire: Wire, table: str) -> None:
    with BlobStore({}) as store:
        reply = wire.stream(table, json.dumps({"sourceUri": store.url("/none")}).encode(), sourceKind="uri")
    assert reply.status == 400 and "sig=" not in reply.error()["@message"]


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/latest/meta-data", "http://[fe80::1]/x", "file:///etc/passwd", "not a url"]
)
def test_addresses_of_the_machine_itself_are_never_fetched(wire: Wire, table: str, address: str) -> None:
    reply = wire.stream(table, json.dumps({"sourceUri": address}).encode(), sourceKind="uri")
    assert reply.status in (400, 403) and reply.error()["@permanent"] is True
    assert wire.count(table) == 0


class TestRefusals:
    """Malformed data and limits: a permanent error, and not one row."""

    @pytest.mark.parametrize(
        ("body", "stream_format"),
        [
            (b"", "csv"),
            (b'{"a":1', "json"),
            (b"not json at all", "multijson"),
            (gzip.compress(b"1,x")[:-9], "csv"),
            (b"\x1f\x8b\x08\x00garbage that is not deflate", "csv"),
            (b"PK\x03\x04 not an archive", "csv"),
            (b"1,x", "nosuchformat"),
        ],
    )
    def test_data_that_cannot_be_read_is_refused(
        self, wire: Wire, table: str, body: bytes, stream_format: str
    ) -> None:
        reply = wire.stream(table, body, stream_format=stream_format)
        assert reply.status == 400 and reply.error()["@permanent"] is True
        assert wire.count(table) == 0

    def test_the_format_must_be_given(self, wire: Wire, table: str) -> None:
        reply = wire.request("POST", f"/v1/rest/ingest/{wire.database}/{table}", b"1,x")
        assert reply.status in (200, 400)
        if reply.status == 400:
            assert reply.error()["@permanent"] is True

    def test_a_missing_mapping_is_named(self, wire: Wire, table: str) -> None:
        reply = wire.stream(table, b"{}", stream_format="json", mapping="m 1")
        error = reply.error()
        assert (reply.status, error["code"]) == (400, "BadRequest_MappingReferenceWasNotFound")
        assert "m 1" in error["@message"]

    def test_ten_megabytes_are_taken(self, wire: Wire, table: str) -> None:
        line = b"1," + b"x" * 1021 + b"\n"
        body = line * (STREAM_BYTES_ACCEPTED // len(line))
        assert wire.stream(table, body).status == 200
        assert wire.count(table) == len(body) // len(line)

    def test_too_large_a_body_is_413_whether_its_length_is_told_or_not(self, wire: Wire, table: str) -> None:
        chunk = b"1,xxxxxxxxxxxx\n" * 70_000
        for body in (chunk * 40, (chunk for _ in range(40))):
            try:
                reply = wire.stream(table, body)
            except (BrokenPipeError, ConnectionResetError):
                continue  # The server may hang up on a body that it will not read.
            error = reply.error()
            assert (reply.status, error["@permanent"]) == (413, True)
            assert "too large" in error["@message"].lower()
        assert wire.count(table) == 0

    def test_a_field_of_48_megabytes_is_cut_to_the_longest_string(self, wire: Wire, table: str) -> None:
        body = gzip.compress(b"1," + b"y" * (48 * 1024 * 1024) + b"\n", compresslevel=1)
        reply = wire.stream(table, body, headers={"Content-Encoding": "gzip"})
        assert reply.status == 200, reply.body
        assert wire.scalar(f"{table} | project string_size(s)") == FIELD_BYTES_MAX


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """A server with room for one stream at a time."""
    settings = {"STREAMING_REQUESTS_MAX": "1"}
    server = Server(tmp_path_factory.mktemp("narrow") / "data", settings=settings).start()
    wire = Wire(server.port, "NetDefaultDB")
    wire.command(".create table T (a:long, s:string)")
    yield wire
    server.stop()


class TestThrottling:
    """More streams at a time than there is room for."""

    def test_one_too_many_is_told_to_come_back_later(self, narrow: Wire) -> None:
        with self.held_stream(narrow):
            reply = narrow.stream("T", b"1,x")
        assert (reply.status, reply.error()["@permanent"]) == (429, False)

    def test_the_place_is_free_again_when_its_holder_is_gone(self, narrow: Wire) -> None:
        with self.held_stream(narrow):
            pass
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while (reply := narrow.stream("T", b"1,x")).status == 429:
            assert time.monotonic() < deadline, "the place was not freed"
        assert reply.status == 200

    @staticmethod
    def held_stream(wire: Wire) -> socket.socket:
        """Starts a stream and keeps its body back; on return the server waits for it."""
        head = (
            f"POST /v1/rest/ingest/{wire.database}/T?streamFormat=csv HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n"
        )
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while True:
            held = socket.create_connection((wire.host, wire.port), timeout=ANSWER_SECONDS_MAX)
            held.sendall(head.encode())
            answer = held.recv(25)
            if answer.startswith(b"HTTP/1.1 100"):
                return held
            held.close()
            # The stream that the test before this one held may still be leaving.
            assert answer.startswith(b"HTTP/1.1 429") and time.monotonic() < deadline, answer
