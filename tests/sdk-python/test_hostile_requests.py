"""Requests that no honest client sends: each gets an error or a hang-up, and the server goes on answering others."""

import gzip
import itertools
import json
import socket
from collections.abc import Iterator

import pytest

from harness.server import Server
from harness.wire import Wire

RECV_BYTES = 65536
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for these tests alone: what kills it must not take other suites along."""
    started = Server(tmp_path_factory.mktemp("victim") / "data", arguments=("--database", "Suite")).start()
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def server(victim: Server) -> Iterator[Server]:
    """The victim; after each test the same process must still answer."""
    if not victim.is_running():
        victim.start()
    pid = victim.pid
    yield victim
    assert victim.is_running() and victim.pid == pid, victim.log_tail()
    assert Wire(victim.port, "Suite").is_answering()


@pytest.fixture
def wire(server: Server) -> Wire:
    """The raw protocol to the victim."""
    return Wire(server.port, "Suite")


@pytest.fixture
def table(wire: Wire) -> str:
    """An empty table."""
    name = f"Table{next(_numbers)}"
    wire.command(f".create table {name} (a:long, s:string, y:dynamic)")
    return name


def talk(wire: Wire, sent: bytes, *, then_close: bool = False) -> bytes:
    """Sends bytes as they are; returns what comes back until the server hangs up or falls silent."""
    with socket.create_connection((wire.host, wire.port), timeout=10) as connection:
        try:
            connection.sendall(sent)
            if then_close:
                return b""
            return b"".join(iter(lambda: connection.recv(RECV_BYTES), b""))
        except (ConnectionResetError, BrokenPipeError):
            return b""


def head(path: str, *lines: str) -> bytes:
    """Returns the head of a POST that asks to close the connection."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", *lines, "", ""]).encode()


@pytest.mark.parametrize("path", ["/v2/rest/query", "/v1/rest/mgmt", "/v1/rest/ingest/Suite/T?streamFormat=csv"])
def test_a_body_that_stops_half_way(wire: Wire, path: str) -> None:
    for _ in range(20):
        talk(wire, head(path, "Content-Length: 1000000") + b'{"db":"Suite","csl":"pri', then_close=True)


def test_a_chunk_whose_size_is_no_number(wire: Wire) -> None:
    answer = talk(wire, head("/v2/rest/query", "Transfer-Encoding: chunked") + b"zz\r\nhello\r\n0\r\n\r\n")
    assert b" 200 " not in answer[:20]


def test_bytes_that_are_no_http(wire: Wire) -> None:
    assert b" 200 " not in talk(wire, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(512))[:20]


def test_headers_without_end(wire: Wire) -> None:
    answer = talk(wire, head("/v2/rest/query", "x-filler: " + "a" * 2_000_000, "Content-Length: 0"))
    assert b" 200 " not in answer[:20]


def test_more_headers_than_anybody_needs(wire: Wire) -> None:
    lines = [f"x-filler-{number}: a" for number in range(5_000)]
    assert b" 200 " not in talk(wire, head("/v2/rest/query", *lines, "Content-Length: 0"))[:20]


def test_an_address_without_end(wire: Wire) -> None:
    assert b" 200 " not in talk(wire, head("/v1/rest/ingest/" + "a" * 1_000_000, "Content-Length: 0"))[:20]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"db":1,"csl":2}',
        b'{"db":"Suite"}',
        b'{"csl":"print 1","db":"Suite","properties":"{not json"}',
        b'{"csl":"print 1","db":"Suite","properties":[1]}',
        b'{"db":"Suite","csl":"print \xff\xfe"}',
        b'{"db":"Suite","csl":"print \\ud800"}',
        b"\xef\xbb\xbf{",
        b"[" * 200_000,
        b'{"csl":"print 1","db":"Suite","properties":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    ],
)
def test_a_request_body_that_is_no_request(wire: Wire, body: bytes) -> None:
    reply = wire.request("POST", "/v2/rest/query", body, {"Content-Type": "application/json"})
    assert reply.status == 400 and reply.error()["@permanent"] is True


