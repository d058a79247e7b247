"""Turning voicemail off and on (the manual, settings 7): at once, and then until when if that is said.

7 turns it off until somebody turns it on. In this moment 1 and 2 say when that is to be, later today or
tomorrow; 7 turns it on again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.digits import DigitsEnd, collect
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.menu import PAUSE, Choice, Menu
from personsvar.language.prompts import PromptId
from personsvar.language.returns import until
from personsvar.language.sentence import Part
from personsvar.mailbox import preferences
from personsvar.mailbox.audit import by_phone
from personsvar.mailbox.local_time import first_at
from personsvar.mailbox.voicemail_switch import clock_of
from personsvar.mailbox.voicemail_switch import is_off as is_switched_off

TRIES = 3
HHMM = 4
NO_SUCH_TIME, TIME_HAS_PASSED = PromptId("no-such-time"), PromptId("time-has-passed")


def turn_off(session: CallSession) -> Page | None:
    """7: off, callers hear that no messages can be taken."""
    number = session.owner.number
    session.work(lambda: preferences.turn_voicemail_off(session.services, number, by=by_phone(number)))
    session.refresh()
    session.announce(PromptId("voicemail-is-off"))
    return voicemail_off


def turn_on(session: CallSession) -> Page | None:
    """7: on again."""
    number = session.owner.number
    session.work(lambda: preferences.turn_voicemail_on(session.services, number, by=by_phone(number)))
    session.refresh()
    session.announce(PromptId("voicemail-is-on"))
    return session.menu


def voicemail_off(session: CallSession) -> Page | None:
    """It was turned off just now: until when, if not until somebody turns it on?"""
    return VOICEMAIL_OFF.choose(session)


def on_again_today(session: CallSession) -> Page | None:
    """1: "Tast når den skal slås på, to siffer for timen og to for minuttene." """
    return _ask_when(session, days=0)


def on_again_tomorrow(session: CallSession) -> Page | None:
    """2: the same, of tomorrow."""
    return _ask_when(session, days=1)


def back(session: CallSession) -> Page | None:
    return session.menu


def how_it_is_off(session: CallSession) -> Sequence[Part]:
    """ "Personsvareren er slått av til i morgen klokken åtte. De som ringer, kan ikke …" """
    off_until = session.owner.voicemail_off_until
    if off_until is None:
        return (PromptId("voicemail-is-off"),)
    when = until(session.local(off_until), session.local(session.now()), session.language)
    return (PromptId("voicemail-off-until"), *when, PromptId("voicemail-off-callers"))


def is_off(session: CallSession) -> bool:
    return is_switched_off(session.owner, session.now())


def is_on(session: CallSession) -> bool:
    return not is_off(session)


def _ask_when(session: CallSession, *, days: int) -> Page | None:
    """What was typed is read back; no such time, and one that is over, is told."""
    for _try in range(TRIES):
        typed = collect(session, PromptId("voicemail-on-when"), max_digits=HHMM)
        if typed.ended in {DigitsEnd.STAR, DigitsEnd.SILENCE}:
            break
        at = _moment(session, typed.digits, days=days)
        if at is not None and at > session.now():
            return _save(session, at)
        session.preface = (NO_SUCH_TIME if at is None else TIME_HAS_PASSED, PAUSE)
    session.preface = ()
    return voicemail_off


def _moment(session: CallSession, digits: str, *, days: int) -> datetime | None:
    clock = clock_of(digits)
    day = session.today() + timedelta(days=days)
    return None if clock is None else first_at(session.owner, day, clock)


def _save(session: CallSession, at: datetime) -> Page | None:
    number = session.owner.number
    session.work(
        lambda: preferences.turn_voicemail_off(session.services, number, by=by_phone(number), until=at)
    )
    session.refresh()
    session.announce(*how_it_is_off(session))
    return session.menu


VOICEMAIL_OFF = Menu(
    name="voicemail-off",
    help=PromptId("voicemail-off-help"),
    silence=goodbye,
    choices=(
        Choice("1", PromptId("voicemail-off-today"), on_again_today),
        Choice("2", PromptId("voicemail-off-tomorrow"), on_again_tomorrow),
        Choice("7", PromptId("settings-voicemail-on"), turn_on),
        Choice("*", PromptId("back"), back),
    ),
)
