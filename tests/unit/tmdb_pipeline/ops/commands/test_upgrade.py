import errno
import json
import re

import msgspec
import pytest
from airflow_server import dag, run, task
from fake_docker import SERVICES, WELL, container

from tmdb_pipeline.lake.operations import Action, Operation, Outcome
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.doctor.finding import ok, wrong

MONITORING, RUN = "tmdb_platform_monitoring", "manual__1"
READ = "2026-11-28T00:00:05Z"
AIRFLOW, POSTGRES, NEW = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}", f"sha256:{'c' * 64}"
DO = "compose --profile=backup run --rm --no-deps -T backup /opt/tmdb/deploy/backup.py"
UP = "compose up --detach --wait --wait-timeout=900 api-server postgres scheduler"
FULL = "The disk of the Docker engine is full: make room, for instance with docker system prune, then run this again"
BACK = "The images and the data of before are back, by digest (tmdb-backup-1.tar)."
UNDO = "finish it with tmdb-ops upgrade, or take it back with tmdb-ops upgrade --undo.\n"


def found(*findings):
    return msgspec.json.encode(findings).decode()


def monitoring(**more):
    return dag(MONITORING) | {"last_parsed_time": READ, **more}


@pytest.fixture(autouse=True)
def _world(stack, docker, airflow):
    """A stack that is well, an image for it that is new, and an Airflow on which all works."""
    (stack / "compose.override.yaml").write_text("services: {}\n")
    docker.says(r"compose \S+ config", json.dumps({"name": "tmdb-pipeline", "services": SERVICES}))
    docker.says("^start|^tag|^image rm|compose (up|build|pull|.* stop)")
    lines = [
        f"{SERVICES[one['Service']]['image']} {POSTGRES if one['Service'] == 'postgres' else AIRFLOW}" for one in WELL
    ]
    docker.says("^inspect --format=...Config", "\n".join(lines) + "\n")
    docker.says("^image inspect .* tmdb-pipeline/airflow", f"{NEW}\n")
    docker.says("^image inspect .* postgres:16", f"{POSTGRES}\n")
    docker.says("exec .* doctor", found(ok("TMDB key", "It is accepted.")))
    docker.says("exec .* note", "null")
    docker.says(f"{DO} make", json.dumps({"made": "tmdb-backup-1.tar", "size": 1, "absent": []}))
    docker.says(f"{DO} settle", json.dumps({"settled": None}))
    docker.says(f"{DO} restore", json.dumps({"restored": "tmdb-backup-1.tar", "compared": []}))
    airflow.answers |= {
        "GET dags": {"dags": [monitoring()]},
        f"GET dags/{MONITORING}": monitoring(),
        f"POST dags/{MONITORING}/dagRuns": run(MONITORING, RUN, "queued", None, None),
        f"GET dags/{MONITORING}/dagRuns/{RUN}": run(MONITORING, RUN),
        f"GET dags/{MONITORING}/dagRuns/{RUN}/taskInstances": {"task_instances": [task("resource_monitoring")]},
    }


@pytest.fixture
def journal(stack):
    return stack / "backups" / ".upgrade.json"


def done(docker):
    """What was asked that changes something."""
    return [line for line in docker.asked if not line.startswith(("compose config", "compose --profile=* ", "inspect"))]


def stopped(docker):
    return "compose --profile=* stop api-server scheduler" in docker.asked


def fails(airflow, **more):
    """The run that tries the new fails."""
    airflow.answers[f"GET dags/{MONITORING}/dagRuns/{RUN}"] = run(MONITORING, RUN, "failed")
    airflow.answers[f"GET dags/{MONITORING}/dagRuns/{RUN}/taskInstances"] = {
        "task_instances": [task("a"), task("b", "failed", dag_id=MONITORING, dag_run_id=RUN)]
    }


def test_new_images_take_the_place_of_the_old(ops, docker, journal):
    """Made while the old runs; the old stops before the backup; what ran is tried, and the old images are let go."""
    code, out, err = ops("upgrade", "--yes")

    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert ["scheduler", "aaaaaaaaaaaa", "cccccccccccc"] in [line.split() for line in lines]
    assert lines[-1] == (
        "The stack is upgraded, and works: manual__1 has succeeded. The data of before is tmdb-backup-1.tar."
    )
    order = [line for line in docker.asked if line.startswith(("compose build", "compose pull", DO, "compose up"))]
    assert order == ["compose build", f"{DO} make", UP]
    asked = docker.asked
    assert asked.index("compose --profile=* stop api-server scheduler") < asked.index(f"{DO} make")
    kept = [line for line in asked if line.startswith("tag")]
    assert len(kept) == 4
    assert kept[0].startswith(f"tag {AIRFLOW} tmdb-upgrade/")
    assert asked[-3].startswith("image rm tmdb-upgrade/")
    assert asked[-1].endswith("inside note")
    assert [*journal.parent.iterdir()] == []


