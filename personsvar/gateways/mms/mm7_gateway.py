"""The MMS gateway: a message's recording as AMR, at the best rate that fits, handed to the MMSC."""

from __future__ import annotations

import asyncio
import logging
import ssl
from urllib.parse import urlsplit

from personsvar.backoff import Backoff
from personsvar.gateways.in_flight import InFlight
from personsvar.gateways.mms import rates
from personsvar.gateways.mms.mm7_answers import MmsTooLargeError, message_id
from personsvar.gateways.mms.mm7_client import Mm7Client, gateway_name
from personsvar.gateways.mms.mm7_options import Mm7Options
from personsvar.gateways.mms.mm7_package import package
from personsvar.gateways.reachability import Reachability, Reporter, connect_once
from personsvar.gateways.trust import trusting
from personsvar.mailbox.ports.world import Clock
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, UndeliverableError
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import Multimedia, Rendered
from personsvar.voice.encoder import Encoder, EncodingFailedError

log = logging.getLogger(__name__)

ENCODED_BY_ATTEMPT = 3
"""Where a busy machine has made no AMR of a recording by then, there will be no MMS of it."""
NO_AMR = "no AMR encoder on this machine: apt install ffmpeg libavcodec-extra"


class MmscReporter(Reporter):
    def away(self, why: Exception) -> None:
        log.warning("the MMSC is away", extra={"gateway": self.name, "why": str(why)})

    def back(self) -> None:
        log.info("the MMSC is back", extra={"gateway": self.name})


class Mm7Gateway:
    """One MMSC. `url`: `http[s]://user:password@host:port/path`."""

    def __init__(
        self,
        url: str,
        *,
        encoder: Encoder,
        clock: Clock,
        options: Mm7Options,
    ) -> None:
        self.name = gateway_name(url)
        self._encoder, self._clock, self._options = encoder, clock, options
        self._url = url
        self._client: Mm7Client | None = None
        self._tls: ssl.SSLContext | None = None
        self._reachability = Reachability(
            self._probe,
            Backoff(options.first_pause_seconds, options.longest_pause_seconds),
            MmscReporter(self.name),
            answer_ends_probing=True,
        )
        self._in_flight = InFlight()

    async def open(self) -> None:
        self._tls = trusting(self._options.ca_file)
        self._client = Mm7Client(self._url, self._options, self._tls)
        # who asks first waits for ffmpeg: that must not be the loop
        if not await asyncio.to_thread(lambda: self._encoder.can_amr):
            log.warning("recordings can not go out as MMS, SMS goes instead: %s", NO_AMR)

    async def close(self) -> None:
        if not await self._in_flight.end():
            log.warning("MMS were still under way at the end")
        await self._reachability.close()
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    @property
    def is_up(self) -> bool:
        return self._client is not None and self._reachability.is_up

    async def deliver(self, rendered: Rendered) -> Accepted:
        with self._in_flight.one():
            alaw = rendered.content_as(Multimedia).alaw or b""
            rate = self._best_rate(rendered, alaw)
            while True:
                try:
                    return await self._handed_over(rendered, alaw, rate)
                except MmsTooLargeError as refused:
                    log.info("the MMSC wants it smaller", extra={"notice": rendered.notice.id, "rate": rate})
                    smaller = rates.lower(rate)
                    if smaller is None:
                        raise UndeliverableError(f"refused at every size: {refused}") from refused
                    rate = smaller

    def _best_rate(self, rendered: Rendered, alaw: bytes) -> int:
        if not alaw:
            raise UndeliverableError("there is no recording to send")
        if not self._encoder.can_amr:
            raise UndeliverableError(NO_AMR)
        around = len(package(rendered, b"", self._options, now=self._clock.now()).body)
        rate = rates.highest(len(alaw), largest_bytes=self._options.largest_bytes - around)
        if rate is None:
            raise UndeliverableError(f"too long for an MMS of {self._options.largest_kilobytes} kB")
        return rate

    async def _handed_over(self, rendered: Rendered, alaw: bytes, rate: int) -> Accepted:
        amr = await self._amr(alaw, rate, attempt=rendered.notice.attempts)
        sent = package(rendered, amr, self._options, now=self._clock.now())
        if self._client is None:
            raise GatewayAwayError("the gateway is closed")
        try:
            answer = await self._client.send(sent)
        except GatewayAwayError as gone:
            self._reachability.lost(gone)
            raise
        self._reachability.answered()
        given = message_id(answer)
        return Accepted(self.name, (given,) if given else ())

    async def _probe(self) -> None:
        where = urlsplit(self._url)
        is_encrypted = where.scheme == "https"
        port = where.port or (443 if is_encrypted else 80)
        await connect_once(where.hostname or "", port, tls=self._tls if is_encrypted else None)

    async def _amr(self, alaw: bytes, rate: int, *, attempt: int) -> bytes:
        """Raise DeliveryError when it takes too long, as nothing was handed over; UndeliverableError when
        it can't be done or took too long too often: its owner is to be told in time, by SMS.
        """
        seconds = self._options.encode_seconds
        try:
            async with asyncio.timeout(seconds):
                return await self._encoder.amr(alaw, bit_rate=rate)
        except TimeoutError as late:
            why = f"the recording was not encoded within {seconds:g} s"
            raise (UndeliverableError if attempt >= ENCODED_BY_ATTEMPT else DeliveryError)(why) from late
        except EncodingFailedError as wrong:
            raise UndeliverableError(f"the recording can't be encoded: {wrong}") from wrong
