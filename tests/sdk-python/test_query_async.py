"""The asynchronous client of the official Python SDK, which reads responses by a code path of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from azure.kusto.data import KustoConnectionStringBuilder
from azure.kusto.data.aio import KustoClient
from azure.kusto.data.exceptions import KustoApiError, KustoServiceError

from harness.server import Server

T = TypeVar("T")


def with_client(server: Server, use: Callable[[KustoClient], Awaitable[T]]) -> T:
    """Runs `use` with an asynchronous client of the server."""

    async def run() -> T:
        async with KustoClient(KustoConnectionStringBuilder(server.url)) as client:
            return await use(client)

    return asyncio.run(run())


def test_a_query_and_a_command_answer(server: Server, database: str) -> None:
    async def use(client: KustoClient) -> tuple[list, list]:
        query = await client.execute(database, "range x from 1 to 3 step 1")
        command = await client.execute(database, ".show version")
        return query.primary_results[0].raw_rows, command.primary_results[0].raw_rows

    rows, version = with_client(server, use)
    assert rows == [[1], [2], [3]] and len(version) == 1


def test_many_queries_run_at_once(server: Server, database: str) -> None:
    async def use(client: KustoClient) -> list[int]:
        queries = (client.execute_query(database, f"print {number}") for number in range(50))
        return [result.primary_results[0].raw_rows[0][0] for result in await asyncio.gather(*queries)]

    assert with_client(server, use) == list(range(50))


def test_the_streaming_reader_reads_every_row(server: Server, database: str) -> None:
    async def use(client: KustoClient) -> list[int]:
        text = "range x from 1 to 5000 step 1"
        result = await client.execute_streaming_query(database, f"{text}; {text}")
        result.set_skip_incomplete_tables(True)
        sums = []
        async for primary in result.iter_primary_results():
            sums.append(sum([row["x"] async for row in primary]))
        assert result.finished and result.errors_count == 0
        return sums

    assert with_client(server, use) == [12_502_500, 12_502_500]


def test_errors_are_read_from_the_json_body(server: Server, database: str) -> None:
    async def use(client: KustoClient) -> None:
        with pytest.raises(KustoServiceError) as raised:
            await client.execute(database, "Nonexistent")
        assert isinstance(raised.value, KustoApiError) and raised.value.is_semantic_error()

    with_client(server, use)
