import pytest

from tmdb_pipeline.language import Language
from tmdb_pipeline.warehouse.checks.catalogue import find
from tmdb_pipeline.warehouse.checks.check import Judgement, Level
from tmdb_pipeline.warehouse.checks.words import told

OVERVIEW, VOLUME, GENRES = find("completeness.overview"), find("volume.daily.popular"), find("integrity.genres")


@pytest.mark.parametrize(
    ("check", "value", "judged", "expected", "expected_ko"),
    [
        (
            OVERVIEW,
            25.0,
            Judgement(Level.OK, upper=60),
            "25% of the movies have no overview in Korean.",
            "영화의 25%에 한국어 줄거리가 없습니다.",
        ),
        (
            OVERVIEW,
            75.0,
            Judgement(Level.WARNING, upper=60),
            "75% of the movies have no overview in Korean. At most 60% would be ok.",
            "영화의 75%에 한국어 줄거리가 없습니다. 정상은 60% 이하입니다.",
        ),
        (
            VOLUME,
            40.0,
            Judgement(Level.ALARM, 75, 125),
            "Movies on the latest list popular: 40. 75 to 125 would be ok.",
            "최근 popular 목록의 영화는 40편입니다. 정상 범위는 75~125입니다.",
        ),
        (
            GENRES,
            3.0,
            Judgement(Level.ALARM, upper=0),
            "Movies that have other genres in movie_genres than in movies: 3. There should be none.",
            "movies와 movie_genres의 장르가 다른 영화가 3편입니다. 하나도 없어야 합니다.",
        ),
        (
            VOLUME,
            99.0,
            Judgement(Level.NOT_JUDGED, needed="2 earlier runs to compare with, 7 are needed"),
            "Movies on the latest list popular: 99. Not judged: 2 earlier runs to compare with, 7 are needed.",
            "최근 popular 목록의 영화는 99편입니다. 판단 보류: 비교할 이력이 아직 부족합니다.",
        ),
        (
            VOLUME,
            None,
            Judgement(Level.NOT_JUDGED, needed="there is nothing to measure yet"),
            "Not judged: there is nothing to measure yet.",
            "판단 보류: 아직 측정할 것이 없습니다.",
        ),
    ],
)
def test_finding_is_told_in_both_languages(check, value, judged, expected, expected_ko):
    """A person reads what was found, and where that is not ok what would be."""
    assert told(check, value, judged, Language.EN) == expected
    assert told(check, value, judged, Language.KO) == expected_ko
