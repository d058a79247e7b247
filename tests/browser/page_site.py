"""A notifier of its own with the page; subscribers and what callers leave them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from personsvar import storage
from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId, WebSessionId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Notice, NoticeKind
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.model.web_access import Role, WebSession
from personsvar.mailbox.ports.store import Store
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.profile.tokens import hash_token, new_token
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.world import RealChance, RealClock
from tests.beside import store_beside
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.patience import patience
from tests.real.ports import free_tcp_port
from tests.real.site import ServiceProcess
from tests.real.spool import eventually

ROOT = Path(__file__).parents[2]
CALLERS = ("+4790000091", "+4790000092", None, "+46701234567")


def speech() -> bytes:
    """Somebody talking: the built prompts are speech."""
    return (ROOT / "prompts/sounds/nb/information.alaw").read_bytes()


def let_in(store: Store, owner: Number, role: Role = Role.SUBSCRIBER, *, ago: timedelta = timedelta()) -> str:
    """The token of a session, as after a log-in so long ago."""
    token, now = new_token(RealChance()), datetime.now(UTC)
    session = WebSession(WebSessionId(0), owner, hash_token(token), role, "Chrome, Linux", now - ago, now)
    with store.begin() as uow:
        uow.web_sessions.add(session)
        uow.commit()
    return token


@dataclass
class PageSite:
    services: Services
    service: ServiceProcess
    outbox: Path
    address: str
    """Where browsers have it."""
    behind: str
    """Where the notifier itself listens."""
    _subscribed: int = 0
    _left: int = 0
    _speech: bytes = field(default_factory=speech, repr=False)

    def subscribe(self, language: Language = "nb", **facts: object) -> Number:
        """A new one, nobody else's in this run."""
        self._subscribed += 1
        number = Number(f"+479000{self._subscribed:04d}")
        with self.services.store.begin() as uow:
            uow.subscribers.add(replace(Subscriber(number, language=language), **facts))  # type: ignore[arg-type] # what a subscriber has
            uow.commit()
        return number

    def leave(self, owner: Number, *, seconds: int = 12, minutes_ago: float = 0) -> MessageId:
        """As a call does; which caller it is changes."""
        caller = CALLERS[(self._left + 1) % len(CALLERS)]
        return self.leave_from(owner, caller, seconds=seconds, minutes_ago=minutes_ago)

    def leave_from(
        self, owner: Number, caller: str | None, *, seconds: int = 12, minutes_ago: float = 0
    ) -> MessageId:
        self._left += 1
        spool_id = SpoolId(f"1700000000.{self._left}")
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        header = SpoolHeader(spool_id, Purpose.MESSAGE, owner, None if caller is None else Number(caller), at)
        take_in(self.services, header, alaw=self._speech[: 8000 * seconds])
        with self.services.store.look() as uow:
            message = uow.messages.by_spool_id(spool_id)
        assert message is not None
        return message.id

    def message(self, which: MessageId) -> Message:
        with self.services.store.look() as uow:
            found = uow.messages.get(which)
        assert found is not None
        return found

    def until(self, which: MessageId, state: State) -> None:
        eventually(
            lambda: self.message(which).state is state, within=patience(20), what=f"message {which} {state}"
        )

    def code_for(self, owner: Number, *, after: int = 0) -> str:
        """Of the SMS in the outbox folder, the newest of at least `after` + 1."""

        def sent() -> list[Notice]:
            with self.services.store.look() as uow:
                every = uow.outbox.list(to=owner, kind=NoticeKind.LOGIN_CODE)
            return [it for it in every if self._file(it).exists()]

        eventually(lambda: len(sent()) > after, within=patience(20), what="the SMS with the code")
        return str(json.loads(self._file(sent()[0]).read_text("utf-8"))["pin"])

    def let_in(self, owner: Number, role: Role = Role.SUBSCRIBER, *, ago: timedelta = timedelta()) -> str:
        return let_in(self.services.store, owner, role, ago=ago)

    def codes_sent(self, owner: Number) -> int:
        with self.services.store.look() as uow:
            return len(uow.outbox.list(to=owner, kind=NoticeKind.LOGIN_CODE))

    def _file(self, notice: Notice) -> Path:
        return self.outbox / f"{notice.id:06d}-{notice.kind}.json"


@contextmanager
def running_page_site(
    folder: Path, *, url: str = "", public_url: str = "", **settings: str
) -> Iterator[PageSite]:
    """`url`: another database than an SQLite in the folder."""
    key, bind = new_key(), f"127.0.0.1:{free_tcp_port()}"
    url = url or f"sqlite:///{folder}/personsvar.db"
    storage.upgrade(url)
    environment = {
        **settings,
        "PERSONSVAR_PUBLIC_URL": public_url,
        "PERSONSVAR_DATABASE_URL": url,
        "PERSONSVAR_STATE": str(folder),
        "PERSONSVAR_SECRET_KEY": key,
        "PERSONSVAR_HTTP_BIND": bind,
    }
    service, store = ServiceProcess(environment, folder / "log", "notifier"), store_beside(url)
    services = Services(store, RealClock(), RealChance(), FernetVault(key), Rules(), NamedBankHolidays())
    try:
        service.start()
        yield PageSite(services, service, folder / "outbox", public_url or f"http://{bind}", f"http://{bind}")
    finally:
        service.kill()
        store.close()
