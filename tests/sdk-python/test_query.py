"""Queries through the official Python SDK: types, parameters, options, the streaming reader, data frames, errors."""

import contextlib
import json
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from azure.kusto.data import ClientRequestProperties, KustoClient
from azure.kusto.data._models import WellKnownDataSet
from azure.kusto.data.exceptions import KustoApiError, KustoMultiApiError, KustoServiceError
from azure.kusto.data.helpers import dataframe_from_result_table
from azure.kusto.data.streaming_response import FrameType

from harness.wire import Wire

ALL_TYPES = """datatable(b:bool, i:int, l:long, r:real, d:decimal, t:datetime, s:timespan, g:guid, x:string, y:dynamic)
[
    true, 42, 9223372036854775807, 3.5, decimal(2.00000000000001), datetime(2020-03-04T14:05:01.3109965Z),
        time(1.23:45:56.7890123), guid(74be27de-1e4e-49d9-b579-fe0b331d3642), "ø 'quoted' \\"twice\\"", dynamic({"a":[1,{"b":null}]}),
    bool(null), int(null), long(null), real(null), decimal(null), datetime(null), time(null), guid(null), "", dynamic(null),
]"""
CANCEL_SECONDS_MAX = 60.0
POLL_SECONDS = 0.05


def test_every_type_comes_back_as_the_value_it_was(client: KustoClient, database: str) -> None:
    rows = client.execute_query(database, ALL_TYPES).primary_results[0].rows
    full, empty = rows[0], rows[1]
    assert full["b"] is True
    assert full["i"] == 42
    assert full["l"] == 9223372036854775807
    assert full["r"] == 3.5
    assert Decimal(full["d"]) == Decimal("2.00000000000001")
    assert full["t"] == datetime(2020, 3, 4, 14, 5, 1, 310996, tzinfo=timezone.utc)
    assert full["s"] == timedelta(days=1, hours=23, minutes=45, seconds=56, microseconds=789012)
    assert full["g"] == "74be27de-1e4e-49d9-b579-fe0b331d3642"
    assert full["x"] == "ø 'quoted' \"twice\""
    assert full["y"] == {"a": [1, {"b": None}]}
    assert [value for value in empty.to_list() if value is not None] == [""]


def test_every_column_names_its_type(client: KustoClient, database: str) -> None:
    columns = client.execute_query(database, ALL_TYPES).primary_results[0].columns
    expected = ["bool", "int", "long", "real", "decimal", "datetime", "timespan", "guid", "string", "dynamic"]
    assert [column.column_type for column in columns] == expected


def test_special_reals_and_extreme_values_survive_the_wire(client: KustoClient, database: str) -> None:
    text = (
        "print nan=real(nan), up=real(+inf), down=real(-inf), small=long(-9223372036854775808), first=datetime(0001-01-01),"
        " last=datetime(9999-12-31T23:59:59.9999999Z), before=time(-00:00:02.0020002)"
    )
    row = client.execute_query(database, text).primary_results[0].raw_rows[0]
    assert row[:4] == ["NaN", "Infinity", "-Infinity", -9223372036854775808]
    assert [row[4][:19], row[5], row[6]] == ["0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999Z", "-00:00:02.0020002"]


def test_two_statements_give_two_results(client: KustoClient, database: str) -> None:
    results = client.execute_query(database, "print a=1; datatable(b:int)[2,3]").primary_results
    assert [table.columns[0].column_name for table in results] == ["a", "b"]
    assert [len(table.rows) for table in results] == [1, 2]


def test_count_is_called_count_and_is_a_long(client: KustoClient, database: str) -> None:
    column = client.execute_query(database, "range x from 1 to 10 step 1 | count").primary_results[0].columns[0]
    assert (column.column_name, column.column_type) == ("Count", "long")


