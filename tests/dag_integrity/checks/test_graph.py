from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import examples

from dag_integrity.checks.graph import find_cycle

NAMES = st.sampled_from("abcdef")
GRAPHS = st.dictionaries(NAMES, st.sets(NAMES))


@pytest.mark.parametrize(
    ("edges", "circle"),
    [
        ({}, []),
        ({"a": {"b"}, "b": set()}, []),
        ({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}, []),
        ({"a": {"a"}}, ["a", "a"]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}}, ["a", "b", "c", "a"]),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["b", "c", "b"]),
        ({"a": set(), "x": {"y"}, "y": {"x"}}, ["x", "y", "x"]),
    ],
)
def test_circle_of_a_graph_that_airflow_never_sees(edges, circle):
    """The circle is named from its first task to the same task again."""
    assert find_cycle(edges) == circle


@examples(100)
@given(GRAPHS)
@example({"a": {"b"}, "b": {"c"}, "c": {"b"}})
def test_circles_are_found_exactly_where_there_are_some(edges):
    """The standard library's sorter agrees, and every step of a found circle is an edge."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError:
        circular = True
    else:
        circular = False

    circle = find_cycle(edges)
    assert bool(circle) is circular
    assert all(after in edges[before] for before, after in pairwise(circle))
    assert circle[:1] == circle[-1:]


def test_deep_graph_is_no_problem():
    """A chain of ten thousand tasks is searched without recursion."""
    chain = {str(number): {str(number + 1)} for number in range(10_000)}

    assert find_cycle(chain) == []
