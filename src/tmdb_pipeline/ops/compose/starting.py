"""Services that are being started: which there are by now, and why one does not get well."""

from tmdb_pipeline.ops.compose import docker
from tmdb_pipeline.ops.compose.services import Service, Verdict
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.errors import NotWell, OpsError, Unexplained


def there(stack: Stack) -> list[Service]:
    """The services that have a container; none while Docker is too busy to say."""
    try:
        return [service for service in stack.services() if service.container]
    except OpsError:
        return []


def why_not_up(stack: Stack, said: str, timeout: int, *, again: str = "tmdb-ops start") -> OpsError:
    """Why Compose has given up: what Docker says, if that is known, or else what a service says.

    Args:
        stack: what did not come up.
        said: what Compose printed.
        timeout: the seconds that it had.
        again: the command that tries it again.
    """
    error = docker.explained(said, "The stack cannot be started")
    if not isinstance(error, Unexplained):
        return error
    services = there(stack)
    for service in (each for each in services if each.verdict is Verdict.UNWELL):
        why = stack.why_not_well(service).replace("\n", " ").rstrip(".")
        return NotWell(
            f"{service.name} does not get well: {why or service.state}. Mend that, see tmdb-ops logs "
            f"{service.name}, then run {again} again."
        )
    if slow := [each.name for each in services if each.verdict is Verdict.STARTING]:
        return NotWell(
            f"{' and '.join(slow)} did not get well within {timeout} s: see tmdb-ops logs {slow[0]}, or give it longer "
            "with --timeout."
        )
    return error
