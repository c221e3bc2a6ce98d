"""Invented histories of collections, written by plain COPY: a witness that shares nothing with the loader.

A quiet history is one in which nothing is wrong. Movies drift up and down and replace each other on the lists, a few
are rejected each day, a few texts are missing, a week is collected anew now and then. Tests break what they like in it.
"""

import hashlib
import json
import math
import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
DAILY, WEEKLY = "tmdb_daily_collection", "tmdb_weekly_comprehensive"
GENRES = {"action": 28, "comedy": 35, "drama": 18, "horror": 27, "romance": 10749}
GENRES |= {"science_fiction": 878, "thriller": 53, "animation": 16}
LANGUAGES = {"en": 55, "ko": 22, "ja": 10, "zh": 5, "fr": 4, "es": 4}
#: The last day of every history: a Sunday.
LAST_DAY = date(2026, 11, 22)
#: When a history is judged: Sunday morning, after both collections.
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=SEOUL)
#: Movies on a list, a little more than are accepted.
SIZES = {"popular": 100, "trending": 20, "top_rated": 40} | dict.fromkeys(GENRES, 40)
PAGES = {"popular": 5, "trending": 1, "top_rated": 20} | dict.fromkeys(GENRES, 15)


class History:
    """Rows of every table, by its name, for ``days`` days up to ``last_day``."""

    def __init__(self, seed=7, days=60, movies=600, last_day=LAST_DAY):
        self.random = random.Random(seed)
        self.movies = [self._movie(number) for number in range(1, movies + 1)]
        self.rows = {table: [] for table in COLUMNS}
        self.load_id = 0
        for day in (last_day - timedelta(days=age) for age in reversed(range(days))):
            self._live_a_day()
            self._collect(DAILY, day, 2, {name: self._list(name) for name in ("popular", "trending")})
            self._predict(day, last_day)
            if day.weekday() == 6:
                self._collect(WEEKLY, day, 3, {name: self._list(name) for name in ("top_rated", *GENRES)})
        self._derive()

    def _movie(self, number):
        draw = self.random
        genres = draw.sample([*GENRES.values(), 12, 14, 80, 10751], k=draw.choice((1, 2, 2, 3)))
        released = None if draw.random() < 0.02 else date(1990, 1, 1) + timedelta(days=draw.randrange(13_000))
        return {
            "id": number * 11,
            "title": f"지어낸 영화 {number}",
            "language": draw.choices([*LANGUAGES], weights=[*LANGUAGES.values()])[0],
            "overview": None if draw.random() < 0.3 else f"{number}번째로 지어낸 이야기.",
            "released": released,
            "genres": genres,
            "level": draw.gauss(3.4, 0.8),
            "z": draw.gauss(0, 0.35),
            "average": None,
            "quality": min(max(draw.gauss(6.7, 0.9), 1), 9.5),
            "votes": 0 if draw.random() < 0.03 else int(draw.lognormvariate(6, 1.5)) + 1,
        }

    def _live_a_day(self):
        for movie in self.movies:
            movie["z"] = 0.93 * movie["z"] + self.random.gauss(0, 0.13)
            movie["votes"] += int(self.random.random() * 3) if movie["votes"] else 0

    def _list(self, name):
        order = {
            "trending": lambda movie: -movie["z"],
            "top_rated": lambda movie: -movie["quality"],
        }.get(name, lambda movie: -movie["level"] - movie["z"])
        chosen = [movie for movie in self.movies if name not in GENRES or GENRES[name] in movie["genres"]]
        return sorted(chosen, key=order)[: SIZES[name]]

    def _collect(self, dag_id, day, hour, lists):
        """One run: a row of every table that it has, rejected records among them."""
        self.load_id += 1
        ended = datetime.combine(day, time(hour, 1), SEOUL)
        run_id, stamp = f"scheduled__{day}", f"{day:%Y%m%d}"
        rejected, accepted = 0, 0
        for name, movies in lists.items():
            good = [movie for movie in movies if self.random.random() > 0.01]
            accepted += len(good)
            file = f"raw/movies/{name}_{stamp}.json"
            for index, movie in enumerate(movies):
                page = f"raw/pages/{dag_id}/{stamp}/{name}/page_{index // 20 + 1:03d}.json"
                if movie in good:
                    self._observe(dag_id, day, name, index, movie, ended, page)
                else:
                    rejected += 1
                    which = (file, index, movie["id"], movie["title"])
                    why = (["vote_average.range"], ["The average is above 10."])
                    record = json.dumps({"id": movie["id"]})
                    quarantined = (dag_id, day, rejected, *which, *why, page, index % 20, record)
                    self.rows["quarantined_records"].append(quarantined)
            counts = (len(movies), len(good), len(movies) + 2, 2, 0, PAGES[name], PAGES[name], 0, 500, 10_000)
            moments = (ended - timedelta(minutes=1), ended)
            self.rows["collections"].append((dag_id, day, name, file, *counts, "ko-KR", "KR", "0" * 64, *moments))
        total = accepted + rejected
        report = f"raw/metadata/quality_reports/{dag_id}_{stamp}.json"
        self.rows["collection_runs"].append(
            (dag_id, day, run_id, "passed", 93.5, 100 * accepted / total, total, accepted, rejected, 0, ended, report)
        )
        counts = (total, accepted, rejected, accepted, 0, 0, 0, 0)
        self.rows["load_ledger"].append((self.load_id, dag_id, day, run_id, f"{self.load_id:064d}", [], ended, *counts))

    def _predict(self, day, last_day):
        """What a champion says of the popular list, and in the last two weeks a challenger."""
        known = (last_day - day).days >= 7
        roles = {"champion": "20260101-a", **({"challenger": "20260201-b"} if (last_day - day).days < 14 else {})}
        drawn = random.Random(day.toordinal())  # draws of its own: those of the history stay as they are
        for place, movie in enumerate(self._list("popular")):
            best = 1 / (1 + math.exp((place - 88) / 8))
            outcome = (drawn.random() < best, best) if known else (None, None)
            for role, version in roles.items():
                chance = min(max(best + drawn.gauss(0, 0.08), 0), 1)
                self.rows["predictions"].append((day, role, movie["id"], version, chance, *outcome))

    def _observe(self, dag_id, day, name, index, movie, ended, page):
        popularity = round(math.exp(movie["level"] + movie["z"]), 3)
        average = round(movie["quality"], 3) if movie["votes"] else 0.0
        numbers = (index + 1, popularity, average, movie["votes"], version(movie))
        origin = (page, index % 20, ended, "infinity", self.load_id)
        self.rows["movie_observations"].append((movie["id"], day, dag_id, name, *numbers, *origin))

    def _derive(self):
        """The tables that follow from the observations."""
        seen = {}
        for row in self.rows["movie_observations"]:
            seen.setdefault(row[0], []).append(row)
        for movie in self.movies:
            if movie["id"] not in seen:
                continue
            first, last = seen[movie["id"]][0], max(seen[movie["id"]], key=lambda row: (row[1], row[2], row[3]))
            described = (movie["title"], movie["title"], movie["language"], movie["overview"], movie["released"])
            described += (False, False, None, None, movie["genres"])
            self.rows["movie_versions"].append((version(movie), movie["id"], *described))
            self.rows["movies"].append((movie["id"], *described, *last[5:8], first[1], last[1], last[3]))
            self.rows["movie_genres"] += [(movie["id"], genre) for genre in movie["genres"]]

    def write(self, connection):
        """Copy all rows into the tables, which are empty."""
        with connection.transaction(), connection.cursor() as cursor:
            for table, columns in COLUMNS.items():
                with cursor.copy(f"COPY tmdb.{table} ({columns}) FROM STDIN") as copy:
                    for row in self.rows[table]:
                        copy.write_row(row)


