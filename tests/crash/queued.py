"""Kills a server that ingests queued sources again and again, then asks what became of each.

What is durable: a message or a submission that was acknowledged. What must be true at the end, without anybody posting
anything again: the rows of each posted source are in its table exactly once, those of a wrong one are not; each
source has a terminal status, and whoever asked to be told by queue, by table or by operation is told the same.

    python3 -m crash.queued [--rounds 50] [--seed N] [--posters 6] [--binary PATH] [--keep]     (in tests/)
"""

import argparse
import base64
import json
import random
import shutil
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

from harness.server import Server
from harness.wire import Wire

from .killer import Killer
from .ledger import Ledger, Verdict
from .poster import BY_BOTH, BY_OPERATION, BY_QUEUE, BY_TABLE, STORAGE_VERSION, Place, Poster, Source, places

DATABASE = "Crash"
# Batches of the first are sealed by their count, of the second by their time, of the third by a client's wish as well.
POLICIES = {
    "Counted": '{"MaximumBatchingTimeSpan":"00:00:01","MaximumNumberOfItems":4}',
    "Timed": '{"MaximumBatchingTimeSpan":"00:00:01"}',
    "Slow": '{"MaximumBatchingTimeSpan":"00:00:03"}',
}
TABLES = list(POLICIES)
SETTINGS = {
    "BATCHING_FLOOR": "1s",
    "QUEUE_POLL": "100ms",
    "MERGE_PERIOD": "200ms",
    "LOG": "warn",
}
ROUND_SECONDS = (0.1, 2.5)
DRAINED_SECONDS_MAX = 120.0
POLL_SECONDS = 0.2


