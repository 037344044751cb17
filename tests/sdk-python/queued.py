"""What the suites of queued ingestion share: clients, tables, the sample in each form, and what the status queues say."""

import time
import uuid
from collections.abc import Callable
from itertools import count
from typing import TypeVar

from azure.kusto.data import DataFormat, KustoConnectionStringBuilder
from azure.kusto.ingest import IngestionProperties, QueuedIngestClient
from azure.kusto.ingest.base_ingest_client import IngestionResult
from azure.kusto.ingest.ingestion_properties import ReportLevel
from azure.kusto.ingest.status import FailureMessage, KustoIngestStatusQueues, SuccessMessage
from azure.storage.blob import ContainerClient

from harness.server import Server
from harness.shared import CHECKOUT
from harness.wire import Wire

SAMPLES = CHECKOUT / "tests" / "data"
READINGS_SCHEMA = "id:long, city:string, celsius:real, at:datetime, notes:dynamic"
COLUMNS = [column.split(":")[0] for column in READINGS_SCHEMA.split(", ")]
READING_LINES = (SAMPLES / "readings.lines").read_text(encoding="utf-8").splitlines()
QUEUED_SECONDS_MAX = 60.0
POLL_SECONDS = 0.1
# The SDK asks for one message more than it is told to, and 32 is the most that a queue gives.
MESSAGES_MAX = 31

Answer = TypeVar("Answer")
Outcome = SuccessMessage | FailureMessage
_numbers = count(1)


def until(what: str, question: Callable[[], Answer | None]) -> Answer:
    """Repeats the question until its answer is true, or fails after a minute and names what did not happen."""
    deadline = time.monotonic() + QUEUED_SECONDS_MAX
    while not (answer := question()):
        assert time.monotonic() < deadline, f"not within {QUEUED_SECONDS_MAX:.0f} s: {what}"
        time.sleep(POLL_SECONDS)
    return answer


class Bench:
    """A queued client of one server, and the outcomes that were read from its status queues."""

    def __init__(self, server: Server, database: str) -> None:
        self.server = server
        self.wire = Wire(server.port, database)
        self.database = database
        self.client = QueuedIngestClient(KustoConnectionStringBuilder(server.url))
        self._queues = KustoIngestStatusQueues(self.client)
        # The queues are everybody's: what is found is kept until somebody asks for it.
        self._outcomes: dict[str, list[Outcome]] = {}

    def properties(self, table: str, data_format: DataFormat = DataFormat.CSV, **more: object) -> IngestionProperties:
        """Properties that seal at once and report everything."""
        told = {"flush_immediately": True, "report_level": ReportLevel.FailuresAndSuccesses} | more
        return IngestionProperties(self.database, table, data_format, **told)

    def new_table(self, schema: str = READINGS_SCHEMA) -> str:
        """Creates a table that no other test uses and returns its name."""
        name = f"Queued{next(_numbers)}"
        self.wire.command(f".create table {name} ({schema})")
        return name

    def lines(self, table: str) -> list[str]:
        """The table's readings as the lines of the sample."""
        query = (SAMPLES / "readings.kql").read_text(encoding="utf-8")
        return [row[0] for row in self.wire.rows(f"{table} {query}")]

    def outcomes(self, source: uuid.UUID | str) -> list[Outcome]:
        """What the status queues have said of a source until now."""
        for queue in (self._queues.success, self._queues.failure):
            for message in queue.pop(MESSAGES_MAX):
                self._outcomes.setdefault(message.IngestionSourceId, []).append(message)
        return self._outcomes.get(str(source), [])

    def outcome(self, result: IngestionResult) -> Outcome:
        """Waits for what becomes of a source."""
        return until(f"an outcome of {result}", lambda: self.outcomes(result.source_id))[0]

    def succeeded(self, result: IngestionResult, table: str) -> SuccessMessage:
        """Waits for success and checks what the message says."""
        message = self.outcome(result)
        assert isinstance(message, SuccessMessage), message
        assert (message.Database, message.Table) == (self.database, table)
        assert uuid.UUID(message.OperationId).int and uuid.UUID(message.RootActivityId).int
        assert message.SucceededOn.endswith("Z")
        assert message.IngestionSourcePath and "?" not in message.IngestionSourcePath
        return message

    def failed(self, result: IngestionResult, table: str, code: str) -> FailureMessage:
        """Waits for failure for good, and checks its code."""
        message = self.outcome(result)
        assert isinstance(message, FailureMessage), message
        assert message.ErrorCode == code, message
        assert (message.FailureStatus, message.ShouldRetry, message.Table) == ("Permanent", False, table)
        assert message.Details and message.FailedOn.endswith("Z")
        assert message.OriginatesFromUpdatePolicy is False
        return message

    def until_count(self, table: str, expected: int) -> None:
        """Waits until the table has that many rows."""
        until(f"{table} has {expected} rows", lambda: self.wire.count(table) == expected)

    def upload(self, name: str, content: bytes) -> str:
        """Puts a blob into the cluster's own storage, as a user's own blob; returns its URL with a signature."""
        rows = self.wire.command(".show export containers", database="NetDefaultDB")[0]["Rows"]
        blob = ContainerClient.from_container_url(rows[0][0]).get_blob_client(f"{next(_numbers)}-{name}")
        blob.upload_blob(content)
        return blob.url

    def close(self) -> None:
        """Closes the client."""
        self.client.close()
