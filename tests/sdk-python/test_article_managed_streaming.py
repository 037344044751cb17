"""The article on managed streaming ingestion: its program, its three data sources, its printed output.

The programs in `programs/` differ from the article's in the login alone; the test fills in the placeholders that the
article asks its reader to fill in, runs them one after the other as the article does, and compares what they print.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from blob_store import BlobStore
from harness.server import Server
from harness.wire import Wire

PROGRAMS = Path(__file__).parent / "programs"
PROGRAM_SECONDS_MAX = 120
TABLE_COMMAND = (
    ".create table MyStormEvents (StartTime:datetime, EndTime:datetime, State:string, DamageProperty:int,"
    " DamageCrops:int, Source:string, StormSummary:dynamic)"
)

AFTER_THE_FILE = """\
Number of rows in MyStormEvents
row 1 :
Count - 0
Ingesting data from a file
New number of rows in MyStormEvents
row 1 :
Count - 1001
Example line from MyStormEvents
row 1 :
StartTime - 2007-12-31 11:15:00+00:00
EndTime - 2007-12-31 13:21:00+00:00
State - HAWAII
DamageProperty - 0
DamageCrops - 0
Source - COOP Observer
StormSummary - {'TotalDamages': 0, 'StartTime': '2007-12-31T11:15:00.0000000Z', \
'EndTime': '2007-12-31T13:21:00.0000000Z', 'Details': {'Description': 'Heavy showers caused flash flooding in the \
eastern part of Molokai.  Water was running over the bridge at Halawa Valley.', 'Location': 'HAWAII'}}
"""

MEXICO = """\
Example line from MyStormEvents
row 1 :
StartTime - 2018-01-26 00:00:00+00:00
EndTime - 2018-01-27 14:00:00+00:00
State - MEXICO
DamageProperty - 0
DamageCrops - 0
Source - Unknown
StormSummary - {}
"""

AFTER_THE_MEMORY = f"""\
Number of rows in MyStormEvents
row 1 :
Count - 1001
Ingesting data from memory
New number of rows in MyStormEvents
row 1 :
Count - 1002
{MEXICO}"""

AFTER_THE_BLOB = f"""\
Number of rows in MyStormEvents
row 1 :
Count - 1002
Ingesting data from an existing blob
New number of rows in MyStormEvents
row 1 :
Count - 2002
{MEXICO}"""


class Reader:
    """The article's reader: a folder with the sample beside the script, a cluster, a database."""

    def __init__(self, folder: Path, cluster: str, database: str, ca_certificate: Path) -> None:
        self.folder = folder
        self.placeholders = {
            "<your Kusto cluster query URI>": cluster,
            "<your Kusto cluster query ingest URI>": cluster,
            "<your database name>": database,
        }
        self.environment = os.environ | {"REQUESTS_CA_BUNDLE": str(ca_certificate)}

    def run(self, program: str, **more: str) -> str:
        """Fills in the placeholders, runs the program, returns its lines without their indentation."""
        text = (PROGRAMS / program).read_text(encoding="utf-8")
        for placeholder, value in (self.placeholders | more).items():
            text = text.replace(placeholder, value)
        script = self.folder / program
        script.write_text(text, encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, script.name],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PROGRAM_SECONDS_MAX,
            check=False,
        )
        assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr[-4000:]}"
        return "".join(f"{line.strip()}\n" for line in ran.stdout.splitlines() if line.strip())


@pytest.fixture(scope="module", params=["http", "https"])
def reader(
    request: pytest.FixtureRequest,
    server: Server,
    storm_events_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Reader:
    """A reader who has followed "Before you begin" on a database of his own, over http and over https."""
    scheme = str(request.param)
    database = f"Article_{scheme}"
    commands = Wire(server.port, "NetDefaultDB")
    commands.command(f".create database {database}")
    commands.command(TABLE_COMMAND, database=database)
    commands.command(".alter table MyStormEvents policy streamingingestion enable", database=database)
    folder = tmp_path_factory.mktemp(f"reader_{scheme}")
    shutil.copyfile(storm_events_path, folder / "stormevents.csv")
    cluster = server.url if scheme == "http" else server.https_url
    return Reader(folder, cluster, database, server.ca_certificate)


@pytest.fixture(scope="module")
def blob_store(storm_events_path: Path) -> Iterator[BlobStore]:
    """Stands for the reader's storage account; the uploaded sample has no header line, as the article's counts tell."""
    _, _, records = storm_events_path.read_bytes().partition(b"\n")
    with BlobStore({"/account/samples/stormevents.csv": records}) as store:
        yield store


class TestArticle:
    """The sections in the article's order: each continues with the table that the one before it left."""

    def test_a_file_is_streamed_and_counted(self, reader: Reader) -> None:
        assert reader.run("managed_streaming_file.py") == AFTER_THE_FILE

    def test_a_line_in_memory_is_streamed_and_is_the_latest(self, reader: Reader) -> None:
        assert reader.run("managed_streaming_memory.py") == AFTER_THE_MEMORY

    def test_a_blob_is_streamed_by_reference(self, reader: Reader, blob_store: BlobStore) -> None:
        placeholder = {"<blob path with SAS or key>": blob_store.url("/account/samples/stormevents.csv")}
        assert reader.run("managed_streaming_blob.py", **placeholder) == AFTER_THE_BLOB
