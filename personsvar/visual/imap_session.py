"""One client, from its connection to its end: what it sends is carried out, one command after the other.

A session waits for the client, for as long as its timeouts allow; while it is IDLE, also for changes of the
mailbox. What has changed goes out (`updates`) when the command at hand lets it go.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Concatenate, ParamSpec, TypeVar

from personsvar.logs import in_call
from personsvar.loop_thread import off_loop
from personsvar.mailbox.errors import NotOpenError, StoreUnavailableError, UnknownSubscriberError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual import view
from personsvar.visual.authenticator import LoggedIn
from personsvar.visual.client_connection import ClientConnection, ClientGoneError
from personsvar.visual.mail_builder import MailBuilder
from personsvar.visual.selected_folder import SelectedFolder
from personsvar.visual.server_context import ServerContext
from personsvar.visual.updates import Updates, untagged
from personsvar.vvm.imap import events, responses
from personsvar.vvm.imap.limits import AFTER_LOG_IN
from personsvar.vvm.imap.reader import ImapReader

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

MAX_MISTAKES = 20
"""Whoever makes more in a row does not speak IMAP."""
APPLICATION_ERROR = "application error"
CHUNK_BYTES = 64 * 1024
"""So much of an answer is gathered before it goes out, and no more of it is under way at once."""
_numbers = count(1)

Answer = Callable[["ImapSession", events.ImapRequest], Awaitable[bytes]]
"""`commands.answer` carries a command out and returns its last lines."""


class SessionEndedError(Exception):
    """The session is to end; the text is said with `* BYE`."""


class ImapSession:
    __slots__ = (
        "_answer",
        "_deadline",
        "_end_reason",
        "_identified",
        "_is_stale",
        "_mistakes",
        "_queued",
        "connection",
        "context",
        "is_over",
        "reader",
        "refused_log_ins",
        "selected",
        "user",
    )

    def __init__(
        self,
        connection: ClientConnection,
        context: ServerContext,
        answer: Answer,
        identified: Callable[[ImapSession], None],
    ) -> None:
        """`identified` is called with the session once: when it logs in, or is over."""
        self._answer = answer
        self._identified = identified
        self.connection = connection
        self.context = context
        self.reader = ImapReader()
        self.user: LoggedIn | None = None
        self.selected: SelectedFolder | None = None
        self.is_over = False
        """LOGOUT was answered, or too many log-ins were refused."""
        self.refused_log_ins = 0
        self._deadline: asyncio.Timeout | None = None
        self._end_reason = ""
        self._is_stale = False
        """The mailbox changed since it was last looked at."""
        self._mistakes = 0
        self._queued = bytearray()

    # ---- its life

    async def run(self) -> None:
        """Serve the client to its end; this raises nothing."""
        with in_call(f"imap-{next(_numbers)}"):
            try:
                await self._until_end()
            except Exception:  # a server: one session's mistake of ours is logged, and the others go on
                self.context.figures.failures += 1
                log.exception("a session failed")
                self._send_bye(APPLICATION_ERROR)
            finally:
                self._clean_up()

    def end_soon(self, why: str) -> None:
        """The session ends as soon as it has answered the command at hand. Call this on the loop."""
        self._end_reason = self._end_reason or why
        self.connection.wake()

    async def _until_end(self) -> None:
        try:
            async with asyncio.timeout(self.context.timeouts.log_in) as self._deadline:
                await self._serve()
        except TimeoutError:
            self._send_bye("autologout; idle for too long")
        except SessionEndedError as why:
            self._send_bye(str(why))
        except ClientGoneError:
            pass

    async def _serve(self) -> None:
        await self.connection.finish_handshake()
        await self.send(responses.ok(None, f"{self.context.host} ready"))
        while not self.is_over:
            await self._handle(await self.next_event())

    def _send_bye(self, text: str) -> None:
        with suppress(ClientGoneError):
            self.connection.write(responses.bye(text))

    def _clean_up(self) -> None:
        self.connection.close()
        if self.user is None:
            self._identified(self)
        else:
            self.context.changes.unwatch(self.user.number, self._mark_stale)
            self.context.sessions.leave(self)
            self.context.figures.sessions -= 1
            log.info("session over", extra={"pii.number": self.user.number})

    # ---- what commands do with it

    def queue(self, lines: bytes) -> None:
        """These lines go out with what is sent next."""
        self._queued += lines

    async def stream(self, lines: bytes) -> None:
        """Queue these lines; when much is queued, all of it goes out now."""
        self._queued += lines
        if len(self._queued) > CHUNK_BYTES:
            await self.send(b"")

    async def send(self, lines: bytes) -> None:
        """Send what is queued and these lines, a chunk once most of the one before has gone."""
        whole, self._queued = self._queued + lines, bytearray()
        for at in range(0, len(whole), CHUNK_BYTES):
            self.connection.write(bytes(whole[at : at + CHUNK_BYTES]))
            self._set_deadline(self.context.timeouts.command)
            await self.connection.drain()

    async def next_event(self) -> events.Event:
        """Returns the next event. Raise TimeoutError, ClientGoneError, SessionEndedError."""
        self._set_deadline(self.context.timeouts.idle)
        begun = False
        while (event := self.reader.next()) is None:
            if self.reader.pending and not begun:
                begun = True
                self._set_deadline(self.context.timeouts.command)
            await self.receive()
        self._set_deadline(self.context.timeouts.command)
        return event

    async def receive(self, *, idling: bool = False) -> None:
        """Wait for bytes and hand them to the reader; while `idling`, longer, and for a change too."""
        if idling:
            self._set_deadline(self.context.timeouts.idle)
        while not self.connection.has_input:
            if self._end_reason:
                raise SessionEndedError(self._end_reason)
            if idling and self._is_stale:
                return
            await self.connection.wait_for_input()
        self.reader.feed(self.connection.read())

    def reset_reader(self) -> None:
        """TLS begins: nothing that came before counts."""
        self.reader = ImapReader(self.reader.limits)

    def log_in(self, user: LoggedIn) -> None:
        """The session is this user's: it is known, counted, and hears of changes."""
        self._identified(self)
        self.user = user
        self.reader.limits = AFTER_LOG_IN
        self.context.sessions.enter(self)
        self.context.changes.watch(user.number, self._mark_stale)
        self.context.figures.sessions += 1
        self._set_deadline(self.context.timeouts.idle)
        log.info("logged in", extra={"pii.number": user.number, "dialect": user.account.dialect})

    @property
    def logged_in(self) -> LoggedIn:
        if self.user is None:
            raise NotOpenError("nobody has logged in")
        return self.user

    @property
    def selected_folder(self) -> SelectedFolder:
        if self.selected is None:
            raise NotOpenError("no folder is selected")
        return self.selected

    @property
    def mails(self) -> MailBuilder:
        return MailBuilder(self.context.host, self.logged_in.number, self.logged_in.zone)

    async def entries(self, folder: view.Folder) -> Sequence[view.FolderEntry]:
        return await self.in_mailbox(view.entries, folder)

    async def in_mailbox(
        self, work: Callable[Concatenate[Services, Number, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Have a thread do this with the mailbox of the user who is logged in."""
        with_it = partial(work, self.context.services, self.logged_in.number)
        return await off_loop(self.context.threads, with_it, *args, **kwargs)

    async def refresh(self) -> None:
        """Look at the selected folder as it is now."""
        if self.selected is not None:
            self._is_stale = False
            self.selected.update(await self.entries(self.selected.folder))

    async def send_arrivals(self) -> None:
        """Tell of arrivals before a command is carried out: it may be about them."""
        await self.refresh()
        if self.selected is not None and (many := self.selected.take_arrived()) is not None:
            await self.send(responses.exists(many))

    async def refresh_if_stale(self) -> None:
        if self._is_stale:
            await self.refresh()

    def mailbox_changed(self) -> None:
        """This very session changed the mailbox: others hear at once, and this one looks before it tells."""
        self.context.changes.publish({self.logged_in.number})

    def updates(self, updates: Updates) -> bytes:
        """The changes of its folder that the client does not know yet, as far as they may be told."""
        return b"" if self.selected is None else b"".join(untagged(self.selected, self.mails, updates))

    # ---- within

    def _mark_stale(self) -> None:
        self._is_stale = True
        self.connection.wake()

    def _set_deadline(self, seconds: float) -> None:
        """The client has so long from now on. Before log-in there is one time for all of it."""
        if self.user is not None and self._deadline is not None:
            self._deadline.reschedule(asyncio.get_running_loop().time() + seconds)

    async def _handle(self, event: events.Event) -> None:
        self._mistakes += 1
        match event:
            case events.NeedContinuation():
                self._mistakes -= 1
                await self.send(responses.continuation())
            case events.ImapRequest():
                self._mistakes = 0
                await self._carry_out(event)
            case events.BadCommand(tag, text):
                await self.send(responses.bad(tag, text))
            case events.BadCharset(tag):
                await self.send(responses.bad_charset(tag))
            case events.TooLarge(tag, closes):
                await self.send(responses.too_large(tag))
                if closes:
                    raise SessionEndedError("too large")
            case events.ChallengeAnswer() | events.IdleDone():
                await self.send(responses.bad(None, "unknown command"))
        if self._mistakes >= MAX_MISTAKES:
            raise SessionEndedError("too many mistakes")

    async def _carry_out(self, request: events.ImapRequest) -> None:
        if self.user is not None:
            self.context.sessions.heard_of(self)
        try:
            last = await self._answer(self, request)
        except StoreUnavailableError as away:
            log.warning("told to try later: %s: %s", away.what, away, extra={"command": request.name})
            last = responses.no(request.tag, APPLICATION_ERROR, "UNAVAILABLE")
        except UnknownSubscriberError:
            raise SessionEndedError("user is no more") from None
        await self.send(last)
