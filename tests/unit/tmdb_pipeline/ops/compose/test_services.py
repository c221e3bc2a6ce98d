import msgspec
import pytest
from fake_docker import SERVICES, WELL, container

from tmdb_pipeline.ops.compose.services import Container, Model, Verdict, checked, services_of
from tmdb_pipeline.ops.errors import NoStack

MODEL = msgspec.convert({"name": "x", "services": SERVICES}, Model)


def judged(*containers, model=MODEL):
    found = services_of(model, msgspec.convert(containers, list[Container]))
    return [(service.name, service.verdict) for service in found]


def test_all_is_well():
    """What runs and says so, and what has ended as it should."""
    assert judged(*WELL) == [(name, Verdict.WELL) for name in sorted(SERVICES)]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (container("scheduler", health="starting"), Verdict.STARTING),
        (container("scheduler", health="unhealthy"), Verdict.UNWELL),
        (container("scheduler", "restarting", exit_code=1), Verdict.UNWELL),
        (container("scheduler", "paused"), Verdict.UNWELL),
        (container("scheduler", "exited", exit_code=0), Verdict.STOPPED),
        (container("scheduler", "exited", exit_code=137), Verdict.STOPPED),
        (container("scheduler", "created"), Verdict.STOPPED),
        (container("check", "exited", exit_code=1), Verdict.UNWELL),
        (container("check", "created"), Verdict.STOPPED),
        (container("check"), Verdict.STARTING),
    ],
)
def test_each_state_has_its_verdict(found, verdict):
    """A service that ought to run is stopped when it ends; one that does something once is well if it ended well."""
    others = [each for each in WELL if each["Service"] != found["Service"]]

    assert dict(judged(found, *others))[found["Service"]] is verdict


def test_what_has_no_container_is_missing():
    """Also one of several copies; a container that nobody declares, of another profile, is shown all the same."""
    services = {**MODEL.services, "worker": msgspec.structs.replace(MODEL.services["scheduler"], scale=2)}
    model = msgspec.structs.replace(MODEL, services=services)

    found = judged(*WELL[1:], container("worker"), container("grafana"), model=model)

    assert found == [
        ("api-server", Verdict.MISSING),
        ("check", Verdict.WELL),
        ("grafana", Verdict.WELL),
        ("postgres", Verdict.WELL),
        ("scheduler", Verdict.WELL),
        ("worker", Verdict.WELL),
        ("worker", Verdict.MISSING),
    ]


def test_stack_of_others_is_refused(tmp_path):
    """Nobody stops the containers of another project by being in the wrong folder."""
    others = msgspec.structs.replace(MODEL, services={"web": MODEL.services["scheduler"]})

    assert checked(MODEL, tmp_path) is MODEL
    with pytest.raises(NoStack, match=r"is not that of this project, for it has no service api-server: change to the"):
        checked(others, tmp_path)
