"""The end of a call in the call log. A caller's is written with what it left; every other one here, when the
line is down already: nobody waits for it.
"""

from __future__ import annotations

from personsvar.dialogue.call_session import CallSession
from personsvar.mailbox.arrival import calling_number
from personsvar.mailbox.call_log import lasted
from personsvar.mailbox.model.call_record import OPENED, CallRecord, CameOf
from personsvar.mailbox.model.ids import Number, SpoolId


def write_down(session: CallSession, *, failed: bool = False) -> None:
    """Once; nothing of a call that leaves a message or a missed call, here or by the dialplan."""
    if session.came_of is not None and session.deposit is None:
        session.takes.log(_record(session, _came_of(session.came_of, failed=failed)))


def _came_of(so_far: CameOf, *, failed: bool) -> CameOf:
    return CameOf.UNAVAILABLE if failed and so_far not in OPENED else so_far


def _record(session: CallSession, came_of: CameOf) -> CallRecord:
    return CallRecord(
        call_id=SpoolId(session.call.setup.call_id),
        began_at=session.began_at,
        caller=_caller(session, came_of),
        mailbox=_mailbox(session),
        came_of=came_of,
        seconds=lasted(session.began_at, session.now()),
        listened=session.listened and came_of in OPENED,
    )


def _mailbox(session: CallSession) -> Number | None:
    """The one that was opened, else the one that a PIN was asked for."""
    if session.subscriber is not None:
        return session.subscriber.number
    return None if session.login is None else session.login.number


def _caller(session: CallSession, came_of: CameOf) -> Number | None:
    """The own phone is known by its number; of others only a number that is vouched for proves anything."""
    if came_of is CameOf.NOT_SERVED:
        return session.caller
    if came_of is CameOf.OWNER:
        return session.owner.number
    return calling_number(session.call.setup, region=session.services.rules.home_region)
