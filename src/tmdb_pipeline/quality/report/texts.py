"""What the page of the quality report says, in the order in which it stands there.

The names of verdicts, dimensions, severities and rules stand with these.
"""

from tmdb_pipeline.language import Said

TITLE = Said("{verdict}: {rate} of the movies accepted", "{verdict}: 영화 통과율 {rate}")

# The verdict is one sentence in English, and several in Korean.
ALL_ACCEPTED = Said(
    "{total:the only movie was|all {total} movies were} accepted", "영화 {total}편이 모두 기준을 통과했습니다"
)
SOME_ACCEPTED = Said(
    "{passed} of {total} {total:movie|movies} {passed:was|were} accepted",
    "영화 {total}편 중 {passed}편이 기준을 통과했습니다",
)
TOO_FEW_TO_USE = Said(", too few to use this run", ". 이 실행의 결과를 쓰기에는 너무 적습니다")
TOO_FEW = Said(", fewer than this run should have", ". 이 실행에 기대하는 수보다 적습니다")
BUT_MISSING = Said(
    ", but movies of {pages} {pages:page|pages} are missing, or may be",
    ". 영화가 빠졌거나 빠졌을 수 있는 페이지가 {pages}개 있습니다",
)
QUARANTINED = Said("{count} quarantined", "격리 {count}건")
DUPLICATES = Said(
    ", {count} {count:duplicate|duplicates} left out of {received} records received",
    ", 받은 레코드 {received}건 중 중복 {count}건 제외",
)
LIMITS = Said(
    "A pass rate under {warn} is a warning, under {fail} a failure.",
    "통과율이 {warn} 미만이면 주의, {fail} 미만이면 실패입니다.",
)
OF_RUN = Said("{dag} of {day}, validated {moment} (Seoul)", "{dag} · {day} 실행분 · {moment} 검증")
OF_ANY_RUN = Said("Movie data quality, validated {moment} (Seoul)", "영화 데이터 품질 · {moment} 검증")

MISSING = Said("What is missing", "빠진 페이지")
MISSING_ABOUT = Said(
    "Movies of {pages:this page|these pages} are missing, or may be: what TMDB sent contradicts itself, however often "
    "it was asked. What could be used of it is in the files. Run this date again to ask anew.",
    "이 페이지의 영화가 빠졌거나 빠졌을 수 있습니다. 여러 번 요청해도 TMDB의 응답이 서로 맞지 않았습니다. 쓸 수 있는 "
    "영화는 파일에 남겼습니다. 같은 날짜로 다시 실행하면 새로 요청합니다.",
)
SOURCE = Said("Source", "목록")
PAGE = Said("Page", "페이지")
REASON = Said("Reason", "이유")

SCORE = Said("Overall quality", "전체 품질")
SCORE_ABOUT = Said(
    "The mean over all movies. A movie with an error counts 0; a warning takes some points.",
    "모든 영화의 평균 점수입니다. 오류가 있는 영화는 0점이고, 경고가 있으면 점수를 일부 뺍니다.",
)
SCORE_LABEL = Said("{name}: {score} of 100", "{name}: 100점 만점에 {score}점")
OF_100 = Said("of 100", "100점 만점")
RATE = Said("Pass rate: {rate}", "통과율 {rate}")
WARNS_UNDER = Said("warns under {limit}", "{limit} 미만 주의")
FAILS_UNDER = Said("fails under {limit}", "{limit} 미만 실패")

SCORES = Said("Scores by dimension", "차원별 점수")
SCORES_ABOUT = Said(
    "Each out of 100, from that dimension's rules alone.", "그 차원의 규칙만으로 매긴, 100점 만점의 점수입니다."
)
DISTRIBUTION = Said("Quality distribution", "품질 분포")
DISTRIBUTION_ABOUT = Said(
    "Movies by their score; quarantined ones are poor.", "점수대별 영화 수입니다. 격리된 영화는 미흡에 들어갑니다."
)
FROM_SCORE = Said("from {score}", "{score}점 이상")
UNDER_SCORE = Said("under {score}", "{score}점 미만")

ISSUES = Said("Most common issues", "자주 나온 문제")
ISSUE = Said("Issue", "문제")
DIMENSION = Said("Dimension", "차원")
MOVIES = Said("Movies", "영화 수")
SHARE = Said("Share", "비율")
MOVIES_UNIT = Said(" {movies:movie|movies}", "편")
NO_ISSUES = Said("None: every movie keeps every rule.", "없음: 모든 영화가 모든 규칙을 지킵니다.")

WORST = Said("Worst records", "문제가 많은 레코드")
WORST_ABOUT = Said("At most ten, the quarantined ones first.", "최대 10건이며, 격리된 레코드를 먼저 보여 줍니다.")
POINTS = Said("of 100", "/ 100점")
NO_TITLE = Said("No title", "제목 없음")
NO_ID = Said("no id", "id 없음")
RECORD_OF_PAGE = Said("record {index}", "레코드 {index}")
NO_WORST = Said("None: there is nothing wrong with any movie.", "없음: 문제가 있는 영화가 없습니다.")

QUARANTINE = Said("Quarantined records", "격리된 레코드")
QUARANTINE_ALL = Said("{total} in all.", "모두 {total}건입니다.")
QUARANTINE_SOME = Said(
    "{total} in all, the {shown} worst of them here.", "모두 {total}건이며, 그중 문제가 많은 {shown}건입니다."
)
QUARANTINE_NONE = Said("None.", "없습니다.")
QUARANTINE_FILE = Said(
    "Each lies whole, with all that is wrong with it, in {file}.", "레코드 원본과 위반한 규칙은 모두 {file}에 있습니다."
)
RECORDS = Said("{shown} {shown:record|records}", "레코드 {shown}건")
MOVIE = Said("Movie", "영화")
RULES = Said("Rules", "규칙")
PLACE = Said("Page and place in it", "페이지와 위치")

DRIFT = Said("Drift", "스키마 변화")
DRIFT_ABOUT = Said(
    "How the records differ from those we know. Reported, not punished.",
    "레코드의 필드가 알려진 것과 다른 점입니다. 알리기만 하고 점수는 빼지 않습니다.",
)
FIELD = Said("Field", "필드")
CHANGE = Said("Change", "변화")
NEW = Said("new", "추가됨")
ABSENT = Said("absent", "없음")
NO_DRIFT = Said(
    "None: every record has the fields we know, and no others.", "없음: 모든 레코드에 알려진 필드만 빠짐없이 있습니다."
)
FILES = Said("Files and run", "파일과 실행")
FILE = Said("File", "파일")
QUARANTINED_COLUMN = Said("Quarantined", "격리")
