"""The end of a call, as it is said."""

from __future__ import annotations

from personsvar.dialogue.call import Progress
from personsvar.dialogue.call_session import CallSession, Page
from personsvar.language.prompts import PromptId
from personsvar.mailbox.model.call_record import OPENED, CameOf


def goodbye(session: CallSession) -> Page | None:
    """ "Ha det bra." and the line is closed."""
    session.unread = None
    session.call.progress(Progress.DONE)
    session.say(PromptId("goodbye"), keys="")
    session.call.hang_up()
    return None


def closed_for_now(session: CallSession) -> Page | None:
    """The database is away: the owner hears that the mailbox can't be opened right now."""
    if session.came_of not in (None, *OPENED):
        session.came_of = CameOf.UNAVAILABLE
    session.say(PromptId("mailbox-unavailable"), keys="")
    return goodbye


def time_is_up(session: CallSession) -> Page | None:
    """No call lasts over 60 minutes (setting)."""
    session.say(PromptId("time-is-up"), keys="")
    return goodbye
