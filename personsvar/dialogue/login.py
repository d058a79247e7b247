"""Logging in from elsewhere (the manual, section 7), and the PIN where it is asked on the own phone.

The same words and the same delay for an unknown number as for a wrong PIN; three tries in a call.
"""

from __future__ import annotations

from personsvar.dialogue.call import Progress
from personsvar.dialogue.call_session import Access, CallSession, Page
from personsvar.dialogue.digits import Digits, DigitsEnd, collect
from personsvar.dialogue.first_call import let_in
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.menu import PAUSE
from personsvar.language.prompts import PromptId
from personsvar.mailbox import login
from personsvar.mailbox.arrival import calling_number
from personsvar.mailbox.login import LoginResult
from personsvar.mailbox.model import Number, Subscriber
from personsvar.mailbox.new_pin import request_pin
from personsvar.mailbox.numbers import normalise

TRIES = 3
MAX_NUMBER_DIGITS = 18
"""15 digits of E.164 and a `00` or `011` before them."""
MAX_PIN_DIGITS = 10


def log_in(session: CallSession) -> Page | None:
    """Somebody calls the access number from a phone that is not a subscriber's own."""
    session.call.progress(Progress.OWNER)
    session.preface = (PromptId("log-in-welcome"), PAUSE)
    return ask_number


def ask_number(session: CallSession) -> Page | None:
    """ "Tast telefonnummeret ditt, avslutt med firkant." """
    entry = collect(session, PromptId("log-in-number"), max_digits=MAX_NUMBER_DIGITS)
    if entry.ended is DigitsEnd.SILENCE:
        return goodbye
    if entry.ended is DigitsEnd.STAR:
        return count_try
    session.login_number = normalise(entry.digits, region=session.services.rules.home_region)
    return ask_pin


def ask_pin(session: CallSession) -> Page | None:
    """ "Tast koden din, avslutt med firkant." `*` sends a new PIN by SMS."""
    entry = collect(session, PromptId("log-in-pin"), max_digits=MAX_PIN_DIGITS)
    if entry.ended is DigitsEnd.SILENCE:
        return goodbye
    if entry.ended is DigitsEnd.STAR:
        return send_new_pin
    return let_in if _is_right(session, entry) else wrong


def send_new_pin(session: CallSession) -> Page | None:
    """`*` at the PIN prompt: a new PIN by SMS, with the same words whether the number is known or not."""
    session.work(lambda: request_pin(session.services, session.login_number))
    session.preface = (PromptId("log-in-pin-sent"), PAUSE)
    return count_try_for_pin


def count_try_for_pin(session: CallSession) -> Page | None:
    """Asking for a PIN again and again is not a way to stay on the line."""
    session.login_tries += 1
    return out_of_tries if session.login_tries >= TRIES else ask_pin


def wrong(session: CallSession) -> Page | None:
    """The same words for an unknown number, a wrong PIN and a way in that is closed."""
    session.preface = (PromptId("log-in-wrong"), PAUSE)
    return count_try


def count_try(session: CallSession) -> Page | None:
    """Three tries in a call, then goodbye."""
    session.login_tries += 1
    if session.login_tries >= TRIES:
        return out_of_tries
    return ask_pin if session.login_fixed else ask_number


def out_of_tries(session: CallSession) -> Page | None:
    """What came of the last try is still said."""
    preface, session.preface = session.preface, ()
    if preface:
        session.say(*preface, keys="")
    return goodbye


def _is_right(session: CallSession, entry: Digits) -> bool:
    """Whether the PIN opens the mailbox; if so it is this session's. An entry too long is a wrong PIN."""
    pin = entry.digits if entry.ended is DigitsEnd.DIGITS else ""
    caller = calling_number(session.call.setup, region=session.services.rules.home_region)
    result = session.work(
        lambda: login.try_pin(
            session.services,
            session.login_number,
            pin,
            caller=caller,
            own_phone=session.access is Access.OWN_PHONE,
        )
    )
    if result is not LoginResult.OK:
        return False
    session.subscriber = session.work(lambda: _subscriber(session, session.login_number))
    session.language = session.owner.language
    return session.subscriber is not None


def _subscriber(session: CallSession, number: Number | None) -> Subscriber | None:
    if number is None:
        return None
    with session.services.store.look() as uow:
        return uow.subscribers.get(number)