def test_program_gets_digests(ops):
    """Of before and of now, by service, where they differ."""
    code, out, _ = ops("upgrade", "--yes", "--json")

    told = json.loads(out)
    assert (code, told["run"], told["backup"]) == (0, RUN, "tmdb-backup-1.tar")
    assert told["images"] == {name: [AIRFLOW, NEW] for name in ("api-server", "check", "scheduler")}


def test_images_may_be_fetched(ops, docker):
    """Where .env names those of a registry; also such as are here already."""
    for options, asked in (
        (["--no-build", "--pull"], ["compose pull api-server check postgres scheduler"]),
        (["--pull"], ["compose build --pull", "compose pull postgres"]),
        (["--no-build"], []),
    ):
        earlier = len(docker.asked)
        assert ops("upgrade", "--yes", *options)[0] == 0
        assert [line for line in docker.asked[earlier:] if line.startswith(("compose build", "compose pull"))] == asked
    docker.says("^image inspect .* postgres:16", status=1)
    earlier = len(docker.asked)
    assert ops("upgrade", "--yes")[0] == 0
    assert "compose pull postgres" in docker.asked[earlier:]


def test_nothing_new_changes_nothing(ops, docker, journal):
    """Nothing is stopped."""
    docker.says("^image inspect .* tmdb-pipeline/airflow", f"{AIRFLOW}\n")

    code, out, _ = ops("upgrade", "--yes")

    assert (code, stopped(docker), journal.exists()) == (0, False, False)
    assert out.endswith("There is nothing new: the images are those that run, and all goes on.\n")


def test_it_is_asked_first(ops, docker, terminal, monkeypatch):
    """Where somebody can be; else it takes --yes."""
    monkeypatch.setattr("typer.confirm", lambda question, *, abort: docker.says("compose build", "asked"))
    assert ops("upgrade")[0] == 0


def test_who_cannot_be_asked_says_yes(ops, docker):
    """Nothing is begun."""
    code, _, err = ops("upgrade")

    assert (code, err, done(docker)) == (
        2,
        "An upgrade stops Airflow for some minutes: say --yes where nobody can be asked.\n",
        [],
    )


def test_warehouse_elsewhere_is_not_changed_unknowingly(ops, stack, docker):
    """No backup here holds it, so it could not be taken back."""
    with (stack / ".env").open("a") as env:
        env.write("TMDB_WAREHOUSE_URL=postgresql://x/y\n")

    code, _, err = ops("upgrade", "--yes")
    assert (code, "back it up, then give --own-warehouse.\n" in err, done(docker)) == (2, True, [])
    assert ops("upgrade", "--yes", "--own-warehouse")[0] == 0


def test_stack_that_is_not_well_is_not_upgraded(ops, docker, journal):
    """Nobody could tell what the upgrade has broken."""
    docker.runs(*WELL[:3], container("scheduler", health="unhealthy"))

    code, _, err = ops("upgrade", "--yes")

    assert (code, err.startswith("scheduler is not well, and an upgrade has to tell")) == (5, True)
    assert (done(docker), journal.exists()) == ([], False)


def test_image_that_cannot_be_made_stops_nothing(ops, docker, journal):
    """Why is Docker's word; the names mean the old images again."""
    docker.says("compose build", err="no space left on device", status=1)

    code, _, err = ops("upgrade", "--yes")

    assert (code, err.startswith("The disk of the Docker engine is full"), stopped(docker)) == (8, True, False)
    assert f"tag {AIRFLOW} tmdb-pipeline/airflow" in docker.asked
    assert not journal.exists()


def test_images_that_cannot_be_kept_stop_nothing(ops, docker, journal):
    """Without the old nobody could go back."""
    docker.says("^tag", err="Error response from daemon: no such image", status=1)

    code, _, err = ops("upgrade", "--yes")

    assert (code, err.startswith("The images cannot be kept"), stopped(docker)) == (5, True, False)


