"""Speech heard on this machine, by faster-whisper in a process of its own (`engine_process`).

A model that can't be loaded is tried again after pauses that double, until it can. Till then the engine is
away, and no message spends a try on it.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from personsvar.backoff import Backoff
from personsvar.gateways.asked_process import ProcessGoneError
from personsvar.gateways.reachability import Reachability, Sleep
from personsvar.gateways.transcripts.engine_bounds import EngineBounds
from personsvar.gateways.transcripts.engine_child import EngineChild, ModelNotLoadedError
from personsvar.gateways.transcripts.engine_files import PACKAGE, check_local_engine, missing_from
from personsvar.gateways.transcripts.engine_reporter import EngineReporter
from personsvar.gateways.transcripts.word_pieces import WordPiece, joined
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import Transcript
from personsvar.mailbox.ports.transcriber import (
    TranscriberAwayError,
    TranscriberError,
    TranscriberFaultError,
)

log = logging.getLogger(__name__)

T = TypeVar("T")
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
"""Until a model is tried again: to load a large one takes a while."""


class LocalTranscriber:
    """A `Transcriber` that asks one process, one recording at a time, and ends it when none comes."""

    def __init__(
        self, folder: Path, bounds: EngineBounds | None = None, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        """Raise NoLocalEngineError."""
        check_local_engine(folder)
        self._folder = folder.resolve()
        self._bounds = bounds or EngineBounds()
        self._child = EngineChild(self._folder, self._bounds)
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self._is_closed = False
        self.engine = f"{PACKAGE} {version(PACKAGE)}"
        self.model = self._folder.name
        self.where = ""
        pauses = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
        reporter = EngineReporter(self.engine, self._folder)
        self._reachability = Reachability(self._probe, pauses, reporter, sleep=sleep)

    @property
    def is_up(self) -> bool:
        """False from a model that could not be loaded until it can."""
        return not self._is_closed and self._reachability.is_up

    @property
    def pid(self) -> int | None:
        """Of the process there is."""
        return self._child.pid

    async def open(self) -> None:
        """Whether the model can be loaded is tried at once: the engine is away until it was."""
        self._reachability.probe_at_once()

    async def close(self) -> None:
        """Whoever waits for an answer is told that nobody is there."""
        self._is_closed = True
        self._stay()
        await self._reachability.close()
        if self._ending is not None:
            await self._ending
        await self._child.close()

    async def transcript(self, alaw: bytes, language: Language) -> Transcript:
        async with self._turn:
            try:
                answer = await self._answer(alaw, language)
            except ModelNotLoadedError as wrong:
                self._reachability.lost(wrong)
                raise TranscriberAwayError(f"the model in {self._folder} can't be loaded: {wrong}") from wrong
            except ProcessGoneError as gone:
                raise self._fault(f"ended: {gone}") from gone
            except TimeoutError as late:
                raise self._fault(f"took over {self._bounds.wall_seconds:.0f} s") from late
            except (OSError, ValueError) as wrong:
                raise self._fault(f"has a fault: {wrong}") from wrong
            finally:
                self._rest_later()
        self._reachability.answered()
        words = tuple(joined([WordPiece(*piece) for piece in answer["words"]]))
        return Transcript(words, language, self.engine, self.model, answer["cpu_seconds"])

    def _fault(self, what: str) -> TranscriberError:
        if self._is_closed:
            return TranscriberAwayError("the service stopped")
        return TranscriberFaultError(f"the process that hears speech {what}")

    async def _answer(self, alaw: bytes, language: Language) -> Mapping[str, Any]:
        self._stay()
        await self._loaded(self._or_again(self._load))
        return await self._or_again(lambda: self._load_and_ask(alaw, language))

    async def _probe(self) -> None:
        async with self._turn:
            self._stay()
            try:
                await self._loaded(self._load())
            finally:
                self._rest_later()

    async def _loaded(self, loading: Awaitable[None]) -> None:
        """Raise ModelNotLoadedError, but where the service stops."""
        try:
            await loading
        except ProcessGoneError as gone:
            if self._is_closed:
                raise
            killed = "; a system without memory does so" if gone.returned == -signal.SIGKILL else ""
            raise ModelNotLoadedError(f"the process that loads it was ended, {gone}{killed}") from gone
        except TimeoutError as late:
            raise ModelNotLoadedError(f"it takes over {self._bounds.wall_seconds:.0f} s") from late
        except (OSError, ValueError) as wrong:
            raise ModelNotLoadedError(f"the process that loads it has a fault: {wrong}") from wrong

    async def _load(self) -> None:
        if missing := missing_from(self._folder):
            raise ModelNotLoadedError(f"of its files, this is missing: {', '.join(missing)}")
        await self._child.load()

    async def _load_and_ask(self, alaw: bytes, language: Language) -> Mapping[str, Any]:
        await self._child.load()
        return await self._child.ask(alaw, language)

    async def _or_again(self, step: Callable[[], Awaitable[T]]) -> T:
        """A process that somebody ended, or that the system did, is begun anew, and asked again at once."""
        try:
            return await step()
        except ProcessGoneError as gone:
            if self._is_closed:
                raise
            log.warning("the process that hears speech ended", extra={"returned": gone.returned})
            if gone.is_out_of_time:
                raise
            return await step()

    def _rest_later(self) -> None:
        if not self._is_closed:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self._bounds.idle_seconds, self._rest)

    def _rest(self) -> None:
        self._ending = asyncio.create_task(self._rested())

    async def _rested(self) -> None:
        async with self._turn:
            if self._idle is not None:
                await self._child.end()

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
