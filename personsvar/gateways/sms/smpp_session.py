"""A connection to one SMSC that is kept: bound as a transceiver (SMPP 4.1.5), and made anew when it ends.

Between tries it waits, twice as long each time, and not as long as other services do, so that an SMSC that
comes back is not asked by all at once. A window keeps the short messages under way few: their SMSC is slow
before it is overrun (SMPP 2.9).
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import Semaphore, Task
from collections.abc import Callable
from contextlib import suppress

from personsvar.backoff import Backoff
from personsvar.gateways.sms import command_status
from personsvar.gateways.sms.frames import Pdu
from personsvar.gateways.sms.pdus import bind_transceiver, message_id
from personsvar.gateways.sms.smpp_connection import LinkLostError, SmppConnection, TakeDelivered
from personsvar.gateways.sms.smsc import SmppOptions, Smsc
from personsvar.gateways.trust import trusting
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, OutcomeUnknownError

log = logging.getLogger(__name__)

LEAST_SECONDS = 0.1
"""Nothing is written that could not be answered in time: its outcome would be unknown for no reason."""
STEADY_SECONDS = 60.0
"""A connection that held so long was a good one: the waits begin anew."""


class SmppSession:
    def __init__(
        self, smsc: Smsc, options: SmppOptions, take: TakeDelivered, *, jitter: Callable[[], float]
    ) -> None:
        self.smsc = smsc
        self._options = options
        self._take = take
        self._backoff = Backoff(options.reconnect_seconds, options.longest_reconnect_seconds, jitter)
        self._window = Semaphore(options.window)
        self._connection: SmppConnection | None = None
        self._closing = asyncio.Event()
        self._keeper: Task[None] | None = None
        self._rests_until = 0.0

    def open(self) -> None:
        if self.smsc.is_longer_than_smpp:
            log.warning(
                "an id or a password longer than SMPP has room for: sent whole",
                extra={"smsc": str(self.smsc)},
            )
        self._keeper = asyncio.get_running_loop().create_task(self._keep())

    async def close(self) -> None:
        """Wait for what is under way, say goodbye, and come back no more."""
        if self._keeper is None:
            return
        self._closing.set()
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._empty_window()
            await connection.leave()
        self._keeper.cancel()
        with suppress(asyncio.CancelledError):
            await self._keeper
        self._keeper = None

    @property
    def is_up(self) -> bool:
        return self._connection is not None

    @property
    def has_room(self) -> bool:
        return self.is_up and not self._window.locked()

    @property
    def rests(self) -> bool:
        """It was throttled, full or silent a moment ago: others go first."""
        return asyncio.get_running_loop().time() < self._rests_until

    async def submit(self, pdu: Pdu, *, until: float) -> str:
        """The SMSC's id for it. `until`: the loop's time at which it must be known what became of it."""
        await self._room(until)
        try:
            return self._taken(await self._answer(pdu, until))
        finally:
            self._window.release()

    async def _room(self, until: float) -> None:
        try:
            async with asyncio.timeout_at(until):
                await self._window.acquire()
        except TimeoutError:
            raise GatewayAwayError(f"{self.smsc} is too slow: nothing was handed over") from None

    async def _answer(self, pdu: Pdu, until: float) -> Pdu:
        left = until - asyncio.get_running_loop().time()
        if self._connection is None:
            raise GatewayAwayError(f"{self.smsc} is away")
        if left < LEAST_SECONDS:
            raise GatewayAwayError(f"{self.smsc} is too slow: nothing was handed over")
        try:
            return await self._connection.request(pdu, seconds=min(left, self._options.answer_seconds))
        except OutcomeUnknownError:
            self._rest(self._options.answer_seconds)
            raise

    def _taken(self, answer: Pdu) -> str:
        if answer.status == command_status.OK:
            self._rests_until = 0.0
            return message_id(answer)
        self._rest(command_status.WAITS_SECONDS.get(answer.status, 0))
        raise command_status.refusal(answer.status)

    def _rest(self, seconds: float) -> None:
        self._rests_until = asyncio.get_running_loop().time() + seconds

    async def _empty_window(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.close_seconds):
                for _ in range(self._options.window):
                    await self._window.acquire()

    async def _keep(self) -> None:
        tries = 0
        while not self._closing.is_set():
            began = asyncio.get_running_loop().time()
            try:
                await self._live()
            except (OSError, TimeoutError, DeliveryError, LinkLostError) as wrong:
                level = logging.INFO if self._closing.is_set() else logging.WARNING
                log.log(level, "no SMSC: %s", str(wrong) or "no answer", extra={"smsc": str(self.smsc)})
            except Exception:  # a server: a session nobody keeps would be silent for ever
                log.exception("the SMSC's session failed", extra={"smsc": str(self.smsc)})
            lasted = asyncio.get_running_loop().time() - began
            tries = 0 if lasted > STEADY_SECONDS else tries + 1
            await asyncio.sleep(self._backoff.after(tries))

    async def _live(self) -> None:
        """From connecting to the end of the connection."""
        connection = await self._connected()
        loop = asyncio.get_running_loop()
        reading = loop.create_task(connection.run())
        enquiring = loop.create_task(connection.enquire(every_seconds=self._options.enquire_seconds))
        try:
            await self._bind(connection)
            self._connection = connection
            log.info("bound to the SMSC", extra={"smsc": str(self.smsc)})
            await reading
        finally:
            self._connection = None
            connection.lose("closed")
            enquiring.cancel()
            await asyncio.gather(reading, enquiring, return_exceptions=True)
            await connection.drop_being_stored()

    async def _connected(self) -> SmppConnection:
        smsc, options = self.smsc, self._options
        async with asyncio.timeout(options.answer_seconds):
            tls = trusting(options.ca_file) if smsc.tls else None  # read anew: certificates are renewed
            reader, writer = await asyncio.open_connection(smsc.host, smsc.port, ssl=tls)
        return SmppConnection(reader, writer, self._take, answer_seconds=options.answer_seconds)

    async def _bind(self, connection: SmppConnection) -> None:
        answer = await connection.request(bind_transceiver(self.smsc, system_type=self._options.system_type))
        if answer.status != command_status.OK:
            raise LinkLostError(f"it refused the bind: {command_status.described(answer.status)}")