def test_backup_that_fails_starts_the_old_again(ops, docker, journal):
    """It had been stopped for it."""
    docker.says(f"{DO} make", json.dumps({"error": "The disk is full: make room.", "status": 8}), status=8)
    docker.runs(*WELL[:3], container("scheduler", "exited"))
    docker.says(r"compose \S+ ps", "".join(json.dumps(each) + "\n" for each in WELL), times=3)

    code, _, err = ops("upgrade", "--yes")

    assert (code, err) == (8, "The disk is full: make room.\n")
    assert (docker.asked[-2], journal.exists()) == (UP, False)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("start", FULL),
        ("unread", "monitoring could be read before, and cannot be now"),
        ("late", "monitoring could be read before, and cannot be now"),
        ("key", "TMDB key was well before, and is not now: It is refused"),
        ("task", "The run of monitoring that was to try it has failed: b: KeyError: 'x'"),
        ("run", "The run of monitoring that was to try it has failed: none of its tasks has"),
        ("slow", "The run of monitoring that was to try it has not ended within 9 s, but is running"),
    ],
)
def test_what_does_not_work_is_taken_back(ops, docker, airflow, journal, what, said):
    """Why is said, and that the old is back."""
    log = f"GET dags/{MONITORING}/dagRuns/{RUN}/taskInstances/b/logs/1"
    fault = {"error_detail": [{"exc_type": "KeyError", "exc_value": "'x'"}]}
    airflow.answers[log] = {"content": ["a line", {"event": "x"}, fault]}
    if what == "task":
        fails(airflow)
    elif what == "run":
        airflow.answers[f"GET dags/{MONITORING}/dagRuns/{RUN}"] = run(MONITORING, RUN, "failed")
    elif what == "slow":
        airflow.answers[f"GET dags/{MONITORING}/dagRuns/{RUN}"] = run(MONITORING, RUN, "running", ended=None)
    elif what == "unread":
        airflow.answers["GET dags"] = [{"dags": [monitoring()]}, {"dags": [monitoring(has_import_errors=True)]}]
    elif what == "late":
        airflow.answers["GET dags"] = {"dags": [dag(MONITORING)]}
    elif what == "key":
        docker.says("exec .* doctor", found(wrong("TMDB key", "It is refused."), wrong("Slack", "It is away.")))
        docker.says("exec .* doctor", found(wrong("Slack", "It is away.")), times=1)
    else:
        docker.says("compose up .* api-server", err="no space left on device", status=1, times=1)

    code, _, err = ops("upgrade", "--yes", "--timeout", "9")

    assert (code, err) == (1, f"The upgrade has failed: {said}. {BACK}\n")
    order = [line for line in docker.asked if line.startswith((DO, "compose up"))]
    assert order[-4:] == [
        "compose up --detach --wait --no-deps postgres",
        f"{DO} settle",
        f"{DO} restore tmdb-backup-1.tar",
        UP.replace("900", "9"),
    ]
    assert not journal.exists()


def test_paused_dag_is_unpaused_for_its_run(ops, airflow):
    """And paused again."""
    airflow.answers |= {
        f"GET dags/{MONITORING}": monitoring(is_paused=True),
        f"PATCH dags/{MONITORING}": monitoring(),
    }

    assert ops("upgrade", "--yes")[0] == 0
    assert [body for method, _, body in airflow.asked if method == "PATCH"] == [
        {"is_paused": False},
        {"is_paused": True},
    ]


@pytest.fixture
def renamed(stack, docker):
    """The file names another image than that which runs."""
    services = {name: one | {"image": f"{one['image']}:2"} for name, one in SERVICES.items() if name != "postgres"}
    named = {**services, "postgres": SERVICES["postgres"]}
    docker.says("compose config", json.dumps({"name": "tmdb-pipeline", "services": named}))
    named["cli"] = {"image": "tmdb-pipeline/airflow:2"}
    docker.says(r"compose \S+ config", json.dumps({"name": "tmdb-pipeline", "services": named}))
    docker.says("^image inspect .* tmdb-pipeline/airflow:2", f"{NEW}\n")
    return stack / "backups" / ".upgrade-images.json"


def test_image_of_another_name_is_to_be_put_back_by_hand(ops, docker, airflow, renamed):
    """That name is not made to mean the old one; which it was is said, and it is kept."""
    fails(airflow)

    code, _, err = ops("upgrade", "--yes")

    assert (code, "Put tmdb-pipeline/airflow back into .env or compose.yaml before you start the" in err) == (1, True)
    assert not [line for line in docker.asked if re.search(r"^image rm|^tag .*airflow:2", line)]


