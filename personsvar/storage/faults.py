"""Whose fault it is when the database says no.

A broken key is a rule of the mailbox. A statement that takes too long is told as that. All else the database
can say (away, locked, full, stopped, not migrated) is a store that can't be used now: nothing was committed,
and the recording waits in the spool.
"""

from __future__ import annotations

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from personsvar.mailbox.errors import (
    MailboxError,
    StoreTooSlowError,
    StoreUnavailableError,
    UnknownSubscriberError,
)

_QUERY_CANCELED = "57014"
"""PostgreSQL's word for a statement that was not done within `statement_timeout`."""


_HELD = ("55P03", "40P01")
"""Its words for a lock that was not to be had in time, and for two who wait for each other."""
_CHECK_VIOLATION = "23514"
"""Its word for a row that has no partition, too. No rule of ours is held that way."""


class WrongEncodingError(StoreUnavailableError):
    """The database can't hold every name and text."""


def tell_faults_apart(engine: Engine) -> None:
    event.listen(engine, "handle_error", _fault)


def _fault(context: ExceptionContext) -> Exception | None:
    error = context.sqlalchemy_exception
    return None if context.is_pre_ping or not isinstance(error, DBAPIError) else fault_of(error)


def fault_of(error: DBAPIError) -> Exception | None:
    """What the store raises for it; None: what a caller gave was no value of its column."""
    if isinstance(error, DataError):
        return None
    if isinstance(error, IntegrityError) and _state(error) != _CHECK_VIOLATION:
        return _broken_rule(error)
    too_slow = _state(error) == _QUERY_CANCELED
    return (StoreTooSlowError if too_slow else StoreUnavailableError)(_first_line(error))


def is_held(refused: StoreUnavailableError) -> bool:
    """Whether a lock was not to be had in time, as others were at it."""
    return isinstance(refused, StoreTooSlowError) or sqlstate_of(refused) in _HELD


def sqlstate_of(refused: StoreUnavailableError) -> str | None:
    """What PostgreSQL said, where it is what was said to us."""
    return getattr(refused.__cause__, "sqlstate", None)


def _broken_rule(error: IntegrityError) -> MailboxError:
    if "foreign key" in _first_line(error).lower():
        return UnknownSubscriberError("no subscriber has that number, or that sound is gone")
    return MailboxError("it is there already")


def _state(error: DBAPIError) -> str | None:
    """PostgreSQL's word for it (its manual, appendix A)."""
    return getattr(error.orig, "sqlstate", None)


def _first_line(error: DBAPIError) -> str:
    """What happened; the lines after it may hold numbers of people."""
    return str(error.orig).partition("\n")[0]
