"""Speech heard on this machine, by faster-whisper in a process of its own (`engine_process`)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from personsvar.gateways.asked_process import ProcessGoneError
from personsvar.gateways.transcripts.engine_bounds import EngineBounds
from personsvar.gateways.transcripts.engine_child import EngineChild
from personsvar.gateways.transcripts.engine_files import PACKAGE, check_local_engine, missing_from
from personsvar.gateways.transcripts.word_pieces import WordPiece, joined
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import Transcript
from personsvar.mailbox.ports.transcriber import TranscriberAwayError, TranscriberFaultError

log = logging.getLogger(__name__)

TRIES = 2
"""A process that somebody ended, or that the system did, is begun anew, and asked again at once."""


class LocalTranscriber:
    """A `Transcriber` that asks one process, one recording at a time. None begins before a recording."""

    def __init__(self, folder: Path, bounds: EngineBounds | None = None) -> None:
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

    @property
    def is_up(self) -> bool:
        """Its model is there: it can be taken away, and put back, while we run."""
        return not self._is_closed and not missing_from(self._folder)

    @property
    def pid(self) -> int | None:
        """Of the process there is."""
        return self._child.pid

    async def open(self) -> None:
        """There is nothing to be made ready: the model is loaded for the first recording."""

    async def close(self) -> None:
        """Whoever waits for an answer is told that nobody is there."""
        self._is_closed = True
        self._stay()
        if self._ending is not None:
            await self._ending
        await self._child.close()

    async def transcript(self, alaw: bytes, language: Language) -> Transcript:
        if missing := missing_from(self._folder):
            raise TranscriberAwayError(
                f"of the model in {self._folder}, this is missing: {', '.join(missing)}"
            )
        async with self._turn:
            self._stay()
            try:
                answer = await self._answer(alaw, language)
            finally:
                if not self._is_closed:
                    loop = asyncio.get_running_loop()
                    self._idle = loop.call_later(self._bounds.idle_seconds, self._rest)
        if (fault := answer.get("no_model")) is not None:
            await self._child.end()
            raise TranscriberAwayError(f"the model in {self._folder} can't be loaded: {fault}")
        return self._understood(answer, language)

    async def _answer(self, alaw: bytes, language: Language) -> Mapping[str, Any]:
        for left in reversed(range(TRIES)):
            try:
                return await self._child.ask(alaw, language)
            except TimeoutError as late:
                raise TranscriberFaultError(
                    f"the process that hears speech took over {self._bounds.wall_seconds:.0f} s"
                ) from late
            except ProcessGoneError as gone:
                if self._is_closed:
                    raise TranscriberAwayError("the service stopped") from gone
                log.warning("the process that hears speech ended", extra={"returned": gone.returned})
                if gone.is_out_of_time or not left:
                    raise TranscriberFaultError(f"the process that hears speech ended: {gone}") from gone
            except (OSError, ValueError) as wrong:
                raise TranscriberFaultError(f"the process that hears speech: {wrong}") from wrong
        raise AssertionError("the last try returns or raises")

    def _understood(self, answer: Mapping[str, Any], language: Language) -> Transcript:
        words = tuple(joined([WordPiece(*piece) for piece in answer["words"]]))
        return Transcript(words, language, self.engine, self.model, answer["cpu_seconds"])

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
