"""What clients send: properties in two spellings, missing databases, chunked bodies, odd blanks, GET forms."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from harness.wire import Wire

JSON = {"Content-Type": "application/json; charset=utf-8"}


@pytest.mark.parametrize("as_text", [False, True], ids=["object", "string"])
def test_properties_come_as_an_object_or_as_text(wire: Wire, as_text: bool) -> None:
    properties = {"Options": {"query_now": "2001-01-01"}, "Parameters": {"x": "long(5)"}, "ClientRequestId": "p;1"}
    document = {
        "db": wire.database,
        "csl": "declare query_parameters(x:long); print x, getyear(now())",
        "properties": json.dumps(properties) if as_text else properties,
    }
    reply = wire.post("/v2/rest/query", document)
    assert reply.status == 200, reply.body
    assert reply.json()[2]["Rows"] == [[5, 2001]]


@pytest.mark.parametrize("properties", [None, {}, "", "{}", {"Options": None, "Parameters": None}])
def test_empty_properties_mean_none(wire: Wire, properties: object) -> None:
    reply = wire.post("/v2/rest/query", {"db": wire.database, "csl": "print 1", "properties": properties})
    assert reply.status == 200, reply.body


@pytest.mark.parametrize(
    "timeout", ["00:04:00", "0:02:00", "00:01:30.000", "00:10:00.000", "50m", "1.00:00:00", 600_000_000]
)
def test_every_spelling_of_the_server_timeout_is_taken(wire: Wire, timeout: object) -> None:
    assert wire.query("print 1", options={"servertimeout": timeout}).status == 200


@pytest.mark.parametrize(
    ("declared", "sent", "expected"),
    [
        ("string", "bare text", "bare text"),
        ("string", '"quoted by Go"', "quoted by Go"),
        ("string", "'it''s'x", "'it''s'x"),
        ("long", 7, 7),
        ("long", "7", 7),
        ("int", "int(7)", 7),
        ("real", 1.5, 1.5),
        ("real", "1.5", 1.5),
        ("bool", True, True),
        ("bool", "true", True),
        ("bool", "bool(false)", False),
        ("datetime", "2016-01-01T01:01:01.0000000Z", "2016-01-01T01:01:01"),
        ("datetime", "datetime(2016-01-01T01:01:01Z)", "2016-01-01T01:01:01"),
        ("timespan", "time(-00:00:02.0020002)", "-00:00:02.0020002"),
        ("timespan", "timespan(1.00:00:00)", "1.00:00:00"),
        ("guid", "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "74be27de-1e4e-49d9-b579-fe0b331d3642"),
        ("decimal", "decimal(1.50)", "1.5"),
        ("dynamic", 'dynamic(["a"])', ["a"]),
    ],
)
def test_parameters_are_lenient_about_literals(wire: Wire, declared: str, sent: object, expected: object) -> None:
    value = wire.scalar(f"declare query_parameters(p:{declared}); print p", parameters={"p": sent})
    if declared == "datetime":
        assert value.startswith(expected)
    elif declared == "decimal":
        assert float(value) == float(expected)
    else:
        assert value == expected


def test_a_parameter_of_the_wrong_type_is_a_bad_request(wire: Wire) -> None:
    reply = wire.query("declare query_parameters(p:long); print p", parameters={"p": "long(not a number)"})
    assert reply.status == 400 and reply.error()["@permanent"] is True


@pytest.mark.parametrize("text", [".show cluster", ".show databases", ".show version", " \r\n.show version  "])
def test_cluster_commands_need_no_database(wire: Wire, text: str) -> None:
    assert wire.post("/v1/rest/mgmt", {"csl": text}).status == 200


def test_the_default_database_is_there(wire: Wire) -> None:
    assert wire.post("/v2/rest/query", {"db": "NetDefaultDB", "csl": "print 1"}).status == 200


def test_blanks_comments_and_set_statements_may_surround_a_query(wire: Wire) -> None:
    text = "\r\n// a comment\r\nset notruncation;\r\n// another\r\n  print 1\r\n  | extend y = 2 // end\r\n"
    assert wire.rows(text) == [[1, 2]]


def test_a_comment_before_a_command_makes_it_no_command(wire: Wire) -> None:
    assert wire.query("// comment\n.show tables").status == 400


def test_the_query_may_come_by_get(wire: Wire) -> None:
    query = urlencode({"csl": "print a='ø+ b'", "db": wire.database, "properties": '{"Options":{}}'}, quote_via=quote)
    reply = wire.request("GET", f"/v2/rest/query?{query}")
    assert reply.status == 200, reply.body
    assert reply.json()[2]["Rows"] == [["ø+ b"]]


def test_a_chunked_body_without_length_is_read(wire: Wire) -> None:
    body = json.dumps({"db": wire.database, "csl": "print 'chunked'"}).encode()

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    reply = wire.request("POST", "/v2/rest/query", chunks(), JSON)
    assert reply.status == 200 and reply.json()[2]["Rows"] == [["chunked"]]


def test_expect_100_continue_is_answered_before_the_body(wire: Wire) -> None:
    body = json.dumps({"db": wire.database, "csl": "print 'waited'"}).encode()
    head = (
        "POST /v2/rest/query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((wire.host, wire.port), timeout=30) as connection:
        connection.sendall(head.encode())
        assert connection.recv(25).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"HTTP/1.1 200" in answer and b'"waited"' in answer


def test_one_connection_serves_many_requests(wire: Wire) -> None:
    kept = wire.keep_alive()
    assert [kept.scalar(f"print {number}") for number in range(20)] == list(range(20))
    kept.close()


def test_requests_in_a_row_on_one_connection_survive_an_error_between(wire: Wire) -> None:
    kept = wire.keep_alive()
    assert kept.query("Nonexistent").status == 400
    assert kept.scalar("print 1") == 1
    kept.close()


def test_names_with_blanks_come_percent_encoded(wire: Wire) -> None:
    wire.command(".create table ['odd name.1-2'] (a:int)")
    assert wire.stream("odd name.1-2", b"1\n2\n").status == 200
    assert wire.count("odd name.1-2") == 2


def test_a_plus_in_a_path_is_a_plus(wire: Wire) -> None:
    reply = wire.request("POST", f"/v1/rest/ingest/{wire.database}/a+b%2Bc?streamFormat=csv", b"1")
    assert reply.status == 400 and "'a+b+c'" in reply.error()["@message"]


def test_a_read_only_request_may_not_write(wire: Wire) -> None:
    reply = wire.execute("/v1/rest/mgmt", ".create table ReadOnly (a:int)", headers={"x-ms-readonly": "true"})
    assert reply.status in (400, 403) and reply.error()["@permanent"] is True
    assert wire.execute("/v1/rest/mgmt", ".show tables", headers={"x-ms-readonly": "true"}).status == 200