def test_images_that_were_kept_go_once_nothing_runs_with_them(ops, docker, airflow, renamed):
    """By the start that takes the name of before; those of another stack stay, and those that a container has."""
    fails(airflow)
    assert ops("upgrade", "--yes")[0] == 1
    (kept,) = {line.split()[-1] for line in docker.asked if re.match(r"tag \S+ tmdb-upgrade/scheduler:", line)}
    assert kept.endswith(".tmdb-pipeline")
    docker.says("^image ls", f"{kept}\ntmdb-upgrade/scheduler:0123.other\n")

    docker.says("^inspect --format=...Config", "".join(f"{kept} {AIRFLOW}\n" for _ in WELL))
    assert ops("start")[0] == 0
    assert not [line for line in docker.asked if line.startswith("image rm")]

    docker.says("^inspect --format=...Config", "".join(f"tmdb-pipeline/airflow {AIRFLOW}\n" for _ in WELL))
    assert ops("start")[0] == 0
    assert [line for line in docker.asked if line.startswith("image rm")] == [f"image rm {kept}"]


def test_files_that_are_not_taken_back_are_said(ops, docker, airflow):
    """The old runs by the compose.yaml of the new, which only its user can put back; what is as it was is not said."""
    fails(airflow)
    docker.says("config --hash", "api-server new\nscheduler same\ncheck x\n")
    docker.says("^inspect .*config-hash", "old\nof-postgres\nsame\n")

    code, _, err = ops("upgrade", "--yes")

    assert (
        code,
        err.endswith(
            f"{BACK} But what compose.yaml and .env say of api-server is not what they said when it was started, and "
            "it runs by that: put back what was there, then run tmdb-ops start.\n"
        ),
    ) == (1, True)


def test_backup_is_made_by_the_old_image(ops, docker, renamed, monkeypatch):
    """The service that makes it never ran, and has the image of those that did."""
    seen = []

    def make(stack, *_):
        seen.append((stack.more["COMPOSE_FILE"], json.loads(renamed.read_text())["services"]))
        return {"made": "tmdb-backup-1.tar"}

    monkeypatch.setattr("tmdb_pipeline.ops.backup.in_stack.do", make)

    assert ops("upgrade", "--yes")[0] == 0
    ((files, override),) = seen
    assert [name.rpartition("/")[2] for name in files.split(":")] == [
        "compose.yaml",
        "compose.override.yaml",
        ".upgrade-images.json",
    ]
    assert override["cli"] == override["scheduler"]
    assert override["cli"]["image"].startswith("tmdb-upgrade/")


@pytest.fixture
def interrupted(ops, docker, during, airflow):
    """An upgrade that was interrupted while its run went on."""

    def press():
        raise KeyboardInterrupt

    running = run(MONITORING, RUN, "running", ended=None)
    airflow.answers[f"GET dags/{MONITORING}/dagRuns/{RUN}"] = [running, run(MONITORING, RUN)]
    during.append(press)
    code, _, err = ops("upgrade", "--yes")
    assert (code, err) == (130, f"The upgrade was interrupted: {UNDO}")


def test_interrupted_upgrade_is_finished_by_the_next_call(ops, docker, interrupted, journal):
    """Nothing else may begin before; nothing is asked, and no other backup is made."""
    for command in (["start"], ["restart"], ["restore", "--undo"]):
        assert ops(*command)[::2] == (7, f"An upgrade was interrupted here: {UNDO}")
    earlier = len(docker.asked)

    assert ops("upgrade")[0] == 0
    assert [line for line in docker.asked[earlier:] if line.startswith((DO, "compose build", "compose up"))] == [UP]
    assert not journal.exists()


def test_interrupted_upgrade_is_taken_back(ops, interrupted, journal):
    """Where somebody wants that."""
    code, out, err = ops("upgrade", "--undo")

    assert (code, err, journal.exists()) == (0, "", False)
    assert out.endswith(f"The upgrade has failed: it was interrupted. {BACK}\n")
    assert ops("upgrade", "--undo")[1] == "No upgrade was interrupted here.\n"


@pytest.fixture
def killed(ops, docker, journal, monkeypatch, capsys):
    """An upgrade that was killed while it made its backup."""

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("tmdb_pipeline.ops.backup.in_stack.do", die)
        with pytest.raises(SystemExit):
            ops("upgrade", "--yes")
    capsys.readouterr()
    assert json.loads(journal.read_text())["phase"] == "preparing"
    docker.runs(*WELL[:3], container("scheduler", "exited"))
    docker.says("compose up", times=1)


def test_upgrade_that_had_changed_nothing_is_taken_back(ops, docker, killed, journal):
    """What it had stopped is started again."""
    code, out, _ = ops("upgrade", "--undo")

    assert (code, out) == (0, "The upgrade that was interrupted had changed nothing: all is as it was before.\n")
    assert (UP in docker.asked, journal.exists()) == (True, False)


