"""Starts emulators of storage services on free ports: Azurite for Azure Storage, moto for S3."""

import os
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import boto3

from .server import free_port
from .shared import CHECKOUT

READY_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 10.0
POLL_SECONDS = 0.05
# The account that Azure documents for its emulators; its key is no secret.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
REGION = "us-east-1"


class EmulatorFailed(Exception):
    """An emulator did not start; the message carries the end of its log."""


class Emulator:
    """A process that serves HTTP on the loopback interface while it is entered."""

    # What is asked to learn whether it answers.
    _PING = "/"

    def __init__(self, command: list[str], port: int, log: Path, settings: dict[str, str] | None = None) -> None:
        self._command = command
        self._port = port
        self._log = log
        self._settings = settings or {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process and returns when it answers whatever over HTTP."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=os.environ | self._settings, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(POLL_SECONDS)
        self.stop()
        raise EmulatorFailed(f"{self._command[0]} did not start\n{self._log.read_text(errors='replace')[-4000:]}")

    def stop(self) -> None:
        """Ends the process and waits for it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=2)
        try:
            connection.request("GET", self._PING)
            connection.getresponse().read()
            return True
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


class Azurite(Emulator):
    """Azure Storage with one account, kept in memory."""

    def __init__(self, log: Path) -> None:
        program = os.environ.get("CALYPSO_AZURITE", CHECKOUT / "tests" / "storage" / "node_modules" / ".bin" / "azurite")
        ports = {service: free_port() for service in ("blob", "queue", "table")}
        command = [str(program), "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"]
        for service, port in ports.items():
            command += [f"--{service}Host", "127.0.0.1", f"--{service}Port", str(port)]
        super().__init__(command, ports["blob"], log)
        self._ports = ports

    def endpoint(self, service: str) -> str:
        """Returns the URL of the account's `blob`, `queue` or `table` service."""
        return f"http://127.0.0.1:{self._ports[service]}/{ACCOUNT}"

    @property
    def connection_string(self) -> str:
        """What an application is given to use the account."""
        endpoints = ";".join(f"{service.title()}Endpoint={self.endpoint(service)}" for service in self._ports)
        return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};{endpoints};"


class Moto(Emulator):
    """S3 that verifies signatures, with one user who may do everything there."""

    # Asking the emulator itself is no call of AWS.
    _PING = "/moto-api/data.json"
    # The calls that make the user; after them moto lets nobody in without a signature.
    _CALLS_BEFORE_AUTHENTICATION = 3

    def __init__(self, log: Path) -> None:
        self._port_number = free_port()
        program = str(Path(sys.executable).parent / "moto_server")
        settings = {"INITIAL_NO_AUTH_ACTION_COUNT": str(self._CALLS_BEFORE_AUTHENTICATION)}
        super().__init__([program, "-H", "127.0.0.1", "-p", str(self._port_number)], self._port_number, log, settings)
        self.key_id = self.secret_key = ""

    @property
    def url(self) -> str:
        """Where S3 and the rest of AWS are."""
        return f"http://127.0.0.1:{self._port_number}"

    def start(self) -> None:
        """Starts it and makes the user."""
        super().start()
        iam = self.client("iam", "anyone", "anything")
        iam.create_user(UserName="reader")
        policy = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
        iam.put_user_policy(UserName="reader", PolicyName="all", PolicyDocument=policy)
        made = iam.create_access_key(UserName="reader")["AccessKey"]
        self.key_id, self.secret_key = made["AccessKeyId"], made["SecretAccessKey"]

    def client(self, service: str, key_id: str | None = None, secret_key: str | None = None):  # noqa: ANN201
        """Returns AWS's own client for a service."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=key_id or self.key_id,
            aws_secret_access_key=secret_key or self.secret_key,
        )
