"""`personsvar subscriber export` and `empty`: all there is of a subscriber, as one file; and gone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from personsvar.archive.data_archive import DataArchive
from personsvar.cli import CannotStartError
from personsvar.cli.acting import typist
from personsvar.cli.arguments import Given
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_line
from personsvar.gateways.files.outbox_tidying import tidy_files
from personsvar.intake import purge
from personsvar.mailbox.emptying import empty_mailbox
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.own_data import take_out
from personsvar.mailbox.provision import find_subscriber


def export(
    number: Given,
    where: Annotated[
        Path,
        typer.Argument(metavar="FILE|FOLDER", help="A zip file that is not there yet, or a folder for it."),
    ],
) -> None:
    """Write all that is kept of a subscriber to a zip file: what he has a right to."""
    services = open_application().services
    owner = find_subscriber(services, number)
    data = take_out(services, owner.number, by=typist())
    archive = DataArchive(data, owner, services.clock.now())
    file = where / archive.name if where.is_dir() else where
    _write(file, archive.pieces())
    print_line(f"All there is of {owner.number} is in {file}.")


def empty(
    number: Given, yes: Annotated[bool, typer.Option("--yes", help="Without it nothing is removed.")] = False
) -> None:
    """Remove all there is of a subscriber; the subscription stays, with an empty mailbox."""
    application = open_application()
    owner = find_subscriber(application.services, number)
    if not yes:
        raise MailboxError("this removes every message, greeting and setting: say --yes")
    before = empty_mailbox(application.services, owner.number, by=typist())
    purge(application.services, application.takes.spool, before)
    tidy_files(application.services, application.settings.outbox_folder)
    print_line(f"Nothing is left of {owner.number} but the subscription.")


def _write(file: Path, pieces: Iterable[bytes]) -> None:
    """For its owner alone, whole under its name or not there at all."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if file.exists():
            raise CannotStartError(f"{file}: is there already")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for piece in pieces:
                out.write(piece)
        half.rename(file)
    except OSError as wrong:
        raise CannotStartError(f"{file}: {wrong.strerror}") from wrong
    finally:
        half.unlink(missing_ok=True)
