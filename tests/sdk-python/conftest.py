"""Fixtures of the Python suites: one server for the session, a table of its own for each test."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from azure.kusto.data import KustoClient, KustoConnectionStringBuilder

from harness.server import Server
from harness.shared import storm_events
from harness.wire import Wire

DATABASE = "Suite"
# Development settings: batches close after a second, so that no test waits for the documented minutes.
BATCHING = ("--batching-floor", "1s", "--batching-default", "1s")
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the database `Suite`, anonymous, on http and https."""
    started = Server(tmp_path_factory.mktemp("server") / "data", arguments=("--database", DATABASE, *BATCHING))
    started.start()
    yield started
    ended_early = not started.is_running()
    status = started.stop()
    assert not ended_early, f"the server ended by itself with status {status}\n{started.log_tail()}"
    assert status == 0, f"the server's exit status was {status}\n{started.log_tail()}"


@pytest.fixture(scope="session")
def database() -> str:
    """Name of the database that the suites use."""
    return DATABASE


@pytest.fixture
def wire(server: Server, database: str) -> Wire:
    """The raw protocol."""
    return Wire(server.port, database)


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[KustoClient]:
    """The official SDK's client, without credentials."""
    with KustoClient(KustoConnectionStringBuilder(server.url)) as opened:
        yield opened


@pytest.fixture
def new_table(server: Server, database: str) -> Callable[..., str]:
    """Creates a table that no other test uses: `new_table("a:int, b:string", rows="1,x")` returns its name."""
    commands = Wire(server.port, database)

    def create(schema: str, rows: str | None = None) -> str:
        name = f"Table{next(_numbers)}"
        commands.command(f".create table {name} ({schema})")
        if rows is not None:
            commands.command(f".ingest inline into table {name} <|\n{rows}")
        return name

    return create


@pytest.fixture(scope="session")
def storm_events_path() -> Path:
    """The articles' sample: a header and 1,000 records."""
    return storm_events()
