"""Starts the servers that a suite in another language needs, runs its command, and ends with the command's status.

    python3 -m harness.with_server [--in FOLDER] COMMAND ARGUMENT…      (in tests/, or with it in PYTHONPATH)

The command finds in its environment:

| variable | |
|---|---|
| `CALYPSO_URL`, `CALYPSO_HTTPS_URL` | the cluster, whose batches wait a second |
| `CALYPSO_THROTTLED_URL`, `CALYPSO_THROTTLED_HTTPS_URL` | a cluster that answers every streaming request with 429 |
| `CALYPSO_DATABASE` | a database that both have |
| `CALYPSO_CA` | certificates of the authorities that both made, PEM |
| `CALYPSO_TEST_DATA` | the folder `tests/data` |
| `CALYPSO_STORM_EVENTS` | the articles' sample, a header and 1,000 records |
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .server import Server
from .shared import CHECKOUT, storm_events
from .wire import Wire

DATABASE = "Suite"
COMMAND_SECONDS_MAX = 900
# Development settings: batches close after a second, so that no test waits for the ten of the documented minimum.
BATCHING_FLOOR = ("--batching-floor", "1s")
BATCHING_POLICY = '{"MaximumBatchingTimeSpan": "00:00:01"}'
THROTTLED = ("--streaming-requests-max", "0")


def main() -> int:
    """Runs the command of the command line between start and stop of its servers."""
    parser = argparse.ArgumentParser(prog="python3 -m harness.with_server")
    parser.add_argument("--in", dest="folder", type=Path, default=Path.cwd(), help="where the command runs")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="calypso-suite-") as name:
        folder = Path(name)
        plain = Server(folder / "plain", arguments=("--database", DATABASE, *BATCHING_FLOOR))
        throttled = Server(folder / "throttled", arguments=("--database", DATABASE, *BATCHING_FLOOR, *THROTTLED))
        servers = [plain, throttled]
        try:
            for server in servers:
                server.launch()
            for server in servers:
                server.wait_until_ready()
                commands = Wire(server.port, DATABASE)
                commands.command(f".alter database {DATABASE} policy ingestionbatching '{BATCHING_POLICY}'")
            authorities = folder / "ca.pem"
            authorities.write_text("".join(server.ca_certificate.read_text() for server in servers))
            environment = os.environ | _environment(plain, throttled, authorities)
            command = subprocess.run(
                arguments.command, cwd=arguments.folder, env=environment, timeout=COMMAND_SECONDS_MAX, check=False
            )
        finally:
            endings = [_stop(server) for server in servers]
    return command.returncode or max(endings)


def _environment(plain: Server, throttled: Server, authorities: Path) -> dict[str, str]:
    return {
        "CALYPSO_URL": plain.url,
        "CALYPSO_HTTPS_URL": plain.https_url,
        "CALYPSO_THROTTLED_URL": throttled.url,
        "CALYPSO_THROTTLED_HTTPS_URL": throttled.https_url,
        "CALYPSO_DATABASE": DATABASE,
        "CALYPSO_CA": str(authorities),
        "CALYPSO_TEST_DATA": str(CHECKOUT / "tests" / "data"),
        "CALYPSO_STORM_EVENTS": str(storm_events()),
    }


def _stop(server: Server) -> int:
    """Stops one server; one that ended by itself or in disorder fails the suite."""
    ended_early = not server.is_running()
    status = server.stop()
    if not ended_early and status == 0:
        return 0
    print(f"the server's exit status was {status}, ended early: {ended_early}\n{server.log_tail()}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
