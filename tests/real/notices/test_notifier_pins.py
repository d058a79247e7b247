"""A PIN goes out, is refused, is cut off in its middle: nowhere but in the SMS itself stand its digits."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.new_pin import request_pin
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.world import RealClock
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.real.notices.notifiers import DELIVERED, OLA, Mailroom, get, mailroom, smpp_to
from tests.real.notices.smsc import smsc
from tests.real.site import ServiceProcess
from tests.wire.http_peer import CLOSE, Asked, answer, http_peer

pytestmark = pytest.mark.anyio
KARI = Number("+4790000002")
PINS = ("847261", "390584")


class KnownPins:
    """A source of chance that gives these."""

    def __init__(self) -> None:
        self._left = deque(PINS)

    def digits(self, _count: int) -> str:
        return self._left.popleft()


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def room(database: str, key: str) -> Iterator[Mailroom]:
    settings = {"PERSONSVAR_SECRET_KEY": key, "PERSONSVAR_LOG_LEVEL": "debug"}
    with mailroom(database, **settings) as room:
        with room.store.begin() as uow:
            uow.subscribers.add(Subscriber(number=KARI, welcomed=True))
            uow.commit()
        yield room


def ask(room: Mailroom, key: str, *numbers: Number) -> None:
    """As `*` at the PIN prompt does."""
    services = Services(room.store, RealClock(), KnownPins(), FernetVault(key), Rules(), NamedBankHolidays())
    for number in numbers:
        request_pin(services, number)


async def everywhere(room: Mailroom, service: ServiceProcess) -> str:
    """All that an operator can see, and what the database holds."""
    seen = [service.log.read_text(errors="replace"), get(service, "/metrics"), get(service, "/v1/notices")]
    for notice in room.notices():
        seen.append(get(service, f"/v1/notices/{notice.id}"))
        seen.append(await asyncio.to_thread(cli, room, "notice", "show", str(notice.id)))
        seen.append(repr((notice, room.history(notice))))
    files = room.folder.glob("personsvar.db*")
    return "\n".join([*seen, *(file.read_bytes().decode("latin-1") for file in files)])


def cli(room: Mailroom, *words: str) -> str:
    program = str(Path(sys.executable).with_name("personsvar"))
    environment = {**os.environ, **room.environment}
    done = subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


async def test_by_smpp(room: Mailroom, key: str) -> None:
    """The SMSC cuts the connection in mid-answer, refuses one for good, and quotes the SMS in receipts."""
    async with smsc(cut=True, refused={KARI[1:]: 0x0B}) as far:
        quoting = f"{DELIVERED['short_message']} text:Koden din er {PINS[0]}"
        await far.order(set={"receipts": [{**DELIVERED, "short_message": quoting}]})
        service = await room.notifier(**await smpp_to(far))
        ask(room, key, OLA, KARI)
        await room.until_all_are(NoticeStatus.DELIVERED, NoticeStatus.FAILED)
        told = " ".join(await far.texts(3))
        assert all(pin in told for pin in PINS)
        to_kari, to_ola = room.notices()
        assert (to_ola.status, to_kari.status) == (NoticeStatus.DELIVERED, NoticeStatus.FAILED)
        assert AttemptOutcome.UNKNOWN in {*room.outcomes(to_ola), *room.outcomes(to_kari)}
        assert {notice.facts.secret for notice in (to_kari, to_ola)} == {None}
        seen = await everywhere(room, service)
        assert [pin for pin in PINS if pin in seen] == []


@pytest.mark.parametrize("database", [""])  # what differs is Kannel
async def test_by_kannel(room: Mailroom, key: str) -> None:
    """It quotes the SMS in an error, and closes in mid-message; then it takes it."""
    conduct = deque[bytes]([answer(500, f"can't send: Koden din er {PINS[0]}"), CLOSE])

    def say(_: Asked) -> bytes:
        return conduct.popleft() if conduct else answer(202, "0: Accepted for delivery")

    async with http_peer(say) as far:
        service = await room.notifier(
            PERSONSVAR_KANNEL_URL=f"http://voicemail:secret@127.0.0.1:{far.port}/cgi-bin/sendsms"
        )
        ask(room, key, OLA)
        await room.until_all_are(NoticeStatus.SENT)
        assert PINS[0] in far.asked[-1].query["text"]
        (notice,) = room.notices()
        assert room.outcomes(notice) == [
            AttemptOutcome.LATER,
            AttemptOutcome.UNKNOWN,
            AttemptOutcome.ACCEPTED,
        ]
        assert notice.facts.secret is None
        seen = await everywhere(room, service)
        assert [pin for pin in PINS if pin in seen] == []