def test_an_empty_result_has_its_columns(client: KustoClient, database: str) -> None:
    table = client.execute_query(database, "datatable(a:int, b:string)[] | where a > 1").primary_results[0]
    assert [column.column_name for column in table.columns] == ["a", "b"]
    assert table.rows_count == 0


def test_query_parameters_are_read_by_their_declared_type(client: KustoClient, database: str) -> None:
    properties = ClientRequestProperties()
    for name, value in {
        "pb": True,
        "pi": 2,
        "pl": "long(3)",
        "pr": "real(2.0002)",
        "pt": "datetime(2016-01-01T01:01:01.0000000Z)",
        "ps": "time(-00:00:02.0020002)",
        "pg": "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",
        "px": "it's",
        "py": 'dynamic(["a", 1])',
        "pd": "decimal(1.5)",
    }.items():
        properties.set_parameter(name, value)
    text = (
        "declare query_parameters(pb:bool, pi:int, pl:long, pr:real, pt:datetime, ps:timespan, pg:guid, px:string,"
        " py:dynamic, pd:decimal);\nprint pb, pi, pl, pr, pt, ps, pg, px, py, pd"
    )
    row = client.execute_query(database, text, properties).primary_results[0].raw_rows[0]
    assert row[:4] == [True, 2, 3, 2.0002]
    assert row[4].startswith("2016-01-01T01:01:01") and row[5] == "-00:00:02.0020002"
    assert row[6:] == ["74be27de-1e4e-49d9-b579-fe0b331d3642", "it's", ["a", 1], "1.5"]


def test_a_parameter_left_out_takes_its_default(client: KustoClient, database: str) -> None:
    text = "declare query_parameters(x:long = 5, name:string = 'n'); print x + 1, name"
    assert client.execute_query(database, text).primary_results[0].raw_rows == [[6, "n"]]


def test_a_parameter_names_a_table(client: KustoClient, database: str, new_table: Callable[..., str]) -> None:
    properties = ClientRequestProperties()
    properties.set_parameter("tableName", new_table("a:int", rows="1\n2"))
    text = "declare query_parameters(tableName:string); table(tableName) | count"
    assert client.execute_query(database, text, properties).primary_results[0].raw_rows == [[2]]


def test_parameter_text_is_never_code(client: KustoClient, database: str) -> None:
    properties = ClientRequestProperties()
    properties.set_parameter("x", "a' | take 0 //")
    text = "declare query_parameters(x:string); print x"
    assert client.execute_query(database, text, properties).primary_results[0].raw_rows == [["a' | take 0 //"]]


def test_query_now_is_what_now_answers(client: KustoClient, database: str) -> None:
    properties = ClientRequestProperties()
    properties.set_option("query_now", "2001-02-03T04:05:06Z")
    value = client.execute_query(database, "print now()", properties).primary_results[0].raw_rows[0][0]
    assert value.startswith("2001-02-03T04:05:06")


def test_unknown_options_are_ignored(client: KustoClient, database: str) -> None:
    properties = ClientRequestProperties()
    properties.set_option("additional", "additional")
    properties.set_option("servertimeout", timedelta(minutes=2))
    assert client.execute_query(database, "print 1", properties).primary_results[0].raw_rows == [[1]]


def test_the_completion_table_carries_the_resources_used(client: KustoClient, database: str) -> None:
    results = client.execute_query(database, "range x from 1 to 3 step 1")
    [completion] = [table for table in results.tables if table.table_kind == WellKnownDataSet.QueryCompletionInformation]
    payloads = {row["EventTypeName"]: json.loads(row["Payload"]) for row in completion.rows}
    assert payloads["QueryResourceConsumption"]["dataset_statistics"][0]["table_row_count"] == 3
    assert results.errors_count == 0 and results.get_exceptions() == []


