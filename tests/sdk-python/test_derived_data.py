"""Data that other data makes: update policies over streamed, queued and inline rows, ingestion time, cursors."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from azure.kusto.data import DataFormat, KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.exceptions import KustoServiceError
from azure.kusto.ingest import IngestionProperties, KustoStreamingIngestClient

from harness.server import Server
from harness.wire import RequestFailed, Wire
from queued import Bench, until

NewTable = Callable[..., str]
MakeTables = Callable[[], tuple[str, str]]
LEVELS = "1,Error,disk\n2,Info,ready\n3,Error,net\n"


@pytest.fixture
def streaming(server: Server) -> Iterator[KustoStreamingIngestClient]:
    with KustoStreamingIngestClient(KustoConnectionStringBuilder(server.url)) as opened:
        yield opened


@pytest.fixture
def errors_of(wire: Wire, new_table: NewTable) -> MakeTables:
    """Makes a table of log lines and one that an update policy fills with the errors among them."""

    def make() -> tuple[str, str]:
        source = new_table("n:long, level:string, text:string")
        target = new_table("n:long, text:string")
        set_policy(wire, target, source, f"{source} | where level == 'Error' | project n, text")
        return source, target

    return make


def set_policy(wire: Wire, target: str, source: str, query: str) -> None:
    """Makes a table keep what a query makes of another one's new rows."""
    policy = json.dumps([{"IsEnabled": True, "Source": source, "Query": query, "IsTransactional": True}])
    wire.command(f'.alter table {target} policy update ```{policy}```')


def texts(wire: Wire, table: str) -> list[str]:
    return [text for (text,) in wire.rows(f"{table} | sort by n asc | project text")]


def test_streamed_rows_are_derived_when_they_are_acknowledged(
    streaming: KustoStreamingIngestClient, database: str, wire: Wire, errors_of: MakeTables
) -> None:
    source, target = errors_of()
    properties = IngestionProperties(database, source, DataFormat.CSV)
    streaming.ingest_from_stream(io.BytesIO(LEVELS.encode()), properties)
    assert wire.count(source) == 3
    assert texts(wire, target) == ["disk", "net"]


def test_queued_rows_are_derived_with_their_batch(
    server: Server, database: str, wire: Wire, errors_of: MakeTables
) -> None:
    source, target = errors_of()
    bench = Bench(server, database)
    try:
        bench.client.ingest_from_stream(io.StringIO(LEVELS), bench.properties(source, DataFormat.CSV))
        until("the batch's rows", lambda: wire.count(source) == 3)
        # Both became true together, so there is nothing more to wait for.
        assert texts(wire, target) == ["disk", "net"]
    finally:
        bench.close()


def test_inline_rows_go_through_chains_of_policies(
    wire: Wire, new_table: NewTable, errors_of: MakeTables
) -> None:
    source, target = errors_of()
    counts = new_table("n:long, text:string")
    set_policy(wire, counts, target, f"{target} | summarize n = count() | extend text = 'all'")
    wire.command(f".ingest inline into table {source} <|\n{LEVELS}")
    assert wire.rows(counts) == [[2, "all"]]


def test_a_policy_whose_query_does_not_fit_its_table_is_refused(wire: Wire, new_table: NewTable) -> None:
    source, target = new_table("n:long, text:string"), new_table("n:long")
    with pytest.raises(RequestFailed, match="(?i)schema"):
        set_policy(wire, target, source, source)


def test_ingestion_time_tells_when_rows_came(client: KustoClient, database: str, new_table: NewTable) -> None:
    table = new_table("n:long", rows="1")
    query = f"{table} | project age = now() - ingestion_time() | where age between (0s .. 10m) | count"
    assert client.execute(database, query).primary_results[0][0]["Count"] == 1


def test_each_row_lies_between_two_cursors_once(
    client: KustoClient, database: str, wire: Wire, new_table: NewTable
) -> None:
    table = new_table("n:long")
    cursor, seen = "", []
    for number in range(3):
        wire.command(f".ingest inline into table {table} <|\n{number}")
        response = client.execute(database, f"{table} | where cursor_after('{cursor}')")
        seen += [row["n"] for row in response.primary_results[0]]
        cursor = wire.scalar("print cursor_current()")
    assert seen == [0, 1, 2]


def test_a_cursor_that_is_none_is_refused(client: KustoClient, database: str, new_table: NewTable) -> None:
    table = new_table("n:long", rows="1")
    with pytest.raises(KustoServiceError):
        client.execute(database, f"{table} | where cursor_after('not a cursor')")
