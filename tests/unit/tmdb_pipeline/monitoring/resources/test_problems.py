from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.language import Language
from tmdb_pipeline.monitoring.resources.problems import DISK, problems
from tmdb_pipeline.monitoring.resources.samples import Sample

NOW = datetime(2026, 11, 27, tzinfo=UTC)
GIB = 2**30
WELL = Sample(
    machine="a",
    at=NOW,
    cpus=2.0,
    cpu_percent=20.0,
    load=1.0,
    memory_bytes=100,
    memory_free_bytes=50,
    disk_bytes=100 * GIB,
    disk_free_bytes=50 * GIB,
    processes={"scheduler": "healthy", "triggerer": "healthy"},
)


def samples(*changes, machine="a"):
    """Samples an hour apart that are well but for these changes."""
    return [
        replace(WELL, **{"machine": machine, "at": NOW + timedelta(hours=hour)} | change)
        for hour, change in enumerate(changes)
    ]


def subjects(found):
    return [problem.subject for problem in found]


def told(found):
    (problem,) = found
    return problem.cause.told(Language.EN), problem.cause.told(Language.KO)


def test_machine_that_is_well_has_no_problem():
    """Nothing is told of samples that are as they should be, nor of none at all."""
    assert problems(samples(*[{}] * 90)) == []
    assert problems([]) == []


@pytest.mark.parametrize(
    ("free", "known", "is_one"), [(10, False, False), (9.9, False, True), (14.9, True, True), (15, True, False)]
)
def test_disk_with_little_room(free, known, is_one):
    """Below a tenth it is told; above that it is over only with clearly more."""
    found = problems(samples({"disk_free_bytes": int(free * GIB)}), {DISK} if known else ())

    assert subjects(found) == [DISK] * is_one


def test_disk_that_will_be_full_soon():
    """At half of its room, but filling by more than that in a week, it is told with the day."""
    filling = samples(*[{"disk_free_bytes": int((74 - hour / 2) * GIB)} for hour in range(48)])

    (problem,) = problems(filling)

    assert (problem.kind, problem.subject) == (Kind.DISK_FILLING, DISK)
    assert told([problem]) == (
        "The disk of the data root has 50.5 GiB free (50.5%), and at the rate of the last days it is full in 4.2 days.",
        "데이터 루트 디스크의 여유 공간이 50.5GiB(50.5%) 남았습니다. 최근 증가 추세라면 4.2일 뒤에 가득 찹니다.",
    )
    slowly = samples(*[{"disk_free_bytes": int((60 - hour / 4) * GIB)} for hour in range(48)])
    assert problems(slowly) == []
    assert subjects(problems(slowly, {DISK})) == [DISK]


def test_full_disk_is_told_without_a_forecast():
    """A disk that is full and stays so has no day on which it will be."""
    assert told(problems(samples({"disk_free_bytes": 0}))) == (
        "The disk of the data root has 0 GiB free (0%).",
        "데이터 루트 디스크의 여유 공간이 0GiB(0%) 남았습니다.",
    )


@pytest.mark.parametrize(
    ("free", "known", "is_one"), [(10, False, False), (9, False, True), (14, True, True), (15, True, False)]
)
def test_disk_without_inodes(free, known, is_one):
    """A disk with room on which no file can be made is as full as another, and said to be full in that way."""
    found = problems(samples({"disk_files": 100, "disk_free_files": free}), {DISK} if known else ())

    assert subjects(found) == [DISK] * is_one
    if free == 9:
        assert told(found) == (
            "The disk of the data root takes only 9 more files (9% of its inodes).",
            "데이터 루트 디스크에 만들 수 있는 파일이 9개(아이노드의 9%) 남았습니다.",
        )


def test_disk_without_room_and_inodes_says_both():
    """Who makes room by a large file hears that files are too many as well."""
    (problem,) = problems(samples({"disk_free_bytes": 0, "disk_files": 100, "disk_free_files": 0}))

    assert problem.cause.en == (
        "The disk of the data root has 0 GiB free (0%). "
        "The disk of the data root takes only 0 more files (0% of its inodes)."
    )


