"""Listening, with STARTTLS and with TLS, on an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.ports.world import MailboxChanges
from personsvar.mailbox.services import Services
from personsvar.visual.certificate import Certificate
from personsvar.visual.change_broadcast import ChangeBroadcast
from personsvar.visual.client_connection import ClientConnection
from personsvar.visual.commands import answer
from personsvar.visual.imap_session import ImapSession
from personsvar.visual.login import REFUSAL_SECONDS, Authenticator, still_hold
from personsvar.visual.pre_encoder import PreEncoder
from personsvar.visual.recordings import Recordings
from personsvar.visual.server_context import ServerContext, SessionTimeouts
from personsvar.visual.session_figures import SessionFigures
from personsvar.visual.unidentified import UnidentifiedClients
from personsvar.visual.workers import OffLoop
from personsvar.voice.encoder import ClientEncoder

log = logging.getLogger(__name__)

THREADS = 8
"""For looks into the store: more would only wait for the same disk and cores."""
BACKLOG = 1024
"""Connections that may wait to be let in."""
AT_ONCE = 64
"""How many of them are let in before the first is looked at and may be sent away."""
STOP_SECONDS = 5.0
"""For the commands at hand, and for what was written to go out."""
PATROL_SECONDS = 60.0
"""How often it is looked whether those who are logged in still may be."""
TCP_OPTIONS = (
    (socket.TCP_NODELAY, 1),
    # a phone that lost its radio says no goodbye: after ten minutes it is gone
    (socket.TCP_KEEPIDLE, 300),
    (socket.TCP_KEEPINTVL, 60),
    (socket.TCP_KEEPCNT, 5),
)
"""asyncio sets NODELAY itself, but not where the listening socket was made elsewhere (its `_set_nodelay`)."""


@dataclass(frozen=True, slots=True)
class ServerLimits:
    connections: int = 10_000
    strangers: int = 500
    """Not logged in yet; beyond, the one that was there longest goes."""
    strangers_of_one_network: int = 100
    patience: SessionTimeouts = field(default_factory=SessionTimeouts)
    refusal_seconds: float = REFUSAL_SECONDS


class VisualServer:
    def __init__(
        self,
        services: Services,
        certificate: Certificate,
        *,
        host: str,
        listeners: tuple[socket.socket, socket.socket],
        changes: MailboxChanges,
        make_encoder: Callable[[], ClientEncoder],
        counts: SessionFigures | None = None,
        limits: ServerLimits | None = None,
    ) -> None:
        """`listeners`: for STARTTLS, and for TLS from the first byte; ours to close.

        `make_encoder` is called on the loop, where the encoder then lives.
        """
        self._services = services
        self._certificate = certificate
        self._host = host
        self._listeners = listeners
        self._changes = changes
        self._make_encoder = make_encoder
        self._limits = limits or ServerLimits()
        self.counts = counts or SessionFigures()
        self._sessions: dict[ImapSession, asyncio.Task[None]] = {}
        self._strangers = UnidentifiedClients[ImapSession](
            self._limits.strangers, self._limits.strangers_of_one_network
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked_to_stop: asyncio.Event | None = None
        self._desk: ServerContext | None = None
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._run, name="visual", daemon=True)

    # ---- from any thread

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """What it runs on; None before it has begun."""
        return self._loop

    def start(self) -> None:
        """Whoever connects from now on is served."""
        self._thread.start()
        self._open.wait()

    def stop(self) -> None:
        """Everybody is told goodbye."""
        if self._loop is not None and self._asked_to_stop is not None:
            with suppress(RuntimeError):  # it ended by itself
                self._loop.call_soon_threadsafe(self._asked_to_stop.set)
        self._thread.join(2 * STOP_SECONDS)

    # ---- on the loop

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        finally:
            self._open.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._asked_to_stop = asyncio.Event()
        encoder = self._make_encoder()
        with ThreadPoolExecutor(THREADS, thread_name_prefix="visual") as threads:
            self._desk = self._furnish(encoder, OffLoop(threads), ChangeBroadcast(self._loop))
            await encoder.open()
            if why := encoder.why_not():
                log.error("phones can't be given their messages: %s", why)
            ahead = self._desk.ahead
            self._desk.board.watch_all(ahead.changed)
            self._changes.start(self._desk.board.heard)
            servers = await self._listen()
            chores = [asyncio.create_task(it) for it in (self._patrol(self._desk), ahead.run())]
            self._open.set()
            await self._asked_to_stop.wait()
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            for server in servers:
                server.close()
            await self._end_sessions()
            await asyncio.to_thread(self._changes.stop)
            await self._desk.recordings.end()
            await encoder.close()

    def _furnish(self, encoder: ClientEncoder, workers: OffLoop, board: ChangeBroadcast) -> ServerContext:
        recordings = Recordings(self._services, encoder, workers, self.counts)
        return ServerContext(
            services=self._services,
            host=self._host,
            certificate=self._certificate,
            workers=workers,
            recordings=recordings,
            ahead=PreEncoder(self._services, workers, recordings),
            board=board,
            door=Authenticator(self._services, workers, self.counts, self._limits.refusal_seconds),
            counts=self.counts,
            patience=self._limits.patience,
        )

    async def _listen(self) -> list[asyncio.Server]:
        loop = asyncio.get_running_loop()
        clear, private = self._listeners
        factories = (
            lambda: ClientConnection(self._welcome),
            lambda: ClientConnection(self._welcome, self._context()),
        )
        servers = [
            await loop.create_server(factory, sock=listener, backlog=AT_ONCE)
            for factory, listener in zip(factories, (clear, private), strict=True)
        ]
        for listener in (clear, private):  # the system's queue was shortened with it
            listener.listen(BACKLOG)
        log.info("listening for visual voicemail", extra={"bind": _name(clear), "tls_bind": _name(private)})
        return servers

    def _context(self) -> ssl.SSLContext:
        return self._certificate.context()

    def _welcome(self, connection: ClientConnection) -> None:
        if self._desk is None or len(self._sessions) >= self._limits.connections:
            self.counts.turned_away += 1
            connection.abort()
            return
        connection.set_up(TCP_OPTIONS)
        session = ImapSession(connection, self._desk, answer, self._identified)
        self._make_room(session)
        task = asyncio.get_running_loop().create_task(session.run())
        self._sessions[session] = task
        self.counts.connections = len(self._sessions)
        task.add_done_callback(lambda _: self._over(session))

    def _make_room(self, session: ImapSession) -> None:
        """For one more stranger; who goes for it is waited for no longer, not even for its refusal."""
        goes = self._strangers.enter(session.connection.address, session)
        if goes is not None:
            self.counts.turned_away += 1
            goes.connection.abort()
            self._sessions[goes].cancel()

    def _identified(self, session: ImapSession) -> None:
        """It has logged in, or is over."""
        self._strangers.leave(session.connection.address, session)

    def _over(self, session: ImapSession) -> None:
        del self._sessions[session]
        self.counts.connections = len(self._sessions)

    async def _end_sessions(self) -> None:
        for session in tuple(self._sessions):
            session.ask_to_leave("shutting down")
        if self._sessions:
            _, late = await asyncio.wait(self._sessions.values(), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.sleep(0)  # the last words go out

    async def _patrol(self, desk: ServerContext) -> None:
        """Whose account was ended, or who has a new password, is not served on."""
        while True:
            await asyncio.sleep(PATROL_SECONDS)
            passwords = desk.sessions.passwords()
            with suppress(StoreUnavailableError):
                valid = await desk.workers.do(still_hold, self._services, passwords)
                desk.sessions.end(passwords.keys() - valid, "logged in no more")


def _name(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"{host}:{port}"
