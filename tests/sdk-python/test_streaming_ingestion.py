"""Streaming and managed streaming ingestion through the official Python SDK, formats and mappings included."""

import gzip
import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas
import pytest
from azure.kusto.data import KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.data_format import DataFormat, IngestionMappingKind
from azure.kusto.data.exceptions import KustoApiError
from azure.kusto.ingest import (
    IngestionProperties,
    KustoStreamingIngestClient,
    ManagedStreamingIngestClient,
    StreamDescriptor,
)
from azure.kusto.ingest.ingestion_properties import ReportLevel

from harness.server import Server
from harness.wire import Wire

WIDE_SCHEMA = (
    "rownumber:int, rowguid:string, xdouble:real, xfloat:real, xbool:bool, xint16:int, xint32:int, xint64:long,"
    " xuint8:long, xuint16:long, xuint32:long, xuint64:long, xdate:datetime, xsmalltext:string, xtext:string,"
    " xnumberAsText:string, xtime:timespan, xtextWithNulls:string, xdynamicWithNulls:dynamic"
)
WIDE_COLUMNS = [column.split(":")[0].strip() for column in WIDE_SCHEMA.split(",")]
WIDE_LINE = (
    "{0},00000000-0000-0000-0001-0203040506{0:02d},{0}.0002,{0}.5,{1},{0},{0},{0},{0},{0},{0},{0},"
    '2014-01-0{2}T01:01:01.0000000Z,Zero,"Ze""ro",{0},-00:00:02.0020002,,{3}'
)
WIDE_CSV = "\n".join(WIDE_LINE.format(n, n % 2, n + 1, "null" if n else '"{""a"":[1]}"') for n in range(5))
WIDE_FIRST_ROW = [
    0, "00000000-0000-0000-0001-020304050600", 0.0002, 0.5, False, 0, 0, 0, 0, 0, 0, 0, "2014-01-01T01:01:01Z",
    "Zero", 'Ze"ro', "0", "-00:00:02.0020002", "", {"a": [1]},
]  # fmt: skip


@pytest.fixture(params=["streaming", "managed"])
def ingest_client(
    request: pytest.FixtureRequest, server: Server
) -> Iterator[KustoStreamingIngestClient | ManagedStreamingIngestClient]:
    """Both clients that stream: they differ in request ids, retries and limits."""
    connection = KustoConnectionStringBuilder(server.url)
    if request.param == "streaming":
        opened: KustoStreamingIngestClient | ManagedStreamingIngestClient = KustoStreamingIngestClient(connection)
    else:
        opened = ManagedStreamingIngestClient(connection, KustoConnectionStringBuilder(server.url))
    with opened:
        yield opened


@pytest.fixture
def wide_table(new_table: Callable[..., str], wire: Wire) -> str:
    """A table of the shape that the SDK's own suite uses, with a JSON mapping."""
    name = new_table(WIDE_SCHEMA)
    elements = [{"column": column, "Properties": {"Path": f"$.{column}"}} for column in WIDE_COLUMNS]
    wire.command(f".create table {name} ingestion json mapping 'JsonMapping' '{json.dumps(elements)}'")
    wire.command(f".alter table {name} policy streamingingestion enable ")
    return name


def normalised(row: list) -> list:
    """Drops a datetime's fraction of zeros, which is optional on the wire."""
    return [value.replace(".0000000Z", "Z") if isinstance(value, str) else value for value in row]


