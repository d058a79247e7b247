"""Opening the house for a command: settings checked, log set up, a database of the right version."""

from __future__ import annotations

from personsvar import storage
from personsvar.bootstrap import House, begin, make_folders
from personsvar.cli import CannotStartError, at_the_end
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.settings import Settings, load

UPGRADE = "run `personsvar db upgrade`"


def open_house(*, upgrade: bool = False, quiet: bool = True) -> House:
    """It is closed when the command ends.

    `upgrade`: an embedded database is made and brought up to date by itself; another never is.

    `quiet`: a command's log holds warnings only; a service's, what the setting says.
    """
    settings = load()
    begin(settings, least="warning" if quiet else settings.log_level)
    make_folders(settings)
    if upgrade and settings.embedded:
        storage.upgrade(settings.database)
    check_version(settings)
    house = House(settings)
    at_the_end(house.close)
    return house


def check_version(settings: Settings) -> None:
    """Raise CannotStartError when the database is of another version than the program."""
    try:
        current = storage.is_current(settings.database)
    except StoreUnavailableError as away:
        hint = f"; if it was never made, {UPGRADE}" if settings.embedded else ""
        raise CannotStartError(f"the database can't be reached: {away}{hint}") from away
    except ValueError as wrong:
        raise CannotStartError(f"PERSONSVAR_DATABASE_URL: {wrong}") from wrong
    if not current:
        raise CannotStartError(f"the database is not of this version: {UPGRADE}")
