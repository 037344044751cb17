"""The bytes of responses: V2 frames whole and fragmented, V1 tables with and without contents, errors in their places."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.wire import Wire

FRAME_ORDER = ["DataSetHeader", "DataTable", "DataTable", "DataTable", "DataSetCompletion"]
TABLE_KEYS = ["FrameType", "TableId", "TableKind", "TableName", "Columns", "Rows"]
COMPLETION_COLUMNS = [
    ("Timestamp", "datetime"), ("ClientRequestId", "string"), ("ActivityId", "guid"), ("SubActivityId", "guid"),
    ("ParentActivityId", "guid"), ("Level", "int"), ("LevelName", "string"), ("StatusCode", "int"),
    ("StatusCodeName", "string"), ("EventType", "int"), ("EventTypeName", "string"), ("Payload", "string"),
]  # fmt: skip
VISUALIZATION = (
    '{"Visualization":null,"Title":null,"XColumn":null,"Series":null,"YColumns":null,"AnomalyColumns":null,"XTitle":null,'
    '"YTitle":null,"XAxis":null,"YAxis":null,"Legend":null,"YSplit":null,"Accumulate":false,"IsQuerySorted":false,'
    '"Kind":null,"Ymin":"NaN","Ymax":"NaN","Xmin":null,"Xmax":null}'
)
GO_OPTIONS = {
    "results_v2_newlines_between_frames": True,
    "results_v2_fragment_primary_tables": True,
    "results_error_reporting_placement": "end_of_table",
}
ALL_SCALARS = (
    "print b=true, i=int(1), l=9007199254740993, r=1.5, d=decimal(2.00000000000001), t=datetime(2020-03-04T14:05:01.3109965Z),"
    " s=time(-1.02:03:04.5), g=guid(74BE27DE-1E4E-49D9-B579-FE0B331D3642), x='a\"b\\n', y=dynamic({'k':[1,2.5,null]}),"
    " z=dynamic('{ \"a\": 1}'), n=int(null), e=''"
)
SCALARS = [
    True, 1, 9007199254740993, 1.5, "2.00000000000001", "2020-03-04T14:05:01.3109965Z", "-1.02:03:04.5000000",
    "74be27de-1e4e-49d9-b579-fe0b331d3642", 'a"b\n', {"k": [1, 2.5, None]}, '{ "a": 1}', None, "",
]  # fmt: skip


def columns(table: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the names and Kusto types of a table's columns."""
    return [(column["ColumnName"], column["ColumnType"]) for column in table["Columns"]]


class TestV2Whole:
    """The default: every table is one frame."""

    def test_frames_and_their_keys_come_in_the_documented_order(self, wire: Wire) -> None:
        frames = wire.query("print a=1").json()
        assert [frame["FrameType"] for frame in frames] == FRAME_ORDER
        assert [frame["TableKind"] for frame in frames[1:4]] == [
            "QueryProperties",
            "PrimaryResult",
            "QueryCompletionInformation",
        ]
        assert all(list(frame) == TABLE_KEYS for frame in frames[1:4])
        assert [frame["TableId"] for frame in frames[1:4]] == [0, 1, 2]
        assert list(frames[0])[:3] == ["FrameType", "IsProgressive", "Version"]
        assert (frames[0]["IsProgressive"], frames[0]["Version"]) == (False, "v2.0")
        assert frames[-1] == {"FrameType": "DataSetCompletion", "HasErrors": False, "Cancelled": False}

    def test_the_properties_table_holds_the_visualization_as_text(self, wire: Wire) -> None:
        properties = wire.query("print a=1").json()[1]
        assert properties["TableName"] == "@ExtendedProperties"
        assert columns(properties) == [("TableId", "int"), ("Key", "string"), ("Value", "dynamic")]
        values = {row[1]: row[2] for row in properties["Rows"]}
        assert values["Visualization"] == VISUALIZATION

    def test_the_completion_table_has_its_columns_and_no_errors(self, wire: Wire) -> None:
        completion = wire.query("print a=1").json()[3]
        assert columns(completion) == COMPLETION_COLUMNS
        assert [row[6] for row in completion["Rows"]] == ["Info", "Stats"]
        assert json.loads(completion["Rows"][0][-1])["Text"] == "Query completed successfully"

    def test_every_scalar_is_written_as_documented(self, wire: Wire) -> None:
        written = wire.rows(ALL_SCALARS)[0]
        expected = list(SCALARS)
        # The fraction of a timespan may be trimmed.
        written[6] = written[6].ljust(len(expected[6]), "0")
        assert written == expected

    def test_one_frame_a_line_when_asked(self, wire: Wire) -> None:
        body = wire.query("print a=1", options={"results_v2_newlines_between_frames": True}).body.decode()
        lines = body.split("\n")
        assert lines[0].startswith('[{"FrameType":"DataSetHeader"') and lines[-2:] == ["]", ""]
        assert [json.loads(line[1:])["FrameType"] for line in lines[:-2]] == FRAME_ORDER


