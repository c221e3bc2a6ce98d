import pytest

BLOCKS = {
    "/collection/10": ("images", "translations"),
    "/company/1": ("alternative_names", "images", "movies"),
    "/keyword/1721": ("movies",),
    "/genre/28": ("movies",),
}
APPENDED = [(path, name) for path in ("/collection/10", "/company/1", "/keyword/1721") for name in BLOCKS[path]]


def test_a_collection_holds_its_movies(ask):
    """A collection's parts are movies that say that they belong to it."""
    collection = ask("/collection/10?language=ko-KR").json()

    assert len(collection["parts"]) == 3
    for part in collection["parts"]:
        belongs = ask(f"/movie/{part['id']}?language=ko-KR").json()["belongs_to_collection"]
        assert (belongs["id"], belongs["name"]) == (10, collection["name"])


def test_collection_parts(ask):
    """A collection has its images and translations."""
    images = ask("/collection/10/images").json()

    assert images["posters"][0]["file_path"] == ask("/collection/10").json()["poster_path"]
    assert images["backdrops"][0]["iso_639_1"] is None
    assert [told["iso_639_1"] for told in ask("/collection/10/translations").json()["translations"]] == ["en", "ko"]


def test_a_company_and_its_movies(ask):
    """A company is that of the movies that it is listed with."""
    company = ask("/company/1").json()
    listed = ask("/company/1/movies").json()
    shown = ask(f"/movie/{listed['results'][0]['id']}").json()["production_companies"]

    assert company["parent_company"] is None
    assert {"id": 1, "name": company["name"]}.items() <= next(maker for maker in shown if maker["id"] == 1).items()
    assert listed["id"] == 1


def test_company_parts(ask):
    """A company has its logo, where it has one, and an alternative name."""
    for number in (1, 2, 3, 4, 5):
        logo = ask(f"/company/{number}").json()["logo_path"]
        assert [told["file_path"] for told in ask(f"/company/{number}/images").json()["logos"]] == [logo] * bool(logo)
    assert ask("/company/1/alternative_names").json()["results"][0]["name"].isupper()


@pytest.mark.parametrize(("path", "name"), APPENDED)
def test_what_can_be_asked_for_alone_can_be_appended(ask, path, name):
    """What is appended to a collection, a company or a keyword stands at its end, as its own path says it."""
    document = ask(f"{path}?append_to_response={name}&language=ko-KR").json()
    alone = ask(f"{path}/{name}?language=ko-KR").json()

    assert list(document)[-1] == name
    assert document == {**ask(f"{path}?language=ko-KR").json(), name: document[name]}
    assert document[name] == {key: value for key, value in alone.items() if key != "id"}


@pytest.mark.parametrize("path", ["/collection/10", "/company/1", "/keyword/1721"])
def test_appending_has_the_same_rules_everywhere(ask, path):
    """Several are appended in the order asked, unknown names are ignored, and more than twenty are refused."""
    names = BLOCKS[path][::-1]
    document = ask(f"{path}?append_to_response={', '.join(names)},bogus,credits").json()
    refused = ask(f"{path}?append_to_response={','.join(['images'] * 21)}")

    assert list(document)[-len(names) :] == list(names)
    assert (refused.status, refused.json()["status_code"]) == (400, 27)


@pytest.mark.parametrize("path", BLOCKS)
def test_movies_of_a_group_are_paged(ask, path):
    """The movies of a company, a keyword or a genre are paged like lists; a page that cannot be is refused."""
    assert ask(f"{path}/movies?page=0").status == (404 if path == "/collection/10" else 400)
