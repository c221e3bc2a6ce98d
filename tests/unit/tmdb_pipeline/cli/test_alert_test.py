from alert_samples import NOW, Tape

from tmdb_pipeline.alerts.samples import samples
from tmdb_pipeline.cli import alert_test, program, requirements
from tmdb_pipeline.language import Language

MESSAGES = samples(Language.KO, NOW)


def test_each_alert_is_sent():
    """Whoever tries it gets one of each, and is told how many."""
    slack = Tape()

    assert alert_test.send(slack, MESSAGES) == (f"slack: {len(MESSAGES)} alerts are sent.", True)
    assert slack.sent == MESSAGES


def test_first_that_is_not_sent_says_why():
    """A channel that refuses is not tried nine times."""
    assert alert_test.send(Tape(refuses=True), MESSAGES) == (
        f"slack: 0 of {len(MESSAGES)} alerts are sent. slack refuses.",
        False,
    )


def test_without_airflow_it_says_what_to_install(monkeypatch, capsys):
    """Connections are Airflow's, so nothing can be sent without it."""
    monkeypatch.setattr(requirements, "find_spec", lambda name: None)

    assert program.main(["alert-test"]) == 2
    assert "tmdb-pipeline alert-test needs what is not installed here" in " ".join(capsys.readouterr().err.split())