class TestV2Fragmented:
    """What Go's SDK always asks for, and reads line by line."""

    def test_the_bytes_are_those_gos_reader_expects(self, wire: Wire) -> None:
        body = wire.query("datatable(a:int, s:string)[1,'x', 2,'y']", options=GO_OPTIONS).body.decode()
        lines = body.split("\n")
        assert lines[0] == (
            '[{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0","IsFragmented":true,'
            '"ErrorReportingPlacement":"EndOfTable"}'
        )
        assert lines[1].startswith(
            ',{"FrameType":"DataTable","TableId":0,"TableKind":"QueryProperties","TableName":"@ExtendedProperties",'
            '"Columns":[{"ColumnName":"TableId","ColumnType":"int"},{"ColumnName":"Key","ColumnType":"string"},'
            '{"ColumnName":"Value","ColumnType":"dynamic"}],"Rows":[['
        )
        assert lines[2] == (
            ',{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":'
            '[{"ColumnName":"a","ColumnType":"int"},{"ColumnName":"s","ColumnType":"string"}]}'
        )
        assert lines[3] == (
            ',{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[1,"x"],[2,"y"]]}'
        )
        assert lines[4] == ',{"FrameType":"TableCompletion","TableId":1,"RowCount":2}'
        assert lines[5].startswith(
            ',{"FrameType":"DataTable","TableId":2,"TableKind":"QueryCompletionInformation",'
            '"TableName":"QueryCompletionInformation","Columns":['
        )
        assert lines[6:] == [',{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}', "]", ""]

    def test_a_large_result_is_split_over_fragments(self, wire: Wire) -> None:
        text = "range x from 1 to 200000 step 1 | extend s = strcat('some text to fill the frame with ', x)"
        lines = wire.query(text, options=GO_OPTIONS).body.decode().split("\n")
        frames = [json.loads(line[1:]) for line in lines[:-2]]
        fragments = [frame for frame in frames if frame["FrameType"] == "TableFragment"]
        assert len(fragments) > 1
        assert [row[0] for fragment in fragments for row in fragment["Rows"]] == list(range(1, 200_001))
        [completion] = [frame for frame in frames if frame["FrameType"] == "TableCompletion"]
        assert completion["RowCount"] == 200_000

    def test_an_empty_table_still_has_header_and_completion(self, wire: Wire) -> None:
        frames = wire.query("datatable(a:int)[]", options=GO_OPTIONS).json()
        kinds = [frame["FrameType"] for frame in frames if frame.get("TableId") == 1]
        assert (kinds[0], kinds[-1]) == ("TableHeader", "TableCompletion")

    def test_an_error_stands_at_the_end_of_its_table(self, wire: Wire) -> None:
        options = GO_OPTIONS | {"truncationmaxrecords": 2}
        frames = wire.query("range x from 1 to 10 step 1", options=options).json()
        [completion] = [frame for frame in frames if frame["FrameType"] == "TableCompletion"]
        assert completion["RowCount"] == 2
        assert completion["OneApiErrors"][0]["error"]["code"] == "LimitsExceeded"
        assert frames[-1]["HasErrors"] is True and frames[-1]["OneApiErrors"]


