"""Listening, with STARTTLS and with TLS, on an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from personsvar.loop_thread import LoopThread, off_loop
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.ports.world import MailboxChanges
from personsvar.mailbox.services import Services
from personsvar.visual.authenticator import REFUSAL_SECONDS, Authenticator, still_valid
from personsvar.visual.certificate import Certificate
from personsvar.visual.change_broadcast import ChangeBroadcast
from personsvar.visual.client_connection import ClientConnection
from personsvar.visual.commands import answer
from personsvar.visual.imap_session import ImapSession
from personsvar.visual.pre_encoder import PreEncoder
from personsvar.visual.recordings import Recordings
from personsvar.visual.server_context import ServerContext, SessionTimeouts
from personsvar.visual.session_figures import SessionFigures
from personsvar.visual.unidentified import UnidentifiedClients
from personsvar.voice.encoder import ClientEncoder

log = logging.getLogger(__name__)

THREADS = 8
"""So many threads look into the store: more would only wait for the same disk and cores."""
BACKLOG = 1024
"""Connections that may wait to be let in."""
AT_ONCE = 64
"""How many of them are let in before the first is looked at and may be sent away."""
STOP_SECONDS = 5.0
"""The commands at hand, and what was written, have so long to end and to go out."""
REVALIDATE_SECONDS = 60.0
"""So often we look whether those who are logged in still may be."""
TCP_OPTIONS = (
    # a phone that lost its radio says no goodbye: after ten minutes it is gone
    (socket.TCP_KEEPIDLE, 300),
    (socket.TCP_KEEPINTVL, 60),
    (socket.TCP_KEEPCNT, 5),
)


@dataclass(frozen=True, slots=True)
class ServerLimits:
    connections: int = 10_000
    unidentified: int = 500
    """Clients that have not logged in yet; beyond, the one that was there longest goes."""
    unidentified_of_one_network: int = 100
    timeouts: SessionTimeouts = field(default_factory=SessionTimeouts)
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
        figures: SessionFigures | None = None,
        limits: ServerLimits | None = None,
    ) -> None:
        """`listeners` are for STARTTLS, and for TLS from the first byte; they are ours to close.

        `make_encoder` is called on the loop, where the encoder then lives.
        """
        self._services = services
        self._certificate = certificate
        self._host = host
        self._listeners = listeners
        self._changes = changes
        self._make_encoder = make_encoder
        self._limits = limits or ServerLimits()
        self.figures = figures or SessionFigures()
        self._sessions: dict[ImapSession, asyncio.Task[None]] = {}
        self._unidentified = UnidentifiedClients[ImapSession](
            self._limits.unidentified, self._limits.unidentified_of_one_network
        )
        self._asked_to_stop: asyncio.Event | None = None
        self._context: ServerContext | None = None
        self._thread = LoopThread("visual", self._main)

    # ---- from any thread

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that the server runs on; None before it has begun."""
        return self._thread.loop

    def start(self) -> None:
        """Whoever connects from now on is served."""
        self._thread.start()

    def stop(self) -> None:
        """Everybody is told goodbye."""
        if self._asked_to_stop is not None:
            self._thread.call(self._asked_to_stop.set)
        self._thread.join(2 * STOP_SECONDS)

    # ---- on the loop

    async def _main(self) -> None:
        changes = ChangeBroadcast(asyncio.get_running_loop())
        self._asked_to_stop = asyncio.Event()
        encoder = self._make_encoder()
        with ThreadPoolExecutor(THREADS, thread_name_prefix="visual") as threads:
            context = self._context = self._make_context(encoder, threads, changes)
            await encoder.open()
            if why := encoder.why_not():
                log.error("phones can't be given their messages: %s", why)
            changes.watch_all(context.pre_encoder.mailboxes_changed)
            self._changes.start(changes.publish_threadsafe)
            servers = await self._listen()
            chores = [
                asyncio.create_task(chore)
                for chore in (self._end_revoked(context), context.pre_encoder.run())
            ]
            self._thread.ready()
            await self._asked_to_stop.wait()
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            for server in servers:
                server.close()
            await self._end_sessions()
            await asyncio.to_thread(self._changes.stop)
            await context.recordings.cancel()
            await encoder.close()

    def _make_context(
        self, encoder: ClientEncoder, threads: Executor, changes: ChangeBroadcast
    ) -> ServerContext:
        recordings = Recordings(self._services, encoder, threads, self.figures)
        return ServerContext(
            services=self._services,
            host=self._host,
            certificate=self._certificate,
            threads=threads,
            recordings=recordings,
            pre_encoder=PreEncoder(self._services, threads, recordings),
            changes=changes,
            authenticator=Authenticator(self._services, threads, self.figures, self._limits.refusal_seconds),
            figures=self.figures,
            timeouts=self._limits.timeouts,
        )

    async def _listen(self) -> list[asyncio.Server]:
        loop = asyncio.get_running_loop()
        clear, private = self._listeners
        factories = (
            lambda: ClientConnection(self._accept),
            lambda: ClientConnection(self._accept, self._tls_context()),
        )
        servers = [
            await loop.create_server(factory, sock=listener, backlog=AT_ONCE)
            for factory, listener in zip(factories, (clear, private), strict=True)
        ]
        for listener in (clear, private):  # the system's queue was shortened with it
            listener.listen(BACKLOG)
        log.info("listening for visual voicemail", extra={"bind": _name(clear), "tls_bind": _name(private)})
        return servers

    def _tls_context(self) -> ssl.SSLContext:
        return self._certificate.context()

    def _accept(self, connection: ClientConnection) -> None:
        if self._context is None or len(self._sessions) >= self._limits.connections:
            self.figures.turned_away += 1
            connection.abort()
            return
        connection.set_tcp_options(TCP_OPTIONS)
        session = ImapSession(connection, self._context, answer, self._identified)
        self._admit(session)
        task = asyncio.get_running_loop().create_task(session.run())
        self._sessions[session] = task
        self.figures.connections = len(self._sessions)
        task.add_done_callback(lambda _: self._ended(session))

    def _admit(self, session: ImapSession) -> None:
        """One more is unidentified; nobody waits for the one that goes for it, not even for its refusal."""
        evicted = self._unidentified.enter(session.connection.address, session)
        if evicted is not None:
            self.figures.turned_away += 1
            evicted.connection.abort()
            self._sessions[evicted].cancel()

    def _identified(self, session: ImapSession) -> None:
        """The session has logged in, or is over."""
        self._unidentified.leave(session.connection.address, session)

    def _ended(self, session: ImapSession) -> None:
        del self._sessions[session]
        self.figures.connections = len(self._sessions)

    async def _end_sessions(self) -> None:
        for session in tuple(self._sessions):
            session.end_soon("shutting down")
        if self._sessions:
            _, late = await asyncio.wait(self._sessions.values(), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.sleep(0)  # the last words go out

    async def _end_revoked(self, context: ServerContext) -> None:
        """Whose account was ended, or who has a new password, is not served on."""
        while True:
            await asyncio.sleep(REVALIDATE_SECONDS)
            passwords = context.sessions.passwords()
            with suppress(StoreUnavailableError):
                valid = await off_loop(context.threads, still_valid, self._services, passwords)
                context.sessions.end(passwords.keys() - valid, "logged in no more")


def _name(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"{host}:{port}"
