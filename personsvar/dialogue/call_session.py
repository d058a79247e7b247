"""One call, from ringing to goodbye: the line, whose mailbox it is about, and how far it has come.

A page of the manual is a function `CallSession -> Page | None`: it says something, hears a key, and returns
the page that comes next. It never calls another page. None ends the call.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from personsvar.dialogue.call import ALL_KEYS, Call, Key, Recorded, RecordEnd
from personsvar.language.sentence import Part, Sentence
from personsvar.mailbox.errors import NotOpenError
from personsvar.mailbox.greetings import GreetingHeard
from personsvar.mailbox.model.availability import AVAILABLE, Availability
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Counts, Message, Sound
from personsvar.mailbox.model.subscriber import HOME_TIME_ZONE, Language, Subscriber
from personsvar.mailbox.ports.takes import SpoolHeader, Take, Takes
from personsvar.mailbox.services import Services
from personsvar.spans import NO_SPANS, Spans

log = logging.getLogger(__name__)

T = TypeVar("T")

PAGES_TOLD = 40
"""The log tells of so many pages: an owner may turn hundreds in a call."""
FAREWELL = 59 / 60
"""The switch cuts the line when the time is over: what has to be said is said before."""


class Page(Protocol):
    """A page of the manual."""

    def __call__(self, session: CallSession, /) -> Page | None: ...


class LeadsTo(Protocol):
    """What is asked of a row of a menu here (`menu.Choice`)."""

    @property
    def leads_to(self) -> Page: ...


class MessageKeys(Protocol):
    """What each key does in a message: one of the menus (`menu.Menu`)."""

    def choose(self, session: CallSession, /) -> Page: ...

    def find(self, session: CallSession, key: Key, /) -> LeadsTo | None: ...

    def tell_help(self, session: CallSession, /) -> Key | None: ...


@dataclass(frozen=True, slots=True)
class DialogueContext:
    """What the manual needs beside the line; wired once in bootstrap."""

    services: Services
    takes: Takes
    spans: Spans = NO_SPANS


class Access(Enum):
    OWN_PHONE = "own-phone"
    ELSEWHERE = "elsewhere"


@dataclass
class Deposit:
    """A caller leaving a message: kept exactly once, however the call ends."""

    header: SpoolHeader
    greeting: GreetingHeard | None = None
    """What the caller hears first; None: nobody could be asked, so the built-in one with the number."""
    availability: Availability = AVAILABLE
    """How it stood with its subscriber as the call began."""
    has_room: bool = True
    """Whether a message would find room, as the call began."""
    takes: int = 0
    latest: Take | None = None
    best: Take | None = None
    """The take that would be sent: the latest that holds speech and is long enough."""
    urgent: bool = False
    recording: bool = False
    """The tone was heard: from here a hang-up delivers the best take."""
    finished: bool = False


@dataclass
class Listening:
    """A walk through messages: which ones, where in them, and where in the one that plays."""

    queue: list[MessageId]
    keys: MessageKeys
    index: int = 0
    seconds: float = 0.0
    listened: timedelta = timedelta()
    """How long the current message has been listened to, pauses left out."""
    playing: bool = False
    """A message plays, or pauses: if the line drops now, the next call offers to go on here."""
    began_at: datetime | None = None
    """When the switch began to play, while it plays."""
    message: Message | None = None
    """The one at `index`, as it was read last."""
    grows: bool = False
    """A message that arrives meanwhile joins the walk."""
    go_on: Page | None = None
    """The page that plays on from `seconds`."""

    @property
    def current(self) -> MessageId:
        return self.queue[self.index]

    def drop_current(self) -> None:
        """The current one was deleted, or taken back: the walk closes over it."""
        del self.queue[self.index]


@dataclass
class GreetingWork:
    """A greeting being recorded: its kind, its takes, and the one in use so far."""

    kind: GreetingKind
    header: SpoolHeader
    stored: Sound | None
    takes: int = 0
    best: Take | None = None
    """The latest take that holds speech."""
    tones: bool = False
    """That take holds key tones, and is refused."""


@dataclass
class LogIn:
    """Somebody who has to show by a PIN whose mailbox may be opened."""

    number: Number | None = None
    """The mailbox that was asked for; None: the number typed is nobody's."""
    fixed: bool = False
    """The mailbox is given by the call: only the PIN is asked."""
    tries: int = 0


@dataclass
class FirstCall:
    """The welcome of this call was the first; when it ends, the owner is told how the greeting stands."""

    greeting_recorded: bool = False


