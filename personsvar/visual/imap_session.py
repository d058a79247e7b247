"""One client, from its connection to its end: what it sends is carried out, one command after the other.

A session waits for the client, for as long as patience allows; and while it is IDLE also for changes of the
mailbox. What a change means is told by `news`, when the command at hand lets it be told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from enum import Enum
from itertools import count

from personsvar.logs import in_call
from personsvar.mailbox.errors import NotOpenError, StoreUnavailableError, UnknownSubscriberError
from personsvar.mailbox.visual import view
from personsvar.visual.client_connection import ClientConnection, ClientGoneError
from personsvar.visual.login import LoggedIn
from personsvar.visual.mails import Letterhead
from personsvar.visual.selected import Selected
from personsvar.visual.server_context import ServerContext
from personsvar.vvm.imap import responses
from personsvar.vvm.imap.events import (
    BadCharset,
    BadCommand,
    ChallengeAnswer,
    Event,
    IdleDone,
    ImapRequest,
    NeedContinuation,
    TooLarge,
)
from personsvar.vvm.imap.fetched import flags_told
from personsvar.vvm.imap.limits import KNOWN
from personsvar.vvm.imap.reader import ImapReader

log = logging.getLogger(__name__)

MOST_MISTAKES = 20
"""Whoever makes more in a row does not speak IMAP."""
APPLICATION_ERROR = "application error"
TOGETHER = 64 * 1024
"""So much of an answer is gathered before it goes out, and no more of it is under way at once."""
_numbers = count(1)

Answer = Callable[["ImapSession", ImapRequest], Awaitable[bytes]]
"""A command is carried out (`commands.answer`); the last of what is to be said is returned."""


class Telling(Enum):
    """What of the changes meanwhile may be told before a command's last line (RFC 3501, 7.4.1)."""

    NOTHING = "nothing"
    NO_EXPUNGE = "no-expunge"
    ALL = "all"


class LeavingError(Exception):
    """The session is to end; the text is said with `* BYE`."""


