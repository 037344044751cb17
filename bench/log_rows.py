"""The data of `compare.py`: log rows of about 335 bytes of csv, the same on every machine for the same seed."""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

SEED = 20260101
START = datetime(2026, 1, 1)
DAYS = 10
USERS = 200_000
SERVICES = [f"{area}-{part}" for area in ("cart", "pay", "search", "login", "mail", "stock", "price", "track")
            for part in ("api", "worker", "cache", "db", "edge")]  # fmt: skip
TEAMS = ["red", "green", "blue", "amber", "violet"]
COUNTRIES = ["DE", "FR", "IT", "ES", "PL", "SE", "NL", "PT", "GR", "FI", "NO", "DK"]
LEVELS = ["Debug"] * 3 + ["Info"] * 12 + ["Warning"] * 3 + ["Error"] * 2
STATUSES = [200] * 16 + [201, 304, 404, 500]
METHODS = ["GET"] * 6 + ["POST"] * 3 + ["DELETE"]
REGIONS = ["north", "south", "east", "west"]
WORDS = (
    "request response connection opened closed retry timeout upstream downstream cache hit miss lookup record batch"
    " commit rollback queue consumer producer offset partition leader follower session token refresh expired user"
    " order payment shipment basket price stock update insert delete select index scan page buffer flush checkpoint"
).split()
RARE_WORD = "xylophone"
RARE_EVERY = 100_000
COMMON_WORD = "timeout"
MESSAGE_WORDS = 19


@dataclass(frozen=True)
class DataSet:
    """The files of one data set."""

    folder: Path
    rows: int

    @property
    def csv(self) -> Path:
        """The log rows as csv, without header."""
        return self.folder / "logs.csv"

    @property
    def json(self) -> Path:
        """The log rows as JSON lines."""
        return self.folder / "logs.json"

    @property
    def services(self) -> Path:
        """Service and team, csv."""
        return self.folder / "services.csv"

    @property
    def users(self) -> Path:
        """User and country, csv."""
        return self.folder / "users.csv"

    @property
    def known_trace(self) -> str:
        """The trace id of the row in the middle."""
        return (self.folder / "known_trace").read_text()


def data_set(folder: Path, rows: int) -> DataSet:
    """Returns the data set of so many rows, made at the first call."""
    made = DataSet(folder / f"rows-{rows}-seed-{SEED}", rows)
    if not (made.folder / "known_trace").is_file():
        made.folder.mkdir(parents=True, exist_ok=True)
        _write(made)
    return made


def _write(made: DataSet) -> None:
    rng = random.Random(SEED)
    made.services.write_text("".join(f"{name},{TEAMS[n % len(TEAMS)]}\n" for n, name in enumerate(SERVICES)))
    made.users.write_text("".join(f"user{n:07d},{rng.choice(COUNTRIES)}\n" for n in range(USERS)))
    step = timedelta(days=DAYS) / made.rows
    known = ""
    with made.csv.open("w", newline="\n") as csv_file, made.json.open("w", newline="\n") as json_file:
        for number in range(made.rows):
            row = _row(rng, number, START + number * step)
            csv_file.write(",".join(row[:9]) + ',"' + row[9].replace('"', '""') + '"\n')
            json_file.write(_json_line(row))
            if number == made.rows // 2:
                known = row[8]
    # Written last: it says that the rest is complete.
    (made.folder / "known_trace").write_text(known)


def _row(rng: random.Random, number: int, time: datetime) -> list[str]:
    words = rng.choices(WORDS, k=MESSAGE_WORDS)
    if number % RARE_EVERY == RARE_EVERY // 2:
        words[3] = RARE_WORD
    bits = f"{rng.getrandbits(128):032x}"
    trace = f"{bits[:8]}-{bits[8:12]}-{bits[12:16]}-{bits[16:20]}-{bits[20:]}"
    properties = (
        f'{{"region":"{rng.choice(REGIONS)}","http":{{"method":"{rng.choice(METHODS)}",'
        f'"bytes":{rng.getrandbits(16)}}},"retry":{rng.getrandbits(2)}}}'
    )
    return [
        time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        rng.choice(LEVELS),
        rng.choice(SERVICES),
        f"host-{rng.getrandbits(9):03d}",
        " ".join(words),
        f"{rng.expovariate(0.02):.3f}",
        str(rng.choice(STATUSES)),
        f"user{rng.randrange(USERS):07d}",
        trace,
        properties,
    ]


def _json_line(row: list[str]) -> str:
    text = {"timestamp": row[0], "level": row[1], "service": row[2], "host": row[3], "message": row[4]}
    head = json.dumps(text, separators=(",", ":"))[:-1]
    return (
        f'{head},"duration_ms":{row[5]},"status":{row[6]},"user_id":"{row[7]}","trace_id":"{row[8]}",'
        f'"properties":{row[9]}}}\n'
    )
