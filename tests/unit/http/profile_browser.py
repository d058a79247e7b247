"""Min profil over ASGI, and a browser on it: cookies, forms with their tokens, where they come from."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape

import httpx

from personsvar.gateways.calendar.calendar_desk import CalendarDesk
from personsvar.http.app import make_app
from personsvar.http.greeting_uploads import GreetingUploads
from personsvar.http.pages.attempt_limits import AttemptLimits
from personsvar.http.pages.operator.operator_routes import operator_routers
from personsvar.http.pages.page_assets import page_assets
from personsvar.http.pages.profile.event_routes import OpenPages
from personsvar.http.pages.profile.log_in_routes import LogInLimits
from personsvar.http.pages.profile.profile_routes import profile_routers
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.http.pages.site_address import site_address
from personsvar.http.playable_sounds import PlayableSounds
from personsvar.intake.listing import ListedRecording
from personsvar.language.prompts import Catalogue
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from tests.fakes.sound_makers import CountingEncoder, HereDecoder
from tests.unit.conftest import Backend
from tests.unit.http.calendar_desks import desk_of
from tests.world import catalogue

ALAW = bytes(range(256)) * 100
HTTPS = "https://voicemail.example.test"
HERE = "http://127.0.0.1:8080"
_TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')


@dataclass
class ToldChanges:
    """`ports.world.MailboxChanges`: the test tells."""

    tell: Callable[[AbstractSet[Number] | None], None] | None = None
    is_stopped: bool = False
    is_started: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self, changed: Callable[[AbstractSet[Number] | None], None]) -> None:
        self.tell = changed
        self.is_started.set()

    def stop(self) -> None:
        self.is_stopped = True


@dataclass
class ProfileBrowser:
    backend: Backend
    client: httpx.AsyncClient
    origin: str
    page: httpx.Response | None = None

    async def get(self, path: str, **headers: str) -> httpx.Response:
        self.page = await self.client.get(path, headers=headers)
        return self.page

    @property
    def token(self) -> str:
        """Of a form on the page seen last."""
        assert self.page is not None
        found = _TOKEN.search(self.page.text)
        assert found is not None, self.page.text
        return found[1]

    async def post(self, path: str, token: str | None = None, **fields: str) -> httpx.Response:
        form = {"token": self.token if token is None else token, **fields}
        return await self.client.post(path, data=form, headers={"Origin": self.origin})

    async def ask_code(self, number: str = "900 00 001") -> httpx.Response:
        await self.get("/profile/log-in")
        return await self.post("/profile/log-in", number=number)

    async def log_in(self, number: str = "900 00 001") -> None:
        await self.ask_code(number)
        await self.get("/profile/code")
        answer = await self.post("/profile/code", code=self.code())
        assert answer.status_code == 303, answer.text
        await self.get("/profile/settings")

    def code(self) -> str:
        """The one sent last, to anybody."""
        with self.backend.services.store.look() as uow:
            secret = uow.outbox.list(kind=NoticeKind.LOGIN_CODE)[0].facts.secret
        assert secret is not None
        return self.backend.services.vault.open(secret)


@dataclass
class ProfileWorld:
    """The page of one service; browsers as many as wanted."""

    backend: Backend
    public_url: str = HTTPS
    codes_asked: int = 1000
    codes_entered: int = 1000
    least_seconds: float = 0
    forgotten: list[Subscriber] = field(default_factory=list)
    """Whose files elsewhere were to go."""
    changes: ToldChanges = field(default_factory=ToldChanges)
    encoder: CountingEncoder = field(default_factory=CountingEncoder)
    desk: CalendarDesk | None = None
    """Who fetches calendars: close it after use, where that was more than nothing."""
    prompts: Catalogue | None = field(default_factory=catalogue)
    waiting: list[ListedRecording] | None = field(default_factory=list)
    """What lies in the spool; None: it can't be read."""

    def __post_init__(self) -> None:
        services = self.backend.services
        site = ProfileSite(services, site_address(self.public_url), page_assets(), self.prompts)
        self.desk = self.desk or desk_of(services)
        self.pages = OpenPages(self.changes, 20)
        limits = LogInLimits(
            AttemptLimits(self.codes_asked, lambda: 0),
            AttemptLimits(self.codes_entered, lambda: 0),
            self.least_seconds,
        )
        self.playable = PlayableSounds(services, self.encoder)
        own = profile_routers(
            site,
            playable=self.playable,
            uploads=GreetingUploads(services, HereDecoder()),
            pages=self.pages,
            calendars=self.desk,
            forget_files=self.forgotten.append,
            limits=limits,
        )
        self.routers = [*own, *operator_routers(site, self._listed)]
        self.app = make_app(checks={}, meters=[], routers=self.routers, home="/profile")

    @asynccontextmanager
    async def browser(self, *, at: str = HTTPS) -> AsyncIterator[ProfileBrowser]:
        transport = httpx.ASGITransport(self.app, client=("192.0.2.7", 4000))
        async with httpx.AsyncClient(transport=transport, base_url=at) as client:
            yield ProfileBrowser(self.backend, client, at)

    def _listed(self) -> list[ListedRecording]:
        if self.waiting is None:
            raise PermissionError(13, "Permission denied")
        return self.waiting

    def subscribe(self, number: Number, **facts: str) -> None:
        with self.backend.services.store.begin() as uow:
            uow.subscribers.add(replace(Subscriber(number), **facts))  # type: ignore[arg-type] # names and words
            uow.commit()

    def leave(self, owner: Number, *, caller: str | None = "+4790000002", spool_id: str = "s1") -> Message:
        with self.backend.services.store.begin() as uow:
            kept = uow.messages.add(
                Message(
                    id=MessageId(0),
                    mailbox=owner,
                    spool_id=SpoolId(spool_id),
                    caller=None if caller is None else Number(caller),
                    received_at=self.backend.clock.now(),
                    sound=uow.sounds.add(ALAW, of=owner),
                )
            )
            uow.commit()
        return kept


def shown(page: httpx.Response) -> str:
    """Its text, without marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