class ImapSession:
    __slots__ = (
        "_answer",
        "_deadline",
        "_identified",
        "_is_stale",
        "_leaving",
        "_mistakes",
        "_ready",
        "connection",
        "desk",
        "over",
        "reader",
        "refusals",
        "selected",
        "visitor",
    )

    def __init__(
        self,
        connection: ClientConnection,
        desk: ServerContext,
        answer: Answer,
        identified: Callable[[ImapSession], None],
    ) -> None:
        """`identified`: called once, when it logs in or is over."""
        self._answer = answer
        self._identified = identified
        self.connection = connection
        self.desk = desk
        self.reader = ImapReader()
        self.visitor: LoggedIn | None = None
        self.selected: Selected | None = None
        self.over = False
        """LOGOUT was answered."""
        self.refusals = 0
        self._deadline: asyncio.Timeout | None = None
        self._leaving = ""
        self._is_stale = False
        """The mailbox changed since it was last looked at."""
        self._mistakes = 0
        self._ready = bytearray()

    # ---- its life

    async def run(self) -> None:
        """To its end; nothing is raised."""
        with in_call(f"imap-{next(_numbers)}"):
            try:
                await self._live()
            except Exception:  # a server: one session's mistake of ours is logged, and the others go on
                self.desk.counts.failures += 1
                log.exception("a session failed")
                self._farewell(APPLICATION_ERROR)
            finally:
                self._clean_up()

    def ask_to_leave(self, why: str) -> None:
        """As soon as the command at hand is answered; on the loop."""
        self._leaving = self._leaving or why
        self.connection.nudge()

    async def _live(self) -> None:
        try:
            async with asyncio.timeout(self.desk.patience.log_in) as self._deadline:
                await self._talk()
        except TimeoutError:
            self._farewell("autologout; idle for too long")
        except LeavingError as why:
            self._farewell(str(why))
        except ClientGoneError:
            pass

    async def _talk(self) -> None:
        await self.connection.shake_hands()
        await self.say(responses.ok(None, f"{self.desk.host} ready"))
        while not self.over:
            await self._take(await self.event())

    def _farewell(self, text: str) -> None:
        with suppress(ClientGoneError):
            self.connection.write(responses.bye(text))

    def _clean_up(self) -> None:
        self.connection.close()
        if self.visitor is None:
            self._identified(self)
        else:
            self.desk.board.leave(self.visitor.number, self._changed)
            self.desk.sessions.leave(self)
            self.desk.counts.sessions -= 1
            log.info("session over", extra={"pii.number": self.visitor.number})

    # ---- what commands do with it

    def put(self, lines: bytes) -> None:
        """To go out with what is said next."""
        self._ready += lines

    async def tell(self, lines: bytes) -> None:
        """The same; when it has become much, it goes out now."""
        self._ready += lines
        if len(self._ready) > TOGETHER:
            await self.say(b"")

    async def say(self, lines: bytes) -> None:
        """Off it goes, bit by bit: each once most of the one before has gone."""
        ready, self._ready = self._ready + lines, bytearray()
        for at in range(0, len(ready), TOGETHER):
            self.connection.write(bytes(ready[at : at + TOGETHER]))
            self._allow(self.desk.patience.command)
            await self.connection.drain()

    async def event(self) -> Event:
        """The next one. Raise TimeoutError, ClientGoneError, LeavingError."""
        self._allow(self.desk.patience.idle)
        begun = False
        while (event := self.reader.next()) is None:
            if self.reader.pending and not begun:
                begun = True
                self._allow(self.desk.patience.command)
            await self.more()
        self._allow(self.desk.patience.command)
        return event

    async def more(self, *, or_change: bool = False) -> None:
        """Wait for bytes and hand them to the reader; or for a change of the mailbox."""
        while not self.connection.has_news:
            if self._leaving:
                raise LeavingError(self._leaving)
            if or_change and self._is_stale:
                return
            await self.connection.news()
        self.reader.feed(self.connection.take())

    def allow_idle(self) -> None:
        """To say nothing for as long as IDLE may last."""
        self._allow(self.desk.patience.idle)

    def begin_again(self) -> None:
        """With TLS: nothing that came before counts."""
        self.reader = ImapReader(self.reader.limits)

    def enter(self, visitor: LoggedIn) -> None:
        """Logged in: known, counted, and told of changes."""
        self._identified(self)
        self.visitor = visitor
        self.reader.limits = KNOWN
        self.desk.sessions.enter(self)
        self.desk.board.watch(visitor.number, self._changed)
        self.desk.counts.sessions += 1
        self._allow(self.desk.patience.idle)
        log.info("logged in", extra={"pii.number": visitor.number, "dialect": visitor.account.dialect})

    @property
    def known(self) -> LoggedIn:
        if self.visitor is None:
            raise NotOpenError("nobody has logged in")
        return self.visitor

    @property
    def open(self) -> Selected:
        if self.selected is None:
            raise NotOpenError("no folder is selected")
        return self.selected

    @property
    def letterhead(self) -> Letterhead:
        return Letterhead(self.desk.host, self.known.number, self.known.zone)

    async def entries(self, folder: view.Folder) -> list[view.FolderEntry]:
        return list(await self.desk.workers.do(view.entries, self.desk.services, self.known.number, folder))

    async def look(self) -> None:
        """At the selected folder as it is now."""
        if self.selected is not None:
            self._is_stale = False
            self.selected.fresh(await self.entries(self.selected.folder))

    async def tell_arrivals(self) -> None:
        """At once, before a command is carried out: it may be about them."""
        await self.look()
        if self.selected is not None and (many := self.selected.take_arrived()) is not None:
            await self.say(responses.exists(many))

    async def look_if_changed(self) -> None:
        if self._is_stale:
            await self.look()

    def has_changed(self) -> None:
        """By this very session: the others are told at once, and it looks again before it tells anything."""
        self.desk.board.changed({self.known.number})

    def news(self, telling: Telling) -> bytes:
        """What the client does not know yet of its folder, as far as it may be told."""
        if self.selected is None or telling is Telling.NOTHING:
            return b""
        return b"".join(self._news(self.selected, expunges=telling is Telling.ALL))

    # ---- within

    def _news(self, selected: Selected, *, expunges: bool) -> Iterator[bytes]:
        if expunges:
            yield from map(responses.expunge, selected.take_gone())
        if (many := selected.take_arrived()) is not None:
            yield responses.exists(many)
        for number in selected.take_marked():
            yield flags_told(self.letterhead.message(number, selected.shown[number - 1]), uid=True)

    def _changed(self) -> None:
        self._is_stale = True
        self.connection.nudge()

    def _allow(self, seconds: float) -> None:
        """From now on. Before log-in there is one time for all of it."""
        if self.visitor is not None and self._deadline is not None:
            self._deadline.reschedule(asyncio.get_running_loop().time() + seconds)

    async def _take(self, event: Event) -> None:
        self._mistakes += 1
        match event:
            case NeedContinuation():
                self._mistakes -= 1
                await self.say(responses.continuation())
            case ImapRequest():
                self._mistakes = 0
                await self._carry_out(event)
            case BadCommand(tag, text):
                await self.say(responses.bad(tag, text))
            case BadCharset(tag):
                await self.say(responses.bad_charset(tag))
            case TooLarge(tag, closes):
                await self.say(responses.too_large(tag))
                if closes:
                    raise LeavingError("too large")
            case ChallengeAnswer() | IdleDone():
                await self.say(responses.bad(None, "unknown command"))
        if self._mistakes >= MOST_MISTAKES:
            raise LeavingError("too many mistakes")

    async def _carry_out(self, request: ImapRequest) -> None:
        if self.visitor is not None:
            self.desk.sessions.heard_of(self)
        try:
            last = await self._answer(self, request)
        except StoreUnavailableError as away:
            log.warning("the database is away: %s", away, extra={"command": request.name})
            last = responses.no(request.tag, APPLICATION_ERROR, "UNAVAILABLE")
        except UnknownSubscriberError:
            raise LeavingError("user is no more") from None
        await self.say(last)
