"""A mailbox is emptied: in one transaction its subscriber goes with all there is, and is there anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.emptying import empty_mailbox
from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number, PinHash, TokenHash, WebSessionId
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.web_access import Role, WebSession
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore, leave, message, notice
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.unit.mailbox.use_cases import GlassVault

LATER = NOON + timedelta(days=1)
HERSELF = Actor(ActorKind.SUBSCRIBER, KARI)


def office(store: OpenStore, rules: Rules | None = None) -> Services:
    return Services(store, SetClock(LATER), SeededDice(), GlassVault(), rules or Rules(), NamedBankHolidays())


def live(store: OpenStore, number: Number) -> None:
    leave(store, message(f"spool-{number}", mailbox=number))
    with store.begin() as work:
        owner = work.subscribers.need(number)
        work.subscribers.put(
            replace(owner, name="N. N.", email="n@example.test", language="en", pin=PinHash("$scrypt$…"))
        )
        work.caller_names.put(number, [CallerName(CALLER, "Per")])
        work.roles.grant(number, Role.OPERATOR, NOON)
        token = TokenHash(f"t{number}")
        work.web_sessions.add(WebSession(WebSessionId(0), number, token, Role.OPERATOR, "", NOON, NOON))
        work.outbox.add(notice(f"n{number}", to=number))
        work.call_backs.answered(work.call_backs.add(number, CALLER, at=NOON, price_ore=300))
        work.commit()


def test_nothing_is_left_but_the_subscription_and_what_is_owed(store: OpenStore) -> None:
    for number in (KARI, OLA):
        live(store, number)
    services = office(store)
    assert empty_mailbox(services, KARI, by=HERSELF).email == "n@example.test"
    with store.look() as work:
        assert work.subscribers.need(KARI) == Subscriber(KARI, language="en", subscribed_at=LATER)
        assert work.messages.list(KARI) == []
        assert work.caller_names.count(KARI) == 0
        assert work.roles.of(KARI) == frozenset()
        assert work.web_sessions.by_token(TokenHash(f"t{KARI}")) is None
        assert work.outbox.list(to=KARI) == []
        assert len(work.call_backs.charges(mailbox=KARI)) == 1
        [entry] = work.audit.list()
        assert (entry.action, entry.actor, entry.mailbox) == (AuditAction.DATA_REMOVED, HERSELF, KARI)
        assert [len(work.messages.list(OLA)), work.caller_names.count(OLA)] == [1, 1]
    leave(store, message("spool-new", mailbox=KARI))
    empty_mailbox(services, KARI, by=HERSELF)
    with store.look() as work:
        assert work.messages.list(KARI) == []


def test_its_lamp_is_put_out(store: OpenStore) -> None:
    live(store, KARI)
    empty_mailbox(office(store, Rules(lamps=True)), KARI, by=HERSELF)
    with store.look() as work:
        assert [it.channel for it in work.outbox.list(to=KARI)] == [Channel.LAMP]


def test_nobody_who_is_not_served_has_one(store: OpenStore) -> None:
    with pytest.raises(UnknownSubscriberError):
        empty_mailbox(office(store), CALLER, by=HERSELF)
