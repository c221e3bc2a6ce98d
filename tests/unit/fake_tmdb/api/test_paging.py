import pytest

from fake_tmdb.api.paging import envelope, page_number


@pytest.mark.parametrize(
    ("value", "page"),
    [
        (None, 1), ("", 1), ("1", 1), ("500", 500), ("007", 7), ("0", None), ("-1", None), ("501", None), ("1.0", None),
        ("x", None), ("٣", None), ("9" * 5_000, None), (" 1", None),
    ],
)  # fmt: skip
def test_pages_are_integers_from_1_to_500(value, page):
    """No page is page 1; anything but an integer from 1 to 500 is refused."""
    assert page_number({} if value is None else {"page": value}) == page


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (1_140_066, 57_004)])
def test_envelope(total, pages):
    """Total pages follow from total results, may exceed 500, and are 1 where nothing is found."""
    assert list(envelope(1, [], total).items()) == [
        ("page", 1), ("results", []), ("total_pages", pages), ("total_results", total),
    ]  # fmt: skip
