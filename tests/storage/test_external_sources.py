"""Ingestion from storage that is not Calypso's: Azure Storage, S3, any web server; and what is refused."""

import gzip
import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from azure.storage.blob import BlobSasPermissions, generate_blob_sas

from harness.emulator import ACCOUNT, ACCOUNT_KEY, Moto
from harness.server import Server
from harness.wire import Wire

OPERATION_SECONDS_MAX = 60.0
POLL_SECONDS = 0.05
WRONG_KEY = "d3Jvbmcgd3Jvbmcgd3Jvbmc="
SAS_HOURS = timedelta(hours=1)
Upload = Callable[[str, bytes], str]
CREDENTIALS = ("key", "sharedkey", "signature")


def admitted(url: str, name: str, credentials: str) -> str:
    """Returns the connection string of a blob of the container `data`."""
    if credentials == "key":
        return f"{url};{ACCOUNT_KEY}"
    if credentials == "sharedkey":
        return f"{url};sharedkey={ACCOUNT_KEY}"
    expiry = datetime.now(timezone.utc) + SAS_HOURS
    permission = BlobSasPermissions(read=True)
    sas = generate_blob_sas(ACCOUNT, "data", name, account_key=ACCOUNT_KEY, permission=permission, expiry=expiry)
    return f"{url}?{sas}"


def aws(url: str, moto: Moto) -> str:
    """Returns the connection string of an object."""
    return f"{url};AwsCredentials={moto.key_id},{moto.secret_key}"


def ingest(wire: Wire, table: str, *uris: str, properties: str = "format='csv'", how: str = "") -> list[dict]:
    """Ingests sources by a command; returns its tables."""
    sources = ", ".join(f"h'{uri}'" for uri in uris)
    return wire.command(f".ingest {how} into table {table} ({sources}) with ({properties})")


def refused(wire: Wire, table: str, uri: str) -> dict:
    """Tries to ingest a source; returns the error, which shows no secret."""
    reply = wire.execute("/v1/rest/mgmt", f".ingest into table {table} (h'{uri}') with (format='csv')")
    error = reply.error()
    assert wire.count(table) == 0
    return error


@pytest.mark.parametrize("credentials", CREDENTIALS)
def test_blobs_are_read_with_each_kind_of_credentials(
    wire: Wire, table: str, container: Upload, credentials: str
) -> None:
    url = container(f"of {credentials}.csv", b"1,x\n2,y\n")
    ingest(wire, table, admitted(url, f"of {credentials}.csv", credentials))
    assert wire.rows(f"{table} | order by a asc") == [[1, "x"], [2, "y"]]


def test_blobs_with_difficult_names_are_read(wire: Wire, table: str, container: Upload) -> None:
    names = ["folder/a b+c.csv", "100% ~ä&(1).csv", "a=b,c@d.csv"]
    urls = [container(name, f"{number},x\n".encode()) for number, name in enumerate(names)]
    ingest(wire, table, *[admitted(url, name, "key") for url, name in zip(urls, names, strict=True)])
    assert wire.scalar(f"{table} | summarize count()") == len(names)


def test_sources_of_one_command_may_come_from_several_services(
    wire: Wire, table: str, container: Upload, bucket: Upload, moto: Moto
) -> None:
    blob = container("one.csv.gz", gzip.compress(b"1,blob\n"))
    ingest(wire, table, admitted(blob, "one.csv.gz", "key"), aws(bucket("two.csv", b"2,object\n"), moto))
    assert wire.rows(f"{table} | order by a asc") == [[1, "blob"], [2, "object"]]


def test_objects_are_read_with_signed_requests(wire: Wire, table: str, bucket: Upload, moto: Moto) -> None:
    uris = [aws(bucket(name, b"1,x\n"), moto) for name in ("plain.csv", "folder/in-folder.csv")]
    ingest(wire, table, *uris)
    assert wire.count(table) == 2


@pytest.mark.parametrize("service", ["azure", "s3"])
def test_an_ingestion_in_the_background_ends_with_its_rows(
    wire: Wire, table: str, container: Upload, bucket: Upload, moto: Moto, service: str
) -> None:
    body = b"1,x\n2,y\n"
    uri = admitted(container("a.csv", body), "a.csv", "key") if service == "azure" else aws(bucket("a.csv", body), moto)
    operation = ingest(wire, table, uri, how="async")[0]["Rows"][0][0]
    deadline = time.monotonic() + OPERATION_SECONDS_MAX
    while (state := wire.command(f".show operations {operation} | project State")[0]["Rows"][0][0]) == "InProgress":
        assert time.monotonic() < deadline, "the operation did not end"
        time.sleep(POLL_SECONDS)
    assert state == "Completed" and wire.count(table) == 2


