-- The tables of the warehouse, version 1. Run dates are calendar days in Asia/Seoul.

CREATE TABLE genres (
    genre_id integer PRIMARY KEY,
    name text,
    name_en text
);
COMMENT ON TABLE genres IS 'The genres of TMDB. One that is not known yet has no names until a migration gives them.';
COMMENT ON COLUMN genres.genre_id IS 'TMDB''s id of the genre.';
COMMENT ON COLUMN genres.name IS 'Its Korean name, as TMDB shows it.';
COMMENT ON COLUMN genres.name_en IS 'Its English name.';

CREATE TABLE movie_versions (
    version_id bytea PRIMARY KEY,
    movie_id bigint NOT NULL,
    title text NOT NULL,
    original_title text,
    original_language text,
    overview text,
    release_date date,
    adult boolean,
    video boolean,
    poster_path text,
    backdrop_path text,
    genre_ids integer[] NOT NULL
);
CREATE INDEX movie_versions_movie_id ON movie_versions (movie_id);
COMMENT ON TABLE movie_versions IS 'What TMDB said of a movie, apart from its numbers: a row for each different description, never changed.';
COMMENT ON COLUMN movie_versions.version_id IS 'First 16 bytes of the SHA-256 of movie and description: equal descriptions of a movie are one row.';
COMMENT ON COLUMN movie_versions.movie_id IS 'TMDB''s id of the movie.';
COMMENT ON COLUMN movie_versions.title IS 'Title in the language asked for (ko-KR); TMDB gives the original title where it has none.';
COMMENT ON COLUMN movie_versions.original_title IS 'Title in the language of the movie.';
COMMENT ON COLUMN movie_versions.original_language IS 'That language, ISO 639-1.';
COMMENT ON COLUMN movie_versions.overview IS 'What the movie is about; NULL where TMDB has no text.';
COMMENT ON COLUMN movie_versions.release_date IS 'Date of release in the region asked for (KR); NULL where it is not known.';
COMMENT ON COLUMN movie_versions.adult IS 'Whether it is for adults.';
COMMENT ON COLUMN movie_versions.video IS 'Whether TMDB calls it a video, such as a compilation.';
COMMENT ON COLUMN movie_versions.poster_path IS 'Path of the poster at TMDB''s image server.';
COMMENT ON COLUMN movie_versions.backdrop_path IS 'Path of the background picture at TMDB''s image server.';
COMMENT ON COLUMN movie_versions.genre_ids IS 'Its genres in TMDB''s order.';

CREATE TABLE load_ledger (
    load_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dag_id text NOT NULL,
    run_date date NOT NULL,
    run_id text NOT NULL,
    checksum text NOT NULL,
    files text[] NOT NULL,
    loaded_at timestamptz NOT NULL,
    records integer NOT NULL,
    accepted integer NOT NULL,
    quarantined integer NOT NULL,
    observations_added integer NOT NULL,
    observations_ended integer NOT NULL,
    movies_inserted integer NOT NULL,
    movies_updated integer NOT NULL,
    movies_deleted integer NOT NULL
);
CREATE INDEX load_ledger_run ON load_ledger (dag_id, run_date, load_id DESC);
COMMENT ON TABLE load_ledger IS 'Each load that committed: the latest of a DAG and run date says which files are in the tables.';
COMMENT ON COLUMN load_ledger.load_id IS 'Number of the load, growing.';
COMMENT ON COLUMN load_ledger.dag_id IS 'DAG that collected the files.';
COMMENT ON COLUMN load_ledger.run_date IS 'Day in Asia/Seoul that they are of.';
COMMENT ON COLUMN load_ledger.run_id IS 'Airflow''s id of the run that wrote them.';
COMMENT ON COLUMN load_ledger.checksum IS 'SHA-256 over names and contents of the files.';
COMMENT ON COLUMN load_ledger.files IS 'Paths of the files under the data root.';
COMMENT ON COLUMN load_ledger.loaded_at IS 'When the load was made.';
COMMENT ON COLUMN load_ledger.records IS 'Records in the files: accepted and quarantined.';
COMMENT ON COLUMN load_ledger.accepted IS 'Records that went into movie_observations.';
COMMENT ON COLUMN load_ledger.quarantined IS 'Records that went into quarantined_records.';
COMMENT ON COLUMN load_ledger.observations_added IS 'Rows that the load added to movie_observations.';
COMMENT ON COLUMN load_ledger.observations_ended IS 'Rows of movie_observations that a later collection of the same day has replaced.';
COMMENT ON COLUMN load_ledger.movies_inserted IS 'Rows that the load added to movies.';
COMMENT ON COLUMN load_ledger.movies_updated IS 'Rows of movies that the load changed.';
COMMENT ON COLUMN load_ledger.movies_deleted IS 'Movies that only a replaced collection had.';

