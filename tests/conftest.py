"""For every test: Hypothesis without outside randomness, no socket beyond loopback, nothing in the working tree."""

import gc
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, configuration, settings
from pytest_socket import socket_allow_hosts

# The fixture ``tmdb`` is that of fake_tmdb's plugin; each folder says by its own ``tmdb_server`` what fake it wants.
pytest.register_assert_rewrite("cassette_tools.checks", "cassette_tools.recipe")

# Python looks for garbage in cycles after each 700 new objects, which took a twentieth of the tests' time.
gc.set_threshold(20_000, 50, 100)
configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis-tmdb-pipeline")
# The gate must say the same twice; fresh seeds are for a session of their own. The first draw of a text builds tables,
# which is slow once and says nothing about the test.
settings.register_profile(
    "gate", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
# Fresh seeds, long; what is found is printed so that it can be repeated (nox -s explore).
settings.register_profile(
    "explore", settings.get_profile("gate"), derandomize=False, max_examples=2000, print_blob=True
)
# A mutant is dead at the first example that fails; nobody reads the smallest (nox -s mutation).
settings.register_profile("mutation", settings.get_profile("gate"), phases=[Phase.explicit, Phase.generate])
settings.load_profile(os.environ.get("TMDB_HYPOTHESIS_PROFILE", "gate"))


@pytest.fixture(autouse=True)
def _loopback_only():
    """A test that reaches for another machine fails, instead of passing wherever there is a network."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def pytest_sessionfinish(session, exitstatus):
    """Fail a session of the gate in which a test was skipped: what was not asked has not been proved."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter and reporter.stats.get("skipped") and os.environ.get("CI")
    if exitstatus == 0 and skipped:
        reporter.write_line("\nWith CI set no test may be skipped; the reasons follow.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
