"""Queued ingestion through the official Python SDK: every kind of source, its outcome in the status queues, failures.

What is told by a parameter is posted for all parameters at once, before the first test waits: they share the seconds
that a batch takes.
"""

import gzip
import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pandas
import pytest
from azure.kusto.data import DataFormat
from azure.kusto.ingest import BlobDescriptor, ColumnMapping, FileDescriptor, StreamDescriptor
from azure.kusto.ingest.base_ingest_client import IngestionResult, IngestionStatus
from azure.kusto.ingest.ingestion_properties import (
    ReportLevel,
    TransformationMethod,
    ValidationImplications,
    ValidationOptions,
    ValidationPolicy,
)
from azure.kusto.ingest.status import SuccessMessage

from blob_store import BlobStore
from harness.server import Server
from queued import COLUMNS, READING_LINES, SAMPLES, Bench, until

CSV = (SAMPLES / "readings.csv").read_bytes()
JSON = (SAMPLES / "readings.json").read_bytes()
JSON_COLUMNS = [ColumnMapping(name, "", path=f"$.{name}") for name in COLUMNS]
CSV_COLUMNS = [ColumnMapping(name, "", ordinal=ordinal) for ordinal, name in enumerate(COLUMNS)]
EXTERNAL_BLOB = "/account/samples/readings.csv.gz"

Post = Callable[[Bench, str], IngestionResult]
# By name: the table and what the SDK said of the source.
Posted = dict[str, tuple[str, IngestionResult]]


@pytest.fixture(scope="module")
def bench(server: Server, database: str) -> Iterator[Bench]:
    """The suite's client."""
    opened = Bench(server, database)
    yield opened
    opened.close()


def of_stream(content: bytes | str, data_format: DataFormat = DataFormat.CSV, **more: object) -> Post:
    """Posts a stream of bytes or of text."""

    def post(bench: Bench, table: str) -> IngestionResult:
        stream = io.StringIO(content) if isinstance(content, str) else io.BytesIO(content)
        return bench.client.ingest_from_stream(stream, bench.properties(table, data_format, **more))

    return post


def of_file(name: str, data_format: DataFormat = DataFormat.CSV, **more: object) -> Post:
    """Posts a file of the samples."""
    return lambda bench, table: bench.client.ingest_from_file(
        str(SAMPLES / name), bench.properties(table, data_format, **more)
    )


def of_packed_file(name: str, pack: Callable[[bytes], bytes]) -> Post:
    """Posts a compressed file, which the SDK knows by its name."""

    def post(bench: Bench, table: str) -> IngestionResult:
        path = bench.server.data_dir.parent / name
        path.write_bytes(pack(CSV))
        return bench.client.ingest_from_file(FileDescriptor(str(path)), bench.properties(table))

    return post


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readings.csv", content)
    return packed.getvalue()


def compressed_stream(bench: Bench, table: str) -> IngestionResult:
    descriptor = StreamDescriptor(io.BytesIO(gzip.compress(CSV)), is_compressed=True, size=len(CSV))
    return bench.client.ingest_from_stream(descriptor, bench.properties(table))


def own_blob(bench: Bench, table: str) -> IngestionResult:
    descriptor = BlobDescriptor(bench.upload("readings.csv", CSV), len(CSV))
    return bench.client.ingest_from_blob(descriptor, bench.properties(table))


def blob_of_unknown_size(bench: Bench, table: str) -> IngestionResult:
    return bench.client.ingest_from_blob(BlobDescriptor(bench.upload("readings.csv", CSV)), bench.properties(table))


def mapped_by_reference(bench: Bench, table: str) -> IngestionResult:
    elements = json.dumps([{"column": name, "Properties": {"Path": f"$.{name}"}} for name in COLUMNS])
    bench.wire.command(f".create table {table} ingestion json mapping 'paths' '{elements}'")
    return of_file("readings.json", DataFormat.JSON, ingestion_mapping_reference="paths")(bench, table)


