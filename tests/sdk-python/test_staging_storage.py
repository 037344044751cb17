"""The built-in storage account through Azure's own clients: blobs, messages and statuses, in every form that they send."""

import io
import os
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from azure.core import MatchConditions
from azure.core.credentials import AzureSasCredential
from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.data.tables import EntityProperty, EdmType, TableClient, UpdateMode
from azure.storage.blob import BlobBlock, BlobClient, ContainerClient
from azure.storage.queue import QueueClient

from harness.server import Server
from harness.wire import Wire

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: what other suites have ingested may still be reported to their queues."""
    started = Server(tmp_path_factory.mktemp("staging") / "data").start()
    yield started
    assert started.stop() == 0, started.log_tail()


@pytest.fixture(scope="module")
def roots(server: Server) -> dict[str, str]:
    """The resources that a client of queued ingestion is told of, by type."""
    return dict(Wire(server.port, "NetDefaultDB").command(".get ingestion resources")[0]["Rows"])


@pytest.fixture
def container(roots: dict[str, str]) -> Iterator[ContainerClient]:
    """The container for uploads."""
    with ContainerClient.from_container_url(roots["TempStorage"]) as opened:
        yield opened


@pytest.fixture
def queue(roots: dict[str, str]) -> Iterator[QueueClient]:
    """A queue that the server does not read."""
    with QueueClient.from_queue_url(roots["SuccessfulIngestionsQueue"]) as opened:
        opened.clear_messages()
        yield opened


@pytest.fixture
def table(roots: dict[str, str]) -> Iterator[TableClient]:
    """The table of statuses."""
    endpoint, name = roots["IngestionsStatusTable"].split("?")[0].rsplit("/", 1)
    credential = AzureSasCredential(roots["IngestionsStatusTable"].split("?")[1])
    with TableClient(endpoint, name, credential=credential) as opened:
        yield opened


@pytest.fixture
def new_blob(container: ContainerClient, request: pytest.FixtureRequest) -> Callable[..., BlobClient]:
    """Names a blob that no other test uses."""
    return lambda suffix="": container.get_blob_client(f"{request.node.name}{suffix}")


def test_urls_have_the_port_one_question_mark_and_a_signature(roots: dict[str, str], server: Server) -> None:
    assert len(roots) == 5
    for root in roots.values():
        parts = urlsplit(root)
        assert (parts.scheme, parts.port, root.count("?")) == ("http", server.port, 1)
        assert "sig=" in parts.query


@pytest.mark.parametrize("name", ["a b.csv", "db__T__m=+0.0123 12:30 +0000 UTC.csv.gz", "Łódź/ä%20?&#=.csv", "quote'(1)"])
def test_names_are_kept_whatever_they_have(container: ContainerClient, name: str) -> None:
    blob = container.get_blob_client(name)
    blob.upload_blob(b"1", overwrite=True)
    assert BlobClient.from_blob_url(blob.url).download_blob().readall() == b"1"
    assert name in [found.name for found in container.list_blobs(name_starts_with=name[:1])]
    blob.delete_blob()
    assert not blob.exists()


def test_a_blob_is_not_overwritten_by_chance(new_blob: Callable[..., BlobClient]) -> None:
    blob = new_blob()
    first = blob.upload_blob(b"first", metadata={"who": "me"})
    with pytest.raises(ResourceExistsError):
        blob.upload_blob(b"second")
    properties = blob.get_blob_properties()
    assert (properties.size, properties.etag, properties.metadata) == (5, first["etag"], {"who": "me"})
    blob.upload_blob(b"third", overwrite=True)
    with pytest.raises(ResourceModifiedError):
        blob.upload_blob(b"x", overwrite=True, etag=first["etag"], match_condition=MatchConditions.IfNotModified)
    assert blob.download_blob(offset=1, length=3).readall() == b"hir"


@pytest.mark.parametrize("size", [0, 1, 70 * MEBIBYTE])
def test_bytes_come_back_from_one_piece_or_many(new_blob: Callable[..., BlobClient], size: int) -> None:
    content = os.urandom(size)
    blob = new_blob()
    # Beyond 64 MiB the client sends blocks, several at a time.
    blob.upload_blob(content, max_concurrency=4)
    assert blob.download_blob(max_concurrency=4).readall() == content


class Unseekable(io.RawIOBase):
    """A stream of unknown length, as from a pipe."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size)


