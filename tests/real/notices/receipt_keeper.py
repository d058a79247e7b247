"""A gateway at work, what it passed on, and letters to give it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from personsvar.gateways.sms.smpp_gateway import SmppGateway
from personsvar.gateways.sms.sms import IncomingSms
from personsvar.gateways.sms.smsc import Smsc
from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.ledger import Receipt
from personsvar.mailbox.model.notice import Channel, Facts, Notice, NoticeKind, NoticeStatus
from personsvar.notifier.words.rendering import Rendered, Text
from tests.fakes.clock_and_chance import SetClock
from tests.real.notices.smsc import NodeSmsc
from tests.wire.gateway_options import smpp_options
from tests.wire.until import until

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OLA = Number("+4790000001")


@dataclass
class ReceiptKeeper:
    """What the rest of the notifier is to a gateway: it keeps the receipts."""

    receipts: list[Receipt] = field(default_factory=list)
    incoming: list[IncomingSms] = field(default_factory=list)
    failing: int = 0
    """So many receipts can't be stored."""
    gateway: SmppGateway = field(init=False)

    async def keep(self, receipt: Receipt) -> None:
        if self.failing:
            self.failing -= 1
            raise ConnectionError("the database is away")
        self.receipts.append(receipt)

    async def take(self, sms: IncomingSms) -> None:
        self.incoming.append(sms)

    async def bound(self, smscs: int = 1) -> None:
        await until(lambda: len(self.gateway.bound) >= smscs)


@asynccontextmanager
async def smpp_gateway(
    *smscs: NodeSmsc | Smsc, takes_incoming: bool = True, **options: Any
) -> AsyncIterator[ReceiptKeeper]:
    """A gateway with short waits, bound to the first SMSC that is there."""
    known = [one if isinstance(one, Smsc) else await at(one) for one in smscs]
    it = ReceiptKeeper()
    waits = {"reconnect_seconds": 0.05, "longest_reconnect_seconds": 0.2}
    it.gateway = SmppGateway(
        known,
        smpp_options(**{**waits, **options}),
        take_receipt=it.keep,
        take_incoming=it.take if takes_incoming else None,
        clock=SetClock(NOON),
        jitter=lambda: 0.5,
    )
    await it.gateway.open()
    try:
        yield it
    finally:
        await it.gateway.close()


async def at(one: NodeSmsc, **more: Any) -> Smsc:
    return Smsc("127.0.0.1", await one.port, system_id="voicemail", password="hemmelig", **more)


def letter(
    text: str,
    *,
    number: int = 1,
    to: Number = OLA,
    age: timedelta = timedelta(),
    pin_until: datetime | None = None,
) -> Rendered:
    notice = Notice(
        id=NoticeId(number),
        to=to,
        kind=NoticeKind.REQUESTED_PIN if pin_until else NoticeKind.NEW_MESSAGE,
        channel=Channel.SMS,
        dedup_key=f"message:{number}:sms",
        created_at=NOON - age,
        facts=Facts(secret_until=pin_until),
        address=None,
        status=NoticeStatus.LEASED,
        attempts=1,
        next_at=NOON,
        lease="a lease",
    )
    return Rendered(notice, "nb", Text(text))
