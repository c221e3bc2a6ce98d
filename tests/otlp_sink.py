"""A collector of traces on loopback: takes OTLP over HTTP, and keeps the spans."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class KeptSpan(NamedTuple):
    """A span that came; ids in hex, that of its parent empty where it has none."""

    name: str
    attributes: dict
    span: str
    parent: str
    trace: str


class OtlpSink:
    """Listens from when it is entered until it is left.

    Attributes:
        url: where it listens.
        spans: what came so far.
    """

    def __enter__(self) -> Self:
        self.spans: list[KeptSpan] = []
        sink = self

        class Traces(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.keep(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Traces)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def keep(self, request: ExportTraceServiceRequest) -> None:
        """Keep the spans of a request."""
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    attributes = {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}
                    ids = (one.hex() for one in (span.span_id, span.parent_span_id, span.trace_id))
                    self.spans.append(KeptSpan(span.name, attributes, *ids))
