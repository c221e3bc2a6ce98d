import re
from urllib.parse import parse_qsl

from hypothesis import find, given
from strategies.drawing import drawn
from strategies.page_requests import PageRequest, invalid_page_requests, page_requests, valid_page_requests


@given(page_requests())
def test_query_says_what_was_drawn(request_drawn):
    """What is sent is decoded to the text that was drawn; no text is no parameter."""
    expected = [] if request_drawn.text is None else [("page", request_drawn.text)]

    assert parse_qsl(request_drawn.query, keep_blank_values=True) == expected


@given(valid_page_requests())
def test_valid_requests_are_of_a_page_that_exists(request_drawn):
    """TMDB takes pages 1 to 500, and no page at all for page 1."""
    assert 1 <= request_drawn.page <= 500
    assert not request_drawn.text or int(request_drawn.text) == request_drawn.page


@given(invalid_page_requests())
def test_invalid_requests_are_no_page_from_1_to_500(request_drawn):
    """Nothing that TMDB would take is drawn as invalid."""
    digits = re.fullmatch("[0-9]+", request_drawn.text)

    assert request_drawn.page is None
    assert not digits or not 1 <= int(request_drawn.text) <= 500


def test_every_edge_is_drawn():
    """The ends of the range, leading zeros, no page and other alphabets are all found."""
    texts = {request_drawn.text for request_drawn in drawn(page_requests(), 400)}

    assert {None, "", "1", "0", "-1", "501", "1.0", "٣"} <= texts
    assert any(text and text.startswith("00") for text in texts)


def test_shrinking_ends_at_page_1():
    """The simplest request is that for page 1."""
    assert find(page_requests(), lambda drawn: True) == PageRequest("1", 1)
