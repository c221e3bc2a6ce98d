"""A Prometheus on loopback with the configuration of the stack, which asks an exporter of the test's."""

import json
import subprocess
from urllib.parse import urlencode
from urllib.request import urlopen

import airflow_env
import yaml
from support import free_port, wait_for

FOLDER = airflow_env.ROOT / "deploy" / "monitoring"


class Prometheus:
    """Runs from when it is entered until it is left. What it is asked is answered as Grafana would be."""

    def __init__(self, program, folder, exporter_port):
        self._folder, self._port = folder, free_port()
        config = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))
        config["global"] = {"scrape_interval": "250ms", "evaluation_interval": "250ms"}
        config["rule_files"] = [str(FOLDER / "rules.yml")]
        (job,) = (one for one in config["scrape_configs"] if one["job_name"] == "statsd-exporter")
        job["static_configs"] = [{"targets": [f"127.0.0.1:{exporter_port}"]}]
        config["scrape_configs"] = [job]
        folder.mkdir()
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        self._command = [
            program,
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{self._port}",
        ]

    def __enter__(self):
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(30)

    def ask(self, expr):
        """The result of a query: label sets and values."""
        with urlopen(
            f"http://127.0.0.1:{self._port}/api/v1/query?{urlencode({'query': expr})}", timeout=10
        ) as response:
            return json.load(response)["data"]["result"]

    def wait_for(self, expr):
        """The result once there is one."""

        def asked():
            try:
                return self.ask(expr)
            except OSError:  # it is still starting
                return []

        return wait_for(asked, f"an answer to {expr}", seconds=30, pause=0.1)