@dataclass
class CallSession:
    call: Call
    context: DialogueContext
    began_at: datetime
    language: Language = "nb"
    is_received: bool = False
    """It is known who calls and what for."""
    subscriber: Subscriber | None = None
    """The subscriber whose mailbox it is: a caller's message is for it, or its owner was let in."""
    caller: Number | None = None
    """The number that calls, unless it is withheld."""
    access: Access = Access.ELSEWHERE
    """The own phone only once the page `door` has recognised it; every other way in is one from elsewhere."""
    login: LogIn | None = None
    came_of: CameOf | None = None
    """What came of the call, for the call log; None: the message or the missed call it leaves tells it."""
    listened: bool = False
    """A message was played."""
    home: Page | None = None
    """The menu that `*` leads back to: the main menu, or that of the first call."""
    menu: Page | None = None
    """The menu that the open page belongs to, and returns to."""
    deposit: Deposit | None = None
    stands: Availability = AVAILABLE
    """How it stood with the owner when it was looked at last."""
    counts: Counts = Counts()
    """How many messages there were when the main menu opened."""
    listening: Listening | None = None
    greeting: GreetingWork | None = None
    offered_to_resume: bool = False
    """The owner was asked whether to go on where the line dropped, and has answered."""
    first_call: FirstCall | None = None
    recordings: int = 0
    """How many greetings were begun: each has its own name in the spool."""
    turned: deque[str] = field(default_factory=lambda: deque(maxlen=PAGES_TOLD))
    """The names of the latest pages: one line of the log tells them when the call is over."""
    preface: tuple[Part, ...] = ()
    """What the next number or PIN prompt begins with: the welcome, or why it is asked again."""
    unread: Key | None = None
    """A key already heard, that the next page acts on."""

    @property
    def services(self) -> Services:
        return self.context.services

    @property
    def takes(self) -> Takes:
        return self.context.takes

    @property
    def walk(self) -> Listening:
        """The walk through messages. Raise NotOpenError when there is none."""
        return opened(self.listening, "walk through messages")

    @property
    def recorded_greeting(self) -> GreetingWork:
        """The greeting being recorded. Raise NotOpenError when there is none."""
        return opened(self.greeting, "recording of a greeting")

    @property
    def current_deposit(self) -> Deposit:
        """The message a caller leaves. Raise NotOpenError when there is none."""
        return opened(self.deposit, "message of a caller")

    @property
    def current_login(self) -> LogIn:
        """The log-in under way. Raise NotOpenError when there is none."""
        return opened(self.login, "log-in")

    @property
    def owner(self) -> Subscriber:
        """The subscriber this call is about. Raise NotOpenError when there is none."""
        return opened(self.subscriber, "mailbox")

    # ---- time

    def now(self) -> datetime:
        return self.services.clock.now()

    def local(self, when: datetime) -> datetime:
        """The same moment in the subscriber's time zone."""
        zone = self.subscriber.time_zone if self.subscriber else HOME_TIME_ZONE
        return when.astimezone(ZoneInfo(zone))

    def today(self) -> date:
        return self.local(self.now()).date()

    @property
    def time_is_up(self) -> bool:
        """No call lasts over 60 minutes (setting); a little before, so that it can be said."""
        return self.now() - self.began_at > timedelta(minutes=self.services.rules.max_call_minutes) * FAREWELL

    # ---- speaking and hearing

    def sentence(self, *parts: Part) -> Sentence:
        return Sentence(self.language, parts)

    def say(self, *parts: Part, keys: str = ALL_KEYS) -> Key | None:
        """Say it in one breath; a key of `keys` cuts it and is returned."""
        waiting = self._take_unread(keys)
        if waiting is not None:
            return waiting
        return self.call.play(self.sentence(*parts), keys=keys)

    def ask(self, *parts: Part, seconds: float, keys: str = ALL_KEYS) -> Key | None:
        """Say it, then wait for a key; None: no input."""
        key = self.say(*parts, keys=keys)
        return key if key is not None else self.call.gather(max_seconds=seconds, keys=keys)

    def announce(self, *parts: Part) -> None:
        """Say it; a key cuts it and counts for the page that follows."""
        self.unread = self.say(*parts)

    def judged(self, take: Take, recorded: Recorded) -> Recorded:
        """How the take was recorded: one out of whose middle the disk took nothing has failed, too."""
        missing = recorded.missing_seconds
        if recorded.end is RecordEnd.FAILED or not self.takes.has_hole(take, missing_seconds=missing):
            return recorded
        about = {"take": take.path, "missing_seconds": round(missing, 1)}
        log.error("the disk was full while recording: a part is missing", extra=about)
        return replace(recorded, end=RecordEnd.FAILED, key=None)

    def _take_unread(self, keys: str) -> Key | None:
        key, self.unread = self.unread, None
        return key if key is not None and key in keys else None

    # ---- work

    def work(self, work: Callable[[], T]) -> T:
        """Do slow work, while the line still hears keys."""
        return self.call.meanwhile(work)

    def refresh(self) -> Subscriber:
        """Read the subscriber again, after a change."""
        self.subscriber = self.work(lambda: _read(self.services, self.owner.number))
        self.language = self.subscriber.language
        return self.subscriber


def opened(what: T | None, name: str) -> T:
    if what is None:
        raise NotOpenError(f"there is no {name} in this call")
    return what


def _read(services: Services, number: Number) -> Subscriber:
    with services.store.look() as uow:
        return uow.subscribers.need(number)
