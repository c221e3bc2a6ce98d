"""The statements of a load, in their order. Those with ``%(dag_id)s`` and the like are about one run.

Each writes only what differs, so that a run whose rows are there already writes none, whatever its files are called.
Text is sorted by its bytes (``COLLATE "C"``), so that every server chooses the same row.
"""

#: Of two loads, the second waits for the first. The number was drawn once.
LOCK = "SELECT pg_advisory_xact_lock(6150273348)"
#: The moment of the load, after the lock: those of two loads follow each other as the loads do.
NOW = "SELECT clock_timestamp()"

LOADED = """
SELECT checksum FROM load_ledger WHERE dag_id = %(dag_id)s AND run_date = %(run_date)s ORDER BY load_id DESC LIMIT 1"""

NEWEST = """
SELECT coalesce(extract(epoch FROM max(ended_at)), 0)::float8 FROM collections WHERE dag_id = %(dag_id)s"""

TEMPORARY_TABLES = """
CREATE TEMPORARY TABLE staged_movies (
    source text, rank integer, page_file text, page_index integer, version_id bytea, movie_id bigint, title text,
    original_title text, original_language text, overview text, release_date date, adult boolean, video boolean,
    poster_path text, backdrop_path text, genre_ids integer[], popularity double precision,
    vote_average double precision, vote_count integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_quarantine (
    line integer, file text, index integer, movie_id bigint, title text, rules text[], messages text[], page_file text,
    page_index integer, record text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE touched_movies (movie_id bigint) ON COMMIT DROP"""

#: Their columns by the type that goes over the wire.
MOVIE_TYPES = (
    *("text", "int4", "text", "int4", "bytea", "int8", "text", "text", "text", "text", "date", "bool", "bool"),
    *("text", "text", "int4[]", "float8", "float8", "int4"),
)
QUARANTINE_TYPES = ("int4", "text", "int4", "int8", "text", "text[]", "text[]", "text", "int4", "text")
COPY_MOVIES = "COPY staged_movies FROM STDIN (FORMAT binary)"
COPY_QUARANTINE = "COPY staged_quarantine FROM STDIN (FORMAT binary)"
ANALYZE_STAGED = "ANALYZE staged_movies"
ANALYZE_TOUCHED = "ANALYZE touched_movies"

LOAD_ID = "SELECT nextval(pg_get_serial_sequence('tmdb.load_ledger', 'load_id'))"

#: Joins by which a run is compared row by row are planned badly where tables are empty yet, or were never analysed: the
#: planner takes them for small, and reads them anew for each row while they grow. What is inserted therefore meets its
#: index (ON CONFLICT, which writes nothing where the row is there), and these turn such plans off.
NO_LOOPS = "SET LOCAL enable_nestloop = off"
LOOPS = "SET LOCAL enable_nestloop TO DEFAULT"

INSERT_VERSIONS = """
INSERT INTO movie_versions (
    version_id, movie_id, title, original_title, original_language, overview, release_date, adult, video, poster_path,
    backdrop_path, genre_ids
)
SELECT
    version_id, movie_id, title, original_title, original_language, overview, release_date, adult, video, poster_path,
    backdrop_path, genre_ids
FROM staged_movies
ON CONFLICT (version_id) DO NOTHING"""

END_OBSERVATIONS = """
WITH ended AS (
    UPDATE movie_observations AS o
    SET known_until = %(now)s
    WHERE o.dag_id = %(dag_id)s AND o.run_date = %(run_date)s AND o.known_until = 'infinity'
        AND NOT EXISTS (
            SELECT FROM staged_movies AS s
            WHERE s.source = o.source AND s.movie_id = o.movie_id AND s.version_id = o.version_id
                AND (s.rank, s.popularity, s.vote_average, s.vote_count, s.page_file, s.page_index)
                    IS NOT DISTINCT FROM
                    (o.rank, o.popularity, o.vote_average, o.vote_count, o.page_file, o.page_index)
        )
    RETURNING o.movie_id
)
INSERT INTO touched_movies SELECT movie_id FROM ended"""

ADD_OBSERVATIONS = """
WITH added AS (
    INSERT INTO movie_observations (
        movie_id, run_date, dag_id, source, rank, popularity, vote_average, vote_count, version_id, page_file,
        page_index, known_at, load_id
    )
    SELECT
        movie_id, %(run_date)s, %(dag_id)s, source, rank, popularity, vote_average, vote_count, version_id, page_file,
        page_index, %(now)s, %(load_id)s
    FROM staged_movies
    ON CONFLICT (run_date, dag_id, source, movie_id) WHERE known_until = 'infinity' DO NOTHING
    RETURNING movie_id
)
INSERT INTO touched_movies SELECT movie_id FROM added"""

