"""One client of the crash test of queued ingestion: uploads, posts, retries under the same source id, as SDKs do."""

import base64
import json
import random
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import quote, urlsplit

from harness.wire import Reply, Wire

from .ledger import IDS_OF_A_WRITER, ROWS_OF_A_LOAD_MAX, Ledger, Load

STORAGE_VERSION = {"x-ms-version": "2024-11-04"}
# Shares of sources, of a hundred: posted again although acknowledged, given up on failure, wrong, of unknown size, flushed.
POSTED_ANYWAY = 5
GIVEN_UP = 10
SPOILED = 5
SIZE_UNKNOWN = 10
FLUSHED = 20
# How a client is told: numbers are those of the message's ReportMethod, the last is the REST API's operation.
BY_QUEUE, BY_TABLE, BY_BOTH, BY_OPERATION = range(4)
POST_SECONDS_MAX = 0.05
PADDING = "x" * 200


@dataclass(frozen=True)
class Place:
    """An object of the staging account: its path and its signature."""

    path: str
    signature: str

    def url(self, below: str = "", query: str = "") -> str:
        """Path and query of a request to something in it."""
        return f"{self.path}{below}?{query}{'&' if query else ''}{self.signature}"


def places(wire: Wire) -> dict[str, Place]:
    """Returns where sources are uploaded, posted and told of."""
    rows = wire.command(".get ingestion resources", database="NetDefaultDB")[0]["Rows"]
    split = {kind: urlsplit(root) for kind, root in rows}
    return {kind: Place(root.path, root.query) for kind, root in split.items()}


@dataclass
class Source:
    """Something posted: its rows, how its client is told of it, whether it must fail."""

    load: Load
    told: int
    spoiled: bool
    # Of each answered submission over REST.
    operations: list[str]

    @property
    def key(self) -> str:
        """The source id as it is written."""
        return str(self.load.source_id)


class Poster(threading.Thread):
    """Posts until told to stop; waits for `up` while the server is down."""

    def __init__(
        self,
        number: int,
        seed: int,
        wire: Wire,
        tables: list[str],
        staging: Mapping[str, Place],
        ledger: Ledger,
        up: threading.Event,
    ) -> None:
        super().__init__(name=f"poster-{number}", daemon=True)
        self._random = random.Random(f"{seed}/{number}")
        self._wire = wire.keep_alive()
        self._tables = tables
        self._staging = staging
        self._ledger = ledger
        self._up = up
        self._next_id = number * IDS_OF_A_WRITER
        self._stop_requested = threading.Event()
        self.sources: list[Source] = []
        self.faults: list[str] = []

    def stop(self) -> None:
        """Asks the thread to end after the source it is at."""
        self._stop_requested.set()

    def run(self) -> None:
        while not self._stop_requested.wait(self._random.uniform(0, POST_SECONDS_MAX)):
            if not self._up.wait(0.1):
                continue
            try:
                self._post_one()
            except Exception as error:  # a fault of the test or an answer nobody expects
                self.faults.append(f"{self.name}: {error!r}")
                return
        self._wire.close()

    def _share(self, of_a_hundred: int) -> bool:
        return self._random.randrange(100) < of_a_hundred

    def _post_one(self) -> None:
        rows = self._random.randint(1, ROWS_OF_A_LOAD_MAX)
        source_id = uuid.UUID(int=self._random.getrandbits(128), version=4)
        load = Load(source_id, self._random.choice(self._tables), self._next_id, rows)
        self._next_id += rows
        source = Source(load, self._random.randrange(4), self._share(SPOILED), [])
        lines = "".join(f"{row},{PADDING}\n" for row in load.ids)
        content = (lines + '0,"open' if source.spoiled else lines).encode()
        blob = self._staging["TempStorage"]
        below = f"/{load.table}__{source_id}"
        if not self._until_done("PUT", blob.url(below), content, {"x-ms-blob-type": "BlockBlob"}, (201,)):
            return
        uri = f"http://{self._wire.host}:{self._wire.port}{blob.url(below)}"
        if source.told in (BY_TABLE, BY_BOTH) and not self._insert_status(source):
            return
        # From here on the server may have it.
        self.sources.append(source)
        if not source.spoiled:
            self._ledger.add(load)
        request = self._request(source, uri, None if self._share(SIZE_UNKNOWN) else len(content))
        patient = not self._share(GIVEN_UP)
        self._post(source, *request, patient)
        if load.acknowledged and self._share(POSTED_ANYWAY):
            # The acknowledgement got lost on its way, as it were.
            self._post(source, *request, patient)

    def _insert_status(self, source: Source) -> bool:
        """The client makes the entity that it will look at."""
        entity = {"PartitionKey": source.key, "RowKey": source.key, "Status": "Pending", "Table": source.load.table}
        headers = {"Content-Type": "application/json", "Prefer": "return-no-content"}
        url = self._staging["IngestionsStatusTable"].url()
        return self._until_done("POST", url, json.dumps(entity).encode(), headers, (204, 409))

    def _request(self, source: Source, uri: str, raw_size: int | None) -> tuple[str, bytes, dict[str, str]]:
        flush = self._share(FLUSHED)
        if source.told == BY_OPERATION:
            blob = {"url": uri, "sourceId": source.key} | ({"rawSize": raw_size} if raw_size else {})
            properties = {"format": "csv", "enableTracking": True, "skipBatching": flush}
            path = f"/v1/rest/ingestion/queued/{quote(self._wire.database)}/{source.load.table}"
            body = {"blobs": [blob], "properties": properties}
            return path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        message = {
            "Id": source.key,
            "BlobPath": uri,
            "RawDataSize": raw_size,
            "DatabaseName": self._wire.database,
            "TableName": source.load.table,
            "RetainBlobOnSuccess": self._share(50),
            "FlushImmediately": flush,
            "ReportLevel": 2,
            "ReportMethod": source.told,
            "AdditionalProperties": {"format": "csv"},
        }
        if source.told != BY_QUEUE:
            message["IngestionStatusInTable"] = {"partitionKey": source.key, "rowKey": source.key}
        text = base64.b64encode(json.dumps(message).encode()).decode()
        body = f"<QueueMessage><MessageText>{text}</MessageText></QueueMessage>".encode()
        return self._staging["SecuredReadyForAggregationQueue"].url("/messages"), body, STORAGE_VERSION

    def _post(self, source: Source, path: str, body: bytes, headers: dict[str, str], patient: bool) -> None:
        while not self._stop_requested.is_set():
            self._up.wait()
            source.load.attempts += 1
            reply = self._send("POST", path, body, headers, (200, 201))
            if reply is not None:
                source.load.acknowledged = True
                if source.told == BY_OPERATION:
                    source.operations.append(reply.json()["ingestionOperationId"])
                return
            if not patient:
                return

    def _until_done(self, method: str, path: str, body: bytes, headers: dict[str, str], good: tuple[int, ...]) -> bool:
        while not self._stop_requested.is_set():
            self._up.wait()
            if self._send(method, path, body, STORAGE_VERSION | headers, good) is not None:
                return True
        return False

    def _send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], good: tuple[int, ...]
    ) -> Reply | None:
        """Sends once. None means: no answer, or 'later'."""
        try:
            reply = self._wire.request(method, path, body, headers)
        except (OSError, HTTPException):
            return None
        if reply.status in good:
            return reply
        if reply.status not in (429, 503):
            self.faults.append(f"{self.name}: {method} {path[:80]}: {reply.status}: {reply.body[:300]!r}")
        return None