def test_a_stream_of_unknown_length_arrives_whole(new_blob: Callable[..., BlobClient]) -> None:
    content = os.urandom(9 * MEBIBYTE + 7)
    new_blob().upload_blob(Unseekable(content))
    assert new_blob().download_blob().readall() == content


def test_blocks_are_put_at_once_and_listed_in_another_order(new_blob: Callable[..., BlobClient]) -> None:
    blob = new_blob()
    names = [f"{number:06}" for number in range(8)]
    threads = [threading.Thread(target=blob.stage_block, args=(name, name.encode())) for name in reversed(names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not blob.exists()
    blob.commit_block_list([BlobBlock(name) for name in names])
    assert blob.download_blob().readall() == "".join(names).encode()
    with pytest.raises(HttpResponseError, match="InvalidBlockList"):
        blob.commit_block_list([BlobBlock("unknown")])


def test_messages_are_received_hidden_updated_and_deleted(queue: QueueClient) -> None:
    for text in ["eins", "zw<&>ei", "drei"]:
        queue.send_message(text)
    assert [message.content for message in queue.peek_messages(5)] == ["eins", "zw<&>ei", "drei"]
    assert queue.get_queue_properties().approximate_message_count == 3
    received = list(queue.receive_messages(max_messages=2, visibility_timeout=600))
    assert [(message.content, message.dequeue_count) for message in received] == [("eins", 1), ("zw<&>ei", 1)]
    assert [message.content for message in queue.receive_messages(visibility_timeout=600)] == ["drei"]
    updated = queue.update_message(received[0], visibility_timeout=0, content="neu")
    with pytest.raises(ResourceNotFoundError):
        queue.delete_message(received[0])
    assert updated.pop_receipt != received[0].pop_receipt
    assert [message.content for message in queue.peek_messages(5)] == ["neu"]
    queue.delete_message(received[1])
    assert queue.get_queue_properties().approximate_message_count == 2
    queue.clear_messages()
    assert queue.peek_messages() == []


def test_more_messages_than_one_answer_holds_come_page_by_page(queue: QueueClient) -> None:
    for number in range(70):
        queue.send_message(str(number))
    received = [message.content for message in queue.receive_messages(messages_per_page=32, visibility_timeout=600)]
    assert received == [str(number) for number in range(70)]
    queue.clear_messages()


def test_statuses_are_inserted_once_merged_replaced_and_found(
    table: TableClient, request: pytest.FixtureRequest
) -> None:
    partition = f"{request.node.name} it's"
    entity = {"PartitionKey": partition, "RowKey": "r'1", "Status": "Pending", "Rows": 5, "IsFinal": False}
    table.create_entity(entity)
    with pytest.raises(ResourceExistsError):
        table.create_entity(entity)
    table.update_entity(
        {"PartitionKey": partition, "RowKey": "r'1", "Status": "Succeeded", "Bytes": EntityProperty(2**40, EdmType.INT64)},
        mode=UpdateMode.MERGE,
    )
    found = table.get_entity(partition, "r'1")
    assert (found["Status"], found["Rows"], found["IsFinal"]) == ("Succeeded", 5, False)
    assert found["Bytes"].value == 2**40
    table.update_entity({"PartitionKey": partition, "RowKey": "r'1", "Status": "Failed"}, mode=UpdateMode.REPLACE)
    assert "Rows" not in table.get_entity(partition, "r'1")
    for number in range(5):
        table.upsert_entity({"PartitionKey": partition, "RowKey": f"s{number}", "Status": "Failed"})
    query = "PartitionKey eq @partition and Status eq 'Failed'"
    pages = table.query_entities(query, parameters={"partition": partition}, results_per_page=2).by_page()
    sizes = [len(list(page)) for page in pages]
    assert sum(sizes) == 6 and max(sizes) == 2
    table.delete_entity(partition, "r'1")
    with pytest.raises(ResourceNotFoundError):
        table.get_entity(partition, "r'1")


def test_a_signature_opens_its_own_resource_only(roots: dict[str, str], container: ContainerClient) -> None:
    blob = container.get_blob_client("secret")
    blob.upload_blob(b"1", overwrite=True)
    path, signature = blob.url.split("?")
    other = roots["SuccessfulIngestionsQueue"].split("?")[1]
    for query in ["", other, signature.replace("sp=", "sp=t"), signature.replace("sig=", "sig=A")]:
        with pytest.raises(AzureError, match="AuthenticationFailed|NoAuthenticationInformation"):
            BlobClient.from_blob_url(f"{path}?{query}").download_blob()