def test_upgrade_that_had_changed_nothing_begins_anew(ops, docker, killed, journal):
    """By the next call, after that."""
    docker.runs(*WELL)

    code, out, _ = ops("upgrade")

    assert (code, out.startswith("The upgrade that was interrupted had changed nothing: it begins anew.\n")) == (
        0,
        True,
    )


def test_upgrades_are_in_the_log_of_operations(ops, airflow, monkeypatch):
    """One that has failed as well; what has changed nothing is not in it."""
    given = []
    inside = Stack.inside

    def noting(self, *command, **options):
        if command[-1] == "note":
            given.append(msgspec.json.decode(options["given"], type=Operation))
        return inside(self, *command, **options)

    monkeypatch.setattr(Stack, "inside", noting)
    assert ops("upgrade", "--yes")[0] == 0
    fails(airflow)
    assert ops("upgrade", "--yes")[0] == 1

    assert [(each.action, each.outcome) for each in given] == [
        (Action.UPGRADE, Outcome.DONE),
        (Action.UPGRADE, Outcome.FAILED),
    ]


def test_going_back_that_fails_is_gone_on_with(ops, docker, airflow, journal):
    """It is said why, and which backup has the data."""
    fails(airflow)
    docker.says(f"{DO} restore", json.dumps({"error": "The disk is full.", "status": 8}), status=8, times=1)

    code, _, err = ops("upgrade", "--yes")
    assert code == 5
    assert err.endswith(
        "It cannot be taken back: The disk is full. Mend that, then run tmdb-ops upgrade --undo; the data of before is "
        "tmdb-backup-1.tar.\n"
    )
    code, _, err = ops("upgrade")
    assert (code, err.endswith(f"{BACK}\n"), journal.exists()) == (1, True, False)


def test_old_that_does_not_run_is_not_called_back(ops, docker, airflow):
    """A container of another image than before."""
    fails(airflow)
    docker.says("^inspect --format=...Config", "".join(f"x {NEW}\n" for _ in WELL))
    docker.says("^inspect --format=...Config", "".join(f"tmdb-pipeline/airflow {AIRFLOW}\n" for _ in WELL), times=1)

    code, _, err = ops("upgrade", "--yes")

    assert (code, "scheduler does not run with the image of before" in err) == (5, True)


def test_journal_that_cannot_be_read_is_said(ops, journal):
    """Nobody knows how far it was."""
    journal.parent.mkdir()
    journal.write_text("{")

    code, _, err = ops("upgrade", "--yes")

    assert (code, "cannot be read" in err, err.count("\n")) == (2, True, 1)


def test_journal_that_cannot_be_written_begins_nothing(ops, docker, stack, monkeypatch):
    """Where the folder of backups is a file, or its disk is full."""
    (stack / "backups").write_text("")
    assert (ops("upgrade", "--yes")[0], done(docker)) == (2, [])

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    (stack / "backups").unlink()
    with monkeypatch.context() as patched:
        patched.setattr("tmdb_pipeline.ops.upgrade.journal.disk.write", full)
        code, _, err = ops("upgrade", "--yes")

    assert (code, "cannot be written: No space left on device. Mend that, or name another as BACKUPS" in err) == (
        2,
        True,
    )
    assert (stopped(docker), [line for line in docker.asked if line.startswith("tag")]) == (False, [])


def test_ctrl_c_before_anything_is_begun_leaves_nothing(ops, docker, journal, monkeypatch):
    """There is nothing to be finished, or to be taken back."""

    def press(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tmdb_pipeline.ops.upgrade.upgrade.look", press)

    code, _, err = ops("upgrade", "--yes")

    assert (code, "--undo" in err, journal.exists(), stopped(docker)) == (130, False, False, False)


def test_old_images_are_kept_where_their_name_is_gone(ops, docker, renamed):
    """Nothing else refers to them any more, and the services still run with them."""
    docker.says("compose build", err="no space left on device", status=1)

    assert ops("upgrade", "--yes")[0] == 8
    assert not [line for line in docker.asked if line.startswith("image rm")]


def test_stack_that_has_stopped_meanwhile_is_taken_back(ops, docker, interrupted, journal):
    """What does not run need not be stopped."""
    docker.runs(*(one if one["Service"] == "postgres" else container(one["Service"], "exited") for one in WELL))
    earlier = len(docker.asked)

    code, out, _ = ops("upgrade", "--undo")

    assert (code, out.endswith(f"{BACK}\n"), journal.exists()) == (0, True, False)
    assert not [line for line in docker.asked[earlier:] if " stop " in line]
