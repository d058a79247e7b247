"""`personsvar secrets make`: the secrets of a new installation, as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import typer

from personsvar import durable
from personsvar.cli import CannotStartError
from personsvar.cli.printing import print_line
from personsvar.cli.secret_folders import WANTED, distribute, services_in
from personsvar.encryption.master_key import name_of, new_line
from personsvar.encryption.vault import new_key
from personsvar.settings import secret_values
from personsvar.visual.self_signed import self_signed

app = typer.Typer(no_args_is_help=True)

TOKEN_BYTES = 32
PASSWORD, DATABASE = "database_password", "database_url"
MASTER_KEY = "master_key"
OF_THE_SWITCH = "fastagi_secret"
"""The service has it too: the file is for the group they share."""


Folder = Annotated[Path, typer.Argument(help="Where they are kept, readable by the service alone.")]
DealTo = Annotated[
    Path | None,
    typer.Option("--deal", metavar="FOLDER", help="Then each service's folder in it gets those it needs."),
]


@app.callback()
def secrets() -> None:
    """The secrets of an installation, as files."""


@app.command()
def make(
    folder: Folder,
    database: Annotated[str, typer.Option(help="PostgreSQL: host[:port]/name.")] = "postgres/personsvar",
    deal_to: DealTo = None,
) -> None:
    """Make those there are none of yet; what is there stays as it is. Safe to run again."""
    _must_be_there(folder)
    if deal_to is not None:
        _must_be_there(deal_to)
        if not services_in(deal_to):
            raise CannotStartError(
                f"{deal_to}: nothing can be dealt, it holds no service's folder: {', '.join(WANTED)}"
            )
    with _faults(folder):
        for name in _made(folder, database):
            print_line(f"{folder / name}: made")
        for file in distribute(folder, deal_to) if deal_to else ():
            print_line(f"{file}: {'dealt' if file.exists() else 'removed'}")


@app.command("new-master-key")
def new_master_key(folder: Folder, deal_to: DealTo = None) -> None:
    """Put another master key before those there are: `personsvar encryption rotate` takes it into use."""
    _must_be_there(folder)
    with _faults(folder):
        file = folder / MASTER_KEY
        lines = [new_line(), *(secret_values.content(file).split() if file.exists() else ())]
        _write_master_keys(file, lines, deal_to)
    print_line(f"{file}: {name_of(lines[0])} stands first, {len(lines) - 1} behind it")


@app.command("keep-master-key")
def keep_master_key(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="As `personsvar encryption show` tells it.")],
    deal_to: DealTo = None,
) -> None:
    """Remove all master keys but this one. What they alone unwrap, like older backups, is lost with them."""
    _must_be_there(folder)
    with _faults(folder):
        file = folder / MASTER_KEY
        lines = secret_values.content(file).split()
        kept = [line for line in lines if name_of(line) == name]
        if not kept:
            raise CannotStartError(f"{file}: holds no key of that name; nothing was changed")
        _write_master_keys(file, kept, deal_to)
    print_line(f"{file}: {len(lines) - len(kept)} removed")


def _write_master_keys(file: Path, lines: list[str], deal_to: Path | None) -> None:
    durable.write(file, "".join(f"{line}\n" for line in lines).encode())
    for changed in distribute(file.parent, deal_to) if deal_to else ():
        print_line(f"{changed}: dealt")


@contextmanager
def _faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as wrong:
        raise CannotStartError(f"{wrong.filename or folder}: {wrong.strerror}") from wrong
    except UnicodeDecodeError as wrong:
        raise CannotStartError(f"{folder}: holds a secret that is not text in UTF-8") from wrong


def _must_be_there(folder: Path) -> None:
    if not folder.is_dir():
        what = "should be a folder, and is a file" if folder.exists() else "there is no such folder"
        raise CannotStartError(f"{folder}: {what}")


def _made(folder: Path, database: str) -> Iterator[str]:
    """Make what is missing; yields the names of what was made.

    The database's password is made with its URL only: one that stands alone is of a database somewhere else.
    """
    wanted: list[tuple[str, Callable[[], str]]] = [
        ("secret_key", new_key),
        (MASTER_KEY, new_line),
        ("api_token", lambda: token_urlsafe(TOKEN_BYTES)),
        (OF_THE_SWITCH, lambda: token_urlsafe(TOKEN_BYTES)),
    ]
    if not _there(folder / DATABASE):
        wanted.append((PASSWORD, lambda: token_urlsafe(TOKEN_BYTES)))
        wanted.append((DATABASE, lambda: _database_url(folder, database)))
    for name, content in wanted:
        if not _there(folder / name):
            durable.write(folder / name, content().encode() + b"\n", shared=name == OF_THE_SWITCH)
            yield name
    if not (folder / "visual.pem").exists():
        self_signed(folder)
        yield "visual.pem, visual.key (signed by themselves: to try things with)"


def _database_url(folder: Path, database: str) -> str:
    password = secret_values.content(folder / PASSWORD)
    return f"postgresql://personsvar:{password}@{database}"


def _there(file: Path) -> bool:
    """A file that holds nothing is no secret: the operator has to say what becomes of it."""
    if not file.exists():
        return False
    if not secret_values.content(file):
        raise CannotStartError(f"{file}: is empty; remove it to have one made")
    return True