class TestDelimited:
    """CSV and its relatives, without mapping."""

    def test_a_file_is_queryable_when_the_call_returns(
        self, ingest_client: KustoStreamingIngestClient, database: str, wide_table: str, wire: Wire, tmp_path: Path
    ) -> None:
        path = tmp_path / "wide.csv"
        path.write_text(WIDE_CSV, encoding="utf-8")
        ingest_client.ingest_from_file(str(path), IngestionProperties(database, wide_table, DataFormat.CSV))
        assert wire.count(wide_table) == 5
        assert normalised(wire.rows(f"{wide_table} | where rownumber == 0")[0]) == WIDE_FIRST_ROW

    def test_a_gzipped_file_counts_the_same(
        self, ingest_client: KustoStreamingIngestClient, database: str, wide_table: str, wire: Wire, tmp_path: Path
    ) -> None:
        path = tmp_path / "wide.csv.gz"
        path.write_bytes(gzip.compress(WIDE_CSV.encode()))
        ingest_client.ingest_from_file(str(path), IngestionProperties(database, wide_table, DataFormat.CSV))
        assert wire.count(wide_table) == 5

    def test_text_and_byte_streams_are_alike(
        self, ingest_client: KustoStreamingIngestClient, database: str, wide_table: str, wire: Wire
    ) -> None:
        properties = IngestionProperties(database, wide_table, DataFormat.CSV)
        ingest_client.ingest_from_stream(io.BytesIO(WIDE_CSV.encode()), properties)
        ingest_client.ingest_from_stream(io.StringIO(WIDE_CSV), properties)
        compressed = StreamDescriptor(io.BytesIO(gzip.compress(WIDE_CSV.encode())), is_compressed=True)
        ingest_client.ingest_from_stream(compressed, properties)
        assert wire.count(wide_table) == 15

    def test_a_header_line_is_a_record_like_any_other(
        self, ingest_client: KustoStreamingIngestClient, database: str, new_table: Callable[..., str], wire: Wire
    ) -> None:
        table = new_table("a:int, s:string")
        properties = IngestionProperties(database, table, DataFormat.CSV)
        ingest_client.ingest_from_stream(io.StringIO("a,s\n1,x\n"), properties)
        assert sorted(wire.rows(table), key=str) == [[1, "x"], [None, "s"]]

    @pytest.mark.parametrize(
        ("data_format", "separator"),
        [(DataFormat.TSV, "\t"), (DataFormat.SCSV, ";"), (DataFormat.SOHSV, "\x01"), (DataFormat.PSV, "|")],
    )
    def test_other_separators(
        self,
        server: Server,
        database: str,
        new_table: Callable[..., str],
        wire: Wire,
        data_format: DataFormat,
        separator: str,
    ) -> None:
        table = new_table("a:int, s:string")
        with KustoStreamingIngestClient(KustoConnectionStringBuilder(server.url)) as streaming:
            text = f"1{separator}x\n2{separator}y, too"
            streaming.ingest_from_stream(io.StringIO(text), IngestionProperties(database, table, data_format))
        assert wire.rows(f"{table} | order by a asc") == [[1, "x"], [2, "y, too"]]

    def test_quoted_fields_hold_separators_quotes_and_line_ends(
        self, ingest_client: KustoStreamingIngestClient, database: str, new_table: Callable[..., str], wire: Wire
    ) -> None:
        table = new_table("a:int, s:string")
        text = '1,"a,b"\r\n2,"say ""hi"""\r\n3,"two\nlines"'
        ingest_client.ingest_from_stream(io.StringIO(text), IngestionProperties(database, table, DataFormat.CSV))
        assert [row[1] for row in wire.rows(f"{table} | order by a asc")] == ["a,b", 'say "hi"', "two\nlines"]

    def test_a_csv_mapping_moves_and_adds_columns(
        self, ingest_client: KustoStreamingIngestClient, database: str, new_table: Callable[..., str], wire: Wire
    ) -> None:
        table = new_table("a:int, s:string, c:string")
        mapping = [
            {"column": "s", "Properties": {"Ordinal": "0"}},
            {"column": "a", "Properties": {"Ordinal": "2"}},
            {"column": "c", "Properties": {"ConstValue": "constant"}},
        ]
        wire.command(f".create table {table} ingestion csv mapping 'Moved' '{json.dumps(mapping)}'")
        properties = IngestionProperties(
            database,
            table,
            DataFormat.CSV,
            ingestion_mapping_kind=IngestionMappingKind.CSV,
            ingestion_mapping_reference="Moved",
        )
        ingest_client.ingest_from_stream(io.StringIO("x,ignored,7\n"), properties)
        assert wire.rows(table) == [[7, "x", "constant"]]


