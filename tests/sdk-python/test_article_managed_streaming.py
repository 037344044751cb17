"""The article on managed streaming ingestion: its program, its three data sources, its printed output.

The programs in `programs/` differ from the article's in the login alone; the test fills in the placeholders that the
article asks its reader to fill in, runs them one after the other as the article does, and compares what they print.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from article import STORM_EVENTS_TABLE, Reader
from blob_store import BlobStore
from harness.server import Server
from harness.wire import Wire

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
    commands.command(STORM_EVENTS_TABLE, database=database)
    commands.command(".alter table MyStormEvents policy streamingingestion enable", database=database)
    cluster = server.url if scheme == "http" else server.https_url
    placeholders = {
        "<your Kusto cluster query URI>": cluster,
        "<your Kusto cluster query ingest URI>": cluster,
        "<your database name>": database,
    }
    folder = tmp_path_factory.mktemp(f"reader_{scheme}")
    return Reader(folder, storm_events_path, placeholders, server.ca_certificate)


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
