"""The Kusto REST protocol by the standard library alone: for what the official SDK would hide or refuse to send."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode

SECONDS_MAX = 120.0
Row = list[Any]


@dataclass(frozen=True)
class Reply:
    """One HTTP response, read to its end. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Returns the body as JSON; a body that is none fails the test with its text."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise AssertionError(f"status {self.status}, not JSON: {self.body[:400]!r}") from None

    def error(self) -> dict[str, Any]:
        """Returns the OneAPI error, after checking what every SDK needs of it."""
        assert self.status >= 400, f"expected an error, got {self.status}: {self.body[:400]!r}"
        assert self.headers.get("content-type", "").startswith("application/json"), self.headers
        error = self.json()["error"]
        assert isinstance(error["code"], str) and error["code"]
        assert isinstance(error["message"], str)
        assert isinstance(error["@message"], str) and error["@message"]
        assert isinstance(error["@permanent"], bool)
        return error


class RequestFailed(AssertionError):
    """A request that had to succeed did not."""


class Wire:
    """A client of one server; every call opens a connection of its own unless `connection` is kept."""

    def __init__(self, port: int, database: str, *, host: str = "127.0.0.1", seconds_max: float = SECONDS_MAX) -> None:
        self.host = host
        self.port = port
        self.database = database
        self.seconds_max = seconds_max
        self._kept: HTTPConnection | None = None

    def connect(self) -> HTTPConnection:
        """Returns a new connection, for tests that write their own bytes."""
        return HTTPConnection(self.host, self.port, timeout=self.seconds_max)

    def keep_alive(self) -> "Wire":
        """From now on reuses one connection; not for use by several threads."""
        self._kept = self.connect()
        return self

    def close(self) -> None:
        """Closes the kept connection, if any."""
        if self._kept is not None:
            self._kept.close()

    def request(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Sends one request and reads the whole answer. An iterable body goes out chunked."""
        connection = self._kept or self.connect()
        chunked = body is not None and not isinstance(body, bytes)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}), encode_chunked=chunked)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, names, response.read())
        except BaseException:
            connection.close()
            raise
        finally:
            if self._kept is None:
                connection.close()

    def post(self, path: str, document: Any, headers: Mapping[str, str] | None = None) -> Reply:
        """Posts a JSON document."""
        sent = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"} | dict(headers or {})
        return self.request("POST", path, json.dumps(document).encode(), sent)

    def execute(
        self,
        path: str,
        text: str,
        *,
        options: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Any] | None = None,
        database: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Posts a query or command; `properties` go as a string when there are any, as Python's SDK does."""
        document: dict[str, Any] = {"db": database or self.database, "csl": text}
        if options is not None or parameters is not None:
            document["properties"] = json.dumps({"Options": options or {}, "Parameters": parameters or {}})
        return self.post(path, document, headers)

    def query(self, text: str, **more: Any) -> Reply:
        """Posts to the V2 query endpoint."""
        return self.execute("/v2/rest/query", text, **more)

    def command(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """Runs a management command that must succeed; returns its tables."""
        reply = self.execute("/v1/rest/mgmt", text, **more)
        if reply.status != 200:
            raise RequestFailed(f"{text[:200]!r}: {reply.status} {reply.body[:1000]!r}")
        return reply.json()["Tables"]

    def frames(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """Runs a query that must succeed; returns its V2 frames."""
        reply = self.query(text, **more)
        if reply.status != 200:
            raise RequestFailed(f"{text[:200]!r}: {reply.status} {reply.body[:1000]!r}")
        frames = reply.json()
        assert frames[-1]["FrameType"] == "DataSetCompletion", frames[-1]
        if frames[-1]["HasErrors"]:
            raise RequestFailed(f"{text[:200]!r}: {frames[-1]}")
        return frames

    def rows(self, text: str, **more: Any) -> list[Row]:
        """Runs a query that must succeed; returns the rows of its first result."""
        primary = [frame for frame in self.frames(text, **more) if frame.get("TableKind") == "PrimaryResult"]
        return primary[0]["Rows"]

    def scalar(self, text: str, **more: Any) -> Any:
        """Runs a query with one row and one column; returns its value."""
        rows = self.rows(text, **more)
        assert len(rows) == 1 and len(rows[0]) == 1, rows[:5]
        return rows[0][0]

    def count(self, table: str) -> int:
        """Returns the number of rows of a table."""
        return int(self.scalar(f"['{table}'] | count"))

    def stream(
        self,
        table: str,
        body: bytes | Iterable[bytes],
        *,
        stream_format: str = "csv",
        mapping: str | None = None,
        source_id: uuid.UUID | None = None,
        attempt: int = 0,
        database: str | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: str,
    ) -> Reply:
        """Streams a body into a table; `source_id` goes where managed streaming puts it."""
        query = {"streamFormat": stream_format} | parameters
        if mapping is not None:
            query["mappingName"] = mapping
        path = f"/v1/rest/ingest/{quote(database or self.database, safe='')}/{quote(table, safe='')}?{urlencode(query)}"
        sent = dict(headers or {})
        if source_id is not None:
            sent["x-ms-client-request-id"] = f"KPC.executeManagedStreamingIngest;{source_id};{attempt}"
        return self.request("POST", path, body, sent)

    def is_answering(self) -> bool:
        """Tells whether the server answers its ping and a query right now."""
        return self.request("GET", "/v1/rest/ping").status == 200 and self.rows("print 1") == [[1]]