class TestPartialFailures:
    """Errors after the status line has gone out."""

    TEXT = "range x from 1 to 10 step 1"

    def test_by_default_the_error_is_the_last_row(self, wire: Wire) -> None:
        frames = wire.query(self.TEXT, options={"truncationmaxrecords": 2}).json()
        [primary] = [frame for frame in frames if frame.get("TableKind") == "PrimaryResult"]
        assert primary["Rows"][:2] == [[1], [2]] and len(primary["Rows"]) == 3
        error = primary["Rows"][2]["OneApiErrors"][0]["error"]
        assert error["code"] == "LimitsExceeded" and error["@permanent"] is False
        assert "E_QUERY_RESULT_SET_TOO_LARGE" in error["@message"]
        assert frames[-1]["HasErrors"] is True

    def test_at_the_end_of_the_data_set_only(self, wire: Wire) -> None:
        options = {"truncationmaxrecords": 2, "results_error_reporting_placement": "end_of_dataset"}
        frames = wire.query(self.TEXT, options=options).json()
        [primary] = [frame for frame in frames if frame.get("TableKind") == "PrimaryResult"]
        assert primary["Rows"] == [[1], [2]]
        assert frames[-1]["OneApiErrors"][0]["error"]["code"] == "LimitsExceeded"

    def test_deferred_failures_are_told_by_the_completion_table(self, wire: Wire) -> None:
        options = {"truncationmaxrecords": 2, "deferpartialqueryfailures": True}
        frames = wire.query(self.TEXT, options=options).json()
        [completion] = [frame for frame in frames if frame.get("TableKind") == "QueryCompletionInformation"]
        failed = [row for row in completion["Rows"] if row[5] <= 2]
        assert len(failed) == 1 and failed[0][7] == -2133196797
        assert frames[-1]["HasErrors"] is False

    def test_a_size_limit_cuts_too(self, wire: Wire) -> None:
        frames = wire.query("range x from 1 to 1000 step 1", options={"truncationmaxsize": 100}).json()
        assert frames[-1]["HasErrors"] is True


class TestV1:
    """Commands and old clients."""

    def test_a_plain_command_answers_with_exactly_one_table(self, wire: Wire) -> None:
        tables = wire.command(".show databases")
        assert [table["TableName"] for table in tables] == ["Table_0"]
        assert all({"ColumnName", "DataType", "ColumnType"} <= column.keys() for column in tables[0]["Columns"])

    def test_a_command_with_a_query_tail_ends_with_a_table_of_contents(self, wire: Wire) -> None:
        tables = wire.command(".show tables | project TableName")
        assert len(tables) == 4
        self.check_contents(tables, results=1)

    def test_the_v1_query_endpoint_lists_its_tables(self, wire: Wire) -> None:
        tables = wire.execute("/v1/rest/query", "print a=1; print b='x'").json()["Tables"]
        assert [table["Rows"] for table in tables[:2]] == [[[1]], [["x"]]]
        self.check_contents(tables, results=2)

    def test_every_type_has_its_net_name(self, wire: Wire) -> None:
        table = wire.execute("/v1/rest/query", ALL_SCALARS).json()["Tables"][0]
        types = {column["ColumnType"]: column["DataType"] for column in table["Columns"]}
        assert types.pop("bool") in ("SByte", "Boolean")
        assert types == {
            "int": "Int32", "long": "Int64", "real": "Double", "decimal": "SqlDecimal", "datetime": "DateTime",
            "timespan": "TimeSpan", "guid": "Guid", "string": "String", "dynamic": "Object",
        }  # fmt: skip

    @staticmethod
    def check_contents(tables: list[dict[str, Any]], results: int) -> None:
        contents = tables[-1]
        assert columns(contents) == [
            ("Ordinal", "long"),
            ("Kind", "string"),
            ("Name", "string"),
            ("Id", "string"),
            ("PrettyName", "string"),
        ]
        assert [row[0] for row in contents["Rows"]] == list(range(len(tables) - 1))
        assert [row[1] for row in contents["Rows"]] == ["QueryResult"] * results + ["QueryProperties", "QueryStatus"]
        status = tables[-2]
        assert all(isinstance(row[4], str) for row in status["Rows"]), "Go reads StatusDescription as a string"
        assert all(row[1] > 2 for row in status["Rows"])


