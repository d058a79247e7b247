"""HTTP in a thread of its own, on an address that is ours before anything is promised."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI

from personsvar.address import Address, listening_socket
from personsvar.http.connection_limits import ConnectionLimits
from personsvar.http.timeouts import HttpTimeouts, protocol
from personsvar.loop_thread import LoopThread

log = logging.getLogger(__name__)

HTTP_STOP_SECONDS = 5.0
MOST_CONNECTIONS, MOST_OF_ONE = 400, 200
BACKLOG = 64
"""Connections that may wait to be let in. So many are let in before the first is looked at and may be sent
away: it has to be far less than the files there are."""


@dataclass
class HttpServer:
    """It serves the app from `start` to `stop`."""

    app: FastAPI
    bind: str
    limits: ConnectionLimits = field(default_factory=lambda: ConnectionLimits(MOST_CONNECTIONS, MOST_OF_ONE))
    timeouts: HttpTimeouts = field(default_factory=HttpTimeouts)
    proxies: Sequence[str] = ()
    """Networks of those that are believed who asks, beside this machine."""
    at_end: Callable[[], Awaitable[None]] | None = None
    """Called on the loop once nothing is served any more: what the app opened there is closed."""
    _server: uvicorn.Server | None = None
    _thread: LoopThread | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that it runs on; None before it has begun."""
        return None if self._thread is None else self._thread.loop

    def start(self) -> None:
        """Listen from now on. Raise OSError when the address can't be had."""
        listener = listening_socket(Address.parse(self.bind), BACKLOG)
        # what a stranger sends that is no HTTP would be a line of the log each time
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        config = uvicorn.Config(
            self.app,
            http=protocol(self.limits, self.timeouts),
            ws="none",
            log_config=None,
            access_log=False,
            forwarded_allow_ips=["127.0.0.1", "::1", *self.proxies],
            lifespan="off",
            backlog=BACKLOG,
            timeout_keep_alive=self.timeouts.idle_seconds,
            timeout_graceful_shutdown=2,
        )
        self._server = server = uvicorn.Server(config)

        async def serve() -> None:
            thread.ready()
            try:
                await server.serve(sockets=[listener])
            finally:
                if self.at_end is not None:
                    await self.at_end()

        # `uvicorn.Server.run` tells nobody its loop
        self._thread = thread = LoopThread("http", serve, config.get_loop_factory())
        thread.start()
        host, port = listener.getsockname()[:2]
        log.info("listening for HTTP", extra={"bind": f"{host}:{port}"})

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(HTTP_STOP_SECONDS)