@pytest.mark.parametrize("service", ["azure", "s3"])
def test_streaming_by_reference_reads_the_blob(
    wire: Wire, table: str, container: Upload, bucket: Upload, moto: Moto, service: str
) -> None:
    body = b"7,streamed\n"
    wire.command(f".alter table {table} policy streamingingestion enable")
    uri = admitted(container("s.csv", body), "s.csv", "signature") if service == "azure" else aws(bucket("s.csv", body), moto)
    reply = wire.stream(table, json.dumps({"SourceUri": uri}).encode(), sourceKind="uri")
    assert reply.status == 200, reply.body
    assert wire.rows(table) == [[7, "streamed"]]


class TestRefusals:
    """One code for each reason, nothing ingested, and no secret told."""

    def test_a_wrong_key_is_forbidden(self, wire: Wire, table: str, container: Upload) -> None:
        url = container("locked.csv", b"1,x\n")
        for uri in (f"{url};{WRONG_KEY}", url, admitted(url, "other.csv", "signature")):
            error = refused(wire, table, uri)
            assert (error["code"], error["@permanent"]) == ("Download_Forbidden", True), error

    def test_a_wrong_secret_of_aws_is_forbidden(self, wire: Wire, table: str, bucket: Upload, moto: Moto) -> None:
        url = bucket("locked.csv", b"1,x\n")
        for uri in (f"{url};AwsCredentials={moto.key_id},{moto.secret_key[::-1]}", f"{url};AwsCredentials=AKIANONE,none"):
            error = refused(wire, table, uri)
            assert (error["code"], error["@permanent"]) == ("Download_Forbidden", True), error

    def test_what_is_not_there_is_not_found(
        self, wire: Wire, table: str, container: Upload, bucket: Upload, moto: Moto
    ) -> None:
        there = [container("there.csv", b""), bucket("there.csv", b"")]
        for uri in (f"{there[0]}.not;{ACCOUNT_KEY}", aws(f"{there[1]}.not", moto)):
            error = refused(wire, table, uri)
            assert (error["code"], error["@permanent"]) == ("Download_SourceNotFound", True), error

    def test_a_token_of_the_caller_is_not_at_hand(self, wire: Wire, table: str, container: Upload) -> None:
        error = refused(wire, table, f"{container('i.csv', b'1,x')};impersonate")
        assert "impersonate" in error["@message"]

    @pytest.mark.parametrize(
        "uri",
        [
            "http://169.254.169.254/metadata/instance?api-version=2021-02-01",
            "http://168.63.129.16/machine",
            "http://[fe80::1]/blob.csv",
        ],
    )
    def test_metadata_services_are_never_asked(self, wire: Wire, table: str, uri: str) -> None:
        assert refused(wire, table, uri)["code"] == "Download_Forbidden"

    def test_redirects_are_not_followed(self, wire: Wire, table: str, container: Upload) -> None:
        blob = admitted(container("target.csv", b"1,x\n"), "target.csv", "signature")
        with Redirecting(blob) as server:
            error = refused(wire, table, f"{server}/a.csv")
        assert error["@permanent"] is True and "302" in error["@message"]

    def test_errors_and_logs_show_no_secrets(
        self, server: Server, wire: Wire, table: str, container: Upload, bucket: Upload, moto: Moto
    ) -> None:
        blob = container("secret.csv", b"1,x\n")
        secrets = [WRONG_KEY, "c2lnbmF0dXJlc2lnbmF0dXJl", moto.secret_key[::-1]]
        uris = [
            f"{blob};{WRONG_KEY}",
            f"{blob}?sv=2024-11-04&sr=b&sp=r&se=2099-01-01T00:00:00Z&sig={secrets[1]}",
            f"{bucket('secret.csv', b'1')};AwsCredentials={moto.key_id},{secrets[2]}",
        ]
        shown = [json.dumps(refused(wire, table, uri)) for uri in uris]
        for command in (".show ingestion failures", ".show operations", ".show commands", ".show journal"):
            shown.append(json.dumps(wire.command(command)))
        shown.append(server.log.read_text())
        for secret in secrets:
            assert not [text for text in shown if secret in text]
        assert "secret.csv" in shown[len(uris)], "the failures name the source"


def test_only_hosts_that_are_allowed_are_asked(
    tmp_path_factory: pytest.TempPathFactory, container: Upload, bucket: Upload, moto: Moto
) -> None:
    arguments = ("--allowed-source-host", "storage.test", "--allowed-source-host", "*.blob.core.windows.net")
    server = Server(tmp_path_factory.mktemp("narrow") / "data", arguments=arguments).start()
    try:
        wire = Wire(server.port, "NetDefaultDB")
        wire.command(".create table T (a: long, b: string)")
        for uri in (admitted(container("n.csv", b"1,x\n"), "n.csv", "key"), aws(bucket("n.csv", b"1,x\n"), moto)):
            assert refused(wire, "T", uri)["code"] == "Download_Forbidden"
    finally:
        assert server.stop() == 0


class Redirecting:
    """A server that answers everything with a redirect, while it is entered."""

    def __init__(self, target: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(302)
                self.send_header("Location", target)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_HEAD = do_GET

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __exit__(self, *of_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