CREATE TABLE collection_runs (
    dag_id text NOT NULL,
    run_date date NOT NULL,
    run_id text NOT NULL,
    verdict text NOT NULL,
    quality_score double precision NOT NULL,
    pass_rate double precision NOT NULL,
    records_validated integer NOT NULL,
    records_passed integer NOT NULL,
    records_quarantined integer NOT NULL,
    pages_missing integer NOT NULL,
    validated_at timestamptz,
    report_file text NOT NULL,
    PRIMARY KEY (dag_id, run_date)
);
COMMENT ON TABLE collection_runs IS 'The run of a collecting DAG for a day, and its quality report in figures.';
COMMENT ON COLUMN collection_runs.dag_id IS 'DAG.';
COMMENT ON COLUMN collection_runs.run_date IS 'Day in Asia/Seoul.';
COMMENT ON COLUMN collection_runs.run_id IS 'Airflow''s id of the run.';
COMMENT ON COLUMN collection_runs.verdict IS 'passed, warned or failed, by the pass rate and the missing pages.';
COMMENT ON COLUMN collection_runs.quality_score IS 'Mean score of the records, 0 to 100.';
COMMENT ON COLUMN collection_runs.pass_rate IS 'Percent of the records that passed.';
COMMENT ON COLUMN collection_runs.records_validated IS 'Records that were judged, duplicates apart.';
COMMENT ON COLUMN collection_runs.records_passed IS 'Those that passed.';
COMMENT ON COLUMN collection_runs.records_quarantined IS 'Those that were rejected.';
COMMENT ON COLUMN collection_runs.pages_missing IS 'Pages from which movies are missing, or may be.';
COMMENT ON COLUMN collection_runs.validated_at IS 'When they were judged.';
COMMENT ON COLUMN collection_runs.report_file IS 'The quality report, by its path under the data root.';

CREATE TABLE collections (
    dag_id text NOT NULL,
    run_date date NOT NULL,
    source text NOT NULL,
    file text NOT NULL,
    movies integer NOT NULL,
    movies_accepted integer NOT NULL,
    records_received integer NOT NULL,
    duplicates_dropped integer NOT NULL,
    below_min_rating_dropped integer NOT NULL,
    pages_asked integer NOT NULL,
    pages_processed integer NOT NULL,
    pages_missing integer NOT NULL,
    total_pages integer NOT NULL,
    total_results integer NOT NULL,
    language text NOT NULL,
    region text NOT NULL,
    movies_sha256 text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    PRIMARY KEY (dag_id, run_date, source),
    FOREIGN KEY (dag_id, run_date) REFERENCES collection_runs
);
COMMENT ON TABLE collections IS 'A list of TMDB that was collected for a day.';
COMMENT ON COLUMN collections.dag_id IS 'DAG.';
COMMENT ON COLUMN collections.run_date IS 'Day in Asia/Seoul.';
COMMENT ON COLUMN collections.source IS 'Name of the list: popular, trending, top_rated, or a genre such as horror.';
COMMENT ON COLUMN collections.file IS 'The file of movies, by its path under the data root.';
COMMENT ON COLUMN collections.movies IS 'Movies in the file.';
COMMENT ON COLUMN collections.movies_accepted IS 'Those of them that are in movie_observations.';
COMMENT ON COLUMN collections.records_received IS 'Records that TMDB sent.';
COMMENT ON COLUMN collections.duplicates_dropped IS 'Further copies of a movie among them.';
COMMENT ON COLUMN collections.below_min_rating_dropped IS 'Movies among them that are rated below what was asked for.';
COMMENT ON COLUMN collections.pages_asked IS 'Pages that the run was to collect.';
COMMENT ON COLUMN collections.pages_processed IS 'Pages whose movies are used.';
COMMENT ON COLUMN collections.pages_missing IS 'Pages from which movies are missing, or may be.';
COMMENT ON COLUMN collections.total_pages IS 'Pages of the list, as TMDB said.';
COMMENT ON COLUMN collections.total_results IS 'Movies of the list, as TMDB said.';
COMMENT ON COLUMN collections.language IS 'Language that was asked for.';
COMMENT ON COLUMN collections.region IS 'Region that was asked for.';
COMMENT ON COLUMN collections.movies_sha256 IS 'SHA-256 of the movies in the file.';
COMMENT ON COLUMN collections.started_at IS 'When collecting began.';
COMMENT ON COLUMN collections.ended_at IS 'When collecting ended.';