def version(movie):
    """A name for the description of a movie."""
    return hashlib.sha256(str(movie["id"]).encode()).digest()[:16]


#: The tables in an order in which their references are there, with the columns as they are written here.
COLUMNS = {
    "load_ledger": "load_id, dag_id, run_date, run_id, checksum, files, loaded_at, records, accepted, quarantined, "
    "observations_added, observations_ended, movies_inserted, movies_updated, movies_deleted",
    "collection_runs": "dag_id, run_date, run_id, verdict, quality_score, pass_rate, records_validated, "
    "records_passed, records_quarantined, pages_missing, validated_at, report_file",
    "collections": "dag_id, run_date, source, file, movies, movies_accepted, records_received, duplicates_dropped, "
    "below_min_rating_dropped, pages_asked, pages_processed, pages_missing, total_pages, total_results, language, "
    "region, movies_sha256, started_at, ended_at",
    "movie_versions": "version_id, movie_id, title, original_title, original_language, overview, release_date, adult, "
    "video, poster_path, backdrop_path, genre_ids",
    "movie_observations": "movie_id, run_date, dag_id, source, rank, popularity, vote_average, vote_count, "
    "version_id, page_file, page_index, known_at, known_until, load_id",
    "movies": "movie_id, title, original_title, original_language, overview, release_date, adult, video, poster_path, "
    "backdrop_path, genre_ids, popularity, vote_average, vote_count, first_seen, last_seen, seen_in",
    "movie_genres": "movie_id, genre_id",
    "predictions": "day, role, movie_id, version, chance, outcome, best_chance",
    "quarantined_records": "dag_id, run_date, line, file, index, movie_id, title, rules, messages, page_file, "
    "page_index, record",
}
