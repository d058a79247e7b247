"""SMS by SMPP 3.4: the SMSCs in the order of the setting, the first of them that is there and has room.

What was not handed over (nobody there, throttled, queue full) goes to the next SMSC at once. What was written
and not answered does not: it may have arrived, and the worker tries again later, as the ledger tells.

A text of several parts is sent part by part to one SMSC. When a part is not taken after others were, it is
tried again there, and the rest after it, until the time of the hand-over is up, under the same reference, so
that a phone which gets a part twice shows it once. If the text is still not whole then, its outcome is
unknown: the worker sends it again from the first part, under the same reference still. A part refused for
good makes the notice undeliverable: the text would never be whole.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from personsvar.gateways.sms.alphabet import Alphabet
from personsvar.gateways.sms.delivered import Delivered, incoming
from personsvar.gateways.sms.delivery_receipt import own_id, receipt_in
from personsvar.gateways.sms.frames import Pdu
from personsvar.gateways.sms.pdus import destination, sender, submit_sm
from personsvar.gateways.sms.smpp_session import SmppSession
from personsvar.gateways.sms.sms import Sms, TakeIncoming
from personsvar.gateways.sms.sms_parts import parts_of
from personsvar.gateways.sms.smsc import SmppOptions, Smsc
from personsvar.mailbox.model.ledger import Receipt
from personsvar.mailbox.ports.world import Clock
from personsvar.notifier.delivery_errors import (
    DeliveryError,
    GatewayAwayError,
    OutcomeUnknownError,
    UndeliverableError,
)
from personsvar.notifier.gateway import Accepted, TakeReceipt
from personsvar.notifier.words.rendering import Rendered, Text, life_seconds

log = logging.getLogger(__name__)

PART_RETRY_SECONDS = 1.0
"""Between two tries of one part, unless the SMSC asks for longer."""


class SmppGateway:
    """A `notifier.gateway.Gateway`."""

    def __init__(
        self,
        smscs: Sequence[Smsc],
        options: SmppOptions,
        *,
        take_receipt: TakeReceipt,
        clock: Clock,
        jitter: Callable[[], float],
        take_incoming: TakeIncoming | None = None,
    ) -> None:
        """`jitter`: a number from 0 to 1, so that not all connect again at once."""
        self._options = options
        self._take_receipt = take_receipt
        self._take_incoming = take_incoming
        self._clock = clock
        self._source = sender(options.sender)
        self._sessions = [
            SmppSession(smsc, options, partial(self._take_delivered, smsc), jitter=jitter) for smsc in smscs
        ]

    async def open(self) -> None:
        for session in self._sessions:
            session.open()

    async def close(self) -> None:
        await asyncio.gather(*(session.close() for session in self._sessions))

    @property
    def is_up(self) -> bool:
        return bool(self.bound)

    @property
    def bound(self) -> tuple[str, ...]:
        """The SMSCs that are there, by their names in the ledger."""
        return tuple(str(session.smsc) for session in self._sessions if session.is_up)

    async def deliver(self, rendered: Rendered) -> Accepted:
        notice = rendered.notice
        lives = life_seconds(notice, now=self._clock.now(), hours=self._options.hours)
        text = rendered.content_as(Text).text
        return await self.submit(Sms(notice.to, text, lives_seconds=lives, reference=notice.id & 0xFF))

    async def deliver_sms(self, rendered: Rendered, sms: Sms) -> Accepted:  # noqa: ARG002 - a route's form
        return await self.submit(sms)

    async def submit(self, sms: Sms) -> Accepted:
        """Hand over a text or bytes; raises as `Gateway.deliver`."""
        until = asyncio.get_running_loop().time() + self._options.seconds
        pdus = {one: self._pdus(sms, one) for one in {each.smsc.alphabet for each in self._sessions}}
        session, given = await self._first(pdus, until)
        _, *rest = pdus[session.smsc.alphabet]
        ids = [given, *[await self._other(session, pdu, until) for pdu in rest]]
        known = tuple(own_id(one, self._options.receipt_ids) for one in ids if one)
        return Accepted(str(session.smsc), known)

    def _pdus(self, sms: Sms, alphabet: Alphabet) -> list[Pdu]:
        source = sender(sms.sender) if sms.sender else self._source
        try:
            parts = parts_of(sms, long_texts=self._options.long_texts, alphabet=alphabet)
            return [
                submit_sm(part, source=source, to=destination(sms.to), lives_seconds=sms.lives_seconds)
                for part in parts
            ]
        except ValueError as wrong:
            raise UndeliverableError(str(wrong)) from wrong

    async def _first(self, pdus: Mapping[Alphabet, Sequence[Pdu]], until: float) -> tuple[SmppSession, str]:
        """At whichever SMSC takes it, in its own alphabet."""
        refused: DeliveryError = GatewayAwayError("no SMSC is there")
        for session in self._in_order():
            try:
                pdu = pdus[session.smsc.alphabet][0]
                return session, await session.submit(pdu, until=until)
            except OutcomeUnknownError:
                raise
            except DeliveryError as wrong:
                refused = _more_telling(refused, wrong)
        raise refused

    def _in_order(self) -> Iterable[SmppSession]:
        """As in the setting; those without room, or throttled or silent a moment ago, behind the others."""
        there = [session for session in self._sessions if session.is_up]
        return sorted(there, key=lambda session: session.rests or not session.has_room)

    async def _other(self, session: SmppSession, pdu: Pdu, until: float) -> str:
        """A further part, at the SMSC that has the first."""
        while True:
            try:
                return await session.submit(pdu, until=until)
            except DeliveryError as wrong:
                wait = max(wrong.wait_seconds or 0, PART_RETRY_SECONDS)
                if asyncio.get_running_loop().time() + wait >= until:
                    raise OutcomeUnknownError(f"some parts were taken, one was not: {wrong}") from wrong
            await asyncio.sleep(wait)

    async def _take_delivered(self, smsc: Smsc, message: Delivered) -> None:
        if not message.is_receipt:
            await self._from_phone(smsc, message)
            return
        receipt = receipt_in(message, ids=self._options.receipt_ids, alphabet=smsc.alphabet)
        if receipt is None:
            log.warning("a receipt without an id", extra={"smsc": str(smsc)})
            return
        await self._take_receipt(
            Receipt(str(smsc), receipt.id, receipt.state, self._clock.now(), receipt.detail)
        )

    async def _from_phone(self, smsc: Smsc, message: Delivered) -> None:
        if self._take_incoming is not None:
            await self._take_incoming(incoming(message, smsc.alphabet))
        else:
            log.info("an SMS from a phone, which nobody takes", extra={"pii.from": message.source})


def _more_telling(first: DeliveryError, second: DeliveryError) -> DeliveryError:
    """An SMSC that said no tells more than one that is away."""
    return first if isinstance(second, GatewayAwayError) else second
