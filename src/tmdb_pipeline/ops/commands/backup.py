"""``tmdb-ops backup``, ``restore`` and ``backups``: make one, put one back, see and prove those that are there."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.ops.backup import in_stack
from tmdb_pipeline.ops.backup.archives import retention
from tmdb_pipeline.ops.backup.archives.archive import Archive
from tmdb_pipeline.ops.backup.archives.sealing import unseal
from tmdb_pipeline.ops.backup.archives.shelf import Listed, Shelf
from tmdb_pipeline.ops.backup.site import PASSPHRASE
from tmdb_pipeline.ops.commands.options import Json
from tmdb_pipeline.ops.errors import Misused
from tmdb_pipeline.ops.output import Output, table
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.ops.times import when
from tmdb_pipeline.ops.upgrade import journal

Name = Annotated[str, typer.Argument(metavar="[NAME]", help="Its name or path; latest is the newest.")]


def add(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    shelf = typer.Typer(help="See, prove and remove backups.", no_args_is_help=True)
    for name, run in (("list", show), ("verify", verify), ("prune", prune), ("secrets", secrets)):
        shelf.command(name)(run)
    app.add_typer(shelf, name="backups")


def backup(context: typer.Context, *, as_json: Json = False) -> None:
    """Back up metadata, warehouse, data root and secrets as one archive; also while runs are under way.

    Secrets are encrypted with BACKUP_PASSPHRASE in .env, and left out where that is empty.
    """
    place: Place = context.obj
    out = Output(as_json=as_json)
    with place.stack.locked("backed up"):
        told = in_stack.do(place.stack, in_stack.shelf(place.stack).folder, "make")

    def draw(console: Console) -> None:
        console.print(f"{told['made']} is whole, {_size(told['size'])}.", highlight=False)
        for sentence in told["absent"]:
            console.print(sentence, style="yellow", highlight=False)

    out.show(told, draw)


def restore(
    context: typer.Context,
    *,
    name: Name = "latest",
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="FOLDER", help="Into the stack of another folder, beside this one."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Complete a restore that was interrupted.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take a restore back that was interrupted.")] = False,
    other_key: Annotated[
        bool, typer.Option("--other-key", help="Though this FERNET_KEY cannot read the Connections in it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of what is there: all of it, or nothing.

    It is proved whole and made beside what is there; then Airflow, which is stopped meanwhile, starts on it.
    """
    place: Place = context.obj
    target = Place(into).stack if into else place.stack
    out = Output(as_json=as_json)
    if resume and undo:
        raise Misused("--resume and --undo cannot both be: complete the restore, or take it back.")
    if resume or undo:
        arguments, folder = ["settle", *["--undo"] * undo], in_stack.shelf(target).folder
    else:
        path = in_stack.shelf(place.stack).named(name)
        Archive(path)
        arguments, folder = ["restore", path.name, *["--other-key"] * other_key], path.parent.absolute()
        _ask(out, f"Replace what is in the stack in {target.path} by {path.name}?", yes=yes)
    with target.locked("restored"):
        journal.refuse_unfinished(target)
        told = in_stack.restore(target, folder, arguments)

    def draw(console: Console) -> None:
        if "settled" in told:
            console.print(told["settled"] or "No restore was interrupted here.", highlight=False)
            return
        compared = table("what is the same", "tables, files", "rows, bytes", right=("tables, files", "rows, bytes"))
        for part, things, size in told["compared"]:
            compared.add_row(part, f"{things:,}", f"{size:,}")
        console.print(compared)
        console.print(f"{told['restored']} is restored, and the same as the backup by digest.", highlight=False)

    out.show(told, draw)


def show(context: typer.Context, *, as_json: Json = False) -> None:
    """List the backups, the newest first, and what bears the name of one and is none."""
    listed = _shelf(context).listed()

    def draw(console: Console) -> None:
        console.print(_listed(listed) if listed else "There is no backup yet: make one with tmdb-ops backup.")

    Output(as_json=as_json).show([_document(one) for one in listed], draw)


def verify(context: typer.Context, *, name: Name = "latest", as_json: Json = False) -> None:
    """Read a backup whole, and compare every byte with its digests."""
    archive = Archive(_shelf(context).named(name))
    archive.verify()
    document = {"verified": archive.path.name, "size": archive.size}
    sentence = f"{archive.path.name} is whole: {_size(archive.size)}, {_contents(archive)}."
    Output(as_json=as_json).show(document, lambda console: console.print(sentence, highlight=False))


def prune(
    context: typer.Context,
    *,
    days: Annotated[int, typer.Option(min=1, help="Keep the newest of each of so many days.")] = retention.DAYS,
    weeks: Annotated[int, typer.Option(min=0, help="And of each of so many weeks.")] = retention.WEEKS,
    as_json: Json = False,
) -> None:
    """Remove old backups, never the last whole one; each is read whole before another goes for it."""
    shelf = _shelf(context)
    with shelf.locked():
        removed, damaged = shelf.prune(days, weeks)
    document = {"removed": [path.name for path in removed], "damaged": [one.path.name for one in damaged]}

    def draw(console: Console) -> None:
        console.print(f"{len(removed)} backups are removed.", highlight=False)
        for one in damaged:
            console.print(one.trouble, style="red", highlight=False)

    Output(as_json=as_json).show(document, draw)


def secrets(context: typer.Context, *, name: Name = "latest") -> None:
    """Print the secrets in a backup as lines for .env; asks for the passphrase, or takes BACKUP_PASSPHRASE."""
    place: Place = context.obj
    archive = Archive(in_stack.shelf(place.stack).named(name))
    archive.verify()
    if not archive.has("secrets.json"):
        raise Misused(f"{archive.path.name} holds no secrets: it was made without a passphrase.")
    passphrase = place.stack.settings.get(PASSPHRASE) or typer.prompt("Passphrase", hide_input=True, err=True)
    for key, value in sorted(unseal(archive.read("secrets.json"), passphrase).items()):
        typer.echo(f"{key}={value}")


def _shelf(context: typer.Context) -> Shelf:
    place: Place = context.obj
    return in_stack.shelf(place.stack)


def _ask(out: Output, question: str, *, yes: bool) -> None:
    if yes:
        return
    if not out.is_terminal:
        raise Misused("A restore replaces what is there: say --yes where nobody can be asked.")
    typer.confirm(question, abort=True)


def _listed(listed: list[Listed]) -> Table:
    drawn = table("backup", "made", "size", "what is in it", right=("size",))
    for one in listed:
        if one.archive:
            made = when(one.archive.manifest.made_at, SystemClock().now())
            drawn.add_row(one.path.name, made, _size(one.archive.size), _contents(one.archive))
        else:
            drawn.add_row(one.path.name, "", "", one.trouble, style="red")
    return drawn


def _contents(archive: Archive) -> str:
    manifest = archive.manifest
    files = [f"{manifest.data_root.files:,} files"] if manifest.data_root else []
    kept = [f"{len(manifest.secrets)} secrets"] if manifest.secrets else ["no secrets"]
    return ", ".join([*manifest.databases, *files, *kept])


def _document(one: Listed) -> dict[str, Any]:
    if one.archive is None:
        return {"name": one.path.name, "trouble": one.trouble}
    manifest = one.archive.manifest
    return {
        "name": one.path.name,
        "made_at": manifest.made_at,
        "size": one.archive.size,
        "databases": sorted(manifest.databases),
        "files": manifest.data_root.files if manifest.data_root else 0,
        "secrets": manifest.secrets,
        "absent": manifest.absent,
    }


def _size(size: int) -> str:
    return f"{size / 2**20:,.1f} MiB"
