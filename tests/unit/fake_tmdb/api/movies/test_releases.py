import re


def test_release_dates(part):
    """Releases are full timestamps with a type from 1 to 6."""
    releases = [
        told
        for document in part("release_dates")
        for country in document["results"]
        for told in country["release_dates"]
    ]

    assert releases
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\.000Z", release["release_date"]) for release in releases)
    assert {release["type"] for release in releases} <= {1, 2, 3, 4, 5, 6}


def test_releases_are_those_of_release_dates(ask):
    """The old shape tells the same dates and certifications."""
    new = ask("/movie/550/release_dates").json()["results"]
    old = ask("/movie/550/releases").json()["countries"]

    assert [(told["iso_3166_1"], told["release_date"]) for told in old] == [
        (country["iso_3166_1"], country["release_dates"][0]["release_date"][:10]) for country in new
    ]


def test_offers_have_a_link_and_providers(part):
    """Offers have a link and a provider."""
    offers = [offer for document in part("watch/providers") for offer in document["results"].values()]

    assert offers
    assert all(offer["link"].startswith("https://movies.example/") for offer in offers)
    assert all(offer[next(name for name in offer if name != "link")][0]["provider_id"] for offer in offers)
