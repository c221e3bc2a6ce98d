import re


def test_credits(part):
    """Cast and crew are persons with a role, in order; photos may be missing."""
    for document in part("credits"):
        assert [actor["order"] for actor in document["cast"]] == [0, 1, 2, 3, 4]
        assert {"Director"} <= {member["job"] for member in document["crew"]}
        assert all(re.fullmatch("[0-9a-f]{24}", person["credit_id"]) for person in document["cast"] + document["crew"])
