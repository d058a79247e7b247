"""The door (docs/call-flow.md, 1): who is calling, and which page opens for them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from personsvar.dialogue import deposit
from personsvar.dialogue.call import HungUpError, Progress
from personsvar.dialogue.call_session import Access, CallSession, LogIn, Page
from personsvar.dialogue.first_call import let_in
from personsvar.dialogue.goodbye import closed_for_now, goodbye
from personsvar.dialogue.login import ask_pin, log_in
from personsvar.language.prompts import PromptId
from personsvar.mailbox.arrival import (
    CallerArrives,
    LogInArrives,
    NotServed,
    OwnerArrives,
    PinAsked,
    arrive,
)
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.phone_numbers import is_domestic
from personsvar.mailbox.reception import Reception, receive

log = logging.getLogger(__name__)


def door(session: CallSession) -> Page | None:
    """The first row of the table that fits."""
    return _first_page(session, session.work)


def left(session: CallSession) -> None:
    """Who hangs up before the first page is open is judged too: a diverted caller is a missed call."""
    with suppress(HungUpError):
        _first_page(session, lambda look: look())


def _first_page(session: CallSession, work: Callable[[Callable[[], Reception]], Reception]) -> Page | None:
    try:
        reception = work(lambda: receive(session.services, session.call.setup, session.began_at))
    except StoreUnavailableError:
        log.exception("the database is away: callers still leave messages, owners wait")
        return _without_database(session)
    return _open(session, reception)


def _open(session: CallSession, reception: Reception) -> Page | None:
    session.is_received = True
    if reception.subscriber is not None:
        session.language = reception.subscriber.language
    match reception.arrival:
        case OwnerArrives():
            session.came_of = CameOf.NO_LOG_IN
            session.subscriber = reception.subscriber
            return owner
        case PinAsked(number):
            session.login = LogIn(number, fixed=True)
            session.came_of = CameOf.NO_LOG_IN
            session.call.progress(Progress.OWNER)
            return ask_pin
        case CallerArrives(mailbox, caller):
            session.subscriber, session.caller = reception.subscriber, caller
            return deposit.begin(session, mailbox, reception)
        case NotServed(caller):
            session.came_of, session.caller = CameOf.NOT_SERVED, caller
            _speak_to(session, caller, session.services.rules.access_number)
            return takes_no_messages
        case LogInArrives(caller):
            session.came_of, session.caller = CameOf.NO_LOG_IN, caller
            _speak_to(session, caller, session.services.rules.access_number)
            return log_in


def _speak_to(session: CallSession, caller: Number | None, called: Number) -> None:
    """English to whoever calls from another country, until it is known whose mailbox is opened."""
    if not is_domestic(caller, called):
        session.language = "en"


def owner(session: CallSession) -> Page | None:
    """A subscriber on the own phone: no PIN, unless "always ask for PIN" is on."""
    session.access = Access.OWN_PHONE
    session.call.progress(Progress.OWNER)
    if session.owner.always_ask_pin and session.owner.pin is not None:
        session.login = LogIn(session.owner.number, fixed=True)
        return ask_pin
    return let_in


def takes_no_messages(session: CallSession) -> Page | None:
    """ "Kan ikke ta imot beskjeder": the number is none of ours."""
    session.say(PromptId("takes-no-messages"), keys="")
    return goodbye


def _without_database(session: CallSession) -> Page | None:
    """Nobody can be looked up: the diverted leave a message in the spool, owners are asked to wait."""
    session.is_received = True
    arrival = arrive(session.call.setup, session.services.rules, Subscriber)
    if not isinstance(arrival, CallerArrives):
        session.came_of = CameOf.UNAVAILABLE
        return closed_for_now
    session.caller = arrival.caller
    _speak_to(session, arrival.caller, arrival.mailbox)
    return deposit.begin(session, arrival.mailbox)
