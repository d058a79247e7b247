"""Checks of what has to work for a process to be ready; none waits longer than `SECONDS` for its answer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from personsvar.bootstrap import Application
from personsvar.http.health import Check, Fault
from personsvar.mailbox.errors import RecordingsAwayError, StoreUnavailableError
from personsvar.running.bounded_call import BoundedCall, loop_answers
from personsvar.storage.objects import Objects
from personsvar.telephony.call_server import CallServer

SECONDS = 2.0
"""It is less than the time-out of whoever asks."""


def within_time(check: Check) -> Check:
    bounded = BoundedCall(check, SECONDS)

    def answered() -> Fault | str | None:
        try:
            return bounded()
        except TimeoutError:
            return f"no answer within {SECONDS:.0f} s"

    return answered


def database(application: Application) -> Check:
    def look() -> Fault | None:
        try:
            with application.services.store.look() as uow:
                uow.subscribers.list(limit=1)
        except StoreUnavailableError as away:
            return Fault(away.what, why=str(away))
        return None

    return within_time(look)


def recordings(objects: Objects) -> Check:
    """Whether what is kept in the object store could be heard."""

    def look() -> Fault | None:
        try:
            objects.look()
        except RecordingsAwayError as away:
            return Fault(away.what, why=str(away))
        return None

    return within_time(look)


def spool(application: Application) -> Check:
    """Whether a recording could land there: a byte is written, because a full disk shows in nothing else."""
    folder = application.settings.spool_folder

    def write() -> str | None:
        probe = folder / f".ready-{os.getpid()}"
        try:
            probe.write_bytes(b"1")
            probe.unlink()
        except OSError as wrong:
            return f"{folder}: {wrong.strerror}"
        return None

    return within_time(write)


def calls(server: CallServer) -> Check:
    return lambda: None if server.takes_calls else "no new ones are taken"


def on_loop(loop: Callable[[], asyncio.AbstractEventLoop | None]) -> Check:
    """The check of a service on an event loop: the loop has to do what it is given."""
    return lambda: None if loop_answers(loop(), seconds=SECONDS) else f"no answer within {SECONDS:.0f} s"