def test_a_render_statement_is_described_in_the_properties_table(client: KustoClient, database: str) -> None:
    results = client.execute_query(database, 'print x=1, y=2 | render timechart with(title="Storms")')
    [properties] = [table for table in results.tables if table.table_kind == WellKnownDataSet.QueryProperties]
    values = {row["Key"]: row["Value"] for row in properties.rows}
    described = values["Visualization"]
    described = json.loads(described) if isinstance(described, str) else described
    assert (described["Visualization"], described["Title"]) == ("timechart", "Storms")


class TestStreamingReader:
    """`execute_streaming_query`: the reader depends on the order of frames and of keys."""

    TEXT = "range x from 1 to 20000 step 1 | extend s = strcat('row ', x)"

    def test_rows_are_read_one_by_one_from_each_result(self, client: KustoClient, database: str) -> None:
        result = client.execute_streaming_query(database, f"{self.TEXT}; {self.TEXT}")
        result.set_skip_incomplete_tables(True)
        sums = [sum(row["x"] for row in primary) for primary in result.iter_primary_results()]
        assert sums == [200_010_000, 200_010_000]
        assert result.finished and result.errors_count == 0 and result.get_exceptions() == []

    def test_the_frames_come_in_the_documented_order(self, client: KustoClient, database: str) -> None:
        frames = client._execute_streaming_query_parsed(database, self.TEXT)
        assert next(frames) == {"FrameType": FrameType.DataSetHeader, "IsProgressive": False, "Version": "v2.0"}
        properties = next(frames)
        assert properties["TableKind"] == WellKnownDataSet.QueryProperties.value
        assert len(properties["Rows"][0]) == len(properties["Columns"])
        primary = next(frames)
        assert primary["TableKind"] == WellKnownDataSet.PrimaryResult.value
        assert next(primary["Rows"]) == [1, "row 1"]

    def test_an_error_is_raised_before_the_first_row(self, client: KustoClient, database: str) -> None:
        with pytest.raises(KustoServiceError) as raised:
            client.execute_streaming_query(database, "Nonexistent")
        assert raised.value.is_semantic_error()


class TestDataFrames:
    """Results as pandas data frames."""

    def test_every_type_converts(self, client: KustoClient, database: str) -> None:
        # A long beside a null becomes a float on its way through pandas, so it has to be one that a float can hold.
        text = ALL_TYPES.replace("9223372036854775807", "9007199254740992")
        frame = dataframe_from_result_table(client.execute_query(database, text).primary_results[0])
        assert len(frame) == 2
        assert frame["l"][0] == 9007199254740992
        assert frame["t"][0].isoformat() == "2020-03-04T14:05:01.310996500+00:00"
        assert frame["s"][0].total_seconds() == pytest.approx(171956.7890123)
        assert frame["y"][0] == {"a": [1, {"b": None}]}

    def test_special_reals_convert(self, client: KustoClient, database: str) -> None:
        text = "print nan=real(nan), up=real(+inf), down=real(-inf)"
        frame = dataframe_from_result_table(client.execute_query(database, text).primary_results[0])
        assert frame["nan"].isna()[0] and frame["up"][0] == float("inf") and frame["down"][0] == float("-inf")


