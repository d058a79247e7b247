"""`personsvar visual` in a process of its own, the accounts it serves, and calls to the same mailboxes."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from personsvar import storage
from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox import listening
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.pin import hash_pin
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.requests import RequestOutcome, VisualRequest, VisualRequestKind, take_request
from personsvar.storage import SqlStore
from personsvar.world import RealChance, RealClock
from tests.beside import store_beside
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.real.ports import free_tcp_port
from tests.real.spool import eventually
from tests.real.visual.authority import Papers, papers_for
from tests.real.visual.wire import Wire

HOST = "127.0.0.1"
"""Its name too: the certificate's."""
PIN = "274916"
STRANGER = Number("+4790000902")
START_SECONDS = 60.0
TONE = bytes([0xD5, 0x55, 0x80, 0x10])
"""Half a millisecond of something to hear, in A-law."""


@dataclass(frozen=True)
class Subscription:
    """What a phone was told by STATUS."""

    number: Number
    user: str
    password: str = field(repr=False)


@dataclass
class VisualProcess:
    folder: Path
    url: str
    papers: Papers
    environment: dict[str, str]
    store: SqlStore
    services: Services
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _calls: Iterator[int] = field(default_factory=lambda: count(1))

    # ---- the process

    def start(self) -> None:
        began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, "visual"],
                env={**_without_settings(), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        eventually(lambda: self._is_ready(began), within=START_SECONDS, what="the service")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        with suppress(ProcessLookupError):
            process.send_signal(how)
        try:
            return process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    @property
    def program(self) -> str:
        return str(Path(sys.executable).with_name("personsvar"))

    @property
    def log(self) -> Path:
        return self.folder / "visual.log"

    @property
    def tls_port(self) -> int:
        return int(self.environment["PERSONSVAR_IMAPS_BIND"].rpartition(":")[2])

    @property
    def port(self) -> int:
        return int(self.environment["PERSONSVAR_IMAP_BIND"].rpartition(":")[2])

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.papers.authority))

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def _is_ready(self, began: int) -> bool:
        assert self.process is not None
        new = self.log.read_bytes()[began:].decode(errors="replace")
        assert self.process.poll() is None, new
        return "event=ready" in new

    # ---- who uses it

    def subscription(
        self, dialect: VisualDialect = VisualDialect.OMTP_13, *, pin: str | None = PIN, **facts: object
    ) -> Subscription:
        """A new subscriber whose phone has activated visual voicemail."""
        number = self.subscriber(pin=pin, **facts)
        return self.activated(number, dialect)

    def activated(self, number: Number, dialect: VisualDialect = VisualDialect.OMTP_13) -> Subscription:
        return Subscription(number, f"{number[1:]}@{HOST}", self.activate(number, dialect))

    def subscriber(self, *, pin: str | None = PIN, **facts: object) -> Number:
        """One whose phone has not asked yet."""
        number = Number(f"+4790000{next(self._numbers):03}")
        subscriber = Subscriber(number, pin=None if pin is None else hash_pin(pin))
        with self.store.begin() as uow:
            uow.subscribers.add(replace(subscriber, **facts))  # type: ignore[arg-type]
            uow.commit()
        return number

    def activate(self, number: Number, dialect: VisualDialect = VisualDialect.OMTP_13) -> str:
        """What the phone asks for by SMS; the password it is told."""
        asked = VisualRequest(VisualRequestKind.ACTIVATE, dialect, client=f"acme.p1.{next(self._calls)}")
        assert take_request(self.services, number, asked) is RequestOutcome.ANSWERED
        with self.store.look() as uow:
            account = uow.visual.get(number)
        assert account is not None
        assert account.password_sealed is not None
        return self.services.vault.open(account.password_sealed)

    def wire(self, *, tls: bool = True) -> Wire:
        """A client's connection, its greeting read."""
        wire = Wire.to(HOST, self.tls_port if tls else self.port, self.trust if tls else None)
        assert wire.line() == f"* OK {HOST} ready"
        return wire

    @contextmanager
    def logged_in(self, who: Subscription, folder: str = "") -> Iterator[Wire]:
        with self.wire() as wire:
            assert wire.ask(f"LOGIN {who.user} {who.password}") == ["OK logged in"]
            if folder:
                assert wire.ask(f"SELECT {folder}")[-1] == "OK [READ-WRITE] selected"
            yield wire

    # ---- calls, by other processes' doing (this one's)

    def leave(
        self,
        mailbox: Number,
        *,
        seconds: float = 1,
        caller: Number | None = STRANGER,
        at: datetime | None = None,
    ) -> int:
        """A caller's message; its uid."""
        with self.store.begin() as uow:
            sound = uow.sounds.add(TONE * int(2000 * seconds), of=mailbox)
            new = Message(
                MessageId(0),
                mailbox,
                SpoolId(f"call-{mailbox}-{next(self._calls)}"),
                caller,
                at or datetime.now(UTC).replace(microsecond=0),
                sound,
            )
            added = uow.messages.add(new)
            uow.commit()
        return added.id

    def hear(self, uid: int) -> None:
        listening.heard(self.services, MessageId(uid))

    def delete(self, uid: int) -> None:
        listening.delete(self.services, MessageId(uid))

    def state(self, uid: int) -> State:
        found = listening.message(self.services, MessageId(uid))
        assert found is not None
        return found.state

    def amr(self, uid: int) -> bytes | None:
        found = listening.message(self.services, MessageId(uid))
        assert found is not None
        with self.store.look() as uow:
            return uow.renditions.read(found.sound.id)

    def greetings(self, mailbox: Number) -> Sequence[bytes]:
        """Every version of the personal one, newest first."""
        with self.store.look() as uow:
            versions = uow.greetings.listed(mailbox, (GreetingKind.PERSONAL,))
            return [uow.sounds.read(it.greeting.sound.id) for it in reversed(versions)]

    def greeting(self, mailbox: Number, kind: GreetingKind = GreetingKind.PERSONAL) -> bytes | None:
        """What callers hear."""
        with self.store.look() as uow:
            current = uow.greetings.current(mailbox, kind)
            return None if current is None else uow.sounds.read(current.sound.id)


@contextmanager
def visual_service(folder: Path, url: str = "", **environment: str) -> Iterator[VisualProcess]:
    """Started; without a URL on an SQLite of its own. `environment`: more settings."""
    where, key = url or f"sqlite:///{folder}/personsvar.db", new_key()
    papers = papers_for(HOST, folder=folder)
    settings = {
        "PERSONSVAR_STATE": str(folder),
        "PERSONSVAR_DATABASE_URL": where,
        "PERSONSVAR_SECRET_KEY": key,
        "PERSONSVAR_IMAP_BIND": f"{HOST}:{free_tcp_port()}",
        "PERSONSVAR_IMAPS_BIND": f"{HOST}:{free_tcp_port()}",
        "PERSONSVAR_VISUAL_HOST": HOST,
        "PERSONSVAR_VISUAL_CERTIFICATE": str(papers.certificate),
        "PERSONSVAR_VISUAL_KEY": str(papers.key),
    }
    storage.upgrade(where)
    store = store_beside(where)
    services = Services(
        store, RealClock(), RealChance(), FernetVault(key), Rules(visual=True), NamedBankHolidays()
    )
    service = VisualProcess(folder, where, papers, {**settings, **environment}, store, services)
    try:
        service.start()
        yield service
    finally:
        with suppress(subprocess.TimeoutExpired):
            service.stop()
        store.close()


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PERSONSVAR_")}
