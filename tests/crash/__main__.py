"""Kills a loaded server again and again, then counts.

What is durable: a row whose request was answered 200, a table whose creation was. What is not: a request that got no
answer; its rows are all there or none. What must be true after every kill: each acknowledged row is there exactly
once, however often its request was repeated under the same source id; no other row is there twice.

    python3 -m crash [--rounds 50] [--seed N] [--writers 12] [--binary PATH] [--keep]     (in tests/)

Kills come at random moments of a round: under load, while the server starts and replays its log, and while it shuts
down. Sealing and merging are set to happen all the time, so that kills also hit them. The seed is printed; it fixes
the plan of kills and loads, though not the interleaving of threads.
"""

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from functools import partial
from http.client import HTTPException
from pathlib import Path

from harness.server import Server
from harness.wire import Wire

from .killer import Killer
from .ledger import Ledger, Verdict
from .writer import Writer

DATABASE = "Crash"
TABLES = ["Busy", "Quiet", "Third"]
# Row stores are sealed and extents merged every few hundred milliseconds.
SETTINGS = {
    "SEAL_ROWS": "500",
    "SEAL_AGE": "1s",
    "SEAL_PERIOD": "100ms",
    "MERGE_PERIOD": "200ms",
    "ROW_LOG_SEGMENT": "256KiB",
    "LOG": "warn",
}
ROUND_SECONDS = (0.1, 2.0)


class Campaign:
    """One run: a server, its writers, and the plan of kills."""

    def __init__(self, folder: Path, binary: Path | None, seed: int, writers: int) -> None:
        self._random = random.Random(seed)
        self._server = Server(folder / "data", binary=binary, settings=SETTINGS, arguments=("--database", DATABASE))
        self._wire = Wire(self._server.port, DATABASE)
        self.killer = Killer(self._server, self._random, ROUND_SECONDS)
        self._ledger = Ledger()
        self._writers = [
            Writer(number, seed, self._server.port, DATABASE, TABLES, self._ledger, self.killer.up)
            for number in range(1, writers + 1)
        ]

    def run(self, rounds: int) -> Verdict:
        """Runs the rounds and returns what was found at the end."""
        self._server.start()
        for table in TABLES:
            self._wire.command(f".create table {table} (id:long, payload:string)")
            self._ledger.add_table(table)
        for writer in self._writers:
            writer.start()
        for number in range(1, rounds + 1):
            self.killer.round(partial(self._create_table, f"Round{number}"))
            faults = [fault for writer in self._writers for fault in writer.faults]
            if faults:
                break
        self._finish_writers()
        verdict = self._count()
        verdict.faults += [fault for writer in self._writers for fault in writer.faults]
        return verdict

    def _create_table(self, name: str) -> None:
        """Creates a table right before the kill, in a thread half the time, so that the commit itself is hit."""

        def create() -> None:
            try:
                self._wire.command(f".create table {name} (a:int)")
            except (OSError, HTTPException):
                return
            self._ledger.add_table(name)

        thread = threading.Thread(target=create, daemon=True)
        thread.start()
        if self._random.random() < 0.5:
            thread.join()

    def _finish_writers(self) -> None:
        self.killer.up.set()
        for writer in self._writers:
            writer.stop()
        for writer in self._writers:
            writer.join()

    def _count(self) -> Verdict:
        """Restarts once more, reads every id of every table and judges."""
        self._server.kill()
        self._server.start()
        present = {
            table: Counter(row[0] for row in self._wire.rows(f"set notruncation; {table} | project id"))
            for table in TABLES
        }
        tables = {row[0] for row in self._wire.command(".show tables")[0]["Rows"]}
        verdict = self._ledger.judge(present, tables)
        for table in TABLES:
            counted, listed = self._wire.count(table), present[table].total()
            if counted != listed:
                verdict.faults.append(f"{table} | count says {counted}, the table has {listed} rows")
        self._server.stop()
        return verdict

    @property
    def log_tail(self) -> str:
        """The end of the server's log."""
        return self._server.log_tail()


def main() -> int:
    """Runs the campaign of the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python3 -m crash", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--writers", type=int, default=12)
    parser.add_argument("--binary", type=Path)
    parser.add_argument("--keep", action="store_true", help="keep the data directory also when all is well")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.rounds} rounds, {arguments.writers} writers", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="calypso-crash-"))
    started = time.monotonic()
    campaign = Campaign(folder, arguments.binary, arguments.seed, arguments.writers)
    verdict = campaign.run(arguments.rounds)
    print(
        f"{campaign.killer.summary()} in {time.monotonic() - started:.0f} s:"
        f" {verdict.rows_acknowledged} rows acknowledged, {verdict.rows_uncertain} uncertain"
        f" ({verdict.rows_uncertain_present} of them present)"
    )
    if verdict.faults:
        print(f"{len(verdict.faults)} faults; seed {arguments.seed}; data kept in {folder}")
        for fault in verdict.faults[:20]:
            print(f"  {fault}")
        print(campaign.log_tail)
        return 1
    print("every acknowledged row is there exactly once, no row is there twice")
    if not arguments.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