CREATE TABLE movie_observations (
    movie_id bigint NOT NULL,
    run_date date NOT NULL,
    dag_id text NOT NULL,
    source text NOT NULL,
    rank integer NOT NULL,
    popularity double precision,
    vote_average double precision,
    vote_count integer,
    version_id bytea NOT NULL,
    page_file text,
    page_index integer,
    known_at timestamptz NOT NULL,
    known_until timestamptz NOT NULL DEFAULT 'infinity',
    load_id bigint NOT NULL
);
CREATE UNIQUE INDEX movie_observations_current ON movie_observations (run_date, dag_id, source, movie_id)
    WHERE known_until = 'infinity';
CREATE INDEX movie_observations_movie ON movie_observations (movie_id, run_date);
COMMENT ON TABLE movie_observations IS 'What TMDB sent of a movie on a list on a day. Bitemporal: run_date is the day that a row tells of, known_at and known_until when the warehouse held it for true. What holds now has known_until = infinity.';
COMMENT ON COLUMN movie_observations.movie_id IS 'TMDB''s id of the movie.';
COMMENT ON COLUMN movie_observations.run_date IS 'Day in Asia/Seoul.';
COMMENT ON COLUMN movie_observations.dag_id IS 'DAG that collected the list.';
COMMENT ON COLUMN movie_observations.source IS 'Name of the list.';
COMMENT ON COLUMN movie_observations.rank IS 'Place on the list, from 1, duplicates counted.';
COMMENT ON COLUMN movie_observations.popularity IS 'TMDB''s popularity.';
COMMENT ON COLUMN movie_observations.vote_average IS 'Average of the votes, 0 to 10.';
COMMENT ON COLUMN movie_observations.vote_count IS 'Number of votes.';
COMMENT ON COLUMN movie_observations.version_id IS 'Its description on that day: a row of movie_versions.';
COMMENT ON COLUMN movie_observations.page_file IS 'Page as TMDB sent it, by its path under the data root; NULL in files of versions that kept no origins.';
COMMENT ON COLUMN movie_observations.page_index IS 'Place in the results of that page, from 0.';
COMMENT ON COLUMN movie_observations.known_at IS 'When it was loaded.';
COMMENT ON COLUMN movie_observations.known_until IS 'When a later collection of the same day replaced it, or infinity.';
COMMENT ON COLUMN movie_observations.load_id IS 'Which load it came with: a row of load_ledger.';