def test_a_query_text_larger_than_accepted(wire: Wire) -> None:
    text = "print '" + "a" * (40 * 1024 * 1024) + "'"
    try:
        assert wire.query(text).status in (400, 413)
    except (BrokenPipeError, ConnectionResetError):
        pass


@pytest.mark.parametrize("depth", [100, 10_000, 100_000])
@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [
        ("print ", "(", ")"),
        ("print ", "not(", ")"),
        ("print x = ", "-", ""),
        ("print dynamic(", "[", "]"),
        ("print ", "toscalar(print ", ")"),
        ("print 1 | where true", " and (true", ")"),
        ("union ", "(union ", ")"),
    ],
)
def test_a_query_nested_without_end(wire: Wire, opening: str, middle: str, closing: str, depth: int) -> None:
    tail = ")" if opening.endswith("dynamic(") else ""
    reply = wire.query(f"{opening}{middle * depth}1{closing * depth}{tail}")
    assert reply.status in (200, 400)
    if reply.status == 400:
        reply.error()


@pytest.mark.parametrize(
    ("first", "more"),
    [
        ("print 1", " + 1"),
        ("print true", " or true"),
        ("print 'a'", " 'b'"),
        ("print x = 1", " | extend y = x"),
        ("print x = 1", " | where x == 1"),
        ("print x = 1", " | union (print x = 2)"),
        ("print x = 1", " | join kind=inner (print x = 1) on x | project x"),
        ("print x = 1", " | sort by x asc"),
        ("print x = 1", "; print x = 1"),
        ("let a0 = 1; print 1", "; let a = 1; print a"),
    ],
)
@pytest.mark.parametrize("length", [200, 500, 1_000, 20_000])
def test_a_query_long_without_end(wire: Wire, first: str, more: str, length: int) -> None:
    reply = wire.query(first + more * length, options={"servertimeout": "00:00:20"})
    assert reply.status in (200, 400, 504)


@pytest.mark.parametrize("depth", [100, 300])
@pytest.mark.parametrize(
    ("opening", "part", "middle", "closing"),
    [
        ("range x from 1 to 3 step 1 | extend y = ", "x + ", "x", ""),
        ("range x from 1 to 3 step 1 | extend y = ", "(x + ", "x", ")"),
        ("range x from 1 to 3 step 1 | where ", "x != 7 and ", "true", ""),
        ("range x from 1 to 3 step 1 | where ", "x == 7 or ", "true", ""),
        ("range x from 1 to 3 step 1 | where ", "not(", "x == 1", ")"),
        ("range x from 1 to 3 step 1 | extend y = ", "iff(x == 2, 1, ", "0", ")"),
        ("print s = 'a' | extend y = ", "strcat(s, ", "'b'", ")"),
        ("print d = dynamic([1])", " | mv-apply d on (extend d = dynamic([1])", "", ")"),
        ("print d = 1", " | partition by d (extend e = 1", "", ")"),
        ("print x = 1", " | lookup (print x = 1, y = 2) on x | project x", "", ""),
    ],
)
def test_an_expression_over_columns_nested_without_end(
    wire: Wire, opening: str, part: str, middle: str, closing: str, depth: int
) -> None:
    """Planning cannot be interrupted: the answer at the deadline must not wait for it."""
    text = opening + part * depth + middle + closing * depth
    assert wire.query(text, options={"servertimeout": "00:00:05"}).status in (200, 400, 504)


@pytest.mark.parametrize("depth", [20, 100])
@pytest.mark.parametrize(
    ("first", "next_one", "last"),
    [
        ("let a0 = 1", "let a{0} = a{1} + 1", "print a{0}"),
        ("let a0 = print x = 1", "let a{0} = union a{1}, a{1}", "a{0} | count"),
        ("let a0 = (x:long) {{ x }}", "let a{0} = (x:long) {{ a{1}(x) + a{1}(x) }}", "print a{0}(1)"),
        ("let a0 = print x = 1", "let a{0} = a{1} | join kind=inner a{1} on x", "a{0} | count"),
    ],
)
def test_declarations_that_double_what_they_declare(
    wire: Wire, first: str, next_one: str, last: str, depth: int
) -> None:
    statements = [first.format(), *(next_one.format(n, n - 1) for n in range(1, depth)), last.format(depth - 1)]
    assert wire.query("; ".join(statements), options={"servertimeout": "00:00:05"}).status in (200, 400, 504)


