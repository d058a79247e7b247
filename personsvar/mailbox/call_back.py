"""Calling the caller back (key 0; docs/call-flow.md, 6): to whom, how often, and what it costs.

A caller's number is only what somebody presented; dialling it blindly is how voicemails were robbed.
So only what the numbering plan knows as an ordinary fixed or mobile number, in allowed countries.
"""

from __future__ import annotations

from datetime import time
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType

from personsvar.mailbox.local_time import at_local, local_day
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.phone_numbers import parse_known
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.ports.takes import SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services

EEA = frozenset(
    """
    AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO AX SJ
    """.split()  # noqa: SIM905 - a table to read, not a list of strings
)
"""The EU, Iceland, Liechtenstein and Norway; Åland and Svalbard go by their country's numbers and prices."""

_ORDINARY = {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class CallBackRefusal(StrEnum):
    WITHHELD = "withheld"
    NOT_ALLOWED = "not-allowed"
    FROM_ELSEWHERE = "from-elsewhere"
    TOO_MANY = "too-many"
    """The mailbox has made as many today as it may."""


def may_call_back(
    subscriber: Subscriber, number: Number | None, rules: Rules, *, from_elsewhere: bool
) -> CallBackRefusal | None:
    """Why not, or None: the number may be called (the day's limit is looked at when it is dialled)."""
    if number is None:
        return CallBackRefusal.WITHHELD
    if from_elsewhere and not subscriber.call_back_from_elsewhere:
        return CallBackRefusal.FROM_ELSEWHERE
    if number in {rules.access_number, subscriber.number} or not _is_ordinary(number, rules):
        return CallBackRefusal.NOT_ALLOWED
    return None


def begin_call_back(
    services: Services, mailbox: Number, number: Number | None, *, from_elsewhere: bool
) -> CallBackId | CallBackRefusal:
    """Check all the rules, count it against the day, and write it down, before the switch dials."""
    now = services.clock.now()
    with services.store.begin() as uow:
        subscriber = uow.subscribers.need(mailbox, for_change=True)
        refusal = may_call_back(subscriber, number, services.rules, from_elsewhere=from_elsewhere)
        if refusal is not None or number is None:
            return refusal or CallBackRefusal.WITHHELD
        if not is_call_back_left(uow, services, subscriber):
            return CallBackRefusal.TOO_MANY
        call_back = uow.call_backs.add(mailbox, number, at=now, price_ore=services.rules.call_back_price_ore)
        uow.commit()
    return call_back


def is_call_back_left(uow: UnitOfWork, services: Services, subscriber: Subscriber) -> bool:
    """Whether the mailbox may make one more today, by its owner's clock."""
    today = local_day(subscriber, services.clock.now())
    made = uow.call_backs.count_since(subscriber.number, at_local(subscriber, today, time()))
    return made < services.rules.call_backs_a_day


def end_call_back(services: Services, call_back: CallBackId, *, answered: bool) -> None:
    """An answered one is a charge, also when the owner hung up in it."""
    if not answered:
        return
    with services.store.begin() as uow:
        uow.call_backs.answered(call_back)
        uow.commit()


def take_in_charge(services: Services, call_back: CallBackId, header: SpoolHeader) -> None:
    """What the switch left in the spool of an answered one: a charge, once, whoever wrote it down before.

    `header.mailbox` called `header.caller` at `header.began_at`. The row's number alone proves nothing;
    where its row is gone with the subscriber, the charge is written anew.
    """
    called = header.caller
    if called is None:
        return
    with services.store.begin() as uow:
        row = uow.call_backs.get(call_back)
        if row is None or (row.mailbox, row.called) != (header.mailbox, called):
            written = uow.call_backs.charges(mailbox=header.mailbox)
            if any((it.called, it.at) == (called, header.began_at) for it in written):
                return
            price = services.rules.call_back_price_ore
            call_back = uow.call_backs.add(header.mailbox, called, at=header.began_at, price_ore=price)
        uow.call_backs.answered(call_back)
        uow.commit()


def _is_ordinary(number: Number, rules: Rules) -> bool:
    """Valid, fixed or mobile, in an allowed country: so no premium, shared cost, short, emergency number."""
    parsed = parse_known(number)
    allowed = frozenset(rules.call_back_regions) or EEA
    return (
        parsed is not None
        and phonenumbers.is_valid_number(parsed)
        and phonenumbers.number_type(parsed) in _ORDINARY
        and phonenumbers.region_code_for_number(parsed) in allowed
    )
