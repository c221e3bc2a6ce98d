"""What the page, the mail and the picture say, in the order in which it stands there.

The names of levels and dimensions, and what checks have found, stand with the checks.
"""

from typing import Final

from tmdb_pipeline.dags import DAILY, WEEKLY
from tmdb_pipeline.language import Said

#: How readers call the runs of a DAG.
DAG_NAMES: Final = {DAILY.id: Said("Daily", "일일"), WEEKLY.id: Said("Weekly", "주간")}

TITLE = Said("{level}: the warehouse on {day}", "{level}: {day} 웨어하우스")

# The verdict is one sentence.
ALARMED = Said(
    "{alarms} of {asked} {asked:check|checks} of the warehouse {alarms:raises|raise} an alarm",
    "웨어하우스 검사 {asked}건 중 {alarms}건에 경보가 있습니다",
)
AND_WARNED = Said(", {warnings} {warnings:warns|warn}", ". 주의도 {warnings}건 있습니다")
WARNED = Said(
    "{warnings} of {asked} {asked:check|checks} of the warehouse {warnings:warns|warn}",
    "웨어하우스 검사 {asked}건 중 {warnings}건에 주의가 필요합니다",
)
NOTHING_TO_JUDGE = Said("there is nothing to judge in the warehouse yet", "웨어하우스에 아직 판단할 데이터가 없습니다")
NOTHING_WRONG = Said("nothing is wrong with the warehouse", "웨어하우스에 이상이 없습니다")
HELD = Said(
    "{held} {held:check has|checks have} too little history to judge by.",
    "검사 {held}건은 비교할 이력이 부족하여 판단을 보류했습니다.",
)
CHECKED = Said("{dag} of {day}, checked {moment} (Seoul)", "{dag} · {day} 실행분 · {moment} 검사")

TOTALS = Said("In the warehouse", "웨어하우스 현황")
RUNS_FROM_TO = Said("Runs of {first} to {last}.", "{first}부터 {last}까지의 실행입니다.")
NO_RUN = Said("No run yet.", "아직 실행이 없습니다.")
COUNTED: Final = {
    "movies": Said("movies", "영화"),
    "observations": Said("observations", "관측"),
    "runs": Said("runs", "실행"),
    "quarantined": Said("records in quarantine", "격리된 레코드"),
}

CHECKS_BY_DIMENSION = Said("Checks by dimension", "차원별 검사")
CHECKS_BY_DIMENSION_ABOUT = Said(
    "A square for each check, the worst first.", "네모 하나가 검사 하나이며, 나쁜 것부터 나옵니다."
)
TO_LOOK_AT = Said("To look at", "확인할 것")
ALL_CHECKS = Said("All checks", "모든 검사")
ALL_CHECKS_ABOUT = Said(
    "What each found, and the query, which can be run in psql as it stands.",
    "검사 결과와 쿼리입니다. 쿼리는 psql에서 그대로 실행할 수 있습니다.",
)
QUERY = Said("Query", "쿼리")
TABLE_AND_QUERY = Said("Table and query", "표와 쿼리")
NOTHING_LOADED = Said("Nothing has been loaded yet.", "아직 적재된 데이터가 없습니다.")

#: Each chart: its heading, and what it shows.
CHARTS: Final = {
    "movies_a_day": (
        Said("Movies a day", "하루 영화 수"),
        Said(
            "Different movies on the lists of each run, over 30 days.",
            "최근 30일 동안 실행별 목록에 있던 서로 다른 영화의 수입니다.",
        ),
    ),
    "pass_rates": (
        Said("Pass rate", "통과율"),
        Said(
            "Percent of the records of a run that the validation accepted, over 30 days.",
            "최근 30일 동안 실행별로 검증을 통과한 레코드의 비율(%)입니다.",
        ),
    ),
    "genre_shares": (
        Said("Genres", "장르 비율"),
        Said(
            "Percent of all movies; one may be of several.",
            "전체 영화에서 차지하는 비율(%)입니다. 한 영화가 여러 장르일 수 있습니다.",
        ),
    ),
    "popular": (
        Said("Popularity and votes", "인기도와 평점"),
        Said(
            "The latest popular list: popularity to the right, average of the votes upward, their number as size.",
            "최근 인기 목록입니다. 오른쪽일수록 인기도가, 위쪽일수록 평점이 높고, 점이 클수록 투표가 많습니다.",
        ),
    ),
    "freshness": (
        Said("Freshness", "최신성"),
        Said(
            "Hours since each list was collected. Dashed: where a warning begins; at the end: an alarm.",
            "목록을 마지막으로 수집한 뒤 지난 시간입니다. 점선부터 주의, 막대 끝부터 경보입니다.",
        ),
    ),
}
# What stands in them, or is read aloud of them.
MOVIES_A_DAY_LABEL = Said("Movies a day, {days} days up to {last}", "{last}까지 {days}일 동안의 하루 영화 수")
PASS_RATES_LABEL = Said("Pass rate in percent, {days} days up to {last}", "{last}까지 {days}일 동안의 통과율(%)")
GENRES_LABEL = Said("Genres by their share of all movies, in percent", "전체 영화에서 장르별로 차지하는 비율(%)")
POPULAR_LABEL = Said(
    "Popularity, and average of the votes, of the latest popular movies", "최근 인기 영화의 인기도와 평점"
)
FRESHNESS_LABEL = Said(
    "Hours since each list was collected, and how many are ok", "목록을 수집한 뒤 지난 시간과 그 한도"
)
MOVIES = Said("{movies} {movies:movie|movies}", "영화 {movies}편")
POPULAR_TIP = Said(
    "{rank}. {title}: popularity {popularity}, average {average}, {votes} {votes:vote|votes}",
    "{rank}위 {title}: 인기도 {popularity}, 평점 {average}, 투표 {votes}건",
)
ENDED = Said("ended {moment}", "{moment}에 수집")
HOURS_OF = Said("{hours} of {limit} h", "{hours} / {limit}시간")

# The mail, and its picture.
COUNTS = Said(
    "Of {asked} {asked:check|checks}: {alarms} {alarms:alarm|alarms}, {warnings} {warnings:warning|warnings}, {held} "
    "not judged",
    "검사 {asked}건 중 경보 {alarms}건, 주의 {warnings}건, 판단 보류 {held}건",
)
SUBJECT = Said("[{level}] TMDB warehouse {day}", "[{level}] TMDB 웨어하우스 {day}")
ALARMS = Said("{count} {count:alarm|alarms}", "경보 {count}건")
WARNINGS = Said("{count} {count:warning|warnings}", "주의 {count}건")
PICTURE = Said(
    "Movies a day, pass rate, genres, popularity and average of votes", "하루 영화 수, 통과율, 장르 비율, 인기도와 평점"
)
WHOLE_REPORT = Said("The whole report: {page}", "전체 보고서: {page}")
WHOLE_REPORT_AND_QUERIES = Said("The whole report with every query: {page}", "전체 보고서와 모든 쿼리: {page}")
ATTACHED = Said(
    "Every number in the attached JSON names its query.",
    "첨부한 JSON의 모든 숫자에는 그 숫자를 낸 쿼리의 이름이 있습니다.",
)
PLOTS: Final = {
    "daily": Said("Movies a day, daily", "하루 영화 수, 일일"),
    "weekly": Said("Movies a day, weekly", "하루 영화 수, 주간"),
    "rates": Said("Pass rate (%)", "통과율 (%)"),
    "genres": Said("Genres (%)", "장르 비율 (%)"),
    "popular": Said("Popularity and average of votes", "인기도와 평점"),
}