@pytest.mark.parametrize(
    ("minutes", "is_one"),
    [
        ((0, 60), True),
        ((0, 50), True),
        ((0, 1), False),
        ((0, 20, 40, 60), True),
        ((0, 180), False),
        ((0, 60, 240), False),
    ],
)
def test_hours_in_a_row_are_hours(minutes, is_one):
    """Two samples within a minute, by a DAG that was triggered by hand, are no two hours; nor are those of a day."""
    low = [replace(WELL, at=NOW + timedelta(minutes=each), memory_free_bytes=4) for each in minutes]

    assert subjects(problems(low)) == ["memory of a"] * is_one


def test_memory_is_short_at_two_samples_in_a_row():
    """One moment is no news; an hour later it is, and it is over only with clearly more."""
    low, enough, plenty = {"memory_free_bytes": 4}, {"memory_free_bytes": 9}, {"memory_free_bytes": 10}

    assert problems(samples(low)) == []
    assert problems(samples(low, {}, low)) == []
    assert told(problems(samples({}, low, low))) == (
        "Of the memory of a 4% is free, and an hour ago it was hardly more.",
        "a의 여유 메모리가 한 시간 넘게 부족합니다(현재 4%).",
    )
    assert problems(samples(low, enough)) == []
    assert subjects(problems(samples(low, enough), {"memory of a"})) == ["memory of a"]
    assert subjects(problems(samples(plenty, enough), {"memory of a"})) == ["memory of a"]
    assert problems(samples(low, plenty), {"memory of a"}) == []


def test_cpu_is_short_at_three_samples_in_a_row():
    """A long run of two hours is no news."""
    busy = {"cpu_percent": 99.0}

    assert problems(samples({}, busy, busy)) == []
    assert told(problems(samples(busy, busy, busy))) == (
        "The CPUs of a are 99% in use, as they were two hours ago.",
        "a의 CPU가 두 시간 넘게 포화 상태입니다(현재 99% 사용 중).",
    )
    assert subjects(problems(samples({"cpu_percent": 81.0}), {"CPU of a"})) == ["CPU of a"]
    assert problems(samples({"cpu_percent": 79.0}), {"CPU of a"}) == []


def test_process_without_a_sign_of_life():
    """It is told at once; while the API server is not there it goes on, and begins no problem."""
    dead = {"processes": {"scheduler": "unhealthy", "triggerer": "healthy"}}
    unknown = {"processes": {}}

    assert told(problems(samples({}, dead))) == (
        "The scheduler of Airflow gives no sign of life.",
        "Airflow 스케줄러의 하트비트가 끊겼습니다.",
    )
    assert problems(samples(dead, unknown)) == []
    assert subjects(problems(samples(dead, unknown), {"scheduler"})) == ["scheduler"]
    assert problems(samples(dead, {}), {"scheduler"}) == []
    newer = samples({"processes": {"newer": "unhealthy"}})
    assert told(problems(newer))[0] == "The newer of Airflow gives no sign of life."


def test_what_was_not_measured_is_no_problem():
    """Nothing is told of what nobody knows; what was told before stays until somebody knows better."""
    measured = ("cpu_percent", "memory_bytes", "memory_free_bytes", "disk_bytes", "disk_free_bytes")
    nothing = dict.fromkeys(measured) | {"processes": {}}
    known = {DISK, "memory of a", "CPU of a", "scheduler"}

    assert problems(samples(nothing)) == []
    assert problems(samples(nothing), known) == []
    low = {"disk_free_bytes": GIB, "memory_free_bytes": 1, "cpu_percent": 99.0, "processes": {"scheduler": "unhealthy"}}
    assert {*subjects(problems(samples(low, nothing), known))} == known


def test_each_machine_is_judged_by_its_own_samples():
    """Of two workers one is short; one that was not heard of for a day is gone with its problems."""
    low = {"memory_free_bytes": 4}
    both = sorted([*samples(low, low, {}), *samples({}, low, low, machine="b")], key=lambda each: each.at)

    assert subjects(problems(both)) == ["memory of b"]
    gone = [*samples(low, low, machine="b"), *samples(*[{}] * 30)[25:]]
    assert problems(gone) == []
