"""Why a task failed, in a sentence that a person can act on: by the type of its error, in both languages.

The error's own message goes with it as the detail: it names the page, the file or the setting, and is in English.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from tmdb_pipeline.language import Said

#: The kind of an error whose cause is a full disk, whatever its type is.
FULL_DISK: Final = "full disk"
#: The kind of a failure of which nothing is known, since the task's process could not say anything.
KILLED: Final = "killed"
#: Kinds that are about the quality of the data, and not about the run.
QUALITY: Final = frozenset({"QualityFailed", "WarehouseAlarm"})


class Failure(msgspec.Struct, frozen=True):
    """Why a task failed for good.

    Attributes:
        task_id: which.
        try_number: at which try, from 1.
        kinds: the names of the error's type and of those that it derives from, the most special first; or one of
            those above.
        detail: what the error said, on one line.
        told_by: the channels by which people know of it already.
    """

    task_id: str
    try_number: int | None
    kinds: tuple[str, ...]
    detail: str = ""
    told_by: tuple[str, ...] = ()


class Cause(msgspec.Struct, frozen=True):
    """What happened, and what to do: a sentence each."""

    happened: Said
    advice: Said


_AGAIN: Final = Said("then clear the failed tasks.", "실패한 태스크를 초기화(clear)해 주십시오.")


def _cause(en: str, ko: str, do_en: str, do_ko: str) -> Cause:
    """A cause that is mended by hand, after which the tasks are cleared."""
    return Cause(Said(en, ko), Said(f"{do_en}, {_AGAIN.en}", f"{do_ko} {_AGAIN.ko}"))


_CAUSES: Final[dict[str, Cause]] = {
    FULL_DISK: _cause(
        "The disk of the data root is full.",
        "데이터 루트의 디스크가 가득 찼습니다.",
        "Make room on it",
        "디스크 공간을 확보한 뒤",
    ),
    KILLED: _cause(
        "The process of the task was killed or lost, and could not say why.",
        "태스크 프로세스가 강제로 종료되었거나 응답이 끊겨 이유를 알 수 없습니다.",
        "See whether the machine was short of memory or a worker was restarted",
        "메모리가 부족했는지, 워커가 재시작되었는지 확인한 뒤",
    ),
    "AirflowTaskTimeout": _cause(
        "The task took longer than it may, and was ended.",
        "태스크가 제한 시간을 넘겨 종료되었습니다.",
        "See in its log what it waited for",
        "로그에서 무엇을 기다렸는지 확인한 뒤",
    ),
    "SettingsError": _cause(
        "A setting cannot be used.",
        "사용할 수 없는 설정값이 있습니다.",
        "Mend the setting that the detail names",
        "상세 내용에 나온 설정을 고친 뒤",
    ),
    "MissingKey": _cause(
        "No key of TMDB is set.",
        "TMDB 키가 설정되어 있지 않습니다.",
        "Set TMDB_READ_TOKEN, or the Connection tmdb_default",
        "TMDB_READ_TOKEN 또는 Connection tmdb_default를 설정한 뒤",
    ),
    "RefusedKey": _cause(
        "TMDB does not accept the key.",
        "TMDB가 키를 거부했습니다.",
        "Set a key that is valid",
        "유효한 키를 설정한 뒤",
    ),
    "BadRequest": _cause(
        "TMDB does not accept the request as it is.",
        "TMDB가 요청을 받아들이지 않았습니다.",
        "See in the detail what it objects to, a setting or a proxy perhaps, mend that",
        "상세 내용에서 거부된 이유(설정, 프록시 등)를 확인하고 고친 뒤",
    ),
    "NotFound": _cause(
        "TMDB does not know the address that was asked.",
        "TMDB에 요청한 주소가 없습니다.",
        "See whether TMDB_BASE_URL is right",
        "TMDB_BASE_URL이 맞는지 확인한 뒤",
    ),
    "Blocked": _cause(
        "Something between this machine and TMDB lets nothing through.",
        "이 서버와 TMDB 사이에서 요청이 차단되었습니다.",
        "See whether a firewall, a proxy or TMDB's CDN blocks this machine",
        "방화벽, 프록시, TMDB CDN의 차단 여부를 확인한 뒤",
    ),
    "RateLimited": _cause(
        "TMDB was asked too often.",
        "TMDB 요청 한도를 초과했습니다.",
        "Wait some minutes, lower TMDB_REQUESTS_PER_SECOND where others ask from the same address",
        "몇 분 기다리거나 TMDB_REQUESTS_PER_SECOND를 낮춘 뒤",
    ),
    "Unavailable": _cause(
        "TMDB is in trouble.",
        "TMDB에 장애가 있습니다.",
        "Wait until TMDB is well",
        "TMDB가 복구된 뒤",
    ),
    "BrokenResponse": _cause(
        "TMDB's responses are broken.",
        "TMDB 응답이 손상되어 있습니다.",
        "Wait until TMDB is well; if it stays so, look at the kept page",
        "TMDB가 정상으로 돌아온 뒤(계속되면 보관된 페이지를 확인하고)",
    ),
    "Unreachable": _cause(
        "TMDB cannot be reached.",
        "TMDB에 연결할 수 없습니다.",
        "See whether this machine has a network and TMDB_BASE_URL is right",
        "네트워크와 TMDB_BASE_URL을 확인한 뒤",
    ),
    "EmptyCollection": _cause(
        "TMDB answered a list without a single movie.",
        "TMDB가 영화가 하나도 없는 목록을 보냈습니다.",
        "Look at the kept page, wait until TMDB is well",
        "보관된 페이지를 확인하고 TMDB가 정상으로 돌아온 뒤",
    ),
    "ExportGone": Cause(
        Said("The export of that day is gone for good.", "해당 날짜의 내보내기 파일은 더 이상 제공되지 않습니다."),
        Said("Ask for a day of the last three months.", "최근 3개월 이내의 날짜를 지정해 주십시오."),
    ),
    "ExportNotThere": _cause(
        "TMDB has no export of that day yet.",
        "해당 날짜의 TMDB 내보내기 파일이 아직 없습니다.",
        "Wait until TMDB has made it",
        "TMDB가 파일을 올린 뒤",
    ),
    "ExportUnusable": _cause(
        "TMDB's export is not what it should be.",
        "TMDB 내보내기 파일이 정상이 아닙니다.",
        "See in the detail what is odd about it, wait until TMDB has made it anew",
        "상세 내용을 확인하고 TMDB가 파일을 다시 만든 뒤",
    ),
    "RunInProgress": _cause(
        "Another process is collecting the same date.",
        "다른 프로세스가 같은 날짜를 수집하고 있습니다.",
        "Wait until it ends",
        "그 작업이 끝난 뒤",
    ),
    "MixedRuns": Cause(
        Said("Another run has replaced the files of this one.", "다른 실행이 이 실행의 파일을 교체했습니다."),
        Said(
            "Clear the whole run, so that its files are of one run.",
            "실행 전체를 초기화(clear)하여 다시 수집해 주십시오.",
        ),
    ),
    "LakeError": _cause(
        "The data root cannot be read or written.",
        "데이터 루트를 읽거나 쓸 수 없습니다.",
        "See in the detail what is wrong with the disk or the object store, mend that",
        "상세 내용에서 디스크나 오브젝트 스토리지의 문제를 확인하고 고친 뒤",
    ),
    "NotPermitted": _cause(
        "Machine learning is not permitted on these collections.",
        "이 수집 데이터에는 기계 학습이 허락되어 있지 않습니다.",
        "Collect from a fake, or say in TMDB_ML_PERMISSION who allowed it and when",
        "가짜 TMDB에서 수집하거나, 누가 언제 허락했는지 TMDB_ML_PERMISSION에 적은 뒤",
    ),
    "NotObserved": _cause(
        "The lists of the day were not collected in time to be of it.",
        "해당 날짜의 목록이 제때 수집되지 않았습니다.",
        "See why that collection is missing or late, mend that",
        "수집이 없거나 늦어진 이유를 확인하고 고친 뒤",
    ),
    "NotTrainable": _cause(
        "There is not enough to learn from, or to judge by.",
        "학습하거나 평가할 데이터가 부족합니다.",
        "See in the detail what is missing, build or collect it",
        "상세 내용에서 무엇이 없는지 확인하고 만들거나 수집한 뒤",
    ),
    "LeakFound": Cause(
        Said(
            "The features know what came only later: no model may be trained on them.",
            "피처에 나중에야 알 수 있는 정보가 섞여 있어 학습할 수 없습니다.",
        ),
        Said(
            "See in the detail which column, mend the code of the features.",
            "상세 내용에서 어떤 열인지 확인하고 피처 코드를 고쳐 주십시오.",
        ),
    ),
    "NoModel": _cause(
        "A version of the model is damaged, or cannot be asked.",
        "모델 버전이 손상되었거나 사용할 수 없습니다.",
        "Roll back or train anew by tmdb-pipeline model, as the detail says",
        "상세 내용에 따라 tmdb-pipeline model로 되돌리거나 다시 학습한 뒤",
    ),
    "QualityFailed": _cause(
        "Too few records passed the validation.",
        "검증을 통과한 레코드가 너무 적습니다.",
        "See in the quality report which rules were broken, mend the cause",
        "품질 보고서에서 위반된 규칙과 원인을 확인하고 고친 뒤",
    ),
    "EmptyBatch": _cause(
        "A file without movies was to be validated.",
        "검증할 파일에 영화가 없습니다.",
        "See why nothing was collected",
        "수집된 영화가 없는 이유를 확인한 뒤",
    ),
    "WarehouseAlarm": Cause(
        Said("A check of the warehouse raises an alarm.", "웨어하우스 품질 검사에서 경보가 발생했습니다."),
        Said(
            "See in its report what is wrong, mend that, then clear data_quality_check.",
            "보고서에서 문제를 확인하고 고친 뒤 data_quality_check를 초기화(clear)해 주십시오.",
        ),
    ),
    "WarehouseUnreachable": _cause(
        "The warehouse does not answer.",
        "웨어하우스가 응답하지 않습니다.",
        "See whether its Postgres runs",
        "Postgres가 실행 중인지 확인한 뒤",
    ),
    "NoWarehouse": _cause(
        "Nobody has said where the warehouse is.",
        "웨어하우스 주소가 설정되어 있지 않습니다.",
        "Make the Connection tmdb_warehouse",
        "Connection tmdb_warehouse를 만든 뒤",
    ),
    "WarehouseRefused": _cause(
        "The warehouse refuses the role or what it wanted to do.",
        "웨어하우스가 접속 계정이나 작업을 거부했습니다.",
        "Mend the Connection tmdb_warehouse or the rights of its role",
        "Connection tmdb_warehouse 또는 계정 권한을 고친 뒤",
    ),
    "WrongSchema": _cause(
        "The tables of the warehouse are not those of this version.",
        "웨어하우스 테이블이 이 버전과 맞지 않습니다.",
        "Bring them up to date with tmdb-pipeline warehouse migrate",
        "tmdb-pipeline warehouse migrate로 갱신한 뒤",
    ),
    "DamagedRun": _cause(
        "The files of a run cannot be loaded.",
        "실행이 남긴 파일을 적재할 수 없습니다.",
        "Collect its date anew",
        "해당 날짜를 다시 수집한 뒤",
    ),
    "WarehouseError": _cause(
        "The warehouse cannot be used.",
        "웨어하우스를 사용할 수 없습니다.",
        "See in the detail what is wrong with it, mend that",
        "상세 내용에서 문제를 확인하고 고친 뒤",
    ),
}
_UNEXPECTED: Final = _cause(
    "An error that nobody expected.",
    "예상하지 못한 오류가 발생했습니다.",
    "Look at the log of the task, mend the cause",
    "태스크 로그에서 원인을 확인하고 고친 뒤",
)


def known() -> frozenset[str]:
    """The types of errors that have a sentence of their own."""
    return frozenset(_CAUSES)


def cause_of(failures: Sequence[Failure]) -> Cause:
    """What most of the failed tasks failed of; of the causes that as many have, the one that came first."""
    found = [next((kind for kind in failure.kinds if kind in _CAUSES), "") for failure in failures]
    most = max(dict.fromkeys(found), key=found.count, default=KILLED)
    return _CAUSES.get(most, _UNEXPECTED)


def details_of(failures: Sequence[Failure]) -> str:
    """What the errors said, each once, at most three, on a line each."""
    return some_of([*dict.fromkeys(failure.detail for failure in failures if failure.detail)], 3)


def some_of(lines: Sequence[str], most: int) -> str:
    """So many of these lines at most, and how many more there are."""
    more = len(lines) - most
    return "\n".join([*lines[:most], *([f"and {more} more"] if more > 0 else [])])