def data_frame(bench: Bench, table: str) -> IngestionResult:
    frame = pandas.DataFrame([json.loads(line) for line in JSON.splitlines()])
    return bench.client.ingest_from_dataframe(frame, bench.properties(table, DataFormat.JSON))


def sealed_by_time(bench: Bench, table: str) -> IngestionResult:
    return of_stream(CSV, flush_immediately=False)(bench, table)


SOURCES: dict[str, Post] = {
    "csv file": of_file("readings.csv"),
    "gzipped file": of_packed_file("readings.csv.gz", gzip.compress),
    "zip archive": of_packed_file("readings.zip", zipped),
    "stream of bytes": of_stream(CSV),
    "stream of text": of_stream(CSV.decode()),
    "compressed stream": compressed_stream,
    "blob": own_blob,
    "blob of unknown size": blob_of_unknown_size,
    "json by column names": of_file("readings.json", DataFormat.JSON),
    "json by a mapping of the table": mapped_by_reference,
    "json by a mapping sent along": of_stream(JSON, DataFormat.JSON, column_mappings=JSON_COLUMNS),
    "multijson by a mapping sent along": of_stream(JSON, DataFormat.MULTIJSON, column_mappings=JSON_COLUMNS),
    "csv by a mapping sent along": of_stream(CSV, column_mappings=CSV_COLUMNS),
    "parquet file": of_file("readings.parquet", DataFormat.PARQUET),
    "parquet stream": of_stream((SAMPLES / "readings.parquet").read_bytes(), DataFormat.PARQUET),
    "data frame": data_frame,
    "batch sealed by its time": sealed_by_time,
}


@pytest.fixture(scope="module")
def sources(bench: Bench) -> Posted:
    """Every source, queued into a table of its own."""
    tables = {name: bench.new_table() for name in SOURCES}
    return {name: (tables[name], post(bench, tables[name])) for name, post in SOURCES.items()}


class TestSources:
    """Whatever form the sample comes in, its rows are the same and its success is told."""

    @pytest.mark.parametrize("source", SOURCES)
    def test_a_source_arrives_and_is_reported(self, bench: Bench, sources: Posted, source: str) -> None:
        table, result = sources[source]
        assert result.status == IngestionStatus.QUEUED
        bench.succeeded(result, table)
        assert bench.lines(table) == READING_LINES

    def test_a_blob_of_another_storage_arrives(self, bench: Bench) -> None:
        table = bench.new_table()
        with BlobStore({EXTERNAL_BLOB: gzip.compress(CSV)}) as store:
            blob = BlobDescriptor(store.url(EXTERNAL_BLOB), len(CSV))
            bench.succeeded(bench.client.ingest_from_blob(blob, bench.properties(table)), table)
        assert bench.lines(table) == READING_LINES

    def test_megabytes_arrive_block_by_block(self, bench: Bench) -> None:
        class Unseekable(io.BytesIO):
            def seekable(self) -> bool:
                return False

        table = bench.new_table("id:long, text:string")
        rows = [f"{number},{uuid.uuid4().hex * 4}\n" for number in range(80_000)]
        packed = gzip.compress("".join(rows).encode(), compresslevel=0)
        assert len(packed) > 8 * 1024 * 1024
        descriptor = StreamDescriptor(Unseekable(packed), is_compressed=True)
        bench.succeeded(bench.client.ingest_from_stream(descriptor, bench.properties(table)), table)
        found = bench.wire.rows(f"{table} | summarize count(), sum(id), sum(strlen(text))")
        assert found == [[len(rows), sum(range(len(rows))), len(rows) * 128]]


def unknown_mapping(bench: Bench, table: str) -> IngestionResult:
    return of_file("readings.json", DataFormat.JSON, ingestion_mapping_reference="none")(bench, table)


def blob_that_is_gone(bench: Bench, table: str) -> IngestionResult:
    url = bench.upload("here.csv", b"1").replace("here.csv", "gone.csv")
    return bench.client.ingest_from_blob(BlobDescriptor(url, 10), bench.properties(table))


def unknown_table(bench: Bench, table: str) -> IngestionResult:
    bench.wire.command(f".drop table {table}")
    return of_stream(CSV)(bench, table)


