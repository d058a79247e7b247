"""Calling the caller back (the manual, section 6, key 0).

The price is said first, and a second 0 dials. Never to a withheld number, and only where the allow-list
permits; the dialplan's `personsvar-callback` owns the trunk.
"""

from __future__ import annotations

import logging

from personsvar.dialogue.call import DialOutcome
from personsvar.dialogue.menu import ANSWER_SECONDS
from personsvar.dialogue.session import Access, Page, Session
from personsvar.language.amounts import price
from personsvar.language.prompts import PromptId
from personsvar.mailbox.call_back import Refusal, begin_call_back, end_call_back, may_call_back
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model import Number

log = logging.getLogger(__name__)

OUTCOME: dict[DialOutcome, PromptId] = {
    DialOutcome.ANSWERED: PromptId("call-back-over"),
    DialOutcome.BUSY: PromptId("call-back-busy"),
    DialOutcome.NO_ANSWER: PromptId("call-back-no-answer"),
    DialOutcome.REFUSED: PromptId("call-back-refused"),
}

REFUSED: dict[Refusal, PromptId] = {
    Refusal.WITHHELD: PromptId("call-back-withheld"),
    Refusal.NOT_ALLOWED: PromptId("call-back-not-allowed"),
    Refusal.FROM_ELSEWHERE: PromptId("call-back-from-elsewhere"),
    Refusal.TOO_MANY: PromptId("call-back-too-many"),
}


def offer_call_back(session: Session) -> Page | None:
    """ "Samtalen koster tre kroner. Tast 0 igjen for å ringe." """
    office, elsewhere = session.office, session.access is Access.ELSEWHERE
    refusal = may_call_back(session.owner, _caller(session), office.rules, from_elsewhere=elsewhere)
    if refusal is not None:
        return _refuse(session, refusal)
    cost = price(office.rules.call_back_price_ore, session.language)
    key = session.ask(
        PromptId("call-back-costs"), *cost, PromptId("call-back-confirm"), seconds=ANSWER_SECONDS
    )
    if key == "0":
        return dial
    session.unread = key
    return session.walk.go_on


def may_be_called_back(session: Session) -> bool:
    """Whether 0 would get anywhere, as far as it is known without asking the store."""
    elsewhere, rules = session.access is Access.ELSEWHERE, session.office.rules
    return may_call_back(session.owner, _caller(session), rules, from_elsewhere=elsewhere) is None


def dial(session: Session) -> Page | None:
    """Rings at most 30 s; `*` ends it; then back at the message, at the same second."""
    office, mailbox, number = session.office, session.owner.number, _caller(session)
    elsewhere = session.access is Access.ELSEWHERE
    row = session.work(lambda: begin_call_back(office, mailbox, number, from_elsewhere=elsewhere))
    if isinstance(row, Refusal) or number is None:
        return _refuse(session, row if isinstance(row, Refusal) else Refusal.WITHHELD)
    ring_seconds = office.rules.call_back_ring_seconds
    dialled = session.call.dial(number, showing=mailbox, ring_seconds=ring_seconds, charge=row)
    answered = dialled.outcome is DialOutcome.ANSWERED
    try:
        session.work(lambda: end_call_back(office, row, answered=answered))
    except StoreUnavailableError:
        log.exception("the charge waits in the spool: the database is away")
    session.announce(OUTCOME[dialled.outcome])
    return session.walk.go_on


def _refuse(session: Session, refusal: Refusal) -> Page | None:
    session.announce(REFUSED[refusal])
    return session.walk.go_on


def _caller(session: Session) -> Number | None:
    message = session.walk.message
    return message.caller if message else None
