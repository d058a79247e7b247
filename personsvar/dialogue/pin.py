"""Changing the PIN (the manual, settings 4): 4 to 10 digits, one entry, ended by `#`."""

from __future__ import annotations

from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.digits import Digits, DigitsEnd, collect
from personsvar.dialogue.menu import PAUSE
from personsvar.language.prompts import PromptId
from personsvar.mailbox.new_pin import change_pin as change
from personsvar.mailbox.pin import LONGEST, Weakness, WeakPinError

TRIES = 3

REFUSED: dict[Weakness, PromptId] = {
    Weakness.NOT_DIGITS: PromptId("pin-length"),
    Weakness.LENGTH: PromptId("pin-length"),
    Weakness.ONE_DIGIT: PromptId("pin-one-digit"),
    Weakness.RUN: PromptId("pin-run"),
    Weakness.REPEATED: PromptId("pin-repeated"),
    Weakness.OWN_NUMBER: PromptId("pin-own-number"),
    Weakness.COMMON: PromptId("pin-common"),
    Weakness.USED_BEFORE: PromptId("pin-used-before"),
}


def change_pin(session: CallSession) -> Page | None:
    """ "Tast den nye koden." `*` goes back; a weak PIN is refused, with the reason."""
    for _try in range(TRIES):
        typed = collect(session, PromptId("pin-new"), max_digits=LONGEST)
        if typed.ended in {DigitsEnd.STAR, DigitsEnd.SILENCE}:
            break
        refused = _change(session, typed)
        if refused is None:
            session.announce(PromptId("pin-changed"))
            return session.menu
        session.preface = (REFUSED[refused], PAUSE)
    preface, session.preface = session.preface, ()
    session.announce(*preface, PromptId("pin-not-changed"))
    return session.menu


def _change(session: CallSession, typed: Digits) -> Weakness | None:
    """Why it may not be used; None when it is the PIN from now on."""
    if typed.ended is DigitsEnd.TOO_LONG:
        return Weakness.LENGTH
    number = session.owner.number
    try:
        session.work(lambda: change(session.services, number, typed.digits))
    except WeakPinError as error:
        return error.weakness
    return None
