-- The views that people query, version 1. They read what holds now: observations with known_until = infinity.

CREATE VIEW dim_movie AS
SELECT
    m.movie_id, m.title, m.original_title, m.original_language, m.overview, m.release_date,
    extract(year FROM m.release_date)::integer AS release_year, m.adult, m.video, m.poster_path, m.backdrop_path,
    array(
        SELECT g.name
        FROM unnest(m.genre_ids) WITH ORDINALITY AS of_movie (genre_id, place)
        JOIN genres AS g USING (genre_id)
        ORDER BY of_movie.place
    ) AS genres,
    m.popularity, m.vote_average, m.vote_count, m.first_seen, m.last_seen
FROM movies AS m;
COMMENT ON VIEW dim_movie IS 'Each movie once, in its latest state, with the Korean names of its genres.';

CREATE VIEW bridge_movie_genre AS
SELECT mg.movie_id, mg.genre_id, g.name, g.name_en
FROM movie_genres AS mg
JOIN genres AS g USING (genre_id);
COMMENT ON VIEW bridge_movie_genre IS 'A row for each movie and genre.';

CREATE VIEW fct_movie_list_day AS
SELECT run_date, dag_id, source, movie_id, rank, popularity, vote_average, vote_count, page_file, page_index, load_id
FROM movie_observations
WHERE known_until = 'infinity';
COMMENT ON VIEW fct_movie_list_day IS 'A row for each movie, list and day.';

CREATE VIEW fct_movie_day AS
SELECT DISTINCT ON (run_date, movie_id)
    run_date, movie_id, popularity, vote_average, vote_count,
    min(rank) FILTER (WHERE source = 'popular') OVER per_day AS popular_rank,
    min(rank) FILTER (WHERE source = 'trending') OVER per_day AS trending_rank,
    min(rank) FILTER (WHERE source = 'top_rated') OVER per_day AS top_rated_rank,
    count(*) OVER per_day AS lists,
    version_id
FROM movie_observations
WHERE known_until = 'infinity'
WINDOW per_day AS (PARTITION BY run_date, movie_id)
ORDER BY run_date, movie_id, dag_id COLLATE "C" DESC, source COLLATE "C" DESC;
COMMENT ON VIEW fct_movie_day IS 'A row for each movie and day: its numbers, and its places on the lists.';

CREATE VIEW movie_history AS
WITH changes AS (
    SELECT run_date, movie_id, version_id,
        version_id IS DISTINCT FROM lag(version_id) OVER (PARTITION BY movie_id ORDER BY run_date) AS is_new
    FROM fct_movie_day
), islands AS (
    SELECT run_date, movie_id, version_id, count(*) FILTER (WHERE is_new) OVER (PARTITION BY movie_id ORDER BY run_date) AS island
    FROM changes
), spans AS (
    SELECT movie_id, version_id, island, min(run_date) AS valid_from, max(run_date) AS last_seen
    FROM islands
    GROUP BY movie_id, version_id, island
)
SELECT
    s.movie_id, s.valid_from,
    lead(s.valid_from) OVER (PARTITION BY s.movie_id ORDER BY s.valid_from) AS valid_to,
    s.last_seen,
    lead(s.valid_from) OVER (PARTITION BY s.movie_id ORDER BY s.valid_from) IS NULL AS is_current,
    v.title, v.original_title, v.original_language, v.overview, v.release_date, v.adult, v.video, v.poster_path,
    v.backdrop_path, v.genre_ids
FROM spans AS s
JOIN movie_versions AS v USING (version_id);
COMMENT ON VIEW movie_history IS 'How descriptions changed (SCD type 2): a row for each span of days with the same one. valid_to is the first day of the next, NULL for the current one. A movie that leaves the lists keeps its description; a value that changes back is a new row.';

COMMENT ON COLUMN dim_movie.release_year IS 'Year of release.';
COMMENT ON COLUMN dim_movie.genres IS 'Korean names of its genres, in TMDB''s order.';
COMMENT ON COLUMN fct_movie_day.popular_rank IS 'Place on the popular list, from 1; NULL if it is not on it.';
COMMENT ON COLUMN fct_movie_day.trending_rank IS 'Place on the trending list, from 1; NULL if it is not on it.';
COMMENT ON COLUMN fct_movie_day.top_rated_rank IS 'Place on the top rated list, from 1; NULL if it is not on it.';
COMMENT ON COLUMN fct_movie_day.lists IS 'Lists that it is on that day.';
COMMENT ON COLUMN movie_history.valid_from IS 'First day on which TMDB described it so.';
COMMENT ON COLUMN movie_history.valid_to IS 'First day of the next description; NULL for the current one.';
COMMENT ON COLUMN movie_history.last_seen IS 'Last day on which it was on a list with this description.';
COMMENT ON COLUMN movie_history.is_current IS 'Whether this is its latest description.';

-- All other columns of the views are those of a table, and say what they say there.
DO $$
DECLARE
    of_view record;
BEGIN
    FOR of_view IN
        SELECT DISTINCT ON (v.oid, a.attnum) v.relname, a.attname, col_description(t.oid, b.attnum) AS said
        FROM pg_class AS v
        JOIN pg_attribute AS a ON a.attrelid = v.oid AND a.attnum > 0
        JOIN pg_attribute AS b ON b.attname = a.attname AND b.attnum > 0 AND NOT b.attisdropped
        JOIN pg_class AS t ON t.oid = b.attrelid AND t.relnamespace = v.relnamespace AND t.relkind = 'r'
        WHERE v.relnamespace = current_schema()::regnamespace AND v.relkind = 'v'
            AND t.relname IN ('movies', 'movie_observations', 'movie_versions', 'movie_genres', 'genres')
            AND col_description(v.oid, a.attnum) IS NULL
        -- Of a day's numbers the observations say more than the latest state.
        ORDER BY v.oid, a.attnum, (t.relname = 'movie_observations') = starts_with(v.relname, 'fct') DESC, t.relname
    LOOP
        EXECUTE 'COMMENT ON COLUMN ' || quote_ident(of_view.relname) || '.' || quote_ident(of_view.attname)
            || ' IS ' || quote_literal(of_view.said);
    END LOOP;
END $$;