FAILURES: dict[str, tuple[Post, str]] = {
    "unknown mapping": (unknown_mapping, "BadRequest_MappingReferenceWasNotFound"),
    "unknown table": (unknown_table, "BadRequest_TableNotExist"),
    "blob that is gone": (blob_that_is_gone, "Download_SourceNotFound"),
    "quote never closed": (of_stream('1,"open'), "Stream_ClosingQuoteMissing"),
    "not the format it is said to be": (of_stream(b"text", DataFormat.PARQUET), "BadRequest_InvalidBlob"),
    "nothing": (of_stream(b""), "BadRequest_NoRecordsOrWrongFormat"),
    "a format that nobody has": (of_stream(b"text", DataFormat.SSTREAM), "BadRequest_FormatNotSupported"),
}


@pytest.fixture(scope="module")
def failing(bench: Bench) -> Posted:
    """Every failing source, queued into a table of its own."""
    tables = {name: bench.new_table() for name in FAILURES}
    return {name: (tables[name], post(bench, tables[name])) for name, (post, _) in FAILURES.items()}


class TestFailures:
    """What cannot be ingested is told with its code, once, and leaves no rows."""

    @pytest.mark.parametrize("failure", FAILURES)
    def test_a_failure_is_permanent_and_has_its_code(self, bench: Bench, failing: Posted, failure: str) -> None:
        table, result = failing[failure]
        bench.failed(result, table, FAILURES[failure][1])
        if failure != "unknown table":
            assert bench.wire.count(table) == 0

    def test_failures_are_listed_for_the_operator(self, bench: Bench, failing: Posted) -> None:
        table, result = failing["unknown mapping"]
        bench.outcome(result)
        shown = bench.wire.command(f".show ingestion failures | where Table == '{table}' | project ErrorCode, ShouldRetry")
        assert [row[0] for row in shown[0]["Rows"]] == ["BadRequest_MappingReferenceWasNotFound"]

    def test_a_bad_source_does_not_spoil_the_others_of_its_batch(self, bench: Bench) -> None:
        table = bench.new_table()
        good = [of_stream(CSV, flush_immediately=False)(bench, table) for _ in range(2)]
        bad = of_stream('1,"open', flush_immediately=False)(bench, table)
        good.append(of_stream(CSV, flush_immediately=False)(bench, table))
        bench.failed(bad, table, "Stream_ClosingQuoteMissing")
        for result in good:
            bench.succeeded(result, table)
        assert bench.wire.count(table) == 15


