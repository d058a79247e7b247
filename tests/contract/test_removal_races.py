"""A subscriber goes while something of the mailbox changes (PostgreSQL): neither is undone by the other.

Who changes a row and then writes another that names its owner would wait for who removes the owner, and that
one for the row. Each change here stands still before the second, while the removal goes as far as it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from personsvar.mailbox import listening, message_desk
from personsvar.mailbox.caller_names import put_name, remove_name
from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.greetings import keep
from personsvar.mailbox.lamps import LampRows
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction, AuditEntry
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, NoticeId, WebSessionId
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.model.transcript import Understanding
from personsvar.mailbox.model.web_access import Role, WebSession
from personsvar.mailbox.profile import inbox, roles
from personsvar.mailbox.profile.login_codes import enter_code, send_code
from personsvar.mailbox.profile.tokens import hash_token
from personsvar.mailbox.profile.web_sessions import end_session, log_out_everywhere
from personsvar.mailbox.provision import remove_subscriber
from personsvar.mailbox.receipts import take_receipts
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription import keeping
from personsvar.mailbox.undelivered import send_again
from personsvar.mailbox.visual import view
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.storage import SqlStore, encrypting
from personsvar.storage.keys import InstallationKeys
from tests.contract.outbox import FAILED, add, claim, receipt, settled, tried, write_back
from tests.contract.rows_held import meet
from tests.contract.stores import KARI, NOON, OLA, SOUND, leave, message, postgres_url, subscribe
from tests.fakes.actors import ROOT
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.fakes.keys import KeyInHand
from tests.fakes.listener import heard
from tests.postgres import PostgresCluster
from tests.unit.mailbox.use_cases import GlassVault
from tests.upkeep import purge_once

pytestmark = pytest.mark.postgres
AUDIT, NOTICE, SESSION = (f"INSERT INTO {table} " for table in ("audit_entries", "notices", "web_sessions"))
SOUND_ROW, KEY_ROW = "INSERT INTO sounds ", "INSERT INTO mailbox_keys "
PERSONAL = GreetingKind.PERSONAL
ACCEPTED = AttemptOutcome.ACCEPTED
VISIT = "a browser's own token"


@dataclass(frozen=True)
class House:
    """Kari's mailbox, with one thing of each kind in it."""

    services: Services
    store: SqlStore
    url: str
    message: MessageId
    session: WebSessionId

    def notice(self, channel: Channel) -> NoticeId:
        """One that a gateway took."""
        added = add(self.store, f"message:1:{channel}", channel=channel)
        (held,) = claim(self.store, channels=(channel,))
        write_back(self.store, settled(held, NoticeStatus.SENT, tried(ACCEPTED, "id-1")))
        return added


@pytest.fixture
def house(cluster: PostgresCluster) -> Iterator[House]:
    with postgres_url(cluster) as url:
        left = _left(url)
        clock = SetClock(NOON)
        store = SqlStore(url, keys=InstallationKeys(KeyInHand()), before_commit=LampRows(clock))
        services = Services(store, clock, SeededDice(), GlassVault(), Rules(), NamedBankHolidays())
        with store.begin() as work:
            work.roles.grant(KARI, Role.OPERATOR, NOON)
            session = work.web_sessions.add(
                WebSession(WebSessionId(0), KARI, hash_token("t"), Role.OPERATOR, "", NOON, NOON)
            )
            work.commit()
        yield House(services, store, url, left.id, session.id)
        store.close()


def _left(url: str) -> Message:
    """From before mailboxes had lamps: the first change writes the lamp's row."""
    store = SqlStore(url)
    subscribe(store, KARI, OLA)
    left = leave(store, replace(message(minutes=-60 * 24 * 40), state=State.HEARD))
    store.close()
    return left


Change = Callable[[House], Callable[[], object]]
"""Makes ready what is changed, and says how."""


def _code(house: House) -> Callable[[], object]:
    send_code(house.services, VISIT, KARI)
    with house.store.look() as work:
        secret = work.outbox.list(to=KARI)[0].facts.secret
    assert secret is not None
    code = house.services.vault.open(secret)
    return lambda: enter_code(house.services, VISIT, code, device="")


def _sent_again(house: House) -> Callable[[], object]:
    which = house.notice(Channel.SMS)
    return lambda: send_again(house.services, which, by=ROOT)


def _lost_by_receipt(house: House) -> Callable[[], object]:
    house.notice(Channel.MMS)
    return lambda: take_receipts(house.services, [receipt("id-1", FAILED)])


