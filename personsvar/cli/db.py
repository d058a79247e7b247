"""`personsvar db …`: the database's version."""

from __future__ import annotations

import typer

from personsvar import storage
from personsvar.bootstrap import begin, make_folders
from personsvar.cli import CannotStartError
from personsvar.cli.house import check_version
from personsvar.cli.printing import say
from personsvar.settings import Settings, load

app = typer.Typer(no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Make the database, or bring it up to date, all or nothing. Safe to run again."""
    settings = _settings()
    try:
        storage.upgrade(settings.database)
    except ValueError as wrong:
        raise CannotStartError(f"PERSONSVAR_DATABASE_URL: {wrong}") from wrong
    say(f"The database is up to date (version {storage.current(settings.database)}).")


@app.command()
def check() -> None:
    """Tell whether the database is of this program's version."""
    check_version(_settings())
    say("The database is up to date.")


def _settings() -> Settings:
    settings = load()
    begin(settings, least="warning")
    make_folders(settings)
    return settings
