"""A server on an event loop in a thread of its own; and what blocks, beside that loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class LoopThread:
    """`main` runs on the loop, from `start` until it returns; it calls `ready` when it serves."""

    name: str
    main: Callable[[], Coroutine[Any, Any, None]]
    make_loop: Callable[[], asyncio.AbstractEventLoop] | None = None
    loop: asyncio.AbstractEventLoop | None = field(default=None, init=False)
    """The loop that `main` runs on; None before it has begun."""
    _is_ready: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Return when `main` is ready, or has ended."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()
        self._is_ready.wait()

    def ready(self) -> None:
        self._is_ready.set()

    def call(self, do: Callable[[], object]) -> None:
        """Have it done on the loop, from any thread; nothing is done on a loop that has ended."""
        if self.loop is not None:
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(do)

    def join(self, seconds: float) -> None:
        """Wait until `main` has returned, for so long at most."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self.make_loop) as runner:
                self.loop = runner.get_loop()
                runner.run(self.main())
        finally:
            self.ready()


async def off_loop(threads: Executor, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Have a thread do what blocks; the loop serves others meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(threads, partial(work, *args, **kwargs))
