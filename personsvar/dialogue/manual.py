"""The manual, read aloud: one loop that turns its pages, and what is done when the reading ends.

`answer` is the whole of a call. It is the only place beside the keeping of a take where a hang-up is
caught. An error of ours goes on to the server, which logs it; what was said is kept first, and the dialplan,
which sees how far the call was, goes on: it records for a caller, and asks an owner to call later.
"""

from __future__ import annotations

import logging

from personsvar.dialogue import deposit
from personsvar.dialogue.call import Call, HungUpError
from personsvar.dialogue.call_session import CallSession, DialogueContext, Page
from personsvar.dialogue.door import door, left
from personsvar.dialogue.goodbye import closed_for_now, goodbye, time_is_up
from personsvar.dialogue.greeting_end import forget_greeting
from personsvar.dialogue.logged import write_down
from personsvar.mailbox import listening, preferences
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.subscriber import Place

log = logging.getLogger(__name__)


def answer(call: Call, context: DialogueContext) -> None:
    """One call, from ringing to goodbye."""
    session = CallSession(call, context, began_at=context.services.clock.now())
    run(session, door)


def run(session: CallSession, first: Page) -> None:
    """Turn the pages from `first` on; then keep what has to be kept, however it ended."""
    page: Page | None = first
    ended = "failed"
    try:
        session.call.answer()
        while page is not None:
            page = turn(session, page)
        ended = "by us"
    except HungUpError:
        ended = "by the caller"
        if not session.is_received:
            left(session)
    finally:
        log.info("pages turned", extra={"pages": " ".join(session.turned), "ended": ended})
        close(session, failed=ended == "failed")


def turn(session: CallSession, page: Page) -> Page | None:
    """One page. An absent database closes the mailbox for now; callers are kept in the spool all the same."""
    if session.time_is_up and page not in {goodbye, time_is_up}:
        return time_is_up
    name = getattr(page, "__name__", str(page))
    session.turned.append(name)
    try:
        with session.context.spans.span("page", page=name):
            return page(session)
    except StoreUnavailableError as away:
        log.exception("in the middle of a call: %s", away.what)
        return deposit.send if _is_depositing(session) else closed_for_now


def close(session: CallSession, *, failed: bool = False) -> None:
    """However the call ended: the take kept, the place remembered, the first call told of.

    When it `failed` by an error before a caller's tone, nothing is told of a missed call: the dialplan goes
    on with the caller and records.
    """
    try:
        if _is_depositing(session) and not (failed and not _is_recording(session)):
            deposit.keep(session)
            deposit.stored(session)
        forget_greeting(session)
        _remember_place(session)
        _tell_of_first_call(session)
    except StoreUnavailableError:
        log.exception("the database is away: the end of the call was not written")
    finally:
        if session.deposit is not None:
            session.takes.clear(session.deposit.header)
        write_down(session, failed=failed)


def _remember_place(session: CallSession) -> None:
    """If the line dropped in a message, the next call offers to go on there; an offer once made is over."""
    subscriber, walk = session.subscriber, session.listening
    if subscriber is None:
        return
    if walk is not None and walk.playing:
        place = Place(walk.current, walk.seconds, session.now())
        listening.leave_off(session.services, subscriber.number, place)
    elif session.offered_to_resume:
        listening.leave_off(session.services, subscriber.number, None)


def _tell_of_first_call(session: CallSession) -> None:
    if session.first_call is not None:
        number, recorded = session.owner.number, session.first_call.greeting_recorded
        preferences.notify_first_call_ended(session.services, number, recorded=recorded)


def _is_depositing(session: CallSession) -> bool:
    return session.deposit is not None and not session.deposit.finished


def _is_recording(session: CallSession) -> bool:
    return session.deposit is not None and session.deposit.recording
