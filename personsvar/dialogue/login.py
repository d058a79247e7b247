"""Logging in from elsewhere (docs/call-flow.md, 7), and the PIN where it is asked on the own phone.

The same words and the same delay for an unknown number as for a wrong PIN; three tries in a call.
"""

from __future__ import annotations

from personsvar.dialogue.call import Progress
from personsvar.dialogue.call_session import Access, CallSession, LogIn, Page
from personsvar.dialogue.digits import Digits, DigitsEnd, collect
from personsvar.dialogue.first_call import let_in
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.menu import PAUSE
from personsvar.language.prompts import PromptId
from personsvar.mailbox import lookups
from personsvar.mailbox.arrival import calling_number
from personsvar.mailbox.login import LoginResult, try_pin
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.new_pin import request_pin
from personsvar.mailbox.phone_numbers import normalise

TRIES = 3
MAX_NUMBER_DIGITS = 18
"""15 digits of E.164 and a `00` or `011` before them."""
MAX_PIN_DIGITS = 10


def log_in(session: CallSession) -> Page | None:
    """Somebody calls the access number from a phone that is not a subscriber's own."""
    session.login = LogIn()
    session.call.progress(Progress.OWNER)
    session.preface = (PromptId("log-in-welcome"), PAUSE)
    return ask_number


def ask_number(session: CallSession) -> Page | None:
    """ "Tast telefonnummeret ditt, avslutt med firkant." """
    typed = collect(session, PromptId("log-in-number"), max_digits=MAX_NUMBER_DIGITS)
    if typed.ended is DigitsEnd.SILENCE:
        return goodbye
    if typed.ended is DigitsEnd.STAR:
        return count_try
    session.current_login.number = normalise(typed.digits, region=session.services.rules.home_region)
    return ask_pin


def ask_pin(session: CallSession) -> Page | None:
    """ "Tast koden din, avslutt med firkant." `*` sends a new PIN by SMS."""
    typed = collect(session, PromptId("log-in-pin"), max_digits=MAX_PIN_DIGITS)
    if typed.ended is DigitsEnd.SILENCE:
        return goodbye
    if typed.ended is DigitsEnd.STAR:
        return send_new_pin
    return let_in if _is_right(session, typed) else wrong


def send_new_pin(session: CallSession) -> Page | None:
    """`*` at the PIN prompt: a new PIN by SMS, with the same words whether the number is known or not."""
    number = session.current_login.number
    session.work(lambda: request_pin(session.services, number))
    session.preface = (PromptId("log-in-pin-sent"), PAUSE)
    return count_try_for_pin


def count_try_for_pin(session: CallSession) -> Page | None:
    """Asking for a PIN again and again is not a way to stay on the line."""
    return out_of_tries if _is_last_try(session) else ask_pin


def wrong(session: CallSession) -> Page | None:
    """The same words for an unknown number, a wrong PIN and a way in that is closed."""
    session.came_of = CameOf.REFUSED
    session.preface = (PromptId("log-in-wrong"), PAUSE)
    return count_try


def count_try(session: CallSession) -> Page | None:
    """Three tries in a call, then goodbye."""
    if _is_last_try(session):
        return out_of_tries
    return ask_pin if session.current_login.fixed else ask_number


def out_of_tries(session: CallSession) -> Page | None:
    """What came of the last try is still said."""
    preface, session.preface = session.preface, ()
    if preface:
        session.say(*preface, keys="")
    return goodbye


def _is_last_try(session: CallSession) -> bool:
    login = session.current_login
    login.tries += 1
    return login.tries >= TRIES


def _is_right(session: CallSession, typed: Digits) -> bool:
    """Whether the PIN opens the mailbox; if so it is this session's. An entry too long is a wrong PIN."""
    number = session.current_login.number
    pin = typed.digits if typed.ended is DigitsEnd.DIGITS else ""
    caller = calling_number(session.call.setup, region=session.services.rules.home_region)
    result = session.work(
        lambda: try_pin(
            session.services, number, pin, caller=caller, own_phone=session.access is Access.OWN_PHONE
        )
    )
    if result is not LoginResult.OK:
        return False
    session.subscriber = session.work(lambda: _subscriber(session, number))
    session.language = session.owner.language
    return session.subscriber is not None


def _subscriber(session: CallSession, number: Number | None) -> Subscriber | None:
    return None if number is None else lookups.subscriber(session.services, number)
