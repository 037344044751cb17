"""One client of the crash test: streams loads, retries as managed streaming does, and reads what it wrote."""

import random
import threading
import uuid
from http.client import HTTPException

from harness.wire import Wire

from .ledger import IDS_OF_A_WRITER, ROWS_OF_A_LOAD_MAX, Ledger, Load

ATTEMPTS_MAX = 6
# Shares of loads, of a hundred: retried although acknowledged, given up on failure, looked at after the ack, inline.
RETRIED_ANYWAY = 5
GIVEN_UP = 15
LOOKED_AT = 4
INLINE = 1
PADDING = "x" * 200


class Writer(threading.Thread):
    """Writes until told to stop; waits for `up` while the server is down."""

    def __init__(
        self, number: int, seed: int, port: int, database: str, tables: list[str], ledger: Ledger, up: threading.Event
    ) -> None:
        super().__init__(name=f"writer-{number}", daemon=True)
        self._random = random.Random(f"{seed}/{number}")
        self._wire = Wire(port, database, seconds_max=30).keep_alive()
        self._tables = tables
        self._ledger = ledger
        self._up = up
        self._next_id = number * IDS_OF_A_WRITER
        self._stop_requested = threading.Event()
        self.faults: list[str] = []

    def stop(self) -> None:
        """Asks the thread to end after the load it is at."""
        self._stop_requested.set()

    def run(self) -> None:
        while not self._stop_requested.is_set():
            if not self._up.wait(0.1):
                continue
            try:
                self._write_one()
            except Exception as error:  # a fault of the test or an answer nobody expects
                self.faults.append(f"{self.name}: {error!r}")
                return
        self._wire.close()

    def _write_one(self) -> None:
        rows = self._random.randint(1, ROWS_OF_A_LOAD_MAX)
        source = uuid.UUID(int=self._random.getrandbits(128), version=4)
        load = Load(source, self._random.choice(self._tables), self._next_id, rows)
        self._next_id += rows
        self._ledger.add(load)
        if self._random.randrange(100) < INLINE:
            self._ingest_inline(load)
            return
        gives_up = self._random.randrange(100) < GIVEN_UP
        while load.attempts < ATTEMPTS_MAX and not self._attempt(load):
            if gives_up or self._stop_requested.is_set():
                return
            self._up.wait()
        if load.acknowledged and self._random.randrange(100) < RETRIED_ANYWAY:
            # The acknowledgement got lost on its way, as it were: the same data comes once more.
            self._attempt(load)
        if load.acknowledged and self._random.randrange(100) < LOOKED_AT:
            self._look_at(load)

    def _attempt(self, load: Load) -> bool:
        """Streams the load; returns whether it is acknowledged. No answer, or 429 or 503, means: later."""
        load.attempts += 1
        if load.first_id % 3 == 0:
            stream_format = "multijson"
            body = ",".join(f'{{"id":{row},"payload":"{PADDING}"}}' for row in load.ids).join("[]")
        else:
            stream_format = "csv"
            body = "".join(f"{row},{PADDING}\n" for row in load.ids)
        try:
            reply = self._wire.stream(
                load.table,
                body.encode(),
                stream_format=stream_format,
                source_id=load.source_id,
                attempt=load.attempts,
            )
        except (OSError, HTTPException):
            return False
        if reply.status == 200:
            load.acknowledged = True
            return True
        error = reply.error()
        if error["@permanent"] or reply.status not in (429, 503):
            self.faults.append(f"{self.name}: status {reply.status}: {error['code']}: {error['@message'][:300]}")
        return False

    def _ingest_inline(self, load: Load) -> None:
        """Ingests by command, which commits to the catalog at once; it has no source id, so it is sent once only."""
        load.attempts += 1
        rows = "\n".join(f"{row},{PADDING}" for row in load.ids)
        try:
            self._wire.command(f".ingest inline into table {load.table} <|\n{rows}")
        except (OSError, HTTPException):
            return
        load.acknowledged = True

    def _look_at(self, load: Load) -> None:
        """What is acknowledged is visible, once, from this moment on."""
        try:
            found = self._wire.rows(f"{load.table} | where id between ({load.ids[0]} .. {load.ids[-1]}) | project id")
        except (OSError, HTTPException, ValueError):
            return
        except AssertionError as error:
            # A body cut short by the kill is no JSON; an error answered in full is a fault.
            if "not JSON" not in str(error):
                self.faults.append(f"{self.name}: {error}")
            return
        if sorted(row[0] for row in found) != list(load.ids):
            self.faults.append(f"{load.table} ids {load.ids} were acknowledged, a query then saw {sorted(found)}")
