"""`personsvar db …`: the database's version, and what is to be done after a restore."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from personsvar import storage
from personsvar.bootstrap import begin, make_folders
from personsvar.cli.opening import (
    check_database,
    check_version,
    database_faults,
    require_database,
    upgrade_database,
)
from personsvar.cli.printing import print_line
from personsvar.mailbox.errors import MailboxError
from personsvar.settings.all_settings import Settings
from personsvar.settings.loading import load
from personsvar.storage import versions

app = typer.Typer(no_args_is_help=True)

SKIPPED = 1_000_000
IN_CLEAR = (
    "No master key is set, so recordings are not encrypted: docs/encryption.md tells how to turn it on."
)


@app.command()
def upgrade() -> None:
    """Make the database, or bring it up to date. Several may do it at once, and it may be done again."""
    settings = _settings()
    upgrade_database(settings)
    print_line(f"The database is up to date (version {storage.current(settings.database)}).")
    if not (settings.embedded or settings.names_a_master_key):
        print_line(IN_CLEAR)


@app.command()
def downgrade(yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False) -> None:
    """Take the database one version back, for the program of the version before; stop the services first."""
    settings = _settings(made=True)
    with database_faults():
        back = versions.way_back(settings.database)
    print_line(f"From version {back.now} to {back.before}. Messages, greetings and subscribers stay.")
    print_line(f"Lost for good: {back.loses}.")
    if not (yes or typer.confirm("Are the services stopped, and shall it be done?")):
        raise MailboxError("nothing was changed")
    with database_faults():
        versions.downgrade(settings.database)
    print_line(f"The database is of version {back.before} now: start the program of the version before.")


@app.command()
def partition() -> None:
    """Divide the ledger of a PostgreSQL into months, which are dropped whole once they are over.

    A new one is divided from the first. Services go on meanwhile; all of them have to be of this version.
    """
    settings = _settings(made=True)
    if settings.embedded:
        raise MailboxError("SQLite has no partitions: there what is over is deleted, notice by notice")
    check_version(settings)
    with database_faults():
        done = versions.partition(settings.database, datetime.now(UTC))
    print_line("The ledger is divided into months." if done else "The ledger was divided already.")


@app.command()
def restored(
    by: Annotated[int, typer.Option(min=1, metavar="COUNT", help="Ids that are skipped.")] = SKIPPED,
) -> None:
    """After a backup was restored, before the services start: no id is given a second time.

    Phones, links in e-mails and the operator's systems know messages by ids that the backup knows nothing of.
    """
    settings = _settings(made=True)
    check_version(settings)
    try:
        with database_faults():
            storage.raise_ids(settings.database, datetime.now(UTC), by=by)
    except OverflowError as wrong:
        raise MailboxError(str(wrong)) from wrong
    print_line(f"{by} ids are skipped: what comes in now has an id that was never given.")


@app.command()
def check() -> None:
    """Tell whether the database is of this program's version."""
    check_version(_settings(made=True))
    print_line("The database is up to date.")


def _settings(*, made: bool = False) -> Settings:
    """`made`: the database has to be there already."""
    settings = load()
    check_database(settings)
    if made:
        require_database(settings)
    begin(settings, least="warning")
    make_folders(settings)
    return settings