CREATE TABLE movies (
    movie_id bigint PRIMARY KEY,
    title text NOT NULL,
    original_title text,
    original_language text,
    overview text,
    release_date date,
    adult boolean,
    video boolean,
    poster_path text,
    backdrop_path text,
    genre_ids integer[] NOT NULL,
    popularity double precision,
    vote_average double precision,
    vote_count integer,
    first_seen date NOT NULL,
    last_seen date NOT NULL,
    seen_in text NOT NULL
);
CREATE INDEX movies_last_seen ON movies (last_seen);
COMMENT ON TABLE movies IS 'The latest state of each movie: that of its latest observation, of several on a day that of the DAG and list that come last in the alphabet.';
COMMENT ON COLUMN movies.movie_id IS 'TMDB''s id of the movie.';
COMMENT ON COLUMN movies.title IS 'Title in the language asked for (ko-KR).';
COMMENT ON COLUMN movies.original_title IS 'Title in the language of the movie.';
COMMENT ON COLUMN movies.original_language IS 'That language, ISO 639-1.';
COMMENT ON COLUMN movies.overview IS 'What the movie is about; NULL where TMDB has no text.';
COMMENT ON COLUMN movies.release_date IS 'Date of release; NULL where it is not known.';
COMMENT ON COLUMN movies.adult IS 'Whether it is for adults.';
COMMENT ON COLUMN movies.video IS 'Whether TMDB calls it a video.';
COMMENT ON COLUMN movies.poster_path IS 'Path of the poster at TMDB''s image server.';
COMMENT ON COLUMN movies.backdrop_path IS 'Path of the background picture at TMDB''s image server.';
COMMENT ON COLUMN movies.genre_ids IS 'Its genres in TMDB''s order; movie_genres has them as rows.';
COMMENT ON COLUMN movies.popularity IS 'TMDB''s popularity.';
COMMENT ON COLUMN movies.vote_average IS 'Average of the votes, 0 to 10.';
COMMENT ON COLUMN movies.vote_count IS 'Number of votes.';
COMMENT ON COLUMN movies.first_seen IS 'First run date on which it was on a list.';
COMMENT ON COLUMN movies.last_seen IS 'Last run date on which it was on a list.';
COMMENT ON COLUMN movies.seen_in IS 'The list that this state comes from.';

CREATE TABLE movie_genres (
    movie_id bigint NOT NULL REFERENCES movies ON DELETE CASCADE,
    genre_id integer NOT NULL REFERENCES genres,
    PRIMARY KEY (movie_id, genre_id)
);
CREATE INDEX movie_genres_genre ON movie_genres (genre_id);
COMMENT ON TABLE movie_genres IS 'The genres of each movie of movies.';
COMMENT ON COLUMN movie_genres.movie_id IS 'Movie.';
COMMENT ON COLUMN movie_genres.genre_id IS 'Genre.';

CREATE TABLE movie_popularity (
    day date NOT NULL,
    movie_id bigint NOT NULL REFERENCES movies ON DELETE CASCADE,
    popularity double precision NOT NULL,
    PRIMARY KEY (movie_id, day)
);
CREATE INDEX movie_popularity_day ON movie_popularity (day);
COMMENT ON TABLE movie_popularity IS 'Popularity by day of every movie that the warehouse knows, from TMDB''s daily id exports.';
COMMENT ON COLUMN movie_popularity.day IS 'Day of the export, in UTC, as its name says.';
COMMENT ON COLUMN movie_popularity.movie_id IS 'TMDB''s id of the movie.';
COMMENT ON COLUMN movie_popularity.popularity IS 'Popularity on that day.';

CREATE TABLE export_ledger (
    day date PRIMARY KEY,
    file text NOT NULL,
    sha256 text NOT NULL,
    lines bigint NOT NULL,
    odd_lines bigint NOT NULL,
    movies_known bigint NOT NULL,
    as_of_load bigint NOT NULL,
    loaded_at timestamptz NOT NULL
);
COMMENT ON TABLE export_ledger IS 'The daily id exports that are in movie_popularity.';
COMMENT ON COLUMN export_ledger.day IS 'Day of the export.';
COMMENT ON COLUMN export_ledger.file IS 'Its Parquet file, by its path under the data root.';
COMMENT ON COLUMN export_ledger.sha256 IS 'SHA-256 of the export as TMDB sent it.';
COMMENT ON COLUMN export_ledger.lines IS 'Lines in it.';
COMMENT ON COLUMN export_ledger.odd_lines IS 'Lines among them that could not be read.';
COMMENT ON COLUMN export_ledger.movies_known IS 'Movies of the warehouse that it has, and that are in movie_popularity.';
COMMENT ON COLUMN export_ledger.as_of_load IS 'Latest load of movies before it: movies of later ones are looked up when the next export is loaded.';
COMMENT ON COLUMN export_ledger.loaded_at IS 'When it was loaded last.';

