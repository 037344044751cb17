"""The part of an SDK that queued ingestion needs: staged blobs and posted messages, by the standard library alone."""

import base64
import json
import re
import uuid
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from harness.wire import Wire

SECONDS_MAX = 300.0


class Staging:
    """The staging storage of one server, over one kept connection; not for use by several threads."""

    def __init__(self, port: int, database: str) -> None:
        self._database = database
        wire = Wire(port, database)
        rows = wire.command(".get ingestion resources")[0]["Rows"]
        self._roots = {name: urlsplit(root) for name, root in rows}
        self._connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS_MAX)

    def upload(self, name: str, data: bytes | Path) -> str:
        """Stages a blob, a file without reading it into memory; returns its address."""
        root = self._roots["TempStorage"]
        target = f"{root.path}/{name}"
        headers = {"x-ms-blob-type": "BlockBlob"}
        if isinstance(data, bytes):
            self._send("PUT", f"{target}?{root.query}", data, headers)
        else:
            with data.open("rb") as file:
                length = {"Content-Length": str(data.stat().st_size)}
                self._send("PUT", f"{target}?{root.query}", file, headers | length)
        return f"{root.scheme}://{root.netloc}{target}?{root.query}"

    def post(self, table: str, address: str, raw_bytes: int, **more: Any) -> str:
        """Posts an ingestion message for a staged csv blob; returns its source id."""
        root = self._roots["SecuredReadyForAggregationQueue"]
        source = str(uuid.uuid4())
        message = {
            "Id": source, "BlobPath": address, "RawDataSize": raw_bytes, "DatabaseName": self._database,
            "TableName": table, "RetainBlobOnSuccess": False, "FlushImmediately": False, "ReportLevel": 2,
            "ReportMethod": 0, "AdditionalProperties": {"format": "csv"},
        } | more  # fmt: skip
        text = base64.b64encode(json.dumps(message).encode()).decode()
        body = f"<QueueMessage><MessageText>{escape(text)}</MessageText></QueueMessage>".encode()
        self._send("POST", f"{root.path}/messages?{root.query}", body, {"Content-Type": "application/xml"})
        return source

    def successes(self) -> list[dict[str, Any]]:
        """Takes up to 32 notices of success off their queue."""
        return self._pop("SuccessfulIngestionsQueue")

    def failures(self) -> list[dict[str, Any]]:
        """Takes up to 32 notices of failure off their queue."""
        return self._pop("FailedIngestionsQueue")

    def _pop(self, queue: str) -> list[dict[str, Any]]:
        root = self._roots[queue]
        answer = self._send("GET", f"{root.path}/messages?numofmessages=32&visibilitytimeout=600&{root.query}").decode()
        return [json.loads(base64.b64decode(text)) for text in re.findall("<MessageText>([^<]*)</MessageText>", answer)]

    def _send(self, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None) -> bytes:
        self._connection.request(method, target, body=body, headers={"x-ms-version": "2023-11-03"} | (headers or {}))
        response = self._connection.getresponse()
        answer = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {target.split('?')[0]}: {response.status} {answer[:400]!r}")
        return answer
