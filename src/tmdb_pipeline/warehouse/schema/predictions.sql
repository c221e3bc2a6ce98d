-- What the model said of each movie of a day, and what came. Days are calendar days in Asia/Seoul.

CREATE TABLE predictions (
    day date NOT NULL,
    role text NOT NULL CHECK (role IN ('champion', 'challenger')),
    movie_id bigint NOT NULL,
    version text NOT NULL,
    chance double precision NOT NULL CHECK (chance BETWEEN 0 AND 1),
    outcome boolean,
    best_chance double precision CHECK (best_chance BETWEEN 0 AND 1),
    PRIMARY KEY (day, role, movie_id)
);
CREATE INDEX predictions_movie ON predictions (movie_id, day);
CREATE INDEX predictions_unknown ON predictions (day) WHERE outcome IS NULL;
COMMENT ON TABLE predictions IS 'What the model said of each movie of a day: whether it will be in the popular list''s first 100 seven days later. Rows stay as they are, but that the outcome is filled in once. Empty where machine learning is not permitted.';
COMMENT ON COLUMN predictions.day IS 'Day in Asia/Seoul by whose end everything was known that the chance is made of.';
COMMENT ON COLUMN predictions.role IS 'champion, whose answers count, or challenger, which is tried beside it: what the version was then.';
COMMENT ON COLUMN predictions.movie_id IS 'TMDB''s id of the movie.';
COMMENT ON COLUMN predictions.version IS 'Version of the model.';
COMMENT ON COLUMN predictions.chance IS 'The chance that it said, 0 to 1.';
COMMENT ON COLUMN predictions.outcome IS 'Whether it came; NULL until that is known, which is seven days later at the soonest.';
COMMENT ON COLUMN predictions.best_chance IS 'The best possible chance, filled in with the outcome; NULL where nobody knows it, as of TMDB.';

CREATE VIEW prediction_scores AS
WITH days AS (
    SELECT day, role, version, count(*) AS movies, avg(outcome::integer)::double precision AS came,
        avg((chance - outcome::integer) ^ 2) AS brier, avg((best_chance - outcome::integer) ^ 2) AS best_brier
    FROM predictions
    WHERE outcome IS NOT NULL
    GROUP BY day, role, version
), rates AS (
    SELECT day, sum(came * movies) OVER known / sum(movies) OVER known AS base_rate
    FROM days
    WHERE role = 'champion'
    WINDOW known AS (ORDER BY day RANGE BETWEEN '34 days' PRECEDING AND '7 days' PRECEDING)
)
SELECT d.day, d.role, d.version, d.movies, d.came, d.brier,
    (r.base_rate - d.came) ^ 2 + d.came * (1 - d.came) AS base_brier, d.best_brier
FROM days AS d
LEFT JOIN rates AS r USING (day);
COMMENT ON VIEW prediction_scores IS 'How good the predictions of a day were, once it is known what came: Brier scores, the mean squared distance of chances from what came; 0 is perfect.';
COMMENT ON COLUMN prediction_scores.day IS 'Day in Asia/Seoul.';
COMMENT ON COLUMN prediction_scores.role IS 'champion or challenger.';
COMMENT ON COLUMN prediction_scores.version IS 'Version of the model.';
COMMENT ON COLUMN prediction_scores.movies IS 'Movies of which it is known what came.';
COMMENT ON COLUMN prediction_scores.came IS 'Share of them of which it came.';
COMMENT ON COLUMN prediction_scores.brier IS 'Score of the version.';
COMMENT ON COLUMN prediction_scores.base_brier IS 'Score of the base rate: of how often it came on the 28 days before of which that was known on the day; NULL where there is none.';
COMMENT ON COLUMN prediction_scores.best_brier IS 'Score of the best possible prediction; NULL where nobody knows it.';
