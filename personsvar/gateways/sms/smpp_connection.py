"""One connection to an SMSC, from its opening to its end. Requests of both sides cross on it (SMPP 2.2, 2.6).

Ours wait for their answers by sequence number. The SMSC's are answered as they come, a deliver_sm only once
what it brought is stored: until then it is the SMSC's, and it brings it again. What can't be read is
logged without its content, and the next PDU is read.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import Future, StreamReader, StreamWriter, Task
from collections.abc import Awaitable, Callable
from contextlib import suppress

from personsvar.gateways.sms import command_status
from personsvar.gateways.sms.delivered import Delivered, UnreadableError, delivered
from personsvar.gateways.sms.frames import Command, Frames, Pdu, StreamBrokenError
from personsvar.gateways.sms.pdus import enquire_link, numbered, unbind
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.notifier.delivery_errors import GatewayAwayError, OutcomeUnknownError

log = logging.getLogger(__name__)

TakeDelivered = Callable[[Delivered], Awaitable[None]]
"""It returns once what the SMSC brought is stored."""

LAST_SEQUENCE = 0x7FFFFFFF
MOST_BEING_STORED = 200
"""Deliveries being stored at once; nothing more is read then, and TCP holds the SMSC back."""
CHUNK = 0x10000
GOODBYE_SECONDS = 1.0


class LinkLostError(Exception):
    """The connection ended, and why."""


class SmppConnection:
    def __init__(
        self, reader: StreamReader, writer: StreamWriter, take: TakeDelivered, *, answer_seconds: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._take = take
        self._answer_seconds = answer_seconds
        self._sequence = 0
        self._waiting: dict[int, Future[Pdu]] = {}
        self._being_stored: set[Task[None]] = set()
        self._doubted = asyncio.Event()
        self._lost: str | None = None
        self._ended: Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Read until the connection ends: it always leaves by LinkLostError."""
        frames = Frames()
        try:
            while octets := await self._reader.read(CHUNK):
                for pdu in frames.feed(octets):
                    await self._room()
                    self._received(pdu)
            raise LinkLostError(self._lost or "the SMSC closed the connection")
        except (OSError, StreamBrokenError) as wrong:
            raise LinkLostError(self._lost or str(wrong)) from wrong
        finally:
            self.lose("the connection was lost")

    async def request(self, pdu: Pdu, *, seconds: float | None = None) -> Pdu:
        """Send it and wait for its answer.

        GatewayAwayError: it was not sent. OutcomeUnknownError: it was, and there is no answer.
        """
        if self._lost is not None or self._writer.is_closing():
            raise GatewayAwayError(self._lost or "the connection is closing")
        sequence = self._next_sequence()
        answer: Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = answer
        self._writer.write(numbered(pdu, sequence).octets())
        try:
            async with asyncio.timeout(self._answer_seconds if seconds is None else seconds):
                return await answer
        except TimeoutError:
            self._doubted.set()
            raise OutcomeUnknownError("the SMSC does not answer") from None
        finally:
            del self._waiting[sequence]

    async def enquire(self, *, every_seconds: float) -> None:
        """Ask now and then whether the SMSC is there, and at once when an answer is late (SMPP 4.11)."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(every_seconds):
                    await self._doubted.wait()
            try:
                await self.request(enquire_link())
            except (GatewayAwayError, OutcomeUnknownError):
                self.lose("no answer to enquire_link")
                return
            self._doubted.clear()

    def lose(self, why: str) -> None:
        """End it without a goodbye: whoever waits for an answer learns that there will be none."""
        self._lost = self._lost or why
        if not self._ended.done():
            self._ended.set_result(None)
        self._writer.transport.abort()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(OutcomeUnknownError(f"no answer: {self._lost}"))

    async def leave(self) -> None:
        """Store and acknowledge what is in hand, unbind (SMPP 4.2), close."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await asyncio.gather(*self._being_stored)
        with suppress(GatewayAwayError, OutcomeUnknownError):
            await self.request(unbind(), seconds=GOODBYE_SECONDS)
        self.lose("unbound")

    async def drop_being_stored(self) -> None:
        """The connection is gone: what is in hand can't be acknowledged, and comes again."""
        for task in self._being_stored:
            task.cancel()
        await asyncio.gather(*self._being_stored, return_exceptions=True)

    def _next_sequence(self) -> int:
        self._sequence = self._sequence % LAST_SEQUENCE + 1
        return self._sequence

    async def _room(self) -> None:
        """For one more delivery: an SMSC that is told to come again may not."""
        while len(self._being_stored) >= MOST_BEING_STORED:
            await asyncio.wait({*self._being_stored, self._ended}, return_when=asyncio.FIRST_COMPLETED)
            if self._lost is not None:
                raise LinkLostError(self._lost)

    def _received(self, pdu: Pdu) -> None:
        if pdu.is_response:
            self._answered(pdu)
        elif pdu.command in (Command.DELIVER_SM, Command.DATA_SM):
            self._delivered(pdu)
        elif pdu.command == Command.ENQUIRE_LINK:
            self._send(pdu.answer())
        elif pdu.command == Command.UNBIND:
            self._send(pdu.answer())
            self.lose("the SMSC unbound")
        elif pdu.command != Command.ALERT_NOTIFICATION:  # it has no answer (SMPP 4.12)
            log.warning("an unknown command from the SMSC", extra={"command": f"0x{pdu.command:08X}"})
            self._send(Pdu(Command.GENERIC_NACK, command_status.UNKNOWN_COMMAND, pdu.sequence))

    def _answered(self, pdu: Pdu) -> None:
        answer = self._waiting.get(pdu.sequence)
        if answer is None or answer.done():
            log.info("an answer that nobody waits for", extra={"command": f"0x{pdu.command:08X}"})
        else:
            answer.set_result(pdu)

    def _delivered(self, pdu: Pdu) -> None:
        task = asyncio.get_running_loop().create_task(self._store(pdu))
        self._being_stored.add(task)
        task.add_done_callback(self._being_stored.discard)

    async def _store(self, pdu: Pdu) -> None:
        try:
            await self._take(delivered(pdu))
        except UnreadableError as wrong:
            log.warning("a deliver_sm can't be read: %s", wrong, extra={"octets": len(pdu.body)})
            self._acknowledge(pdu, command_status.UNREADABLE)
        except StoreUnavailableError as away:  # the lanes tell of it, once
            log.debug("a deliver_sm stays with the SMSC: the database is away: %s", away)
            self._acknowledge(pdu, command_status.TEMPORARY)
        except Exception:  # a server: whatever went wrong in storing it, the SMSC shall bring it again
            log.exception("a deliver_sm could not be stored")
            self._acknowledge(pdu, command_status.TEMPORARY)
        else:
            self._acknowledge(pdu, command_status.OK)

    def _acknowledge(self, pdu: Pdu, command_status: int) -> None:
        self._send(pdu.answer(command_status, body=b"\0"))  # an empty message_id (SMPP 4.6.2)

    def _send(self, pdu: Pdu) -> None:
        if self._lost is None:
            self._writer.write(pdu.octets())
