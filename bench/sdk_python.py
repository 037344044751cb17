"""The same as `bench/sdk` (managed streaming of small bodies), through the official Python SDK; prints the same line."""

import argparse
import io
import json
import resource
import threading
import time
import uuid

from azure.kusto.data import KustoConnectionStringBuilder
from azure.kusto.data.data_format import DataFormat
from azure.kusto.ingest import IngestionProperties, ManagedStreamingIngestClient, StreamDescriptor
from azure.kusto.ingest.base_ingest_client import IngestionStatus

ROW_BYTES = 128


def body(size: int) -> bytes:
    """Returns whole rows of about `size` bytes."""
    return b"".join(b"%08d,%s\n" % (row, b"x" * (ROW_BYTES - 10)) for row in range(max(size // ROW_BYTES, 1)))


def processor_seconds() -> float:
    """Returns the user and system time of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cluster", required=True)
    parser.add_argument("--table", required=True)
    parser.add_argument("--body-bytes", type=int, default=1024)
    parser.add_argument("--parallel", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=10)
    arguments = parser.parse_args()
    connection = KustoConnectionStringBuilder(arguments.cluster)
    client = ManagedStreamingIngestClient(connection, KustoConnectionStringBuilder(arguments.cluster))
    properties = IngestionProperties("NetDefaultDB", arguments.table, DataFormat.CSV)
    data = body(arguments.body_bytes)

    def ingest() -> None:
        source = StreamDescriptor(io.BytesIO(data), source_id=uuid.uuid4(), size=len(data))
        result = client.ingest_from_stream(source, properties)
        if result.status != IngestionStatus.SUCCESS:
            raise RuntimeError(f"a body was not streamed: {result}")

    ingest()
    counts = [0] * arguments.parallel
    before, started = processor_seconds(), time.monotonic()

    def run(index: int) -> None:
        while time.monotonic() < started + arguments.seconds:
            ingest()
            counts[index] += 1

    threads = [threading.Thread(target=run, args=(index,)) for index in range(arguments.parallel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = {
        "requests": sum(counts),
        "seconds": time.monotonic() - started,
        "processor_seconds": processor_seconds() - before,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
