from pathlib import Path

import pytest

from dag_integrity.config import Level
from dag_integrity.lint import Verdict
from dag_integrity.narrowing import baseline
from dag_integrity.targets import NothingToLintError


def verdict(line, path="/dags/a.py", message="No owner: name one."):
    return Verdict("owner", Level.ERROR, message, path, line)


def test_what_moved_is_known_and_what_is_more_is_new(tmp_path):
    """Lines do not count, and the same words at two places are two."""
    kept = tmp_path / "kept.json"
    baseline.write(kept, [verdict(1), verdict(2), verdict(3, "/other/b.py")], Path("/dags"))

    now = [verdict(7), verdict(8), verdict(9), verdict(3, "/other/b.py"), verdict(1, message="Another: x.")]

    assert baseline.without_known(kept, now, Path("/dags")) == [now[2], now[4]]


@pytest.mark.parametrize(
    ("content", "said"), [(None, "There is no baseline"), (b"{", "is no baseline"), (b"\xff", "is no")]
)
def test_baseline_that_is_none_is_one_sentence(tmp_path, content, said):
    """It says how to write one."""
    kept = tmp_path / "kept.json"
    if content is not None:
        kept.write_bytes(content)

    with pytest.raises(NothingToLintError, match=said) as told:
        baseline.without_known(kept, [], tmp_path)
    assert "--update-baseline" in str(told.value)