class TestJson:
    """JSON lines, documents over several lines, arrays, mappings, nulls."""

    RECORD = {
        "rownumber": 0, "rowguid": "00000000-0000-0000-0001-020304050607", "xdouble": 0.5, "xbool": 0, "xint64": 7,
        "xdate": "2014-01-01T01:01:01Z", "xsmalltext": "Zero", "xtime": "00:00:00", "xtextWithNulls": None,
        "xdynamicWithNulls": {"deep": [1, "two"]},
    }  # fmt: skip

    def test_a_mapping_by_reference_reads_paths(
        self, ingest_client: KustoStreamingIngestClient, database: str, wide_table: str, wire: Wire
    ) -> None:
        properties = IngestionProperties(
            database,
            wide_table,
            DataFormat.JSON,
            ingestion_mapping_reference="JsonMapping",
            ingestion_mapping_kind=IngestionMappingKind.JSON,
            report_level=ReportLevel.FailuresAndSuccesses,
        )
        line = json.dumps(self.RECORD)
        ingest_client.ingest_from_stream(io.StringIO(line), properties)
        ingest_client.ingest_from_stream(io.BytesIO(f"{line}\n{line}\n".encode()), properties)
        wanted = "rownumber, xdouble, xbool, xint64, xuint8, xtextWithNulls, xdynamicWithNulls"
        expected = [0, 0.5, False, 7, None, "", {"deep": [1, "two"]}]
        assert wire.rows(f"{wide_table} | project {wanted}") == [expected] * 3

    def test_without_mapping_members_go_to_columns_of_their_name(
        self, ingest_client: KustoStreamingIngestClient, database: str, wide_table: str, wire: Wire
    ) -> None:
        properties = IngestionProperties(database, wide_table, DataFormat.JSON)
        ingest_client.ingest_from_stream(io.StringIO(json.dumps(self.RECORD)), properties)
        assert wire.rows(f"{wide_table} | project rownumber, xsmalltext") == [[0, "Zero"]]

    @pytest.mark.parametrize(
        "text",
        [
            '[{"a":1,"s":"x"},\n {"a":2,"s":"y"}]',
            '{"a":1,\n "s":"x"}\n{"a":2,\n "s":"y"}',
            '{"a":1,"s":"x"}{"a":2,"s":"y"}',
        ],
    )
    def test_multijson_takes_arrays_and_documents_in_any_layout(
        self,
        ingest_client: KustoStreamingIngestClient,
        database: str,
        new_table: Callable[..., str],
        wire: Wire,
        text: str,
    ) -> None:
        table = new_table("a:int, s:string")
        ingest_client.ingest_from_stream(io.StringIO(text), IngestionProperties(database, table, DataFormat.MULTIJSON))
        assert wire.rows(f"{table} | order by a asc") == [[1, "x"], [2, "y"]]

    def test_a_missing_mapping_is_a_permanent_error(
        self, ingest_client: KustoStreamingIngestClient, database: str, wide_table: str, wire: Wire
    ) -> None:
        properties = IngestionProperties(
            database,
            wide_table,
            DataFormat.JSON,
            ingestion_mapping_reference="NoSuchMapping",
            ingestion_mapping_kind=IngestionMappingKind.JSON,
        )
        with pytest.raises(KustoApiError) as raised:
            ingest_client.ingest_from_stream(io.StringIO("{}"), properties)
        error = raised.value.get_api_error()
        assert error.code == "BadRequest_MappingReferenceWasNotFound" and error.permanent
        assert wire.count(wide_table) == 0


def test_a_data_frame_is_streamed_with_its_lists(
    ingest_client: KustoStreamingIngestClient, database: str, wide_table: str, client: KustoClient
) -> None:
    addresses = ["me@dummy.com", "you@dummy.com"]
    row = [0, str(uuid.uuid4()), 0.0, 0.0, 0, 0, 0, 0, 0, 0, 0, 0, "2014-01-01T01:01:01Z", "Zero", "Zero", "0",
           "00:00:00", None, addresses]  # fmt: skip
    frame = pandas.DataFrame(data=[row], columns=WIDE_COLUMNS)
    ingest_client.ingest_from_dataframe(frame, IngestionProperties(database, wide_table))
    result = client.execute(database, f"{wide_table} | where rowguid == '{row[1]}'").primary_results[0]
    assert result.rows[0]["xdynamicWithNulls"] == addresses


def test_a_zip_archive_is_opened_whatever_the_header_says(
    database: str, wide_table: str, wire: Wire
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("wide.csv", WIDE_CSV)
    reply = wire.stream(wide_table, packed.getvalue(), headers={"Content-Encoding": "gzip"})
    assert reply.status == 200, reply.body
    assert wire.count(wide_table) == 5


def test_a_table_that_does_not_stream_says_so(
    ingest_client: KustoStreamingIngestClient, database: str, new_table: Callable[..., str], wire: Wire
) -> None:
    table = new_table("a:int")
    wire.command(f".alter table {table} policy streamingingestion disable")
    with pytest.raises(KustoApiError) as raised:
        ingest_client.ingest_from_stream(io.StringIO("1"), IngestionProperties(database, table, DataFormat.CSV))
    error = raised.value.get_api_error()
    assert error.code == "BadRequest_StreamingIngestionPolicyNotEnabled" and error.permanent
    assert "Streaming ingestion policy is not enabled" in error.description


@pytest.mark.parametrize(
    ("database_name", "code"),
    [("Suite", "BadRequest_TableNotExist"), ("NoSuchDatabase", "BadRequest_DatabaseNotExist")],
)
def test_a_missing_target_is_a_permanent_error(
    ingest_client: KustoStreamingIngestClient, database_name: str, code: str
) -> None:
    properties = IngestionProperties(database_name, "NoSuchTable", DataFormat.CSV)
    with pytest.raises(KustoApiError) as raised:
        ingest_client.ingest_from_stream(io.StringIO("1"), properties)
    assert raised.value.get_api_error().code == code and raised.value.get_api_error().permanent


def test_columns_altered_meanwhile_are_filled_at_once(
    ingest_client: KustoStreamingIngestClient, database: str, new_table: Callable[..., str], wire: Wire
) -> None:
    table = new_table("a:int")
    properties = IngestionProperties(database, table, DataFormat.CSV)
    ingest_client.ingest_from_stream(io.StringIO("1"), properties)
    wire.command(f".alter-merge table {table} (b:string)")
    ingest_client.ingest_from_stream(io.StringIO("2,two"), properties)
    assert wire.rows(f"{table} | order by a asc") == [[1, ""], [2, "two"]]
