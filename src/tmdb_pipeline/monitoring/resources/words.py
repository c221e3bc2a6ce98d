"""What is said of resources that are short, in both languages."""

from tmdb_pipeline.language import Language, Said, number, percent

_GIB = 2**30

DISK_ADVICE = Said(
    en="Make room on the disk of the data root, or move the data root to a larger one.",
    ko="데이터 루트가 있는 디스크의 공간을 확보하거나 데이터 루트를 더 큰 디스크로 옮기세요.",
)
MEMORY_ADVICE = Said(
    en="Give the container or the machine more memory, or let fewer tasks run at once.",
    ko="컨테이너나 서버의 메모리를 늘리거나 동시에 실행되는 태스크 수를 줄이세요.",
)
CPU_ADVICE = Said(
    en="See what is running on the machine, give it more CPUs, or let fewer tasks run at once.",
    ko="서버에서 실행 중인 프로세스를 확인하고, CPU를 늘리거나 동시에 실행되는 태스크 수를 줄이세요.",
)
PROCESS_ADVICE = Said(
    en="Look into the log of the process, and start it again.",
    ko="해당 프로세스의 로그를 확인한 뒤 다시 시작해 주십시오.",
)
_PROCESSES = {
    "metadatabase": Said(en="The metadata database", ko="메타데이터 데이터베이스"),
    "scheduler": Said(en="The scheduler", ko="스케줄러"),
    "triggerer": Said(en="The triggerer", ko="트리거러"),
    "dag_processor": Said(en="The DAG processor", ko="DAG 프로세서"),
}


def disk(free: int, share: float, days: float | None) -> Said:
    """How much of the disk is free: bytes, percent, and the days until it is full where it is filling."""
    en, ko = Language.EN, Language.KO
    told = Said(
        f"The disk of the data root has {number(free / _GIB, en, 1)} GiB free ({percent(share, en)}).",
        f"데이터 루트 디스크의 여유 공간이 {number(free / _GIB, ko, 1)}GiB({percent(share, ko)}) 남았습니다.",
    )
    if days is None:
        return told
    return Said(
        f"{told.en[:-1]}, and at the rate of the last days it is full in {number(days, en, 1)} days.",
        f"{told.ko[:-1]}. 최근 증가 추세라면 {number(days, ko, 1)}일 뒤에 가득 찹니다.",
    )


def files(free: int, share: float) -> Said:
    """How many more files the disk takes, and how much that is of all in percent."""
    en, ko = Language.EN, Language.KO
    return Said(
        f"The disk of the data root takes only {number(free, en)} more files ({percent(share, en)} of its inodes).",
        f"데이터 루트 디스크에 만들 수 있는 파일이 {number(free, ko)}개(아이노드의 {percent(share, ko)}) 남았습니다.",
    )


def memory(machine: str, share: float) -> Said:
    """How much of the memory is free, in percent."""
    return Said(
        f"Of the memory of {machine} {percent(share, Language.EN)} is free, and an hour ago it was hardly more.",
        f"{machine}의 여유 메모리가 한 시간 넘게 부족합니다(현재 {percent(share, Language.KO)}).",
    )


def cpu(machine: str, share: float) -> Said:
    """How much of the CPUs is in use, in percent."""
    return Said(
        f"The CPUs of {machine} are {percent(share, Language.EN)} in use, as they were two hours ago.",
        f"{machine}의 CPU가 두 시간 넘게 포화 상태입니다(현재 {percent(share, Language.KO)} 사용 중).",
    )


def process(name: str) -> Said:
    """That a process gives no sign of life."""
    who = _PROCESSES.get(name, Said(f"The {name}", name))
    return Said(f"{who.en} of Airflow gives no sign of life.", f"Airflow {who.ko}의 하트비트가 끊겼습니다.")