class TestProperties:
    """Ingestion properties, as the SDK writes them into its messages."""

    def test_the_first_record_is_left_out(self, bench: Bench) -> None:
        table = bench.new_table()
        bench.succeeded(of_stream(CSV, ignore_first_record=True)(bench, table), table)
        assert bench.lines(table) == READING_LINES[1:]

    def test_tags_are_kept_and_a_tag_that_is_there_skips(self, bench: Bench) -> None:
        table = bench.new_table()
        tagged = of_stream(
            CSV,
            additional_tags=["plain"],
            drop_by_tags=["d"],
            ingest_by_tags=["once"],
            ingest_if_not_exists=["once"],
            flush_immediately=False,
            validation_policy=ValidationPolicy(ValidationOptions.DoNotValidate, ValidationImplications.BestEffort),
        )
        bench.succeeded(tagged(bench, table), table)
        tags = bench.wire.command(f".show table {table} extents | project Tags")[0]["Rows"][0][0]
        assert {"plain", "drop-by:d", "ingest-by:once"} <= set(tags.split())
        bench.outcome(tagged(bench, table))
        assert bench.wire.count(table) == 5

    def test_a_creation_time_is_that_of_the_extents(self, bench: Bench) -> None:
        table = bench.new_table()
        created = datetime.now(UTC) - timedelta(days=3)
        told = {"creationTime": created.isoformat()}
        bench.succeeded(of_stream(CSV, additional_properties=told)(bench, table), table)
        shown = bench.wire.command(f".show table {table} extents | project MinCreatedOn")[0]["Rows"]
        assert shown[0][0].startswith(f"{created:%Y-%m-%dT%H:%M:%S}")

    def test_columns_that_the_table_lacks_are_added_on_demand(self, bench: Bench) -> None:
        table = bench.new_table("id:long")
        bench.succeeded(of_stream(JSON, DataFormat.JSON)(bench, table), table)
        assert bench.wire.command(f".show table {table} cslschema | project Schema")[0]["Rows"] == [["id:long"]]
        told = {"extend_schema": "true"}
        bench.succeeded(of_stream(JSON, DataFormat.JSON, additional_properties=told)(bench, table), table)
        assert bench.lines(f"{table} | where isnotempty(city)") == READING_LINES
        assert bench.wire.count(table) == 10

    def test_constants_and_the_place_in_the_source_fill_columns(self, bench: Bench) -> None:
        table = bench.new_table("id:long, path:string, line:long, city:string")
        columns = [
            ColumnMapping("id", "long", path="$.id"),
            ColumnMapping("path", "string", transform=TransformationMethod.SOURCE_LOCATION),
            ColumnMapping("line", "long", transform=TransformationMethod.SOURCE_LINE_NUMBER),
            ColumnMapping("city", "string", const_value="everywhere"),
        ]
        result = of_stream(JSON, DataFormat.JSON, column_mappings=columns)(bench, table)
        path = bench.succeeded(result, table).IngestionSourcePath
        rows = bench.wire.rows(f"{table} | order by id asc")
        assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
        assert {(row[1], row[3]) for row in rows} == {(path, "everywhere")}
        assert [row[2] for row in rows] == sorted(row[2] for row in rows)

    def test_the_same_source_twice_is_one_copy(self, bench: Bench) -> None:
        table = bench.new_table()
        source = uuid.uuid4()
        for _ in range(2):
            stream = StreamDescriptor(io.BytesIO(CSV), source_id=source)
            stream.stream_name = f"{uuid.uuid4()}"
            result = bench.client.ingest_from_stream(stream, bench.properties(table))
        until("both messages are answered for", lambda: len(bench.outcomes(result.source_id)) == 2)
        assert {type(message) for message in bench.outcomes(source)} == {SuccessMessage}
        assert bench.lines(table) == READING_LINES

    def test_nothing_is_told_to_those_who_do_not_ask(self, bench: Bench) -> None:
        table = bench.new_table()
        silent = of_stream(CSV, report_level=ReportLevel.DoNotReport)(bench, table)
        failing = of_stream('1,"open', report_level=ReportLevel.DoNotReport)(bench, table)
        failures_only = of_stream(CSV, report_level=ReportLevel.FailuresOnly)(bench, table)
        bench.until_count(table, 10)
        bench.succeeded(of_stream(CSV)(bench, table), table)
        # By now their batches have ended as well; the log knows all of them.
        shown = ".show queued ingestion operations \"{}\" details | project IngestionStatus"
        states = {
            result.source_id: bench.wire.command(shown.format(result.source_id))[0]["Rows"]
            for result in (silent, failing, failures_only)
        }
        assert states == {
            silent.source_id: [["Succeeded"]],
            failing.source_id: [["Failed"]],
            failures_only.source_id: [["Succeeded"]],
        }
        assert [bench.outcomes(source) for source in states] == [[], [], []]

    def test_a_policy_of_the_table_seals_by_count(self, bench: Bench) -> None:
        table = bench.new_table()
        policy = '{"MaximumBatchingTimeSpan":"00:30:00","MaximumNumberOfItems":3,"MaximumRawDataSizeMB":1024}'
        bench.wire.command(f".alter table {table} policy ingestionbatching @'{policy}'")
        results = [of_stream(CSV, flush_immediately=False)(bench, table) for _ in range(3)]
        for result in results:
            bench.succeeded(result, table)
        text = f'.show queued ingestion operations "{results[0].source_id}" details | project SealReason, BatchItems'
        assert bench.wire.command(text)[0]["Rows"] == [["Count", 3]]
