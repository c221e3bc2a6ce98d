"""The statements of the report, by name: to be run in psql as they are, once ``:now`` and ``:run_id`` are in them."""

from typing import Final

LEVELS: Final = """
SELECT level, count(*) AS checks
FROM tmdb.quality_runs
WHERE run_id = :run_id
GROUP BY level
ORDER BY level
"""

FINDINGS: Final = """
SELECT check_name AS name, dimension, subject, level, observed, lower_limit, upper_limit, message, query AS statement
FROM tmdb.quality_runs
WHERE run_id = :run_id
ORDER BY array_position(ARRAY['alarm', 'warning', 'not_judged', 'ok'], level), check_name
"""

TOTALS: Final = """
SELECT
    (SELECT count(*) FROM tmdb.movies) AS movies,
    (SELECT count(*) FROM tmdb.movie_observations WHERE known_until = 'infinity') AS observations,
    (SELECT count(*) FROM tmdb.quarantined_records) AS quarantined,
    count(*) AS runs, min(run_date) AS first_day, max(run_date) AS last_day
FROM tmdb.collection_runs
"""

MOVIES_A_DAY: Final = """
SELECT run_date, dag_id, count(DISTINCT movie_id) AS movies
FROM tmdb.movie_observations
WHERE known_until = 'infinity' AND run_date > (SELECT max(run_date) FROM tmdb.collection_runs) - 30
GROUP BY run_date, dag_id
ORDER BY run_date, dag_id
"""

RATES: Final = """
SELECT run_date, dag_id, pass_rate, records_validated, records_passed, verdict, report_file
FROM tmdb.collection_runs
WHERE run_date > (SELECT max(run_date) FROM tmdb.collection_runs) - 30
ORDER BY run_date, dag_id
"""

GENRE_SHARES: Final = """
SELECT coalesce(g.name, mg.genre_id::text) AS name, coalesce(g.name_en, mg.genre_id::text) AS name_en,
    count(*) AS movies, round(100.0 * count(*) / (SELECT count(*) FROM tmdb.movies), 1)::float8 AS share
FROM tmdb.movie_genres AS mg
LEFT JOIN tmdb.genres AS g USING (genre_id)
GROUP BY mg.genre_id, g.name, g.name_en
ORDER BY movies DESC, mg.genre_id
"""

POPULAR: Final = """
SELECT o.rank, o.movie_id, m.title, o.popularity, o.vote_average, o.vote_count, o.page_file, o.page_index
FROM tmdb.movie_observations AS o
JOIN tmdb.movies AS m USING (movie_id)
WHERE o.known_until = 'infinity' AND o.source = 'popular'
    AND o.run_date = (SELECT max(run_date) FROM tmdb.collections WHERE source = 'popular')
ORDER BY o.dag_id, o.rank
LIMIT 200
"""

FRESHNESS: Final = """
SELECT DISTINCT ON (dag_id, source) dag_id, source, run_date, ended_at,
    round(extract(epoch FROM :now - ended_at) / 3600, 1)::float8 AS hours
FROM tmdb.collections
ORDER BY dag_id, source, ended_at DESC
"""
