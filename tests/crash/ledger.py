"""What the crash test knows about every row it ever sent: enough to say which must be there, once, and which may be."""

import threading
import uuid
from dataclasses import dataclass, field

ROWS_OF_A_LOAD_MAX = 20
IDS_OF_A_WRITER = 1_000_000_000


@dataclass
class Load:
    """Rows that were sent together, under one source id."""

    source_id: uuid.UUID
    table: str
    first_id: int
    rows: int
    acknowledged: bool = False
    attempts: int = 0

    @property
    def ids(self) -> range:
        """The ids of the rows."""
        return range(self.first_id, self.first_id + self.rows)


@dataclass
class Verdict:
    """What was found wrong, as sentences; none means the server kept its word."""

    faults: list[str] = field(default_factory=list)
    rows_acknowledged: int = 0
    rows_uncertain: int = 0
    rows_uncertain_present: int = 0

    def check_load(self, load: Load, present: dict[int, int]) -> None:
        """Compares one load with how often each of its ids was found."""
        counts = [present.get(row, 0) for row in load.ids]
        if load.acknowledged:
            self.rows_acknowledged += load.rows
        else:
            self.rows_uncertain += load.rows
            self.rows_uncertain_present += sum(counts)
        if load.acknowledged and 0 in counts:
            self._fault("acknowledged rows were lost", load, counts)
        if max(counts) > 1:
            self._fault("rows were doubled", load, counts)
        if not load.acknowledged and len(set(counts)) > 1:
            self._fault("a part of a request's rows was kept", load, counts)

    def _fault(self, what: str, load: Load, counts: list[int]) -> None:
        state = "acknowledged" if load.acknowledged else "not acknowledged"
        self.faults.append(
            f"{what}: {load.table} ids {load.first_id}+{load.rows} source {load.source_id} ({state},"
            f" {load.attempts} attempts): found {counts}"
        )


class Ledger:
    """Every load of every writer; safe to append to from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loads: list[Load] = []
        self._created: list[str] = []

    def add(self, load: Load) -> None:
        """Remembers a load before its first byte is sent."""
        with self._lock:
            self._loads.append(load)

    def add_table(self, name: str) -> None:
        """Remembers a table whose creation was acknowledged."""
        with self._lock:
            self._created.append(name)

    @property
    def loads(self) -> list[Load]:
        """Every load so far."""
        with self._lock:
            return list(self._loads)

    @property
    def tables_created(self) -> list[str]:
        """Tables that must exist."""
        with self._lock:
            return list(self._created)

    def judge(self, present: dict[str, dict[int, int]], tables: set[str]) -> Verdict:
        """Compares everything sent with everything found: per table, how often each id is there."""
        verdict = Verdict()
        known: dict[str, set[int]] = {}
        for load in self.loads:
            verdict.check_load(load, present.get(load.table, {}))
            known.setdefault(load.table, set()).update(load.ids)
        for table, counts in present.items():
            strangers = counts.keys() - known.get(table, set())
            if strangers:
                verdict.faults.append(f"{table} holds rows that nobody sent: {sorted(strangers)[:10]}")
        for table in self.tables_created:
            if table not in tables:
                verdict.faults.append(f"the table {table} was created, acknowledged and is gone")
        return verdict
