import json
import re
from pathlib import Path

import pytest

import fake_tmdb
from fake_tmdb import cli
from fake_tmdb.http.control import PREFIX, ROUTES

DOCKERFILE = (Path(fake_tmdb.__file__).parent / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")


def instruction(name):
    """Return what stands after the last instruction of that name."""
    return re.findall(rf"^{name} +(.*)$", DOCKERFILE, re.MULTILINE)[-1]


def test_the_base_image_is_an_argument_with_a_pinned_default():
    """Another base image can be given; the default is the official one, at one patch version."""
    assert re.search(r"^ARG PYTHON_IMAGE=python:\d+\.\d+\.\d+-slim-\w+$", DOCKERFILE, re.MULTILINE)
    assert instruction("FROM") == "${PYTHON_IMAGE}"


def test_it_does_not_run_as_root():
    """The user is a number that is not 0, so that the base image need not know it."""
    user, _, group = instruction("USER").partition(":")

    assert int(user) > 0
    assert int(group) > 0


def test_the_entry_point_is_a_command_that_exists():
    """It is in exec form, so that SIGTERM reaches the server; it listens on all addresses of the container."""
    program, *arguments = json.loads(instruction("ENTRYPOINT"))
    options = cli._parser().parse_args([*arguments, "--no-limit"])

    assert program.endswith("/bin/fake-tmdb")
    assert (options.host, str(options.port), options.no_limit) == ("0.0.0.0", instruction("EXPOSE"), True)  # noqa: S104 - in the container
    assert instruction("STOPSIGNAL") == "SIGTERM"


@pytest.mark.parametrize("program", ["curl", "wget"])
def test_the_health_check_needs_python_only(program):
    """The check asks a control route that exists, on the port that is served."""
    check = instruction("HEALTHCHECK")
    port, path = re.search(r"http://127\.0\.0\.1:(\d+)(/[^']*)", check).groups()

    assert program not in check
    assert port == instruction("EXPOSE")
    assert ("GET", path.removeprefix(PREFIX)) in ROUTES
