"""While callers hear that the owner is away, key 7 of the settings says so first (the manual, settings 7).

1 ends that: available from now on, whatever it came from. 7 turns voicemail off, as else.
"""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.menu import Choice, Menu
from personsvar.dialogue.voicemail_switch import back, is_on, turn_off
from personsvar.language import standing
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part
from personsvar.mailbox.audit import by_phone
from personsvar.mailbox.availability import availability_now
from personsvar.mailbox.being_back import be_back


def look_whether_away(session: CallSession) -> None:
    """As it stands now: the menus' rows go by it."""
    owner = session.owner
    session.stands = session.work(lambda: availability_now(session.services, owner))


def away(session: CallSession) -> Page | None:
    """ "De som ringer, får høre at du er borte til mandag klokken åtte." 1 ends it."""
    return AWAY.choose(session)


def end_absence(session: CallSession) -> Page | None:
    """1: available now."""
    number = session.owner.number
    session.work(lambda: be_back(session.services, number, by=by_phone(number)))
    session.refresh()
    session.announce(PromptId("available-now"))
    return session.menu


def what_callers_hear(session: CallSession) -> Sequence[Part]:
    """That the owner is away, and until when."""
    until = standing.back(session.stands, session.local(session.now()), session.language)
    return (PromptId("absent-until"), *until) if until else (PromptId("absent-now"),)


def is_away(session: CallSession) -> bool:
    return is_on(session) and session.stands.is_away


def is_here(session: CallSession) -> bool:
    return is_on(session) and not session.stands.is_away


AWAY = Menu(
    name="away",
    intro=what_callers_hear,
    help=PromptId("absent-help"),
    silence=goodbye,
    choices=(
        Choice("1", PromptId("absent-end"), end_absence),
        Choice("7", PromptId("settings-voicemail-off"), turn_off),
        Choice("*", PromptId("back"), back),
    ),
)