class TestErrors:
    """Status, code and permanence by cause."""

    @pytest.mark.parametrize(
        ("path", "text", "code"),
        [
            ("/v2/rest/query", "Nonexistent", "General_BadRequest"),
            ("/v2/rest/query", "print 1 | frobnicate", None),
            ("/v2/rest/query", "", None),
            ("/v1/rest/mgmt", ".drop table NoSuchTable", None),
            ("/v1/rest/mgmt", ".frobnicate", None),
            ("/v1/rest/mgmt", "print 1", None),
        ],
    )
    def test_a_bad_request_is_permanent(self, wire: Wire, path: str, text: str, code: str | None) -> None:
        reply = wire.execute(path, text)
        error = reply.error()
        assert reply.status == 400 and error["@permanent"] is True
        assert code is None or error["code"] == code

    def test_a_semantic_error_carries_its_inner_error(self, wire: Wire) -> None:
        error = wire.query("Nonexistent").error()
        assert "Semantic error:" in error["@message"] and "'Nonexistent'" in error["@message"]
        assert re.fullmatch(r"SEM\d{4}", error["innererror"]["code"])
        assert error["@context"]["clientRequestId"] and error["@context"]["activityId"]

    def test_a_command_at_the_v2_endpoint_is_refused_in_the_services_words(self, wire: Wire) -> None:
        error = wire.query(".show tables").error()
        assert "Control commands" in error["@message"] and "api_version=v2" in error["@message"]

    def test_an_unknown_route_answers_json(self, wire: Wire) -> None:
        assert wire.request("GET", "/v1/rest/nonsense").error()
        assert wire.request("GET", "/v1/rest/nonsense").status == 404

    def test_nothing_redirects(self, wire: Wire) -> None:
        paths = ["/", "/Suite", "/v2/rest/query/", "/v1/rest/mgmt/", "/v1/rest/auth/metadata/", "//v1/rest/ping"]
        assert not [path for path in paths if 300 <= wire.request("GET", path).status < 400]


class TestHeaders:
    """Ids and encodings."""

    def test_the_request_id_is_echoed_and_an_activity_id_given(self, wire: Wire) -> None:
        reply = wire.query("print 1", headers={"x-ms-client-request-id": "suite;1"})
        assert reply.headers["x-ms-client-request-id"] == "suite;1"
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", reply.headers["x-ms-activity-id"])

    def test_an_id_is_invented_where_none_was_sent(self, wire: Wire) -> None:
        assert wire.query("print 1").headers["x-ms-client-request-id"]

    def test_the_metadata_of_the_cloud_is_complete(self, wire: Wire) -> None:
        reply = wire.request("GET", "/v1/rest/auth/metadata")
        settings = reply.json()["AzureAD"]
        assert reply.status == 200
        assert {
            "LoginEndpoint", "LoginMfaRequired", "KustoClientAppId", "KustoClientRedirectUri", "KustoServiceResourceId",
            "FirstPartyAuthorityUrl",
        } <= settings.keys()  # fmt: skip

    def test_a_large_answer_is_compressed_for_those_who_accept_it(
        self, wire: Wire, new_table: Callable[..., str]
    ) -> None:
        text = "range x from 1 to 20000 step 1"
        plain = wire.query(text)
        packed = wire.query(text, headers={"Accept-Encoding": "gzip,deflate"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip" and len(packed.body) < len(plain.body)
