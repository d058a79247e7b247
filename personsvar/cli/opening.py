"""What a command needs before its work: settings checked, log set up, a database of the right version."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from personsvar import storage
from personsvar.bootstrap import (
    OUTBOX_CONNECTIONS,
    Application,
    begin,
    has_master_key,
    make_folders,
    master_key,
)
from personsvar.cli import CannotStartError, at_the_end
from personsvar.encryption.master_key import MasterKeyFile
from personsvar.mailbox.errors import (
    MasterKeyError,
    RecordingsAwayError,
    RecordingsRefusedError,
    StoreUnavailableError,
)
from personsvar.object_store import WrongPlaceError
from personsvar.running.open_files import raise_limit
from personsvar.settings.all_settings import Settings
from personsvar.settings.loading import load
from personsvar.storage import moving, versions
from personsvar.storage.connection_room import connection_room
from personsvar.storage.encrypting import check_keys
from personsvar.storage.faults import WrongEncodingError
from personsvar.storage.keys import InstallationKeys
from personsvar.storage.versions import Age

log = logging.getLogger(__name__)

UPGRADE = "run `personsvar db upgrade`"
LISTENING = 1
"""The connection on which news comes."""
OF_TRANSCRIBER = 2 * OUTBOX_CONNECTIONS
"""Of its lane; in one process with a notifier they are the same."""
OF_NOTIFIER = 2 * OUTBOX_CONNECTIONS + LISTENING
"""What a notifier may open beside its store's connections; a visual listens, and an ivr has none more."""


def open_application(
    *, upgrade: bool = False, quiet: bool = True, notifier: bool = False, transcriber: bool = False
) -> Application:
    """It is closed when the command ends.

    `upgrade`: an embedded database is made and brought up to date by itself; another never is.

    `quiet`: a command's log holds warnings only; a service's, what the setting says.

    `notifier`: it speaks with gateways. Whatever else runs need not be able to read their secrets.

    `transcriber`: it speaks with the engine that writes messages down. So it is with that one's secret.
    """
    settings = load(notifier=notifier, transcriber=transcriber)
    check_database(settings)
    if not upgrade:
        require_database(settings)
    begin(settings, least="warning" if quiet else settings.log_level)
    if not quiet:
        raise_limit(calls=settings.max_calls, connections=settings.http_connections)
    make_folders(settings)
    if upgrade and settings.embedded:
        upgrade_database(settings)
    check_version(settings)
    check_pooler(settings)
    application = Application(settings)
    at_the_end(application.close)
    if not quiet:
        check_encryption(application)
        check_recordings(application)
    return application


def check_database(settings: Settings) -> None:
    """Raise CannotStartError where the database can't be, whoever might answer there."""
    with database_faults(named=settings.database_url is not None):
        storage.check(settings.database)
        storage.check(settings.pooled_database)
        if settings.replica is not None:
            storage.check(settings.replica)


def require_database(settings: Settings) -> None:
    """Raise CannotStartError where the embedded database is not: before anything is made in its place."""
    with database_faults():
        file = storage.embedded_file(settings.database) if settings.embedded else None
    if file is None or file.exists():
        return
    raise CannotStartError(
        f"there is no database {file.absolute()}: run this in the folder where the service runs, "
        f"or set PERSONSVAR_STATE to its state folder (for a new installation {UPGRADE})"
    )


def check_version(settings: Settings) -> None:
    """Raise CannotStartError when the database is of another version than the program."""
    with database_faults():
        found = versions.standing(settings.database)
    if found.age is Age.NEWER:
        raise CannotStartError(versions.newer(found))
    if found.age is Age.OLDER:
        raise CannotStartError(f"{versions.older(found)}: {UPGRADE}")
    if found.age is Age.EMPTY:
        raise CannotStartError(f"the database has no tables yet: {UPGRADE}")


def check_pooler(settings: Settings) -> None:
    """Raise CannotStartError when time-outs or durability do not hold behind it: later nobody would tell."""
    if not settings.has_pooler:
        return
    with database_faults():
        found = storage.unsettled(settings.pooled_database)
    if found:
        raise CannotStartError(
            f"behind the pooler {', '.join(found)}: `personsvar db upgrade` puts on the role what "
            "should hold; then RECONNECT on the pooler's console"
        )


def upgrade_database(settings: Settings) -> None:
    """Raise CannotStartError when it can't be."""
    with database_faults():
        storage.upgrade(settings.database, lambda: keys_of_new(settings))
        if settings.has_pooler:
            storage.settle_role(settings.database)


def keys_of_new(settings: Settings) -> InstallationKeys | None:
    """A new installation's recordings are encrypted wherever there is a master key, or one can be made."""
    return InstallationKeys(master_key(settings)) if has_master_key(settings) else None


def check_encryption(application: Application) -> None:
    """Raise CannotStartError when recordings are encrypted, and their key can't be had."""
    with database_faults():
        given = master_key(application.settings)
        if application.settings.master_key_file is not None and isinstance(given, MasterKeyFile):
            given.keys()
        check_keys(application.store)


def tell_connections(application: Application, *, more: int = 0) -> None:
    """How many this process may open, and whether PostgreSQL has them; a pooler would deal them out.

    `more`: beside those of its store. It is told once nothing keeps the service from starting any more: who
    sets something wrong reads one line.
    """
    settings = application.settings
    if settings.embedded or settings.has_pooler:
        return
    most = 2 * settings.database_connections + more
    with database_faults():
        room = connection_room(application.store)
    free = room.allowed - room.in_use
    if most > free:
        log.warning(
            "PostgreSQL may refuse connections: up to %d here, %d of %d are free", most, free, room.allowed
        )
    else:
        log.info("connections to PostgreSQL: up to %d here, %d of %d are free", most, free, room.allowed)


def check_recordings(application: Application) -> None:
    """Raise CannotStartError when the object store of recordings is not named right, or not at all.

    One that is away is waited for: what callers say meanwhile is in the spool.
    """
    objects = application.objects
    if objects is None:
        with database_faults():
            if moving.any_in_objects(application.store):
                raise CannotStartError(
                    "recordings are in an object store, and none is named: set PERSONSVAR_OBJECTS_URL "
                    "(docs/recordings.md)"
                )
        return
    with object_faults():
        try:
            objects.try_out()
        except RecordingsRefusedError:
            raise
        except RecordingsAwayError:
            return  # the log tells


@contextmanager
def object_faults() -> Iterator[None]:
    """What is wrong with the object store, in a line that says what to do."""
    try:
        yield
    except (WrongPlaceError, RecordingsRefusedError) as wrong:
        raise CannotStartError(f"PERSONSVAR_OBJECTS_…: {wrong}") from wrong


@contextmanager
def database_faults(*, named: bool = True) -> Iterator[None]:
    """What is wrong with the database, in a line that says what to do.

    `named`: it has a setting of its own; else it lies in the state folder.
    """
    try:
        yield
    except (WrongEncodingError, ValueError) as wrong:
        raise CannotStartError(f"PERSONSVAR_{'DATABASE_URL' if named else 'STATE'}: {wrong}") from wrong
    except MasterKeyError as wrong:
        raise CannotStartError(str(wrong)) from wrong
    except RecordingsAwayError as away:
        raise CannotStartError(f"{away.what}: {away}") from away
    except StoreUnavailableError as away:
        raise CannotStartError(f"the database can't be reached: {away}") from away
    except versions.WrongVersionError as wrong:
        raise CannotStartError(str(wrong)) from wrong
