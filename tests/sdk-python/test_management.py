"""Management commands through the official Python SDK: those its own suite sends and those the articles need."""

import json
from collections.abc import Callable

import pytest
from azure.kusto.data import KustoClient
from azure.kusto.data.exceptions import KustoApiError
from azure.kusto.data.response import KustoResponseDataSetV1


def table_of(response: KustoResponseDataSetV1) -> tuple[list[str], list[list]]:
    """Returns the column names and rows of the first result."""
    table = response.primary_results[0]
    return [column.column_name for column in table.columns], table.raw_rows


def test_show_version_has_one_row_and_names_the_engine(client: KustoClient, database: str) -> None:
    columns, rows = table_of(client.execute_mgmt(database, ".show version"))
    assert columns == ["BuildVersion", "BuildTime", "ServiceType", "ProductVersion", "ServiceOffering"]
    assert len(rows) == 1 and rows[0][2] == "Engine"


def test_show_databases_lists_the_default_and_ours(client: KustoClient, database: str) -> None:
    columns, rows = table_of(client.execute_mgmt("NetDefaultDB", ".show databases"))
    assert columns[0] == "DatabaseName"
    assert {"NetDefaultDB", database} <= {row[0] for row in rows}


def test_a_command_may_feed_a_query(client: KustoClient, database: str) -> None:
    text = '.show databases | project A="1" | take 1; datatable(b: int) [3] | project A="2" | take 1'
    results = client.execute_mgmt(database, text).primary_results
    assert [table.raw_rows for table in results] == [[["1"]], [["2"]]]


def test_show_tables_describes_each_table(client: KustoClient, database: str, new_table: Callable[..., str]) -> None:
    name = new_table("a:int")
    columns, rows = table_of(client.execute_mgmt(database, ".show tables"))
    assert columns == ["TableName", "DatabaseName", "Folder", "DocString"]
    assert [name, database] in [row[:2] for row in rows]
    _, filtered = table_of(client.execute_mgmt(database, f".show tables | where TableName == '{name}' | project TableName"))
    assert filtered == [[name]]


def test_the_schema_of_a_table_is_shown_as_it_was_created(client: KustoClient, database: str) -> None:
    columns = "['a b']:string, i:int, l:long, r:real, d:decimal, t:datetime, s:timespan, g:guid, b:bool, y:dynamic"
    client.execute_mgmt(database, f".create table SchemaShown ({columns})")
    names, rows = table_of(client.execute_mgmt(database, ".show table SchemaShown cslschema"))
    shown = dict(zip(names, rows[0]))["Schema"]
    assert shown.replace(" ", "").replace("['ab']", "ab") == columns.replace(" ", "").replace("['ab']", "ab")


def test_columns_are_merged_and_old_rows_have_nulls(
    client: KustoClient, database: str, new_table: Callable[..., str]
) -> None:
    name = new_table("a:int", rows="1")
    client.execute_mgmt(database, f".create-merge table {name} (a:int, b:string, c:real)")
    assert client.execute_query(database, name).primary_results[0].raw_rows == [[1, "", None]]


def test_a_table_is_dropped_with_everything_in_it(
    client: KustoClient, database: str, new_table: Callable[..., str]
) -> None:
    name = new_table("a:int", rows="1")
    client.execute_mgmt(database, f".drop table {name} ifexists")
    client.execute_mgmt(database, f".drop table {name} ifexists")
    with pytest.raises(KustoApiError):
        client.execute_mgmt(database, f".drop table {name}")
    client.execute_mgmt(database, f".create table {name} (a:int)")
    assert client.execute_query(database, f"{name} | count").primary_results[0].raw_rows == [[0]]


def test_tables_are_dropped_by_list(client: KustoClient, database: str, new_table: Callable[..., str]) -> None:
    names = [new_table("a:int") for _ in range(5)]
    client.execute_mgmt(database, f".drop tables ({','.join(names)}, NeverExisted) ifexists")
    _, rows = table_of(client.execute_mgmt(database, ".show tables"))
    assert not {row[0] for row in rows} & set(names)


def test_inline_ingestion_reports_an_extent(client: KustoClient, database: str, new_table: Callable[..., str]) -> None:
    name = new_table("a:int, s:string")
    columns, rows = table_of(client.execute_mgmt(database, f".ingest inline into table {name} <|\n1,one\n2,\"two, too\""))
    assert columns == ["ExtentId", "ItemLoaded", "Duration", "HasErrors", "OperationId"]
    assert rows[0][3] in (False, 0)
    assert client.execute_query(database, f"{name} | order by a asc").primary_results[0].raw_rows == [[1, "one"], [2, "two, too"]]