def _lost_by_answer(house: House) -> Callable[[], object]:
    add(house.store, "message:2:mms", channel=Channel.MMS)
    (held,) = claim(house.store, channels=(Channel.MMS,))
    over = settled(held, NoticeStatus.FAILED, tried(AttemptOutcome.REFUSED, error="no"))
    return lambda: Ledger(house.services).settle({held: over})


def _named(house: House) -> Callable[[], object]:
    put_name(house.services, KARI, OLA, "Ola", by=ROOT)
    return lambda: put_name(house.services, KARI, OLA, "Per", by=ROOT)


def _name_gone(house: House) -> Callable[[], object]:
    put_name(house.services, KARI, OLA, "Ola", by=ROOT)
    return lambda: remove_name(house.services, KARI, OLA, by=ROOT)


def _first_encrypted(house: House) -> Callable[[], object]:
    assert encrypting.turn_on(house.store)
    return lambda: keep(house.services, KARI, PERSONAL, SOUND)


def _written_down(house: House) -> Callable[[], object]:
    rules = Rules(transcripts=True, webhooks=True)
    services = replace(house.services, rules=rules)
    with house.store.begin() as work:
        work.subscribers.put(Subscriber(KARI, wishes=Wishes(transcripts=True)))
        work.commit()
    taken = keeping.take_up(services, house.message)
    return lambda: keeping.keep(services, taken, heard(), Understanding.TEXT)


def _told_of(house: House) -> Callable[[], object]:
    with house.store.begin() as work:
        work.mail_texts.expect(house.message)
        work.commit()
    return lambda: view.texts(house.services, KARI, {house.message: None}, shown=True)


CHANGES: dict[str, tuple[str, Change]] = {
    "a session ends": (AUDIT, lambda it: lambda: end_session(it.services, KARI, it.session, by=ROOT)),
    "every session ends": (AUDIT, lambda it: lambda: log_out_everywhere(it.services, KARI, by=ROOT)),
    "a role is revoked": (AUDIT, lambda it: lambda: roles.revoke(it.services, KARI, Role.OPERATOR, by=ROOT)),
    "a log-in": (SESSION, _code),
    "a message on the page": (
        AUDIT,
        lambda it: (
            lambda: inbox.change_message(it.services, KARI, it.message, inbox.MessageChange.SAVE, by=ROOT)
        ),
    ),
    "a message by a program": (
        AUDIT,
        lambda it: lambda: message_desk.delete(it.services, it.message, version=None, by=ROOT),
    ),
    "a message on the phone": (NOTICE, lambda it: lambda: listening.save(it.services, it.message)),
    "a message past its time": (NOTICE, lambda it: lambda: purge_once(it.services)),
    "a message is written down": (NOTICE, _written_down),
    "a mail program is told of a message": ("UPDATE messages ", _told_of),
    "a greeting is recorded": (SOUND_ROW, lambda it: lambda: keep(it.services, KARI, PERSONAL, SOUND)),
    "the first recording that is encrypted": (KEY_ROW, _first_encrypted),
    "a caller is named": (AUDIT, _named),
    "a caller's name is removed": (AUDIT, _name_gone),
    "a notice sent again": (AUDIT, _sent_again),
    "an MMS lost by a receipt": (NOTICE, _lost_by_receipt),
    "an MMS lost by an answer": (NOTICE, _lost_by_answer),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_and_the_removal_of_its_owner_wait_for_each_other_in_one_order(
    house: House, change: str
) -> None:
    stands_before, make_ready = CHANGES[change]
    do = make_ready(house)
    _meet(house, stands_before, do, partial(remove_subscriber, house.services, KARI, by=ROOT))
    with house.store.look() as work, pytest.raises(UnknownSubscriberError):
        work.subscribers.need(KARI)


def test_two_operators_who_helped_each_other_go_in_the_same_moment(house: House) -> None:
    """Each has entries in the other's mailbox, which forget who made them."""
    with house.store.begin() as work:
        for mailbox, who in ((KARI, OLA), (OLA, KARI)):
            actor = Actor(ActorKind.OPERATOR, who)
            work.audit.add(AuditEntry(NOON - timedelta(days=1), actor, AuditAction.UNLOCKED, mailbox))
        work.commit()
    first, second = (partial(remove_subscriber, house.services, who, by=ROOT) for who in (KARI, OLA))
    _meet(house, "UPDATE audit_entries ", first, second)
    with house.store.look() as work:
        assert work.subscribers.list() == []


def _meet(
    house: House, stands_before: str, first: Callable[[], object], second: Callable[[], object]
) -> None:
    """The first stands still before a statement while the second goes as far as it comes; both end."""
    meet(house.store, house.url, first, stands_before, second)
