"""A seed gives the same bytes from version to version, so that a seed in somebody's test keeps its meaning."""

import hashlib

import pytest

from fake_tmdb import NO_LIMITS, Catalogue, Clock, FakeTmdb

NOON = 1_704_110_400.0
#: SHA-256 over the bodies of the responses to PATHS, by movies and seed. It changes with the contents only: who changes
#: what is imitated writes the new one here, and says so in the changelog.
DIGESTS = {
    (1, 1): "c653fd572015188942a392107fecceb6ef296d7c797ea06ac7c51da744a4fe4c",
    (300, 7): "68d278476fc239b39607ea1fd911d7c8889a85a3689a48977870fe17b9dc93c9",
    (20_000, 1): "9f5f7c0e3904bb2fd003addf65ef1ca4f6501328ddd456a5b7e1004b5700e196",
}
PATHS = (
    "/movie/popular?page=2&language=ko-KR&region=KR", "/movie/top_rated?page=3", "/movie/now_playing",
    "/movie/upcoming?page=2", "/trending/movie/week?page=400", "/trending/all/day", "/trending/tv/week",
    "/discover/movie?with_genres=28,12&sort_by=vote_average.desc", "/discover/movie?with_people=5|77",
    "/discover/movie?certification=15&certification_country=KR", "/discover/movie?sort_by=revenue.desc",
    "/discover/movie?with_watch_providers=8|9&watch_region=KR", "/discover/movie?with_runtime.gte=120&year=2019",
    "/movie/changes?page=2", "/movie/latest", "/movie/550", "/movie/550/images", "/movie/550/changes",
    "/movie/550?append_to_response=credits,images,videos,watch/providers,release_dates,releases&language=ja-JP",
    "/movie/11?append_to_response=keywords,lists,reviews,similar,recommendations,translations,alternative_titles",
    "/search/movie?query=the+lighthouse", "/search/company?query=paper", "/search/keyword?query=night",
    "/search/collection?query=the", "/find/tt0137523?external_source=imdb_id", "/genre/28/movies",
    "/review/5013bc76760ee372cb00253e", "/collection/10?append_to_response=images,translations&language=ko",
    "/company/1?append_to_response=images,movies,alternative_names", "/keyword/1721/movies", "/configuration",
    "/configuration/timezones", "/genre/movie/list?language=da", "/certification/movie/list",
    "/watch/providers/movie", "/movie/popular?page=501", "/nothing",
)  # fmt: skip


@pytest.mark.parametrize(("movies", "seed"), DIGESTS)
def test_responses_are_the_same_bytes_as_ever(send, movies, seed):
    """Lists, filters, orders, details and languages: each body is the one that the seed has always given."""
    fake = FakeTmdb(catalogue=Catalogue(movies=movies, seed=seed), clock=Clock(lambda: NOON), limits=NO_LIMITS)
    digest = hashlib.sha256()
    for path in PATHS:
        digest.update(send(fake.app, f"/3{path}", authorization=f"Bearer {fake.read_token}").body)

    assert digest.hexdigest() == DIGESTS[movies, seed]
