"""The alert rules, by Prometheus' own tool."""

import subprocess

import airflow_env
import pytest

FOLDER = airflow_env.ROOT / "deploy" / "monitoring"


def promtool(tool, *arguments):
    """What promtool says in the folder of the rules."""
    return subprocess.run([tool("promtool"), *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)


def test_configuration_and_rules_are_accepted(tool, tmp_path):
    """Prometheus would start with them, and the tool finds nothing that looks like a mistake."""
    config = promtool(tool, "check", "config", "prometheus.yml")
    rules = promtool(tool, "check", "rules", "--lint=all", "--lint-fatal", "rules.yml")

    assert config.returncode == 0, config.stderr
    assert rules.returncode == 0, rules.stderr


@pytest.mark.parametrize("file", sorted(FOLDER.glob("rules.*.test.yml")), ids=lambda file: file.name)
def test_rules_fire_when_they_should(tool, file):
    """Each rule is silent while all is well, and fires when its fault is there."""
    told = promtool(tool, "test", "rules", file.name)

    assert told.returncode == 0, told.stdout + told.stderr
    assert "SUCCESS" in told.stdout


def test_rule_that_never_fires_is_noticed(tool, tmp_path):
    """The tests can fail: with another limit one of them does."""
    for path in (FOLDER / "rules.yml", FOLDER / "rules.days.test.yml"):
        changed = path.read_text("utf-8").replace("> 26 * 3600", "> 126 * 3600")
        (tmp_path / path.name).write_text(changed, encoding="utf-8")

    told = promtool(tool, "test", "rules", str(tmp_path / "rules.days.test.yml"))

    assert told.returncode == 1
    assert "TmdbDailyOverdue" in told.stdout + told.stderr
