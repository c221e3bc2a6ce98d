"""The statements of the page. ``dag_ids`` are the DAGs of which the reader may know."""

from typing import Final

#: See ``runs.RunFacts``.
RUNS: Final = """
SELECT r.dag_id, r.run_date, r.run_id, r.verdict, r.quality_score, r.pass_rate, r.records_validated AS records,
    r.records_passed AS accepted, r.records_quarantined AS quarantined, r.pages_missing, r.validated_at,
    (SELECT max(l.loaded_at) FROM tmdb.load_ledger AS l WHERE l.dag_id = r.dag_id AND l.run_date = r.run_date)
        AS loaded_at
FROM tmdb.collection_runs AS r
WHERE r.dag_id = ANY(%(dag_ids)s)
    AND (r.run_date >= %(first_day)s OR (r.validated_at AT TIME ZONE 'Asia/Seoul')::date >= %(first_day)s)
"""

#: See ``overview.ExportDay``.
EXPORTS: Final = """
SELECT day, movies_known, (SELECT count(*) FROM tmdb.movies) AS movies
FROM tmdb.export_ledger
WHERE day >= %(first_day)s
ORDER BY day
"""

#: See ``checks.CheckFacts``: those of the latest run.
CHECKS: Final = """
SELECT check_name AS name, level, observed, lower_limit, upper_limit, message, checked_at
FROM tmdb.quality_runs
WHERE run_id = (SELECT run_id FROM tmdb.quality_runs ORDER BY checked_at DESC LIMIT 1)
ORDER BY array_position(ARRAY['alarm', 'warning', 'not_judged', 'ok'], level), check_name
"""

#: See ``quarantine.Rejected``: the latest first, and no more than a page can be made of in a moment.
QUARANTINED: Final = """
SELECT dag_id, run_date, line, movie_id::text AS id, left(title, 300) AS title, rules, page_file
FROM tmdb.quarantined_records
WHERE dag_id = ANY(%(dag_ids)s) AND run_date >= %(first_day)s
ORDER BY run_date DESC, dag_id DESC, line
LIMIT %(most)s
"""

#: See ``run_view.Load``: the latest that holds the run.
LOAD: Final = """
SELECT loaded_at, observations_added, observations_ended, movies_inserted, movies_updated
FROM tmdb.load_ledger
WHERE dag_id = %(dag_id)s AND run_date = %(run_date)s
ORDER BY load_id DESC
LIMIT 1
"""

#: See ``model.facts.ScoreDay``.
SCORES: Final = """
SELECT day, version, movies, brier, base_brier, best_brier
FROM tmdb.prediction_scores
WHERE role = 'champion' AND day >= %(first_day)s
ORDER BY day
"""
