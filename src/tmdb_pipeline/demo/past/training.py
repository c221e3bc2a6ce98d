"""What is learned of an invented past: it is collected, features are built, a model is trained and judged.

``python -m tmdb_pipeline.demo.past.training URL DAY FOLDER DAYS``, with the token in the environment, prints what came
of it as JSON. Nothing of TMDB is learned from: the address has to say that it is a fake.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import date, datetime, timedelta

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.demo.past.days import collect_days
from tmdb_pipeline.demo.past.trained import Trained
from tmdb_pipeline.features.permission import require_permission
from tmdb_pipeline.features.sources import addresses
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.settings import READ_TOKEN, Credential, Settings
from tmdb_pipeline.tmdb.errors import TmdbError


def train(lake: Lake, settings: Settings, last: date, days: int) -> Trained:
    """Collect so many days of an invented past, the last one included, and train and judge a model of it.

    Raises:
        NotPermitted: the address does not say that it is a fake.
        OSError, TmdbError: the fake does not answer.
        LakeError: the lake cannot be written, or the past is too short.
    """
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - what learns begins only where it may
    from tmdb_pipeline.model.registry.keep import read  # noqa: PLC0415 - as above

    require_permission(settings, [])
    first = last - timedelta(days=days - 1)
    collect_days(lake, settings, [first + timedelta(days=number) for number in range(days)])
    permission = require_permission(settings, addresses(lake, last))
    stages.prepare(lake, last, permission=permission)
    candidate = stages.train(lake, last, permission=permission)
    verdict = stages.evaluate_candidate(lake, candidate, permission=permission)
    if verdict.passed:
        stages.deploy(lake, verdict.version, last, at=datetime.now(SEOUL))
    shelf = stages.shelf_of(lake)
    report = read(shelf, verdict.version).report
    return Trained(
        first=first,
        last=last,
        base_rate=report.evaluation.base_rate,
        persistence=report.evaluation.persistence,
        model=report.evaluation.model,
        best=report.evaluation.best,
        skill=report.evaluation.skill,
        passed=verdict.passed,
        refusals=verdict.refusals,
        states=dict(Counter(finding.state for finding in report.gate.findings)),
        card=f"{shelf.folder}/{verdict.version}/card.md",
    )


def main(arguments: list[str]) -> int:
    """Run the command; 0, or 1 with a sentence on standard error."""
    base_url, day, folder, days = arguments
    settings = Settings(Credential("read_token", os.environ[READ_TOKEN]), base_url=base_url, connections=1)
    try:
        trained = train(Lake(folder), settings, date.fromisoformat(day), int(days))
    except (LakeError, TmdbError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(to_json(trained).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
