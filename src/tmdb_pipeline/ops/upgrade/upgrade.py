"""The steps of an upgrade. Each may be done again: that is how one that was interrupted is ended.

Images are made while the old still runs. Then the old stops, so that the backup holds all that it did, and the new is
started on the data. Where that fails, everything that the new has done to the data goes with it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import msgspec

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.lake.operations import Action, Outcome
from tmdb_pipeline.ops.backup import in_stack
from tmdb_pipeline.ops.compose.services import Verdict
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.compose.starting import why_not_up
from tmdb_pipeline.ops.errors import Misused, NotWell, OpsError
from tmdb_pipeline.ops.noting import note
from tmdb_pipeline.ops.upgrade import images, journal
from tmdb_pipeline.ops.upgrade.journal import Journal, Phase
from tmdb_pipeline.ops.upgrade.smoke import Smoke, look

#: The service that a backup and a restore need.
_DATABASE: Final = "postgres"
#: What the log of operations says that was upgraded.
_SUBJECT: Final = "the stack"
_REDECLARED: Final = (
    " But what compose.yaml and .env say of {} is not what they said when it was started, and it runs by that: put "
    "back what was there, then run tmdb-ops start."
)


class UpgradeFailed(OpsError):
    """The new has failed, and all is as it was before; the message says why."""


class CannotGoBack(NotWell):
    """The new has failed, and the old is not back either; the message says why, and that the next call goes on."""


class Upgraded(msgspec.Struct, frozen=True, kw_only=True):
    """What an upgrade has done.

    Attributes:
        images: the digests of before and of now, by service, where they differ.
        backup: of the data as it was before.
        run: the id of the run that has tried it.
    """

    images: dict[str, tuple[str, str]]
    backup: str = ""
    run: str = ""


class Upgrade:
    """An upgrade of a stack, whose lock the caller holds."""

    def __init__(self, stack: Stack, clock: Clock, timeout: int, say: Callable[[str], None]) -> None:
        """Take what is upgraded.

        Args:
            stack: what.
            clock: for moments and waits.
            timeout: seconds for services to get well, for DAGs to be read, for the run.
            say: is told what is being done.
        """
        self._stack = stack
        self._clock = clock
        self._timeout = timeout
        self._say = say

    def run(self, dag_id: str, *, build: bool, pull: bool) -> Upgraded:
        """Upgrade, or end an upgrade that was interrupted.

        Args:
            dag_id: what is run to try the new.
            build: build the images that can be, instead of taking those that are named.
            pull: ask registries for what is here already, too.

        Raises:
            UpgradeFailed: the new does not work, and the old is back, by digest.
            CannotGoBack: the old is not back; the next call goes on.
            OpsError: it cannot be begun, and nothing is changed.
        """
        left = journal.read(self._stack)
        if left is None or left.phase is Phase.PREPARING:
            if left:
                self._say("The upgrade that was interrupted had changed nothing: it begins anew.")
                self._abandon(left)
            left = self._begin(dag_id)
            try:
                if not self._prepare(left, build=build, pull=pull):
                    self._abandon(left)
                    return Upgraded(images={})
            except OpsError:
                self._abandon(left)
                raise
        if left.phase is Phase.REPLACING:
            try:
                return self._replace(left)
            except OpsError as error:
                left.why = str(error)
        raise self._go_back(left)

    def undo(self) -> str:
        """Take an upgrade back that was interrupted: what was done, in a sentence.

        Raises:
            CannotGoBack: the old is not back; the next call goes on.
        """
        left = journal.read(self._stack)
        if left is None:
            return "No upgrade was interrupted here."
        if left.phase is Phase.PREPARING:
            self._abandon(left)
            return "The upgrade that was interrupted had changed nothing: all is as it was before."
        left.why = left.why or "it was interrupted"
        return str(self._go_back(left))

    def _begin(self, dag_id: str) -> Journal:
        """See how the old is, and keep its images.

        Raises:
            NotWell: it is not well, so nobody could tell whether the new is worse.
        """
        stack = self._stack
        services = stack.services()
        if unwell := sorted({one.name for one in services if one.verdict is not Verdict.WELL}):
            raise NotWell(
                f"{' and '.join(unwell)} is not well, and an upgrade has to tell what it breaks: see tmdb-ops status, "
                "and mend that first."
            )
        old = images.of_containers(stack)
        left = Journal(
            phase=Phase.PREPARING,
            token=images.new_token(stack),
            began=self._clock.now(),
            images=old,
            redeclared=images.redeclared(stack, old),
            services=sorted({one.name for one in services if one.is_up}),
            dag=dag_id,
            before=look(stack),
        )
        journal.write(stack, left, Phase.PREPARING)
        return left

    def _prepare(self, left: Journal, *, build: bool, pull: bool) -> bool:
        """Make the new images, stop the old, and back its data up; whether there is anything new."""
        stack = self._stack
        images.keep(left.images, left.token)
        self._say("Making the new images.")
        self._make(build=build, pull=pull)
        if not self._differing(left):
            return False
        old = images.over(stack, left.images, left.token, journal.override(stack))
        self._say("Stopping the old; tasks under way are given a minute.")
        self._stop_all_but_the_database()
        self._say("Backing up its data.")
        left.backup = in_stack.do(old, in_stack.shelf(stack).folder, "make")["made"]
        # A second: what writes moments into the database may round them.
        left.replaced = self._clock.now() - timedelta(seconds=1)
        journal.write(stack, left, Phase.REPLACING)
        return True

    def _make(self, *, build: bool, pull: bool) -> None:
        """Build the new images, or fetch them; what is there already is fetched where that is wanted."""
        stack, doing = self._stack, "The new images cannot be made"
        declared = stack.model.services
        if build:
            stack.compose("build", *["--pull"] * pull, doing=doing)
        built = {one.image for one in declared.values() if build and one.build}
        here = built if pull else built | {*images.of_names(one.image for one in declared.values())}
        if fetched := sorted(name for name, one in declared.items() if one.image not in here):
            stack.compose("pull", *fetched, doing=doing)

    def _replace(self, left: Journal) -> Upgraded:
        """Start the new on the data, and try it."""
        stack = self._stack
        self._say("Starting the new, which brings the data up to date.")
        self._start(stack, left)
        self._say("Trying it.")
        smoke = Smoke(stack, self._clock, self._timeout)
        run = smoke.run(left.dag, left.before, left.replaced or left.began)
        done = Upgraded(images=self._differing(left), backup=left.backup, run=run)
        journal.remove(stack)
        images.forget(left.images, left.token)
        images.sweep(stack)
        note(stack, left.began, Action.UPGRADE, _SUBJECT, Outcome.DONE)
        return done

    def _go_back(self, left: Journal) -> UpgradeFailed:
        """Put the old data back, and start the old images on it."""
        stack, why = self._stack, left.why.rstrip(".")
        journal.write(stack, left, Phase.GOING_BACK)
        self._say(f"{why}. Going back.")
        try:
            old, renamed = self._old(left)
            self._stop_all_but_the_database()
            old.compose("up", "--detach", "--wait", "--no-deps", _DATABASE, doing="Postgres cannot be started")
            folder = in_stack.shelf(stack).folder
            in_stack.do(old, folder, "settle")  # a restore of this very backup that was interrupted
            in_stack.do(old, folder, "restore", left.backup)
            self._start(old, left)
            images.require(old, left.images, left.services)
            note(old, left.began, Action.UPGRADE, _SUBJECT, Outcome.FAILED)
        except (OpsError, OSError) as error:
            raise CannotGoBack(
                f"The upgrade has failed: {why}. It cannot be taken back: {str(error).rstrip('.')}. Mend that, then "
                f"run tmdb-ops upgrade --undo; the data of before is {left.backup}."
            ) from None
        journal.remove(stack)
        if not renamed:
            images.forget(left.images, left.token)
        return UpgradeFailed(
            f"The upgrade has failed: {why}. The images and the data of before are back, by digest ({left.backup})."
            + "".join(
                f" Put {name} back into .env or compose.yaml before you start the stack again." for name in renamed
            )
            + (_REDECLARED.format(" and ".join(left.redeclared)) if left.redeclared else "")
        )

    def _abandon(self, left: Journal) -> None:
        """Start again what was stopped; the data is as it was."""
        old, renamed = self._old(left)
        if any(not one.is_up for one in self._stack.services() if one.name in left.services):
            self._start(old, left)
        journal.remove(self._stack)
        if not renamed:
            images.forget(left.images, left.token)

    def _old(self, left: Journal) -> tuple[Stack, list[str]]:
        """The stack with its old images; the names of those that its files call otherwise by now."""
        images.keep(left.images, left.token)
        images.put_back(self._stack, left.images)
        renamed = images.renamed(self._stack, left.images)
        old = images.over(self._stack, renamed, left.token, journal.override(self._stack))
        return old, sorted({image.name for image in renamed.values()})

    def _differing(self, left: Journal) -> dict[str, tuple[str, str]]:
        """The digests of before and of now, by service, where they differ; none for an image that is not here."""
        declared = self._stack.whole.services
        names = {name: declared[name].image for name in left.images if name in declared}
        now = images.of_names(names.values())
        pairs = {name: (left.images[name].id, now.get(image, "")) for name, image in names.items()}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def _stop_all_but_the_database(self) -> None:
        running = {one.service for one in self._stack.containers() if one.state == "running"}
        if stopped := sorted(running - {_DATABASE}):
            self._stack.compose("--profile=*", "stop", *stopped, doing="The services of the stack cannot be stopped")

    def _start(self, stack: Stack, left: Journal) -> None:
        """Start what the files declare, and what ran besides, and wait until it is well.

        Raises:
            OpsError: it does not get well.
        """
        declared = stack.whole.services
        names = {name for name, one in stack.model.services.items() if not one.ends}
        names |= {name for name in left.services if name in declared}
        ended = stack.composed("up", "--detach", "--wait", f"--wait-timeout={self._timeout}", *sorted(names))
        if ended.returncode != 0:
            raise why_not_up(stack, ended.stderr + ended.stdout, self._timeout, again="tmdb-ops upgrade")


def refuse_own_warehouse(stack: Stack, *, is_meant: bool) -> None:
    """Raises Misused where the tables of a warehouse elsewhere would be changed, which no backup holds."""
    if stack.settings.get("TMDB_WAREHOUSE_URL") and not is_meant:
        raise Misused(
            "The warehouse is on a server of its own (TMDB_WAREHOUSE_URL), which is not backed up here and would not "
            "be taken back: back it up, then give --own-warehouse."
        )