CREATE TABLE quarantined_records (
    dag_id text NOT NULL,
    run_date date NOT NULL,
    line integer NOT NULL,
    file text NOT NULL,
    index integer,
    movie_id bigint,
    title text,
    rules text[] NOT NULL,
    messages text[] NOT NULL,
    page_file text,
    page_index integer,
    record text NOT NULL,
    PRIMARY KEY (dag_id, run_date, line)
);
COMMENT ON TABLE quarantined_records IS 'The records that a run rejected. They are in no other table.';
COMMENT ON COLUMN quarantined_records.dag_id IS 'DAG that collected it.';
COMMENT ON COLUMN quarantined_records.run_date IS 'Day in Asia/Seoul.';
COMMENT ON COLUMN quarantined_records.line IS 'Its line in the quarantine of the run, from 1: tmdb-pipeline replay takes it.';
COMMENT ON COLUMN quarantined_records.file IS 'The file of movies that it was judged in.';
COMMENT ON COLUMN quarantined_records.index IS 'Place in the movies of that file, from 0; NULL if another copy of the movie is there.';
COMMENT ON COLUMN quarantined_records.movie_id IS 'TMDB''s id, if it has a usable one.';
COMMENT ON COLUMN quarantined_records.title IS 'Its title, if it has a text for one.';
COMMENT ON COLUMN quarantined_records.rules IS 'Rules that it breaks.';
COMMENT ON COLUMN quarantined_records.messages IS 'What each of them says.';
COMMENT ON COLUMN quarantined_records.page_file IS 'Page as TMDB sent it, by its path under the data root.';
COMMENT ON COLUMN quarantined_records.page_index IS 'Place in the results of that page, from 0.';
COMMENT ON COLUMN quarantined_records.record IS 'The record as JSON.';

CREATE TABLE quality_runs (
    run_id text NOT NULL,
    check_name text NOT NULL,
    checked_at timestamptz NOT NULL,
    dimension text NOT NULL,
    subject text NOT NULL,
    level text NOT NULL CHECK (level IN ('ok', 'warning', 'alarm', 'not_judged')),
    observed double precision,
    lower_limit double precision,
    upper_limit double precision,
    message text NOT NULL,
    query text NOT NULL,
    PRIMARY KEY (run_id, check_name)
);
CREATE INDEX quality_runs_check ON quality_runs (check_name, checked_at);
COMMENT ON TABLE quality_runs IS 'What each check of the warehouse found, a row for each check and run.';
COMMENT ON COLUMN quality_runs.run_id IS 'Airflow''s id of the run that checked, or another name for it.';
COMMENT ON COLUMN quality_runs.check_name IS 'Name of the check.';
COMMENT ON COLUMN quality_runs.checked_at IS 'When it was checked.';
COMMENT ON COLUMN quality_runs.dimension IS 'completeness, uniqueness, integrity, freshness, volume or drift.';
COMMENT ON COLUMN quality_runs.subject IS 'Table or list that was checked.';
COMMENT ON COLUMN quality_runs.level IS 'ok, warning, alarm, or not_judged where there is too little history.';
COMMENT ON COLUMN quality_runs.observed IS 'Value that was found.';
COMMENT ON COLUMN quality_runs.lower_limit IS 'Least value that is ok, if there is one.';
COMMENT ON COLUMN quality_runs.upper_limit IS 'Greatest value that is ok, if there is one.';
COMMENT ON COLUMN quality_runs.message IS 'What was found, in words.';
COMMENT ON COLUMN quality_runs.query IS 'Statement that gave the value: run it to see it again.';
