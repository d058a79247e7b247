"""E-mail: each notice as one mail, by one of a few connections that are kept open."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from personsvar.backoff import Backoff
from personsvar.gateways.email.composer import Composer
from personsvar.gateways.email.connecting import connect
from personsvar.gateways.email.email_options import EmailOptions
from personsvar.gateways.email.mail_server import MailServer
from personsvar.gateways.email.mail_server_reporter import MailServerReporter
from personsvar.gateways.email.mail_templates import Wording
from personsvar.gateways.email.signed_links import SignedLinks
from personsvar.gateways.email.smtp_connection import Envelope, SmtpConnection
from personsvar.gateways.email.smtp_connections import SmtpConnections
from personsvar.gateways.email.smtp_replies import BusyError, LostError, MailTooLargeError
from personsvar.gateways.reachability import Reachability
from personsvar.notifier.delivery_errors import GatewayAwayError
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import Rendered
from personsvar.voice.encoder import Encoder

CLOSE_SECONDS = 5.0
_SHARE_OF_A_RESTED_ONE = 4
"""A rested connection that says nothing for a quarter of the time is dead: the rest is for a fresh one."""


class EmailGateway:
    """`links` is None where nobody outside reaches this service: who has a large recording is told to call.

    Raise MailServerError when the certificates to trust can't be read.
    """

    def __init__(
        self,
        server: MailServer,
        options: EmailOptions,
        *,
        wording: Wording,
        encoder: Encoder,
        links: SignedLinks | None,
        jitter: Callable[[], float],
    ) -> None:
        self._server = server
        self._tls = server.tls()
        self._options = options
        self._composer = Composer(options, wording, encoder, links)
        self._connections = SmtpConnections(
            self._connect, most=options.connections, idle_seconds=options.idle_seconds
        )
        self._reporter = MailServerReporter(server.name)
        backoff = Backoff(options.first_pause_seconds, options.longest_pause_seconds, jitter)
        self._reachability = Reachability(self._probe, backoff, self._reporter, failures_kept=1)
        self._leaving_idle: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._reachability.probe_at_once()
        self._leaving_idle = asyncio.create_task(self._leave_idle())

    async def close(self) -> None:
        await self._reachability.close()
        if self._leaving_idle is not None:
            self._leaving_idle.cancel()
            await asyncio.wait([self._leaving_idle])
        await self._connections.close(seconds=CLOSE_SECONDS)

    @property
    def is_up(self) -> bool:
        return self._reachability.is_up

    async def deliver(self, rendered: Rendered) -> Accepted:
        composed = await self._composer.whole(rendered)
        try:
            return await self._hand_over(composed.envelope)
        except MailTooLargeError:
            if not composed.holds_sound:
                raise
        smaller = await self._composer.without_sound(rendered)
        return await self._hand_over(smaller.envelope)

    async def _hand_over(self, envelope: Envelope) -> Accepted:
        try:
            await self._by_a_connection_that_lives(envelope)
        except BusyError:
            raise
        except GatewayAwayError as wrong:
            self._reachability.lost(wrong)
            raise
        self._reachability.answered()
        self._reporter.took_a_mail()
        return Accepted(self._server.name)

    async def _by_a_connection_that_lives(self, envelope: Envelope) -> None:
        """One that rested may have died meanwhile: that is no failed try of this mail."""
        now, seconds = asyncio.get_running_loop().time, self._options.seconds
        by = now() + seconds
        while True:
            async with self._connections.one(by=by) as connection:
                rested = connection.rested
                early = min(by, now() + seconds / _SHARE_OF_A_RESTED_ONE) if rested else by
                try:
                    return await connection.hand_over(envelope, announced_by=early, done_by=by)
                except LostError:
                    if not rested or now() >= by:
                        raise

    async def _connect(self, by: float) -> SmtpConnection:
        return await connect(self._server, self._tls, own_name=self._own_name(), by=by)

    def _own_name(self) -> str:
        """For EHLO: this machine's name when it is a whole one, else the sender's domain."""
        name = socket.gethostname()
        return name if "." in name else self._options.sender.rpartition("@")[2]

    async def _probe(self) -> None:
        by = asyncio.get_running_loop().time() + self._options.seconds
        async with self._connections.one(by=by):
            pass

    async def _leave_idle(self) -> None:
        while True:
            await asyncio.sleep(self._options.idle_seconds / 4)
            await self._connections.leave_idle()