def test_a_query_creates_and_replaces_a_table(client: KustoClient, database: str) -> None:
    client.execute_mgmt(database, ".set-or-replace FromQuery <| datatable(a:int, s:string)[1,'x', 2,'y']")
    client.execute_mgmt(database, ".set-or-append FromQuery <| print a=int(3), s='z'")
    counted = client.execute_query(database, "FromQuery | count").primary_results[0].raw_rows
    client.execute_mgmt(database, ".set-or-replace FromQuery <| datatable(a:int, s:string)[9,'only']")
    assert counted == [[3]]
    assert client.execute_query(database, "FromQuery").primary_results[0].raw_rows == [[9, "only"]]


def test_a_mapping_is_created_shown_and_dropped(
    client: KustoClient, database: str, new_table: Callable[..., str]
) -> None:
    name = new_table("a:int, s:string")
    mapping = """'['
        '    { "column" : "a", "datatype" : "int", "Properties":{"Path":"$.x"}},'
        '    { "column" : "s", "datatype" : "string", "Properties":{"Path":"$.y.z"}},'
        ']'"""
    client.execute_mgmt(database, f".create table {name} ingestion json mapping 'JsonMapping' {mapping}")
    columns, rows = table_of(client.execute_mgmt(database, f".show table {name} ingestion json mappings"))
    shown = dict(zip(columns, rows[0]))
    assert shown["Name"] == "JsonMapping" and shown["Kind"].lower() == "json"
    assert [element["column"] for element in json.loads(shown["Mapping"])] == ["a", "s"]
    client.execute_mgmt(database, f".drop table {name} ingestion json mapping 'JsonMapping'")
    assert table_of(client.execute_mgmt(database, f".show table {name} ingestion json mappings"))[1] == []


def test_the_streaming_policy_is_altered_and_shown(
    client: KustoClient, database: str, new_table: Callable[..., str]
) -> None:
    name = new_table("a:int")
    client.execute_mgmt(database, f".alter table {name} policy streamingingestion disable")
    columns, rows = table_of(client.execute_mgmt(database, f".show table {name} policy streamingingestion"))
    assert columns == ["PolicyName", "EntityName", "Policy", "ChildEntities", "EntityType"]
    assert json.loads(rows[0][2])["IsEnabled"] is False
    client.execute_mgmt(database, f".alter table {name} policy streamingingestion enable ")
    _, rows = table_of(client.execute_mgmt(database, f".show table {name} policy streamingingestion"))
    assert json.loads(rows[0][2])["IsEnabled"] is True


def test_the_batching_policy_refuses_what_is_out_of_range(
    client: KustoClient, database: str, new_table: Callable[..., str]
) -> None:
    name = new_table("a:int")
    policy = '{"MaximumBatchingTimeSpan":"00:00:30", "MaximumNumberOfItems": 500, "MaximumRawDataSizeMB": 1024}'
    client.execute_mgmt(database, f".alter table {name} policy ingestionbatching @'{policy}'")
    _, rows = table_of(client.execute_mgmt(database, f".show table {name} policy ingestionbatching"))
    assert json.loads(rows[0][2])["MaximumBatchingTimeSpan"] == "00:00:30"
    with pytest.raises(KustoApiError):
        client.execute_mgmt(database, f".alter table {name} policy ingestionbatching @'{{\"MaximumBatchingTimeSpan\":\"00:00:00\"}}'")


def test_the_retention_policy_of_a_database_is_shown(client: KustoClient, database: str) -> None:
    columns, _ = table_of(client.execute_mgmt(database, f".show database {database}  policy retention"))
    assert columns == ["PolicyName", "EntityName", "Policy", "ChildEntities", "EntityType"]
    text = f".show database {database}  policy retention | project ChildEntities, EntityType"
    assert table_of(client.execute_mgmt(database, text))[0] == ["ChildEntities", "EntityType"]


def test_the_schema_cache_may_be_cleared(client: KustoClient, database: str) -> None:
    columns, _ = table_of(client.execute_mgmt(database, ".clear database cache streamingingestion schema"))
    assert columns == ["NodeId", "Status"]


def test_a_stored_function_is_called_by_name(client: KustoClient, database: str) -> None:
    client.execute_mgmt(database, ".create-or-alter function Twice(x:long) { print y = x * 2 }")
    assert client.execute_query(database, "Twice(21)").primary_results[0].raw_rows == [[42]]
    _, rows = table_of(client.execute_mgmt(database, ".show functions | project Name"))
    assert ["Twice"] in rows


def test_a_command_nobody_knows_is_a_permanent_error(client: KustoClient, database: str) -> None:
    with pytest.raises(KustoApiError) as raised:
        client.execute_mgmt(database, ".frobnicate table T")
    assert raised.value.get_api_error().permanent


def test_a_command_for_a_missing_table_names_it(client: KustoClient, database: str) -> None:
    with pytest.raises(KustoApiError) as raised:
        client.execute_mgmt(database, ".show table NoSuchTable cslschema")
    assert "NoSuchTable" in raised.value.get_api_error().description
