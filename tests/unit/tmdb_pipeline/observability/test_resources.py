import time

from measurements import measurements

from tmdb_pipeline.observability.resources import Use, measure_disk


def test_use_grows_with_what_is_done():
    """CPU time and memory are those of this process, in seconds and bytes."""
    before = Use.now()
    held = bytearray(64 * 1024 * 1024)
    end = time.process_time() + 0.05
    while time.process_time() < end:
        held[::4096] = held[::4096]
    used = Use.now().since(before)

    assert 0.04 < used.cpu < 10
    assert 64 * 1024 * 1024 < used.memory < 1024**4
    assert used.written >= 0


def test_what_was_used_before_is_left_out():
    """Of CPU time and of what was written; memory is the most that there was at any time."""
    used = Use(cpu=5, memory=100, written=700).since(Use(cpu=2, memory=90, written=200))

    assert used == Use(cpu=3, memory=100, written=500)


def test_disk_of_a_data_root_is_measured(tmp_path):
    """A folder tells how large its disk is and what is free; what is no folder, or not here, tells nothing."""
    with measurements() as taken:
        measure_disk(str(tmp_path))
        measured = dict(taken.gauges)
        taken.gauges.clear()
        measure_disk("s3://bucket/prefix")
        measure_disk(str(tmp_path / "missing"))

    assert 0 < measured["tmdb.disk.free",] <= measured["tmdb.disk.size",]
    assert taken.gauges == {}
