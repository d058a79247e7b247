"""`personsvar restore DIR`: a backup is put into an empty database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from personsvar.backup.backup_folder import BackupFolder
from personsvar.backup.restoring import BackupRestorer, Restored
from personsvar.bootstrap import begin, make_folders, master_key
from personsvar.cli.backup import Named, told
from personsvar.cli.db import SKIPPED
from personsvar.cli.opening import check_database, database_faults
from personsvar.cli.printing import print_line
from personsvar.mailbox.errors import MailboxError
from personsvar.settings.all_settings import Settings
from personsvar.settings.loading import load
from personsvar.storage.backup.restore_target import what_is_in
from personsvar.storage.keys import InstallationKeys

app = typer.Typer(invoke_without_command=True)


@app.callback(context_settings={"allow_interspersed_args": True})
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of backups.")],
    *,
    name: Named = None,
    overwrite: Annotated[bool, typer.Option(help="Remove all that is in the database first.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask whether to remove it.")] = False,
    give_up_waiting: Annotated[
        bool, typer.Option("--give-up-waiting", help="Notices that waited then are not sent any more.")
    ] = False,
    skip: Annotated[
        int, typer.Option("--skip-ids", min=1, metavar="COUNT", help="Ids that are skipped.")
    ] = SKIPPED,
) -> None:
    """Put a backup into an empty database, all of it checked first. Stop the services before."""
    settings = load()
    check_database(settings)
    begin(settings, least="info")
    make_folders(settings)
    if overwrite and not yes:
        _ask(settings)
    keys = InstallationKeys(master_key(settings))
    with told(folder) as tell, database_faults():
        restorer = BackupRestorer(settings.database, BackupFolder(folder), keys, _now, tell)
        done = restorer.restore(name, overwrite=overwrite, skip=skip, give_up=give_up_waiting)
    _tell_of(done, skip)


def _ask(settings: Settings) -> None:
    with database_faults():
        occupied = what_is_in(settings.database)
    if occupied and not typer.confirm(
        f"The database has {', '.join(occupied)}. Are the services stopped, and shall all of it go for good?"
    ):
        raise MailboxError("nothing was changed")


def _tell_of(done: Restored, skip: int) -> None:
    manifest, settled = done.manifest, done.settled
    print_line(
        f"{manifest.name}: {manifest.rows_of('subscribers')} subscribers, {manifest.rows_of('messages')} "
        f"messages and {manifest.recordings.count} recordings are there again, "
        f"as of {manifest.taken_at:%Y-%m-%d %H:%M:%SZ}."
    )
    print_line(f"{skip} ids are skipped: what comes in now has an id that was never given.")
    if settled.given_up:
        print_line(f"{settled.given_up} notices that waited then are given up (notice list --status dead).")
    elif settled.waiting:
        print_line(f"{settled.waiting} notices waited then: those that are not too old are sent once more.")


def _now() -> datetime:
    return datetime.now(UTC)