class Campaign:
    """One run: a server, its posters, and the plan of kills."""

    def __init__(self, folder: Path, binary: Path | None, seed: int, posters: int) -> None:
        self._server = Server(folder / "data", binary=binary, settings=SETTINGS, arguments=("--database", DATABASE))
        self._wire = Wire(self._server.port, DATABASE)
        self._ledger = Ledger()
        self._seed = seed
        self._count = posters
        self._posters: list[Poster] = []
        self._staging: dict[str, Place] = {}
        self.killer = Killer(self._server, random.Random(seed), ROUND_SECONDS)

    def run(self, rounds: int) -> Verdict:
        """Runs the rounds and returns what was found at the end."""
        self._server.start()
        for table, policy in POLICIES.items():
            self._wire.command(f".create table {table} (id:long, payload:string)")
            self._wire.command(f".alter table {table} policy ingestionbatching '{policy}'")
        self._staging = places(self._wire)
        for number in range(1, self._count + 1):
            wire = Wire(self._server.port, DATABASE, seconds_max=30)
            poster = Poster(number, self._seed, wire, TABLES, self._staging, self._ledger, self.killer.up)
            self._posters.append(poster)
            poster.start()
        for _ in range(rounds):
            self.killer.round()
            if any(poster.faults for poster in self._posters):
                break
        self.killer.up.set()
        for poster in self._posters:
            poster.stop()
        for poster in self._posters:
            poster.join()
        verdict = self._judge()
        verdict.faults += [fault for poster in self._posters for fault in poster.faults]
        return verdict

    @property
    def sources(self) -> list[Source]:
        """Everything that the server may have been given."""
        return [source for poster in self._posters for source in poster.sources]

    @property
    def log_tail(self) -> str:
        """The end of the server's log."""
        return self._server.log_tail()

    def _judge(self) -> Verdict:
        """Waits until the queue is empty, then compares rows, log, queues, entities and operations with what was posted."""
        drained = self._drain()
        self._server.kill()
        self._server.start()
        present = {
            table: Counter(row[0] for row in self._wire.rows(f"set notruncation; {table} | project id"))
            for table in TABLES
        }
        verdict = self._ledger.judge(present, set(TABLES))
        if not drained:
            verdict.faults.append(f"the queue was not empty after {DRAINED_SECONDS_MAX:.0f} s")
        logged, queued = self._logged(), self._told_by_queue()
        for source in self.sources:
            fault = self._fault(source, logged.get(source.key, []), queued.get(source.key, set()))
            if fault:
                verdict.faults.append(f"{source.load.table} {source.key} (told by {source.told}): {fault}")
        self._server.stop()
        return verdict

    def _drain(self) -> bool:
        deadline = time.monotonic() + DRAINED_SECONDS_MAX
        url = self._staging["SecuredReadyForAggregationQueue"].url("", "comp=metadata")
        while time.monotonic() < deadline:
            reply = self._wire.request("GET", url, None, STORAGE_VERSION)
            if reply.headers["x-ms-approximate-messages-count"] == "0":
                return True
            time.sleep(POLL_SECONDS)
        return False

    def _fault(self, source: Source, logged: list[str], queued: set[str]) -> str | None:
        """Says what is wrong about what is told of a source, if anything is."""
        expected = "Failed" if source.spoiled else "Succeeded"
        if not source.load.acknowledged:
            return None if set(logged) <= {expected} else f"the log says {logged}"
        if set(logged) != {expected}:
            return f"the log says {logged}, not {expected}"
        if source.told in (BY_QUEUE, BY_BOTH) and queued != {expected}:
            return f"the status queues say {sorted(queued)}, not {expected}"
        if source.told in (BY_TABLE, BY_BOTH):
            status = self._told_by_table(source)
            return None if status == expected else f"the status table says {status}, not {expected}"
        for operation in source.operations if source.told == BY_OPERATION else []:
            path = f"/v1/rest/ingestion/queued/{DATABASE}/{source.load.table}/{operation}?details=true"
            details = self._wire.request("GET", path).json()["details"]
            if [blob["status"] for blob in details] != [expected]:
                return f"the operation says {details}"
        return None

    def _logged(self) -> dict[str, list[str]]:
        """What the log says of each source, once for each operation that it belongs to."""
        rows = self._wire.command(".show queued ingestion operations details | project SourceId, IngestionStatus")
        states: dict[str, list[str]] = {}
        for source, state in rows[0]["Rows"]:
            states.setdefault(source, []).append(state)
        return states

    def _told_by_queue(self) -> dict[str, set[str]]:
        told: dict[str, set[str]] = {}
        for name, outcome in (("SuccessfulIngestionsQueue", "Succeeded"), ("FailedIngestionsQueue", "Failed")):
            url = self._staging[name].url("/messages", "numofmessages=32&visibilitytimeout=86400")
            while texts := self._messages(url):
                for text in texts:
                    notice = json.loads(base64.b64decode(text))
                    told.setdefault(notice["IngestionSourceId"], set()).add(outcome)
        return told

    def _messages(self, url: str) -> list[str]:
        reply = self._wire.request("GET", url, None, STORAGE_VERSION)
        return [element.text or "" for element in ElementTree.fromstring(reply.body).iter("MessageText")]

    def _told_by_table(self, source: Source) -> str:
        keys = f"(PartitionKey='{source.key}',RowKey='{source.key}')"
        reply = self._wire.request("GET", self._staging["IngestionsStatusTable"].url(keys), None, STORAGE_VERSION)
        return reply.json().get("Status", f"status {reply.status}")


def main() -> int:
    """Runs the campaign of the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python3 -m crash.queued", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--posters", type=int, default=6)
    parser.add_argument("--binary", type=Path)
    parser.add_argument("--keep", action="store_true", help="keep the data directory also when all is well")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.rounds} rounds, {arguments.posters} posters", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="calypso-crash-queued-"))
    started = time.monotonic()
    campaign = Campaign(folder, arguments.binary, arguments.seed, arguments.posters)
    verdict = campaign.run(arguments.rounds)
    sources = campaign.sources
    acknowledged = sum(source.load.acknowledged for source in sources)
    print(
        f"{campaign.killer.summary()} in {time.monotonic() - started:.0f} s: {acknowledged} sources acknowledged,"
        f" {len(sources) - acknowledged} uncertain, {sum(source.spoiled for source in sources)} of them wrong;"
        f" {verdict.rows_acknowledged} rows"
    )
    if verdict.faults:
        print(f"{len(verdict.faults)} faults; seed {arguments.seed}; data kept in {folder}")
        for fault in verdict.faults[:20]:
            print(f"  {fault}")
        print(campaign.log_tail)
        return 1
    print("every posted source is there exactly once, and everybody was told what became of it")
    if not arguments.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
