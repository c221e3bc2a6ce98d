"""Where the API server is, as tasks know it."""

from urllib.parse import urlsplit

from airflow.sdk.configuration import conf


def api_server() -> str:
    """The base URL by which tasks reach the API server: that of its execution API, or else the one that people use."""
    execution = conf.get("core", "execution_api_server_url", fallback="") or ""
    parts = urlsplit(execution)
    if parts.hostname:
        path = parts.path.rstrip("/").removesuffix("/execution")
        return f"{parts.scheme}://{parts.netloc}{path}"
    port = conf.get("api", "port", fallback="8080")
    return (conf.get("api", "base_url", fallback="") or f"http://localhost:{port}").rstrip("/")
