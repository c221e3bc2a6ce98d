"""The limits of a machine: schedules on the same files are processes, and some tests start real ones."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import HeldClock, no_file_larger_than, wait_for

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.limits.limits import LimitsLost
from tmdb_pipeline.tmdb.limits.machine import machine_limits
from tmdb_pipeline.tmdb.rate_limiter import HEADROOM, LimiterBlocked, RateLimiter

SETTINGS = Settings(base_url="http://127.0.0.1:1234/3")
FOLDER = f"tmdb-pipeline-limits-{os.getuid()}/127.0.0.1_1234"


def limiter(folder, clock, rate=10):
    return RateLimiter(rate, clock=clock, schedule=machine_limits(SETTINGS, clock, folder).schedule)


@given(rate=st.integers(1, 50), pauses=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 3)), min_size=1))
def test_no_window_of_a_second_holds_more_than_the_limit(tmp_path_factory, rate, pauses):
    """Whoever of three processes asks, and whenever: together they keep the limit."""
    clock, folder = HeldClock(), tmp_path_factory.mktemp("machine")
    limiters = [limiter(folder, clock, rate) for _ in range(3)]
    moments = []

    for who, pause in pauses:
        clock.advance(pause)
        limiters[who].wait()
        moments.append(clock.monotonic())

    for index, moment in enumerate(moments):
        assert sum(1 for other in moments[index:] if other < moment + 1) <= rate


def test_who_cannot_wait_for_a_block_of_others_is_turned_away(tmp_path):
    """The pause of one who met a 429 is told to those who come from other processes."""
    clock = HeldClock()
    limiter(tmp_path, clock).block(5)

    with pytest.raises(LimiterBlocked):
        limiter(tmp_path, clock).wait(4.9)

    assert clock.slept == []


def test_hosts_have_limits_of_their_own(tmp_path):
    """What a fake is asked takes nothing from TMDB."""
    clock = HeldClock()
    limiter(tmp_path, clock).wait()

    RateLimiter(10, clock=clock, schedule=machine_limits(Settings(), clock, tmp_path).schedule).wait()

    assert clock.slept == []


@pytest.mark.parametrize(
    "held",
    [b"", b"too short", b"\xff" * 24, b"\0" * 16 + b"\0\0\0\0\0\0\xf0\x7f"],
    ids=["empty", "short", "nan", "inf"],
)
def test_broken_file_is_begun_anew(tmp_path, held):
    """What a killed process or a full disk left there makes nobody wait."""
    clock = HeldClock()
    limiter(tmp_path, clock).wait()
    (tmp_path / FOLDER / "moments").write_bytes(held)

    limiter(tmp_path, clock).wait()
    limiter(tmp_path, clock).wait()

    assert clock.slept == [pytest.approx(0.1 / (1 - HEADROOM))]


def test_restart_of_the_machine_begins_anew(tmp_path):
    """Moments are counted from the machine's start: those of an earlier one say nothing, be they ever so far away."""
    before = HeldClock(datetime(2024, 1, 1, tzinfo=UTC))
    before.advance(1_000_000)
    limiter(tmp_path, before).block(60)
    after = HeldClock(before.now() + timedelta(minutes=5))

    limiter(tmp_path, after).wait()

    assert after.slept == []


def test_clock_that_is_set_right_changes_nothing(tmp_path):
    """A correction of the machine's clock by a few seconds is no restart."""
    clock, corrected = HeldClock(), HeldClock(HeldClock().now() + timedelta(seconds=5))
    limiter(tmp_path, clock).block(60)

    with pytest.raises(LimiterBlocked):
        limiter(tmp_path, corrected).wait(1)


def test_connections_are_never_more_than_the_limit(tmp_path):
    """The first take what they want, the next what is left; who finds none waits until one is given back."""
    clock = HeldClock()
    connections = [machine_limits(SETTINGS, clock, tmp_path).connections for _ in range(4)]
    first, second, third = (each.lease(8, clock.sleep) for each in connections[:3])

    def give_back(seconds):
        clock.slept.append(seconds)
        if len(clock.slept) == 3:
            second.close()

    fourth = connections[3].lease(3, give_back)

    assert (first.count, second.count, third.count, fourth.count) == (8, 8, 4, 3)
    assert len(clock.slept) == 3
    for lease in (first, third, fourth, fourth):
        lease.close()


HOLDER = """
import sys, time
from pathlib import Path
from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.limits.machine import machine_limits
limits = machine_limits(Settings(base_url="http://127.0.0.1:1234/3"), SystemClock(), Path(sys.argv[1]))
lease = limits.connections.lease(20, time.sleep)
print(lease.count, flush=True)
time.sleep(600)
"""


def test_killed_process_gives_its_connections_back(tmp_path):
    """A task that is killed has no time to give anything back, and the others do not miss what it had."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "20\n"
        connections = machine_limits(SETTINGS, SystemClock(), tmp_path).connections
        leases = []
        waiting = threading.Thread(target=lambda: leases.append(connections.lease(20, threading.Event().wait)))
        waiting.start()
        waiting.join(0.2)
        assert leases == []

        holder.kill()

    waiting.join()
    wait_for(lambda: leases, "the connections were had")
    leases[0].close()


ASKER = """
import sys
from pathlib import Path
from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.limits.machine import machine_limits
from tmdb_pipeline.tmdb.rate_limiter import RateLimiter
clock = SystemClock()
schedule = machine_limits(Settings(base_url="http://127.0.0.1:1234/3"), clock, Path(sys.argv[1])).schedule
limiter = RateLimiter(50, clock=clock, schedule=schedule)
for _ in range(10):
    slot = schedule.take(0.02, 60)
    print(slot.moment)
"""


def test_processes_share_one_pace(tmp_path):
    """Of three processes that ask at the same time no two get the same moment, nor one that is too near."""
    command = [sys.executable, "-c", ASKER, tmp_path]
    askers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    moments = sorted(float(line) for asker in askers for line in asker.communicate()[0].splitlines())

    assert len(moments) == 30
    assert min(later - earlier for earlier, later in pairwise(moments)) > 0.0199


def test_folder_of_somebody_else_is_not_used(tmp_path):
    """Anybody may make folders in the temporary one, links to ours among them."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / FOLDER).parent.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(LimitsLost, match=r"tmdb-pipeline-limits-\d+ belongs to somebody else$"):
        limiter(tmp_path, HeldClock()).wait()


def test_disk_that_cannot_be_written_is_said(tmp_path):
    """A full disk loses the limits, and says which files it was about."""
    limits = machine_limits(SETTINGS, HeldClock(), tmp_path)

    with no_file_larger_than(8), pytest.raises(LimitsLost) as lost:
        limits.schedule.take(0.1, 1)

    assert str(lost.value) == f"the files in {tmp_path} cannot be used (No space left on device)"


def test_temporary_folder_that_is_gone_is_said(tmp_path):
    """Connections are lost as the schedule is."""
    gone = Path(tmp_path, "gone")

    with pytest.raises(LimitsLost) as lost:
        machine_limits(SETTINGS, HeldClock(), gone).connections.lease(1, HeldClock().sleep)

    assert str(lost.value) == f"the files in {gone} cannot be used (No such file or directory)"


def test_system_without_locks_is_said(tmp_path, monkeypatch):
    """Windows has no fcntl."""
    monkeypatch.setitem(sys.modules, "fcntl", None)

    with pytest.raises(LimitsLost, match="this system has no locks on files"):
        limiter(tmp_path, HeldClock()).wait()
