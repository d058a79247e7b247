"""`personsvar recordings …`: where recordings are kept, and from one place to the other while calls go on."""

from __future__ import annotations

import time

import typer

from personsvar.bootstrap import Application
from personsvar.cli.opening import object_faults, open_application
from personsvar.cli.printing import print_fields, print_line
from personsvar.cli.step_by_step import Pause, told
from personsvar.mailbox.errors import MailboxError
from personsvar.storage import moving
from personsvar.storage.removing import Removal

app = typer.Typer(no_args_is_help=True)


@app.command()
def show() -> None:
    """Show how many recordings are where, and whether the object store takes, gives and removes one."""
    application = open_application()
    store = application.store.unhurried()
    now = moving.standing(store)
    print_fields(
        {
            "new_ones_go_to": application.settings.recordings,
            "in_the_database": now.in_database,
            "in_the_object_store": now.in_objects,
            "objects_without_a_recording": Removal(store).waiting(),
            "object_store": _tried(application),
        }
    )


@app.command("bring-over")
def bring_over() -> None:
    """Bring all recordings to the object store, while calls go on. Safe to run again.

    Every service has to know the object store before.
    """
    application = open_application()
    if application.settings.recordings != "objects":
        raise MailboxError(
            "new recordings go to the database: set PERSONSVAR_RECORDINGS=objects for every service"
        )
    _tried(application)
    store = application.store.unhurried()
    done = told(moving.to_objects(store, _pause()), "brought over")
    print_line(
        f"{done} recordings were brought over; {moving.standing(store).in_database} are in the database."
    )


@app.command("take-back")
def take_back() -> None:
    """Bring all recordings back into the database, while calls go on. Safe to run again."""
    application = open_application()
    if application.settings.recordings == "objects":
        raise MailboxError(
            "new recordings go to the object store: set PERSONSVAR_RECORDINGS=database for every service"
        )
    store = application.store.unhurried()
    done = told(moving.to_database(store, _pause()), "taken back")
    removal = Removal(store)
    told(iter(removal.once, 0), "objects removed")
    print_line(
        f"{done} recordings were taken back; {moving.standing(store).in_objects} are in the object store."
    )
    print_line(f"{removal.waiting()} objects are still to be removed: the notifier does it in a minute.")


def _tried(application: Application) -> str | None:
    if application.objects is None:
        return None
    with object_faults():
        application.objects.try_out()
    return "takes, gives and removes"


def _pause() -> Pause:
    return Pause(time.monotonic, time.sleep)
