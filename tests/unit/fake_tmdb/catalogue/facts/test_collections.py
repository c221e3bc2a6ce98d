from fake_tmdb.catalogue.facts.collections import collection_of, collection_rows


def test_collections_contain_their_parts(catalogue):
    """Each part of a collection says that it belongs to it, and other movies belong to none."""
    rows = collection_rows(catalogue, 12)

    assert [collection_of(row) for row in rows] == [12, 12, 12]
    assert collection_of(rows[0] + 1) is None
    assert collection_rows(catalogue, 9) == collection_rows(catalogue, 10**6) == []