ADD_GENRES = """
INSERT INTO genres (genre_id)
SELECT DISTINCT genre_id FROM staged_movies CROSS JOIN LATERAL unnest(genre_ids) AS of_movie (genre_id)
EXCEPT SELECT genre_id FROM genres"""

COUNT_NEW_MOVIES = """
SELECT count(DISTINCT movie_id) FROM touched_movies AS t
WHERE NOT EXISTS (SELECT FROM movies AS m WHERE m.movie_id = t.movie_id)"""

#: Whether ``movies`` will be twice as large and more.
GROWS = "SELECT count(*) < %(inserted)s FROM (SELECT FROM movies LIMIT %(inserted)s) AS first_ones"

MERGE_MOVIES = """
MERGE INTO movies AS m
USING (
    SELECT
        l.movie_id, v.title, v.original_title, v.original_language, v.overview, v.release_date, v.adult, v.video,
        v.poster_path, v.backdrop_path, v.genre_ids, l.popularity, l.vote_average, l.vote_count, l.first_seen,
        l.run_date AS last_seen, l.source AS seen_in
    FROM (
        SELECT DISTINCT ON (movie_id)
            movie_id, run_date, source, version_id, popularity, vote_average, vote_count,
            min(run_date) OVER (PARTITION BY movie_id) AS first_seen
        FROM movie_observations
        WHERE known_until = 'infinity' AND movie_id IN (SELECT movie_id FROM touched_movies)
        ORDER BY movie_id, run_date DESC, dag_id COLLATE "C" DESC, source COLLATE "C" DESC
    ) AS l
    JOIN movie_versions AS v ON v.version_id = l.version_id
) AS n
ON m.movie_id = n.movie_id
WHEN MATCHED AND (
    m.title, m.original_title, m.original_language, m.overview, m.release_date, m.adult, m.video, m.poster_path,
    m.backdrop_path, m.genre_ids, m.popularity, m.vote_average, m.vote_count, m.first_seen, m.last_seen, m.seen_in
) IS DISTINCT FROM (
    n.title, n.original_title, n.original_language, n.overview, n.release_date, n.adult, n.video, n.poster_path,
    n.backdrop_path, n.genre_ids, n.popularity, n.vote_average, n.vote_count, n.first_seen, n.last_seen, n.seen_in
) THEN UPDATE SET
    title = n.title, original_title = n.original_title, original_language = n.original_language,
    overview = n.overview, release_date = n.release_date, adult = n.adult, video = n.video,
    poster_path = n.poster_path, backdrop_path = n.backdrop_path, genre_ids = n.genre_ids, popularity = n.popularity,
    vote_average = n.vote_average, vote_count = n.vote_count, first_seen = n.first_seen, last_seen = n.last_seen,
    seen_in = n.seen_in
WHEN NOT MATCHED THEN INSERT (
    movie_id, title, original_title, original_language, overview, release_date, adult, video, poster_path,
    backdrop_path, genre_ids, popularity, vote_average, vote_count, first_seen, last_seen, seen_in
) VALUES (
    n.movie_id, n.title, n.original_title, n.original_language, n.overview, n.release_date, n.adult, n.video,
    n.poster_path, n.backdrop_path, n.genre_ids, n.popularity, n.vote_average, n.vote_count, n.first_seen, n.last_seen,
    n.seen_in
)"""

#: What only a replaced collection had; its genres go with it.
DELETE_MOVIES = """
DELETE FROM movies AS m
WHERE m.movie_id IN (SELECT movie_id FROM touched_movies)
    AND NOT EXISTS (
        SELECT FROM movie_observations AS o WHERE o.movie_id = m.movie_id AND o.known_until = 'infinity'
    )"""

DELETE_MOVIE_GENRES = """
DELETE FROM movie_genres AS mg
USING movies AS m
WHERE m.movie_id = mg.movie_id AND mg.movie_id IN (SELECT movie_id FROM touched_movies)
    AND NOT mg.genre_id = ANY (m.genre_ids)"""

ADD_MOVIE_GENRES = """
INSERT INTO movie_genres (movie_id, genre_id)
SELECT m.movie_id, of_movie.genre_id
FROM movies AS m CROSS JOIN LATERAL unnest(m.genre_ids) AS of_movie (genre_id)
WHERE m.movie_id IN (SELECT movie_id FROM touched_movies)
ON CONFLICT (movie_id, genre_id) DO NOTHING"""

#: Genres without a name that only a replaced collection had.
DELETE_GENRES = """
DELETE FROM genres AS g
WHERE g.name IS NULL AND NOT EXISTS (SELECT FROM movie_genres AS mg WHERE mg.genre_id = g.genre_id)"""

