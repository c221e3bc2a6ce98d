import airflow_env
import pytest

from dag_integrity.checks import CHECKS

FILES = sorted(path.name for path in airflow_env.DAGS.glob("*.py"))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("file", FILES)
def test_dag_file(own, config, file, check):
    """Our own DAG files pass every check that anybody's would have to pass."""
    findings = CHECKS[check](own, config)

    assert [finding.message for finding in findings if finding.file == file] == []


def test_every_file_is_parsed(own):
    """A file that Airflow passed over would pass every check."""
    assert [file.name for file in own.files] == FILES
