"""Recordings into MP3 and AMR, and phones' AMR into greetings, in processes of their own, behind every call.

A process is started when it is first needed and stays. Each stands alone, so one that dies (the kernel
wanted its memory) or hangs takes nobody else's recording with it; the recording is tried once more in a
new one.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import cached_property, partial
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from personsvar.voice.encode import ffmpeg, transcoding
from personsvar.voice.encode.client_greeting import LevelledGreeting, greeting
from personsvar.voice.encode.uploaded import DecodedUpload, uploaded
from personsvar.voice.encoder import EncodingFailedError
from personsvar.voice.uploads import AudioForm, BrokenRecordingError

P = ParamSpec("P")
T = TypeVar("T")
JOB_SECONDS = 60.0


class PoolEncoder:
    """An `Encoder` over a few processes. Close it after the gateways that use it."""

    def __init__(self, *, processes: int | None = None, job_seconds: float = JOB_SECONDS) -> None:
        """At most `processes` run at once; without it, one for each processor."""
        self._job_seconds = job_seconds
        self._workers = [_EncoderProcess() for _ in range(processes or len(os.sched_getaffinity(0)))]
        # last in, first out: a quiet service needs one process, not all
        self._free: asyncio.LifoQueue[_EncoderProcess] = asyncio.LifoQueue()
        for worker in self._workers:
            self._free.put_nowait(worker)

    async def open(self) -> None:
        """Ask this machine's ffmpeg what it can. The processes come when they are needed."""
        await asyncio.to_thread(self.why_not)

    async def close(self) -> None:
        """End the processes; what is still being encoded is given up."""
        for worker in self._workers:
            await worker.close()

    @property
    def at_once(self) -> int:
        return len(self._workers)

    async def mp3(self, alaw: bytes) -> bytes:
        return await self._made(transcoding.mp3, alaw)

    async def m4a(self, alaw: bytes) -> bytes:
        return await self._made(transcoding.m4a, alaw)

    async def amr(self, alaw: bytes, *, bit_rate: int) -> bytes:
        return await self._made(transcoding.amr, alaw, bit_rate)

    async def greeting(self, amr: bytes, *, max_seconds: float) -> LevelledGreeting:
        """What a phone recorded, as callers hear it; what is longer is cut off."""
        return await self._made(greeting, amr, max_seconds)

    async def uploaded(self, content: bytes, form: AudioForm, *, max_seconds: float) -> DecodedUpload:
        """What somebody uploaded, as callers hear it."""
        return await self._made(uploaded, content, form, max_seconds)

    @property
    def can_amr(self) -> bool:
        return self.why_not() is None

    def why_not(self) -> str | None:
        """What has to be installed before there is AMR, for the operator; None when there is."""
        return self._why_no_amr

    @cached_property
    def _why_no_amr(self) -> str | None:
        return ffmpeg.why_no_amr()

    async def _made(self, job: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        work = partial(job, *arguments, **named)
        worker = await self._free.get()
        try:
            with suppress(BrokenProcessPool):
                return await worker.do(work, seconds=self._job_seconds)
            return await worker.do(work, seconds=self._job_seconds)
        except BrokenProcessPool as killed:
            raise EncodingFailedError("the process that encoded it was killed, twice") from killed
        except TimeoutError as late:
            raise EncodingFailedError(f"encoding took over {self._job_seconds:g} s") from late
        except ffmpeg.BrokenSoundError as wrong:
            raise BrokenRecordingError(str(wrong)) from wrong
        except ffmpeg.EncodingError as wrong:
            raise EncodingFailedError(str(wrong)) from wrong
        finally:
            self._free.put_nowait(worker)


class _EncoderProcess:
    """One process, one recording at a time; made anew when it died."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def do(self, job: Callable[[], T], *, seconds: float) -> T:
        """Raise TimeoutError, BrokenProcessPool when the process died, or what the job raised."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1, mp_context=get_context("spawn"), initializer=transcoding.settle_in
            )
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(self._pool.submit(job))
        except ffmpeg.EncodingError:
            raise
        except BaseException:  # it died, or hangs, or nobody waits any more
            self.end()
            raise

    def end(self) -> None:
        """End the process at once, with the ffmpeg it runs. The next job gets a new one."""
        pool, self._pool = self._pool, None
        if pool is not None:
            _kill(pool)
            pool.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        """End the process; it is gone when this returns."""
        pool, self._pool = self._pool, None
        if pool is not None:
            _kill(pool)
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)


def _kill(pool: ProcessPoolExecutor) -> None:
    for pid, process in list((pool._processes or {}).items()):  # noqa: SLF001 - kill_workers() is Python 3.14's
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        process.kill()  # it may not have a group of its own yet
