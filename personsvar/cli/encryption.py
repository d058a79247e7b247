"""`personsvar encryption …`: recordings encrypted where they lie, on and off, and under another key."""

from __future__ import annotations

import time

import typer

from personsvar.bootstrap import Application, has_master_key
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_fields, print_line
from personsvar.cli.step_by_step import Pause, told
from personsvar.encryption.master_key import name_in
from personsvar.mailbox.errors import MailboxError
from personsvar.storage import encrypting, recoding

app = typer.Typer(no_args_is_help=True)


@app.command()
def show() -> None:
    """Show whether recordings are encrypted, how many are not yet, and which master key it takes."""
    application = open_application()
    now = encrypting.standing(application.store.unhurried())
    print_fields(
        {
            "encrypted": "yes" if now.is_on else "no: run `personsvar encryption bring-over`",
            "recordings_encrypted": now.sealed,
            "recordings_plain": now.plain,
            "mailbox_keys": now.mailbox_keys,
            "mailbox_keys_to_rotate": now.behind,
            "master_key": None if now.wrapped is None else name_in(now.wrapped),
        }
    )


@app.command("bring-over")
def bring_over() -> None:
    """Encrypt what comes in from now on, and then all there is, while calls go on. Safe to run again.

    Every service has to have the master key before.
    """
    application = open_application()
    _turn_on(application)
    store = application.store.unhurried()
    done = told(recoding.bring_over(store, Pause(time.monotonic, time.sleep)), "encrypted")
    left = encrypting.standing(store).plain
    print_line(f"{done} recordings were encrypted; {left} are plain still{_why_left(left)}.")


@app.command("take-back")
def take_back() -> None:
    """Encrypt no more, and store all there is as it was, while calls go on. Safe to run again."""
    store = open_application().store.unhurried()
    encrypting.turn_off(store)
    done = told(recoding.take_back(store, Pause(time.monotonic, time.sleep)), "stored as they were")
    left = encrypting.standing(store).sealed
    print_line(f"{done} recordings are stored as they were; {left} are encrypted still{_why_left(left)}.")


@app.command()
def rotate() -> None:
    """Make another key of the installation, under the first master key there is; the mailboxes' go under it.

    Every service has to have that master key before. Safe to run again when it was broken off.
    """
    store = open_application().store.unhurried()
    done = told(encrypting.rotate(store), "wrapped anew")
    now = encrypting.standing(store)
    print_line(f"{done} keys of mailboxes are wrapped anew; {now.behind} by an older key still.")
    if now.wrapped is not None:
        print_line(f"It takes the master key {name_in(now.wrapped)} from now on.")


def _turn_on(application: Application) -> None:
    if encrypting.standing(application.store).is_on:
        return
    encrypting.check_keys(application.store)  # those of before, if it was on once
    if not has_master_key(application.settings):
        raise MailboxError(
            "there is no master key: set PERSONSVAR_MASTER_KEY_FILE or PERSONSVAR_MASTER_KEY_COMMAND, "
            "for every service (docs/encryption.md)"
        )
    encrypting.turn_on(application.store)
    print_line("What comes in is encrypted from now on.")


def _why_left(left: int) -> str:
    return " (nothing uses them, or they can't be opened: the log tells)" if left else ""
