import pytest
from mutation.undecorated import undecorated

SOURCE = '''
import functools


class Folder:
    """Holds names."""

    @property
    def first(self):
        """The first of them."""
        return self.names()[0]

    @staticmethod
    def names():
        return ["a", "b"]

    def last(self):
        return self.names()[-1]


@functools.lru_cache(maxsize=None)
@functools.wraps(
    len,
    updated=(),
)
def double(number):
    return 2 * number
'''


@pytest.fixture
def module():
    names = {}
    exec(undecorated(SOURCE), names)  # noqa: S102 - to see that it means what it meant
    return names


def test_no_decorator_is_left():
    """Nothing stands above a function any more that would keep mutmut away from it."""
    assert "@" not in undecorated(SOURCE)


def test_properties_and_static_methods_are_what_they_were(module):
    """A method that was no plain method is still none."""
    folder = module["Folder"]()

    assert (folder.first, folder.names(), folder.last()) == ("a", ["a", "b"], "b")


def test_decorators_are_applied_from_the_inside_out(module):
    """Of several decorators the one nearest to the function comes first, with its arguments."""
    assert module["double"](4) == 8
    assert module["double"].__name__ == "len"
    assert module["double"].cache_info().maxsize is None


def test_source_without_decorators_stays_as_it_is():
    """Where nothing is decorated nothing is changed, comments included."""
    source = "# a comment\ndef one():\n    return 1  # one\n"

    assert undecorated(source) == source
