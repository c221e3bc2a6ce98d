"""The profile `monitoring`: what is configured holds together, whether its images can be pulled here or not."""

import json
import re
from pathlib import PurePosixPath

import pytest
import yaml

from deploy.make_env import ROOT
from tmdb_pipeline.observability.metrics import METRICS

STACK = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = {name: one for name, one in STACK["services"].items() if one.get("profiles") == ["monitoring"]}
FOLDER = ROOT / "deploy/monitoring"
RULES = [
    rule for group in yaml.safe_load((FOLDER / "rules.yml").read_text("utf-8"))["groups"] for rule in group["rules"]
]
DASHBOARD = json.loads((FOLDER / "grafana/dashboards/tmdb.json").read_text("utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
DATASOURCES = {
    source["uid"]: source
    for source in yaml.safe_load((FOLDER / "grafana/datasources/datasources.yaml").read_text("utf-8"))["datasources"]
}
PROMQL = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in PANELS for target in panel["targets"] if "expr" in target
]
OURS = {series: metric for metric in METRICS for series in metric.series}


def test_services_of_the_profile_can_do_little():
    """Images that others make write only to their volumes, keep no rights of root, and hold no secret but Grafana."""
    images = {name: one for name, one in SERVICES.items() if name != "check-monitoring"}

    assert set(images) == {"statsd-exporter", "prometheus", "grafana"}
    assert all(one["cap_drop"] == ["ALL"] and one["read_only"] for one in images.values())
    mounts = [mount for one in images.values() for mount in one.get("volumes", []) if mount.startswith("./")]
    assert mounts
    assert all(mount.endswith(":ro") for mount in mounts)
    assert {name for name, one in images.items() if one.get("secrets")} == {"grafana"}


@pytest.mark.parametrize("name", ["prometheus", "grafana"])
def test_files_that_are_mounted_are_there(name):
    """Docker would make a folder of a file that is missing, and the service would not say why it does not start."""
    for mount in SERVICES[name]["volumes"]:
        place = mount.partition(":")[0]
        assert (ROOT / place).exists() if place.startswith("./") else place in STACK["volumes"]


def test_airflow_sends_where_the_exporter_listens():
    """Host and port are the exporter's, tags are sent, and nothing is sent twice."""
    environment = STACK["services"]["scheduler"]["environment"]
    said = {name.removeprefix("AIRFLOW__METRICS__"): value for name, value in environment.items() if "METRICS" in name}

    assert said == {
        "LEGACY_NAMES_ON": "False",
        "STATSD_HOST": "statsd-exporter",
        "STATSD_INFLUXDB_ENABLED": "True",
        "STATSD_ON": "${STATSD_ON:-False}",
        "STATSD_PORT": "9125",
    }
    assert "--statsd.listen-udp=:9125" in SERVICES["statsd-exporter"]["command"]
    assert STACK["services"]["init"]["depends_on"]["statsd-exporter"] == {
        "condition": "service_healthy",
        "required": False,
    }


def test_prometheus_asks_the_exporter_and_has_the_rules():
    """The job that a rule asks about is the one that asks the exporter at its port; the rules lie beside it."""
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))
    jobs = {job["job_name"]: job["static_configs"][0]["targets"] for job in config["scrape_configs"]}

    assert jobs["statsd-exporter"] == ["statsd-exporter:9102"]
    assert "--web.listen-address=:9102" in SERVICES["statsd-exporter"]["command"]
    assert config["rule_files"] == ["rules.yml"]
    mounted = {PurePosixPath(mount.split(":")[1]).name for mount in SERVICES["prometheus"]["volumes"]}
    assert mounted >= {"prometheus.yml", "rules.yml"}


def test_grafana_reads_by_the_role_that_reads():
    """The warehouse's password comes from a secret, for the role that can write nothing."""
    warehouse = DATASOURCES["warehouse"]
    (name,) = re.findall(r"\$__file\{/run/secrets/(\w+)\}", warehouse["secureJsonData"]["password"])

    assert warehouse["user"] == "tmdb_reader"
    assert name == "warehouse_reader_password"
    assert name in SERVICES["grafana"]["secrets"]
    assert DATASOURCES["prometheus"]["url"] == "http://prometheus:9090"


def test_every_panel_asks_a_data_source_that_is_there():
    """A panel whose source is not provisioned shows an error, and only to who looks."""
    for panel in PANELS:
        assert panel["datasource"]["type"] == DATASOURCES[panel["datasource"]["uid"]]["type"]
        assert all(target["datasource"] == panel["datasource"] for target in panel["targets"])


def test_panels_have_titles_and_places_of_their_own():
    """Ids and titles are there once, no two panels overlap, and each says in English what it shows."""
    taken = {}
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((x, y), panel["id"]) == panel["id"]

    assert max(x for x, _ in taken) == 23
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert len({panel["title"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert all(re.fullmatch(r"[A-Z].+\.", panel["description"]) for panel in PANELS)
    assert all(re.search("[가-힣]", panel["title"]) or panel["title"] == "Airflow" for panel in DASHBOARD["panels"])


@pytest.mark.parametrize("expr", PROMQL)
def test_queries_ask_for_metrics_that_there_are(expr):
    """Whoever renames a metric or a tag of ours is told which rule and which panel would show nothing."""
    for series, matchers in re.findall(r"(airflow_tmdb_\w+)(?:\{([^}]*)\})?", expr):
        metric = OURS[series]
        tags = {*metric.tags, *(["dag_id"] if metric.of_dag else [])}
        assert set(re.findall(r"(\w+)[=!]", matchers)) <= tags
    for tags_of_sum in re.findall(r"by \(([^)]+)\) \((?:rate|increase|max_over_time)?\(?(airflow_tmdb_\w+)", expr):
        metric = OURS[tags_of_sum[1]]
        assert set(tags_of_sum[0].split(", ")) <= {*metric.tags, "dag_id"}


def test_every_metric_is_looked_at():
    """What nobody looks at costs and helps nobody: each metric is in the dashboard or in a rule."""
    asked = {series for expr in PROMQL for series in re.findall(r"airflow_tmdb_\w+", expr)}

    assert [metric.name for metric in METRICS if not asked & set(metric.series)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rules_speak_both_languages(rule):
    """Each says what happened and what to do, in English and in Korean, and how bad it is."""
    notes = rule["annotations"]

    assert set(notes) == {"summary", "summary_ko", "description", "description_ko"}
    assert rule["labels"]["severity"] in {"critical", "warning"}
    for name, text in notes.items():
        assert text.endswith(".")
        assert bool(re.search("[가-힣]", text)) == name.endswith("_ko")


def test_every_rule_is_tested():
    """Each fires in one of the tests of promtool."""
    tests = [
        one for path in FOLDER.glob("rules.*.test.yml") for one in yaml.safe_load(path.read_text("utf-8"))["tests"]
    ]
    asked = [item for one in tests for kind in ("alert_rule_test", "promql_expr_test") for item in one.get(kind, [])]
    fires = json.dumps([item for item in asked if item.get("exp_alerts") or item.get("exp_samples")])

    assert [rule["alert"] for rule in RULES if rule["alert"] not in fires] == []
