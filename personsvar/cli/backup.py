"""`personsvar backup …`: all that is kept, in a folder, while calls go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from personsvar import logs
from personsvar.backup.backup_folder import BackupFolder, KeptBackup
from personsvar.backup.backup_making import BackupMade, BackupMaker
from personsvar.backup.checking import damages, strangers
from personsvar.backup.refusals import BackupDamagedError
from personsvar.bootstrap import begin, make_folders, objects_of
from personsvar.cli import CannotStartError
from personsvar.cli.backup_progress import ProgressShown
from personsvar.cli.opening import check_database, check_version, database_faults, require_database
from personsvar.cli.printing import print_json, print_line, print_table, stamp, warn
from personsvar.mailbox.errors import MailboxError, RecordingsAwayError
from personsvar.settings.loading import load

KEEP = 7
_MAKE = "make"


class BackupGroup(TyperGroup):
    """`backup DIR` makes one: what names no command is the folder."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = [_MAKE, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=BackupGroup, no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of backups.")]
Named = Annotated[
    str | None, typer.Option("--backup", metavar="NAME", help="Which one; else the newest (backup list).")
]


@app.command(_MAKE)
def make(
    folder: Folder,
    keep: Annotated[int, typer.Option(min=1, metavar="COUNT", help="So many stay, with this one.")] = KEEP,
) -> None:
    """Make a backup: all rows, and the recordings that DIR has not yet. `personsvar backup DIR` is enough."""
    settings = load()
    check_database(settings)
    require_database(settings)
    begin(settings, least="info")
    make_folders(settings)
    check_version(settings)
    with told(folder) as tell, database_faults(), _recordings_there():
        objects = objects_of(settings)
        made = BackupMaker(settings.database, BackupFolder(folder), _now, tell, objects).make(keep=keep)
    _tell_of(made)


@app.command()
def verify(folder: Folder, name: Named = None) -> None:
    """Read all of a backup, and tell whether it is what was written. No database is asked, and no setting."""
    logs.set_up(level="info", personal="drop", key=b"")
    backups = BackupFolder(folder)
    with told(folder) as tell:
        backup = backups.named(name)
        with backups.locked(alone=False):
            found = [*damages(backups, backup, tell), *strangers(backups)]
    if found:
        raise MailboxError("\n".join(found))
    manifest = backup.manifest()
    print_line(f"{backup.name}: {manifest.recordings.count} recordings and all rows are what was written.")


@app.command("list")
def list_(
    folder: Folder,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")] = False,
) -> None:
    """List the backups there are, the oldest first."""
    backups = BackupFolder(folder)
    with told(folder):
        backups.must_be_there()
        rows = [row for backup in backups.kept() if (row := _row(backup)) is not None]
    if as_json:
        print_json(rows)
        return
    print_table(list(rows[0]) if rows else ["name"], [list(row.values()) for row in rows])


def _row(backup: KeptBackup) -> dict[str, object] | None:
    """None: it is damaged, which is told."""
    try:
        manifest = backup.manifest()
    except BackupDamagedError as damaged:
        warn(str(damaged))
        return None
    return {
        "name": backup.name,
        "taken_at": stamp(manifest.taken_at),
        "version": manifest.version,
        "database": manifest.database,
        "subscribers": manifest.rows_of("subscribers"),
        "messages": manifest.rows_of("messages"),
        "recordings": manifest.recordings.count,
        "bytes": manifest.bytes,
        "master_keys": list(manifest.master_keys),
    }


@contextmanager
def told(folder: Path) -> Iterator[ProgressShown]:
    """What the disk refuses is a line."""
    shown = ProgressShown()
    try:
        yield shown
    except OSError as wrong:
        raise CannotStartError(f"{wrong.filename or folder}: {wrong.strerror}") from wrong
    finally:
        shown.done()


@contextmanager
def _recordings_there() -> Iterator[None]:
    """It is not the database that is away."""
    try:
        yield
    except RecordingsAwayError as away:
        raise CannotStartError(f"{away.what}: {away}") from away


def _tell_of(made: BackupMade) -> None:
    manifest = made.manifest
    print_line(
        f"{made.kept.folder}: {manifest.rows_of('subscribers')} subscribers, "
        f"{manifest.rows_of('messages')} messages, {manifest.recordings.count} recordings "
        f"({made.copied} copied now)."
    )
    if manifest.left_out:
        print_line(f"{manifest.left_out} that were removed while it was made are not in it.")
    for name in made.dropped:
        print_line(f"{name} is not kept any more.")


def _now() -> datetime:
    return datetime.now(UTC)