@pytest.mark.parametrize(
    "text",
    [
        "print strlen('" + "a" * 1_000_000 + "')",
        "//" + "a" * 1_000_000 + "\nprint 1",
        "print x = 1" + " + 1" * 250_000,
        "print x = 'a' | where x in (" + ", ".join(f"'{n:08}'" for n in range(80_000)) + ")",
        "print x = 1" + " | where x > 0" * 70_000,
    ],
    ids=["literal", "comment", "sum", "list", "pipe"],
)
def test_a_query_text_of_a_megabyte(wire: Wire, text: str) -> None:
    assert wire.query(text, options={"servertimeout": "00:00:10"}).status in (200, 400, 504)


def test_a_result_of_more_columns_than_a_table_may_have(wire: Wire) -> None:
    text = "print " + ", ".join(f"c{number}={number}" for number in range(20_000))
    reply = wire.query(text, options={"servertimeout": "00:00:20"})
    assert reply.status in (200, 400, 504)


class TestIngestedBodies:
    """Bodies of streams."""

    def test_bytes_that_are_no_text_are_refused_or_replaced(self, wire: Wire, table: str) -> None:
        reply = wire.stream(table, b"1,\xff\xfe\x80bad,{}\n2,good,{}\n")
        assert reply.status in (200, 400)
        assert wire.rows(f"{table} | where a == 2 | project s") == ([["good"]] if reply.status == 200 else [])

    def test_a_record_of_a_hundred_thousand_columns(self, wire: Wire, table: str) -> None:
        reply = wire.stream(table, b",".join(b"%d" % number for number in range(100_000)) + b"\n")
        assert reply.status in (200, 400)
        assert wire.count(table) == (1 if reply.status == 200 else 0)

    def test_a_json_record_of_a_hundred_thousand_members(self, wire: Wire, table: str) -> None:
        record = {f"m{number}": number for number in range(100_000)} | {"a": 1}
        reply = wire.stream(table, json.dumps(record).encode(), stream_format="json")
        assert reply.status == 200, reply.body
        assert wire.rows(f"{table} | project a") == [[1]]

    @pytest.mark.parametrize("stream_format", ["json", "multijson"])
    @pytest.mark.parametrize("depth", [100, 10_000, 1_000_000])
    def test_a_record_nested_without_end(self, wire: Wire, table: str, stream_format: str, depth: int) -> None:
        reply = wire.stream(table, b'{"a":1,"y":' + b"[" * depth + b"]" * depth + b"}", stream_format=stream_format)
        assert reply.status in (200, 400)
        count = wire.count(table)
        assert count == (1 if reply.status == 200 else 0)
        if count:
            assert wire.query(f"{table} | project gettype(y), y").status == 200

    def test_a_dynamic_field_of_csv_nested_without_end(self, wire: Wire, table: str) -> None:
        body = b"1,x," + b"[" * 10_000 + b"]" * 10_000 + b"\n"
        reply = wire.stream(table, body)
        assert reply.status in (200, 400)

    def test_a_small_archive_of_something_enormous(self, wire: Wire, table: str) -> None:
        member = gzip.compress(b"0,%s\n" % (b"x" * 97) * 330_000, compresslevel=9)
        reply = wire.stream(table, member * 60)  # 2 GB of records in 7 MB
        assert reply.status in (400, 413), reply.body[:200]
        assert wire.count(table) == 0

    def test_a_quote_that_never_closes(self, wire: Wire, table: str) -> None:
        reply = wire.stream(table, b'1,"never closed\n' * 1000)
        assert reply.status in (200, 400)
