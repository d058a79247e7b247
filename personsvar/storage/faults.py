"""Whose fault it is when the database says no.

A broken key is a rule of the mailbox. All else it can say (away, locked, full, stopped, not migrated)
is a store that can't be used now: nothing was committed, and the recording waits in the spool.
"""

from __future__ import annotations

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from personsvar.mailbox.errors import MailboxError, StoreUnavailableError, UnknownSubscriberError


class WrongEncodingError(StoreUnavailableError):
    """The database can't hold every name and text."""


def tell_faults_apart(engine: Engine) -> None:
    event.listen(engine, "handle_error", _fault)


def _fault(context: ExceptionContext) -> Exception | None:
    error = context.sqlalchemy_exception
    if context.is_pre_ping or not isinstance(error, DBAPIError) or isinstance(error, DataError):
        return None
    if isinstance(error, IntegrityError):
        return _broken_rule(error)
    return StoreUnavailableError(_first_line(error))


def _broken_rule(error: IntegrityError) -> MailboxError:
    if "foreign key" in _first_line(error).lower():
        return UnknownSubscriberError("no subscriber has that number, or that sound is gone")
    return MailboxError("it is there already")


def _first_line(error: DBAPIError) -> str:
    """What happened; the lines after it may hold numbers of people."""
    return str(error.orig).partition("\n")[0]
