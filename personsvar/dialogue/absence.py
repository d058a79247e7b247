"""The absence greeting (the manual, settings 6): record, then its last day as DDMM `#`; 4 ends it.

It is in use once its last day was given, through that day, and never after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.digits import DigitsEnd, collect
from personsvar.dialogue.greeting_end import leave, not_saved
from personsvar.dialogue.menu import PAUSE
from personsvar.language.moments import day
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part
from personsvar.mailbox.greetings import keep_absence, next_day

TRIES = 3
DDMM = 4


def absence_last_day(session: CallSession) -> Page | None:
    """ "Tast den siste dagen, to siffer for dag og to for måned." Read back; no such date is refused."""
    for _try in range(TRIES):
        typed = collect(session, PromptId("absence-last-day"), max_digits=DDMM)
        if typed.ended in {DigitsEnd.STAR, DigitsEnd.SILENCE}:
            break
        until = next_day(typed.digits, session.today())
        if until is not None:
            return _save(session, until)
        session.preface = (PromptId("no-such-date"), PAUSE)
    session.preface = ()
    return not_saved


def until_when(session: CallSession) -> Sequence[Part]:
    """ "Fraværshilsenen din er på til og med torsdag den tjuefjerde desember." """
    until = session.owner.absence_until
    if until is None:
        return ()
    return (PromptId("absence-until"), *day(until, session.today(), session.language))


def _save(session: CallSession, until: date) -> Page | None:
    work, mailbox = session.recorded_greeting, session.owner.number
    alaw = session.takes.read(work.best) if work.best else None
    session.work(lambda: keep_absence(session.services, mailbox, alaw, until))
    session.refresh()
    session.announce(*until_when(session))
    return leave
