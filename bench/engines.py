"""The engines that `compare.py` measures; each runs in a process of its own and writes what it found as JSON."""

import json
import shutil
import statistics
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

from log_rows import DataSet
from queries import Query, queries

RUNS = 5


class Engine(ABC):
    """A database engine with an empty directory of its own."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def create(self) -> None:
        """Creates the tables `logs`, `logs_json`, `services` and `users`."""

    @abstractmethod
    def load(self, table: str, path: Path, file_format: str) -> None:
        """Loads a file into a table; durable on return."""

    @abstractmethod
    def text(self, query: Query) -> str:
        """Returns the query in the engine's language."""

    @abstractmethod
    def run(self, text: str) -> list[list[Any]]:
        """Runs a query and returns its rows."""

    def close(self) -> None:
        """Frees the engine."""


class DuckDb(Engine):
    """DuckDB in this process, on a file."""

    name = "duckdb"
    COLUMNS = {
        "timestamp": "TIMESTAMP", "level": "VARCHAR", "service": "VARCHAR", "host": "VARCHAR", "message": "VARCHAR",
        "duration_ms": "DOUBLE", "status": "INTEGER", "user_id": "VARCHAR", "trace_id": "UUID", "properties": "JSON",
    }  # fmt: skip

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        import duckdb

        self._connection = duckdb.connect(str(folder / "bench.duckdb"))

    def create(self) -> None:
        columns = ", ".join(f"{name} {kind}" for name, kind in self.COLUMNS.items())
        for statement in (
            f"CREATE TABLE logs ({columns})",
            f"CREATE TABLE logs_json ({columns})",
            "CREATE TABLE services (service VARCHAR, team VARCHAR)",
            "CREATE TABLE users (user_id VARCHAR, country VARCHAR)",
        ):
            self._connection.execute(statement)

    def load(self, table: str, path: Path, file_format: str) -> None:
        if file_format == "json":
            source = f"read_json('{path}', format='newline_delimited', columns={self.COLUMNS})"
            self._connection.execute(f"INSERT INTO {table} SELECT * FROM {source}")
        else:
            self._connection.execute(f"COPY {table} FROM '{path}' (FORMAT csv, HEADER false)")
        self._connection.execute("CHECKPOINT")

    def text(self, query: Query) -> str:
        return query.duckdb

    def run(self, text: str) -> list[list[Any]]:
        return [list(row) for row in self._connection.execute(text).fetchall()]

    def close(self) -> None:
        self._connection.close()


class ClickHouse(Engine):
    """ClickHouse in this process (chdb), MergeTree in order of time."""

    name = "clickhouse"
    COLUMNS = (
        "timestamp DateTime64(6, 'UTC'), level String, service String, host String, message String, duration_ms Float64,"
        " status Int32, user_id String, trace_id UUID, properties String"
    )

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        from chdb import session

        self._session = session.Session(str(folder / "chdb"))
        self._session.query("CREATE DATABASE IF NOT EXISTS bench ENGINE = Atomic")
        self._session.query("USE bench")

    def create(self) -> None:
        for table, columns, order in (
            ("logs", self.COLUMNS, "timestamp"),
            ("logs_json", self.COLUMNS, "timestamp"),
            ("services", "service String, team String", "service"),
            ("users", "user_id String, country String", "user_id"),
        ):
            self._session.query(f"CREATE TABLE {table} ({columns}) ENGINE = MergeTree ORDER BY {order}")

    def load(self, table: str, path: Path, file_format: str) -> None:
        kind = "JSONEachRow" if file_format == "json" else "CSV"
        settings = "date_time_input_format = 'best_effort', input_format_json_read_objects_as_strings = 1"
        # The text of a nested object is what the column keeps.
        self._session.query(f"INSERT INTO {table} SELECT * FROM file('{path}', {kind}, '{self._structure(table)}') SETTINGS {settings}")

    def _structure(self, table: str) -> str:
        columns = {"services": "service String, team String", "users": "user_id String, country String"}
        return columns.get(table, self.COLUMNS).replace("'", "\\'")

    def text(self, query: Query) -> str:
        return query.clickhouse

    def run(self, text: str) -> list[list[Any]]:
        answer = str(self._session.query(text, "JSONCompactEachRow"))
        return [json.loads(line) for line in answer.splitlines()]

    def close(self) -> None:
        self._session.close()


class Calypso(Engine):
    """Our server, over http on the loopback interface."""

    name = "calypso"
    COLUMNS = (
        "timestamp:datetime, level:string, service:string, host:string, message:string, duration_ms:real, status:int,"
        " user_id:string, trace_id:guid, properties:dynamic"
    )

    def __init__(self, folder: Path, binary: Path) -> None:
        super().__init__(folder)
        from harness.server import Server
        from harness.wire import Wire

        settings = {"LOG": "warn", "ALLOW_LOCAL_FILES": "true"}
        self._server = Server(folder / "data", binary=binary, settings=settings).start()
        self._wire = Wire(self._server.port, "NetDefaultDB", seconds_max=3600).keep_alive()

    def create(self) -> None:
        for table, columns in (
            ("logs", self.COLUMNS),
            ("logs_json", self.COLUMNS),
            ("services", "service:string, team:string"),
            ("users", "user_id:string, country:string"),
        ):
            self._wire.command(f".create table {table} ({columns})")

    def load(self, table: str, path: Path, file_format: str) -> None:
        self._wire.command(f".ingest into table {table} (@'{path}') with (format='{file_format}')")

    def text(self, query: Query) -> str:
        return query.kql

    def run(self, text: str) -> list[list[Any]]:
        return self._wire.rows(text)

    def close(self) -> None:
        self._wire.close()
        self._server.stop()


def measure(open_engine: Callable[[], Engine], data: DataSet) -> dict[str, Any]:
    """Loads the data, runs every query; returns seconds, row counts and single values by name."""
    engine = open_engine()
    try:
        engine.create()
        found: dict[str, Any] = {"engine": engine.name, "ingestion": {}, "queries": {}}
        for table, path, file_format in (
            ("services", data.services, "csv"),
            ("users", data.users, "csv"),
            ("logs", data.csv, "csv"),
            ("logs_json", data.json, "json"),
        ):
            started = time.monotonic()
            engine.load(table, path, file_format)
            found["ingestion"][table] = path.stat().st_size / (time.monotonic() - started) / 1e6
        found["bytes"] = sum(file.stat().st_size for file in engine.folder.rglob("*") if file.is_file())
        for query in queries(data.known_trace):
            found["queries"][query.name] = _measure_query(engine, query)
            print(f"  {engine.name}: {query.name}", file=sys.stderr, flush=True)
        return found
    finally:
        engine.close()
        shutil.rmtree(engine.folder, ignore_errors=True)


def _measure_query(engine: Engine, query: Query) -> dict[str, Any]:
    text = engine.text(query)
    try:
        rows = engine.run(text)  # unmeasured: it warms what there is to warm
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}
    seconds = []
    for _ in range(RUNS):
        started = time.monotonic()
        engine.run(text)
        seconds.append(time.monotonic() - started)
    value = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else None
    return {"seconds": statistics.median(seconds), "rows": len(rows), "value": value}
