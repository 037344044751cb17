"""Fixtures of the suites of external storage: the emulators and a server, for the session."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from azure.storage.blob import BlobServiceClient

from harness.emulator import Azurite, Emulator, Moto
from harness.server import Server
from harness.wire import Wire

DATABASE = "Suite"
_numbers = itertools.count(1)


def _entered(emulator: Emulator) -> Iterator[Emulator]:
    try:
        emulator.start()
        yield emulator
    finally:
        emulator.stop()


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """Azure's own emulator of Azure Storage."""
    yield from _entered(Azurite(tmp_path_factory.mktemp("azurite") / "log"))


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    """An emulator of S3."""
    yield from _entered(Moto(tmp_path_factory.mktemp("moto") / "log"))


@pytest.fixture(scope="session")
def container(azurite: Azurite) -> Callable[[str, bytes], str]:
    """Uploads a blob to the container `data` with Azure's SDK and returns its URL, without credentials."""
    client = BlobServiceClient.from_connection_string(azurite.connection_string).create_container("data")

    def upload(name: str, content: bytes) -> str:
        return client.upload_blob(name, content, overwrite=True).url

    return upload


@pytest.fixture(scope="session")
def bucket(moto: Moto) -> Callable[[str, bytes], str]:
    """Uploads an object to the bucket `data` with AWS's SDK and returns its URL, without credentials."""
    client = moto.client("s3")
    client.create_bucket(Bucket="data")

    def upload(name: str, content: bytes) -> str:
        client.put_object(Bucket="data", Key=name, Body=content)
        return f"{moto.url}/data/{name}"

    return upload


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the database `Suite` that stages in its own data directory."""
    started = Server(tmp_path_factory.mktemp("server") / "data", arguments=("--database", DATABASE))
    started.start()
    yield started
    assert started.is_running(), f"the server ended by itself\n{started.log_tail()}"
    assert started.stop() == 0, started.log_tail()


@pytest.fixture(scope="session")
def wire(server: Server) -> Wire:
    """The raw protocol."""
    return Wire(server.port, DATABASE)


@pytest.fixture
def table(wire: Wire) -> str:
    """A table of a long and a string that no other test uses."""
    name = f"Table{next(_numbers)}"
    wire.command(f".create table {name} (a: long, b: string)")
    return name
