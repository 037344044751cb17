"""A read-only stand-in for a storage account: enough for an SDK to learn a blob's size and for the server to list and fetch blobs."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

SAS = "sv=2024-11-04&sp=r&sig=c2lnbmF0dXJl"


class BlobStore:
    """Serves the given blobs (path to bytes) on a free port of the loopback interface while it is entered."""

    def __init__(self, blobs: dict[str, bytes]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(blobs))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def url(self, path: str) -> str:
        """Returns the blob's URL with a shared access signature."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}?{SAS}"

    def __enter__(self) -> "BlobStore":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(blobs: dict[str, bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, with_body: bool) -> None:
            address = urlsplit(self.path)
            query = parse_qs(address.query)
            is_signed = query.get("sig") == parse_qs(SAS)["sig"]
            is_list = query.get("comp") == ["list"]
            blob = (_listing(blobs, address.path, query) if is_list else blobs.get(address.path)) if is_signed else None
            self.send_response(404 if blob is None else 200)
            self.send_header("Content-Length", str(len(blob or b"")))
            self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
            self.send_header("ETag", '"0x1"')
            self.send_header("x-ms-blob-type", "BlockBlob")
            self.send_header("x-ms-version", "2024-11-04")
            self.end_headers()
            if with_body and blob is not None:
                self.wfile.write(blob)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    return Handler


def _listing(blobs: dict[str, bytes], container: str, query: dict[str, list[str]]) -> bytes:
    """Returns the answer of Azure's List Blobs: all at once, in the order of their names."""
    folder, prefix = f"{container.rstrip('/')}/", query.get("prefix", [""])[0]
    names = sorted(path.removeprefix(folder) for path in blobs if path.startswith(folder + prefix))
    found = "".join(
        f"<Blob><Name>{escape(name)}</Name><Properties><Last-Modified>Thu, 01 Jan 2026 00:00:00 GMT</Last-Modified>"
        f"<Content-Length>{len(blobs[folder + name])}</Content-Length><Content-Type>text/csv</Content-Type>"
        '<Etag>"0x1"</Etag></Properties></Blob>'
        for name in names
    )
    head = '<?xml version="1.0" encoding="utf-8"?><EnumerationResults>'
    return f"{head}<Blobs>{found}</Blobs><NextMarker /></EnumerationResults>".encode()
