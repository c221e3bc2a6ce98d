"""An API server of Airflow's for tests that ask it little: it says what they want. The real one is in ``tests/e2e``."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

AT = "2026-11-27T17:00:00Z"


def dag(dag_id, *, paused=False, name=None, next_run="2026-11-28T17:00:00Z"):
    """A DAG as Airflow tells it."""
    return {
        "dag_id": dag_id,
        "dag_display_name": name or dag_id,
        "is_paused": paused,
        "next_dagrun_run_after": next_run,
    }


def run(dag_id, run_id="manual__1", state="success", began=AT, ended="2026-11-27T17:03:04Z", **more):
    """A run as Airflow tells it."""
    return {
        "dag_id": dag_id,
        "dag_run_id": run_id,
        "state": state,
        "run_type": "manual",
        "run_after": began or AT,
        "start_date": began,
        "end_date": ended,
        **more,
    }


def task(task_id, state="success", began=AT, ended="2026-11-27T17:01:00Z", **more):
    """A task of a run as Airflow tells it."""
    return {
        "dag_id": "tmdb_daily_collection",
        "dag_run_id": "manual__1",
        "task_id": task_id,
        "task_display_name": task_id,
        "state": state,
        "try_number": 1,
        "start_date": began,
        "end_date": ended,
        **more,
    }


class AirflowServer:
    """A server on loopback while the ``with`` block lasts.

    Attributes:
        answers: by method and path below ``/api/v2``, such as ``GET dags``: a document, or a list of documents of
            which each is given once and the last one for ever, or a pair of status and document.
        asked: method, path with query, and body of each request.
    """

    def __init__(self):
        self.answers = {"POST /auth/token": (201, {"access_token": "eyJ.t"})}
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"null")
                status, document = outer._answer(self.command, unquote(urlsplit(self.path).path), self.path, body)
                data = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do  # noqa: N815 - as http.server calls them

            def log_message(self, *_):
                """Nothing is logged."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _answer(self, method, path, whole, body):
        self.asked.append((method, whole.removeprefix("/api/v2/"), body))
        said = self.answers.get(f"{method} {path.removeprefix('/api/v2/')}", (404, {"detail": f"no {path}"}))
        if isinstance(said, list):
            said = said.pop(0) if len(said) > 1 else said[0]
        return said if isinstance(said, tuple) else (200, said)