DELETE_QUARANTINED = """
DELETE FROM quarantined_records AS q
WHERE q.dag_id = %(dag_id)s AND q.run_date = %(run_date)s
    AND NOT EXISTS (
        SELECT FROM staged_quarantine AS s
        WHERE s.line = q.line
            AND (s.file, s.index, s.movie_id, s.title, s.rules, s.messages, s.page_file, s.page_index, s.record)
                IS NOT DISTINCT FROM
                (q.file, q.index, q.movie_id, q.title, q.rules, q.messages, q.page_file, q.page_index, q.record)
    )"""

ADD_QUARANTINED = """
INSERT INTO quarantined_records (
    dag_id, run_date, line, file, index, movie_id, title, rules, messages, page_file, page_index, record
)
SELECT
    %(dag_id)s, %(run_date)s, line, file, index, movie_id, title, rules, messages, page_file, page_index, record
FROM staged_quarantine AS s
WHERE NOT EXISTS (
    SELECT FROM quarantined_records AS q
    WHERE q.dag_id = %(dag_id)s AND q.run_date = %(run_date)s AND q.line = s.line
)"""

UPSERT_RUN = """
INSERT INTO collection_runs AS r (
    dag_id, run_date, run_id, verdict, quality_score, pass_rate, records_validated, records_passed,
    records_quarantined, pages_missing, validated_at, report_file
) VALUES (
    %(dag_id)s, %(run_date)s, %(run_id)s, %(verdict)s, %(quality_score)s, %(pass_rate)s, %(records_validated)s,
    %(records_passed)s, %(records_quarantined)s, %(pages_missing)s, %(validated_at)s, %(report_file)s
)
ON CONFLICT (dag_id, run_date) DO UPDATE SET
    run_id = excluded.run_id, verdict = excluded.verdict, quality_score = excluded.quality_score,
    pass_rate = excluded.pass_rate, records_validated = excluded.records_validated,
    records_passed = excluded.records_passed, records_quarantined = excluded.records_quarantined,
    pages_missing = excluded.pages_missing, validated_at = excluded.validated_at, report_file = excluded.report_file
WHERE r.* IS DISTINCT FROM excluded.*"""

DELETE_COLLECTIONS = """
DELETE FROM collections
WHERE dag_id = %(dag_id)s AND run_date = %(run_date)s AND NOT source = ANY (%(sources)s)"""

UPSERT_COLLECTION = """
INSERT INTO collections AS c (
    dag_id, run_date, source, file, movies, movies_accepted, records_received, duplicates_dropped,
    below_min_rating_dropped, pages_asked, pages_processed, pages_missing, total_pages, total_results, language,
    region, movies_sha256, started_at, ended_at
) VALUES (
    %(dag_id)s, %(run_date)s, %(source)s, %(file)s, %(movies)s, %(movies_accepted)s, %(records_received)s,
    %(duplicates_dropped)s, %(below_min_rating_dropped)s, %(pages_asked)s, %(pages_processed)s, %(pages_missing)s,
    %(total_pages)s, %(total_results)s, %(language)s, %(region)s, %(movies_sha256)s, %(started_at)s, %(ended_at)s
)
ON CONFLICT (dag_id, run_date, source) DO UPDATE SET
    file = excluded.file, movies = excluded.movies, movies_accepted = excluded.movies_accepted,
    records_received = excluded.records_received, duplicates_dropped = excluded.duplicates_dropped,
    below_min_rating_dropped = excluded.below_min_rating_dropped, pages_asked = excluded.pages_asked,
    pages_processed = excluded.pages_processed, pages_missing = excluded.pages_missing,
    total_pages = excluded.total_pages, total_results = excluded.total_results, language = excluded.language,
    region = excluded.region, movies_sha256 = excluded.movies_sha256, started_at = excluded.started_at,
    ended_at = excluded.ended_at
WHERE c.* IS DISTINCT FROM excluded.*"""

ADD_TO_LEDGER = """
INSERT INTO load_ledger (
    load_id, dag_id, run_date, run_id, checksum, files, loaded_at, records, accepted, quarantined, observations_added,
    observations_ended, movies_inserted, movies_updated, movies_deleted
) OVERRIDING SYSTEM VALUE VALUES (
    %(load_id)s, %(dag_id)s, %(run_date)s, %(run_id)s, %(checksum)s, %(files)s, %(now)s, %(records)s, %(accepted)s,
    %(quarantined)s, %(observations_added)s, %(observations_ended)s, %(movies_inserted)s, %(movies_updated)s,
    %(movies_deleted)s
)"""

#: Movies on the lists of the run whose rows this transaction has not written.
COUNT_UNCHANGED = """
SELECT count(*) FROM movies AS m
WHERE m.movie_id IN (SELECT movie_id FROM staged_movies) AND m.xmin <> pg_current_xact_id()::xid"""