class TestErrors:
    """What a client learns from a failure."""

    def test_an_unknown_table_is_a_semantic_error_naming_it(self, client: KustoClient, database: str) -> None:
        with pytest.raises(KustoApiError) as raised:
            client.execute(database, "Nonexistent")
        error = raised.value.get_api_error()
        assert raised.value.is_semantic_error() and error.permanent
        assert error.code == "General_BadRequest" and "Nonexistent" in error.description

    def test_an_unknown_column_is_a_semantic_error_naming_it(self, client: KustoClient, database: str) -> None:
        with pytest.raises(KustoApiError) as raised:
            client.execute(database, "print a=1 | where missing > 1")
        assert raised.value.is_semantic_error() and "missing" in raised.value.get_api_error().description

    def test_bad_syntax_is_a_permanent_bad_request(self, client: KustoClient, database: str) -> None:
        with pytest.raises(KustoApiError) as raised:
            client.execute(database, "print 1 | where (((")
        assert raised.value.http_response.status_code == 400 and raised.value.get_api_error().permanent
        assert "Syntax error" in raised.value.get_api_error().description

    def test_an_unknown_database_is_named(self, client: KustoClient) -> None:
        with pytest.raises(KustoApiError) as raised:
            client.execute("NoSuchDatabase", "print 1")
        error = raised.value.get_api_error()
        assert error.code == "BadRequest_DatabaseNotExist" and "NoSuchDatabase" in error.description

    def test_too_many_records_are_cut_off_and_said(self, client: KustoClient, database: str) -> None:
        properties = ClientRequestProperties()
        properties.set_option("truncationmaxrecords", 3)
        with pytest.raises(KustoMultiApiError) as raised:
            client.execute_query(database, "range x from 1 to 100 step 1", properties)
        [error] = raised.value.get_api_errors()
        assert error.code == "LimitsExceeded" and "E_QUERY_RESULT_SET_TOO_LARGE" in error.description

    def test_notruncation_lifts_the_limit(self, client: KustoClient, database: str) -> None:
        text = "set notruncation; range x from 1 to 500001 step 1 | project y = 1"
        assert client.execute_query(database, text).primary_results[0].rows_count == 500_001


class TestLongQueries:
    """Queries end when their time is over or somebody cancels them."""

    # Pairs of numbers that are never equal: work for hours, no memory.
    ENDLESS = (
        "range x from 1 to 4000000 step 1 | extend k = 1 | join kind=inner (range y from 1 to 4000000 step 1 | extend k = 1)"
        " on k | where x == -y | count"
    )

    def test_the_server_timeout_ends_a_query(self, client: KustoClient, database: str) -> None:
        properties = ClientRequestProperties()
        properties.set_option("servertimeout", timedelta(seconds=1))
        with pytest.raises(KustoServiceError) as raised:
            client.execute_query(database, self.ENDLESS, properties)
        assert "timed out" in str(raised.value).lower() or "timeout" in str(raised.value).lower()

    def test_a_cancelled_query_ends_with_an_error(self, client: KustoClient, database: str) -> None:
        properties = ClientRequestProperties()
        properties.client_request_id = f"suite;{uuid.uuid4()}"
        failures: list[KustoServiceError] = []

        def run() -> None:
            try:
                client.execute_query(database, self.ENDLESS, properties)
            except KustoServiceError as failure:
                failures.append(failure)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        deadline = time.monotonic() + CANCEL_SECONDS_MAX
        while thread.is_alive() and time.monotonic() < deadline:
            with contextlib.suppress(KustoApiError):  # At first the server may not have seen the query.
                client.execute_mgmt(database, f'.cancel query "{properties.client_request_id}"')
            thread.join(0.1)
        assert not thread.is_alive(), "the query went on after it was cancelled"
        assert failures, "the query ended without an error"

    def test_a_query_that_lost_its_client_ends(self, wire: Wire) -> None:
        request_id = f"suite;{uuid.uuid4()}"
        headers = {"Content-Type": "application/json", "x-ms-client-request-id": request_id}
        abandoned = wire.connect()
        abandoned.request("POST", "/v2/rest/query", json.dumps({"db": wire.database, "csl": self.ENDLESS}), headers)
        self.wait_for(wire, request_id, running=1)
        abandoned.close()
        self.wait_for(wire, request_id, running=0)

    @staticmethod
    def wait_for(wire: Wire, request_id: str, running: int) -> None:
        """Waits until so many queries with the id run."""
        text = f'.show running queries | where ClientActivityId == "{request_id}" | count'
        deadline = time.monotonic() + CANCEL_SECONDS_MAX
        while wire.command(text)[0]["Rows"] != [[running]]:
            assert time.monotonic() < deadline, f"not {running} of the query run"
            time.sleep(POLL_SECONDS)
