from contextlib import contextmanager

from measurements import measurements

from tmdb_pipeline.observability.log_keys import about


def test_keys_go_nowhere_by_default():
    """Where nobody binds keys, what is logged is the sentence alone."""
    with about(page=3) as bound:
        pass

    assert bound is None


def test_keys_are_bound_for_the_block():
    """The binder that was installed is given the keys, and told when the block ends."""
    happened = []

    @contextmanager
    def binder(**keys):
        happened.append(keys)
        yield
        happened.append("ended")

    with measurements(binder), about(source="popular", page=3):
        happened.append("logged")

    assert happened == [{"source": "popular", "page": 3}, "logged", "ended"]
