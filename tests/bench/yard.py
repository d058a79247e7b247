"""One switch with our dialplan and its own voicemail, and our services beside it: what is measured."""

from __future__ import annotations

import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dialplan.switch.config import Setting
from dialplan.switch.freeswitch import FreeSwitch
from dialplan.switch.process import Switch
from dialplan.switch.root import find_asterisk
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.storage import SqlStore
from tests.bench import processes
from tests.bench.voicemail import AsteriskVoicemail, make_data, more
from tests.beside import store_beside
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.site import ServiceProcess

MAILBOXES = tuple(f"{90000000 + number}" for number in range(100))
"""+47 900 00 000 to 099: the same subscribers here and there."""
CALLER = "+4790000900"
RTP_START, RTP_END = 10000, 29999
IVR_NICE = -19
"""Of `ivr`, which goes first where cores are short: docker-compose.yml has it, docs/operations.md, too."""
DATABASE_NICE = -10
"""Of PostgreSQL, as they have it, too."""


class Ivr(ServiceProcess):
    """`personsvar ivr`: ready when it takes the switch's connections. It goes first (`IVR_NICE`)."""

    def launch(self) -> None:
        super().launch()
        assert self.process is not None
        processes.hurry(self.process.pid, IVR_NICE)

    def _is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the service ended at once: {self.tail()}")
        host, _, port = self.environment["PERSONSVAR_FASTAGI_BIND"].rpartition(":")
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return True
        return False


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds of each process."""

    asterisk: float
    ivr: float
    notifier: float

    def __sub__(self, before: Cost) -> Cost:
        return Cost(self.asterisk - before.asterisk, self.ivr - before.ivr, self.notifier - before.notifier)


@dataclass(frozen=True)
class Ground:
    """A switch of either kind with our dialplan, our services and our store."""

    switch: Switch
    ivr: Ivr
    notifier: ServiceProcess
    store: SqlStore

    @property
    def ivr_pid(self) -> int:
        return _pid(self.ivr)

    def cost(self) -> Cost:
        asterisk, ivr, notifier = (
            processes.cpu_ms(pid) for pid in (self.switch.pid, self.ivr_pid, _pid(self.notifier))
        )
        return Cost(asterisk, ivr, notifier)

    def calls(self) -> int:
        return calls_up(self.switch)

    def messages(self) -> int:
        with self.store.look() as uow:
            return sum(uow.messages.counts(number_of(mailbox)).new for mailbox in MAILBOXES)

    def seconds(self) -> list[float]:
        """How long each message is."""
        with self.store.look() as uow:
            return [
                message.sound.seconds
                for mailbox in MAILBOXES
                for message in uow.messages.list(number_of(mailbox))
            ]

    def fill(self, mailbox: str, alaw: bytes, count: int) -> None:
        """So many new messages in our mailbox, a second apart; they share one sound."""
        now = datetime.now(UTC)
        with self.store.begin() as uow:
            sound = uow.sounds.add(alaw, of=number_of(mailbox))
            for number in range(count):
                message = Message(
                    id=MessageId(0),
                    mailbox=number_of(mailbox),
                    spool_id=SpoolId(f"filled-{mailbox}-{number}"),
                    caller=Number(CALLER),
                    received_at=now - timedelta(seconds=count - number),
                    sound=sound,
                )
                uow.messages.add(message)
            uow.commit()

    def greet(self, mailbox: str, alaw: bytes) -> None:
        """The owner's own greeting."""
        with self.store.begin() as uow:
            sound = uow.sounds.add(alaw, of=number_of(mailbox))
            uow.greetings.add(number_of(mailbox), GreetingKind.PERSONAL, sound, datetime.now(UTC))
            uow.commit()


@dataclass(frozen=True)
class Yard(Ground):
    """An Asterisk, and its own voicemail in it."""

    voicemail: AsteriskVoicemail

    def greet(self, mailbox: str, alaw: bytes) -> None:
        """The same in both voicemails."""
        super().greet(mailbox, alaw)
        self.voicemail.greet(mailbox, alaw)


def calls_up(switch: Switch | FreeSwitch) -> int:
    if isinstance(switch, FreeSwitch):
        return switch.calls
    told = switch.cli("core show channels count").split()
    return int(told[told.index("active") - 1]) if "active" in told else 0


def number_of(mailbox: str) -> Number:
    return Number(f"+47{mailbox}")


@contextmanager
def yard(
    *, prompts: str = ".gsm", recordings: str = "wav", mailboxes: Sequence[str] = MAILBOXES
) -> Iterator[Yard]:
    """`prompts`, `recordings`: the forms of the own voicemail."""

    def make(setting: Setting) -> Switch:
        make_data(setting.folder, prompts=prompts)
        extra = more(setting.folder, mailboxes, recordings=recordings)
        return Switch(find_asterisk(), replace(setting, extra=extra))

    with ground(make, mailboxes=mailboxes) as running:
        voicemail = AsteriskVoicemail(running.switch.setting, prompts, recordings)
        yield Yard(running.switch, running.ivr, running.notifier, running.store, voicemail)


@contextmanager
def ground(
    make: Callable[[Setting], Switch], *, mailboxes: Sequence[str] = MAILBOXES, database: str | None = None
) -> Iterator[Ground]:
    """In a folder of its own, gone afterwards. `database`: a PostgreSQL's address; None: SQLite."""
    processes.allow_many_files()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # what was started is ended then too
    folder = Path(tempfile.mkdtemp(prefix="personsvar-bench-"))
    folder.chmod(0o750)
    try:
        yield from _running(folder, make, mailboxes, database)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(
    folder: Path, make: Callable[[Setting], Switch], mailboxes: Sequence[str], database: str | None
) -> Iterator[Ground]:
    ports = [f"127.0.0.1:{free_tcp_port()}" for _ in range(5)]
    names = ("FASTAGI_BIND", "ESL_BIND", "HTTP_BIND", "IMAP_BIND", "IMAPS_BIND")
    environment = {f"PERSONSVAR_{name}": port for name, port in zip(names, ports, strict=True)}
    environment |= {"PERSONSVAR_STATE": str(folder), "PERSONSVAR_MAX_MESSAGES": "9999"}
    if database is not None:
        environment["PERSONSVAR_DATABASE_URL"] = database
    setting = Setting(
        folder=folder / "switch",
        spool=folder / "spool",
        media=folder / "media",
        sip_bind=f"127.0.0.1:{free_udp_port()}",
        fastagi=environment["PERSONSVAR_FASTAGI_BIND"],
        esl=environment["PERSONSVAR_ESL_BIND"],
        trunk=f"127.0.0.1:{free_udp_port()}",
        rtp_start=RTP_START,
        rtp_end=RTP_END,
    )
    ivr = Ivr(environment, folder / "ivr.log", "ivr")
    notifier = ServiceProcess(environment, folder / "notifier.log", "notifier")
    with make(setting) as switch:
        try:
            ivr.start()
            notifier.start()
            store = store_beside(database or f"sqlite:///{folder}/personsvar.db")
            _add_subscribers(store, mailboxes)
            yield Ground(switch, ivr, notifier, store)
            store.close()
        finally:
            notifier.stop()
            ivr.stop()


def _add_subscribers(store: SqlStore, mailboxes: Sequence[str]) -> None:
    with store.begin() as uow:
        for mailbox in mailboxes:
            uow.subscribers.add(Subscriber(number=number_of(mailbox), welcomed=True))
        uow.commit()


def _pid(service: ServiceProcess) -> int:
    assert service.process is not None
    return service.process.pid
