"""An engine over HTTP, in OpenAI's form: faster-whisper servers, whisper.cpp, LocalAI, vLLM, and clouds.

| answer | is |
|---|---|
| 200 with words that can be true | the transcript |
| 200 with what can't be | no transcript of this message, for good |
| 200 with something else, 5xx, none in time | a fault: a try is spent, and later may do |
| 429, 503 | it is busy: as long as `Retry-After` says, up to an hour |
| 401, 403, 404, 405, 3xx | our key or our address is wrong: it is away until somebody sets it right |
| 408, 425 | later |
| other 4xx | no transcript of this message, for good |

No redirect is followed and no proxy of the environment used. A connection is kept for the next message.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from http import HTTPStatus

import httpx

from personsvar.backoff import Backoff
from personsvar.g711 import SAMPLE_RATE
from personsvar.gateways.in_flight import InFlight
from personsvar.gateways.reachability import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    Reachability,
    Sleep,
    connect_once,
)
from personsvar.gateways.retry_after import wait_seconds
from personsvar.gateways.transcripts.answer_body import answer_body
from personsvar.gateways.transcripts.asked_form import asked_form
from personsvar.gateways.transcripts.heard_words import heard_words
from personsvar.gateways.transcripts.transcriber_options import HttpTranscriberOptions
from personsvar.gateways.transcripts.transcriber_reporter import TranscriberRefusedError, TranscriberReporter
from personsvar.gateways.trust import trusting
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import Transcript
from personsvar.mailbox.ports.transcriber import (
    NotTranscribableError,
    TranscriberAwayError,
    TranscriberBusyError,
    TranscriberError,
    TranscriberFaultError,
)
from personsvar.mailbox.ports.world import Clock
from personsvar.voice.wav import wav

KEEP_SECONDS = 5.0
"""A connection idle for longer is not used again."""
BUSY_SECONDS = 60.0
"""For so long it is left alone when it is busy and does not say for how long."""
_WRONG_KEY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_WRONG_ADDRESS = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


class HttpTranscriber:
    """A `mailbox.ports.transcriber.Transcriber`."""

    def __init__(
        self,
        options: HttpTranscriberOptions,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`jitter`: a number from 0 to 1, so that not all probe it at once."""
        self._options = options
        self._clock = clock
        self._reporter = TranscriberReporter(options.destination.name)
        backoff = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, jitter)
        self._reachability = Reachability(self._probe, backoff, self._reporter, sleep=sleep)
        self._tls: ssl.SSLContext | None = None
        self._in_flight = InFlight()
        self._transport: httpx.AsyncHTTPTransport | None = None

    @property
    def engine(self) -> str:
        return f"http {self.where}"

    @property
    def model(self) -> str:
        return self._options.model

    @property
    def where(self) -> str:
        return self._options.destination.host

    @property
    def is_up(self) -> bool:
        """False from a connection that could not be made, or a key that is wrong, until one can be made."""
        return self._transport is not None and self._reachability.is_up

    async def open(self) -> None:
        # the bare transport: httpx.AsyncClient logs each URL, follows redirects and reads the environment
        self._tls = trusting(self._options.ca_file)
        self._transport = httpx.AsyncHTTPTransport(
            verify=self._tls,
            trust_env=False,
            limits=httpx.Limits(keepalive_expiry=KEEP_SECONDS),
        )

    async def close(self) -> None:
        transport, self._transport = self._transport, None
        await self._in_flight.end()
        await self._reachability.close()
        if transport is not None:
            await transport.aclose()

    async def _probe(self) -> None:
        there = self._options.destination
        await connect_once(there.host, there.port, tls=self._tls if there.is_encrypted else None)

    async def transcript(self, alaw: bytes, language: Language) -> Transcript:
        with self._in_flight.one():
            body = await self._answer(alaw, language)
        words = await asyncio.to_thread(heard_words, body, sound_seconds=len(alaw) / SAMPLE_RATE)
        return Transcript(words, language, self.engine, self.model)

    async def _answer(self, alaw: bytes, language: Language) -> bytes:
        request = asked_form(self._options, await asyncio.to_thread(wav, alaw), language)
        try:
            async with asyncio.timeout(self._options.seconds):
                return await self._taken(await self._opened.handle_async_request(request))
        except (httpx.ConnectError, httpx.ConnectTimeout) as wrong:
            self._reachability.lost(wrong)
            why = str(wrong) or type(wrong).__name__
            raise TranscriberAwayError(f"no connection to {self.where}: {why}") from wrong
        except (httpx.TransportError, TimeoutError) as wrong:
            raise TranscriberFaultError(f"no answer: {type(wrong).__name__}") from wrong

    @property
    def _opened(self) -> httpx.AsyncHTTPTransport:
        if self._transport is None:
            raise TranscriberAwayError("the engine is closed")
        return self._transport

    async def _taken(self, response: httpx.Response) -> bytes:
        try:
            if response.status_code == HTTPStatus.OK:
                body = await answer_body(response)
                self._reachability.answered()
                self._reporter.wrote_down()
                return body
            raise self._meaning_of(response)
        finally:
            await response.aclose()

    def _meaning_of(self, response: httpx.Response) -> TranscriberError:
        status, why = response.status_code, f"answered {response.status_code}"
        if status in _BUSY:
            seconds = wait_seconds(response.headers.get("Retry-After"), now=self._clock.now())
            return TranscriberBusyError(why, seconds=BUSY_SECONDS if seconds is None else seconds)
        if status in _WRONG_KEY:
            return self._refusal(why, setting="PERSONSVAR_TRANSCRIBER_KEY")
        if status in _WRONG_ADDRESS or 300 <= status < 400:  # noqa: PLR2004 - redirects
            return self._refusal(why, setting="PERSONSVAR_TRANSCRIBER_URL, PERSONSVAR_TRANSCRIBER_MODEL")
        if status in _LATER or not 400 <= status < 500:  # noqa: PLR2004 - faults of its own
            return TranscriberFaultError(why)
        return NotTranscribableError(why)

    def _refusal(self, why: str, *, setting: str) -> TranscriberAwayError:
        """Nothing is given to it for a while."""
        wrong = TranscriberRefusedError(self.where, why, setting=setting)
        self._reachability.lost(wrong)
        return wrong
