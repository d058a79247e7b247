"""Calling the caller back (key 0; docs/call-flow.md, 6).

The price is said first, and a second 0 dials. Never to a withheld number, and only where the allow-list
permits; the dialplan's `personsvar-callback` owns the trunk.
"""

from __future__ import annotations

import logging

from personsvar.dialogue.call import DialOutcome
from personsvar.dialogue.call_session import Access, CallSession, Page
from personsvar.dialogue.menu import ANSWER_SECONDS
from personsvar.language.amounts import price
from personsvar.language.prompts import PromptId
from personsvar.mailbox.call_back import CallBackRefusal, begin_call_back, end_call_back, may_call_back
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number

log = logging.getLogger(__name__)

OUTCOME: dict[DialOutcome, PromptId] = {
    DialOutcome.ANSWERED: PromptId("call-back-over"),
    DialOutcome.BUSY: PromptId("call-back-busy"),
    DialOutcome.NO_ANSWER: PromptId("call-back-no-answer"),
    DialOutcome.REFUSED: PromptId("call-back-refused"),
}

REFUSED: dict[CallBackRefusal, PromptId] = {
    CallBackRefusal.WITHHELD: PromptId("call-back-withheld"),
    CallBackRefusal.NOT_ALLOWED: PromptId("call-back-not-allowed"),
    CallBackRefusal.FROM_ELSEWHERE: PromptId("call-back-from-elsewhere"),
    CallBackRefusal.TOO_MANY: PromptId("call-back-too-many"),
}


def offer_call_back(session: CallSession) -> Page | None:
    """ "Samtalen koster tre kroner. Tast 0 igjen for å ringe." """
    services, elsewhere = session.services, session.access is Access.ELSEWHERE
    refusal = may_call_back(session.owner, _caller(session), services.rules, from_elsewhere=elsewhere)
    if refusal is not None:
        return _refuse(session, refusal)
    cost = price(services.rules.call_back_price_ore, session.language)
    key = session.ask(
        PromptId("call-back-costs"), *cost, PromptId("call-back-confirm"), seconds=ANSWER_SECONDS
    )
    if key == "0":
        return dial
    session.unread = key
    return session.walk.go_on


def may_be_called_back(session: CallSession) -> bool:
    """Whether 0 would get anywhere, as far as it is known without asking the store."""
    elsewhere, rules = session.access is Access.ELSEWHERE, session.services.rules
    return may_call_back(session.owner, _caller(session), rules, from_elsewhere=elsewhere) is None


def dial(session: CallSession) -> Page | None:
    """Rings at most 30 s; `*` ends it; then back at the message, at the same second."""
    services, mailbox, number = session.services, session.owner.number, _caller(session)
    elsewhere = session.access is Access.ELSEWHERE
    row = session.work(lambda: begin_call_back(services, mailbox, number, from_elsewhere=elsewhere))
    if isinstance(row, CallBackRefusal) or number is None:
        return _refuse(session, row if isinstance(row, CallBackRefusal) else CallBackRefusal.WITHHELD)
    ring_seconds = services.rules.call_back_ring_seconds
    dialled = session.call.dial(number, showing=mailbox, ring_seconds=ring_seconds, charge=row)
    answered = dialled.outcome is DialOutcome.ANSWERED
    try:
        session.work(lambda: end_call_back(services, row, answered=answered))
    except StoreUnavailableError:
        log.exception("the charge waits in the spool: the database is away")
    session.announce(OUTCOME[dialled.outcome])
    return session.walk.go_on


def _refuse(session: CallSession, refusal: CallBackRefusal) -> Page | None:
    session.announce(REFUSED[refusal])
    return session.walk.go_on


def _caller(session: CallSession) -> Number | None:
    message = session.walk.message
    return message.caller if message else None
