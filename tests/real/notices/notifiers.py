"""`personsvar notifier` in processes of its own on a database of its own, and what its ledger says at last.

Each SMS tells of another caller, so every text that an SMSC was given is known by its number.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from personsvar import storage
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.ledger import AttemptOutcome, History
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.storage import SqlStore
from tests.beside import store_beside
from tests.patience import patience
from tests.real.notices.smsc import NodeSmsc
from tests.real.ports import free_tcp_port
from tests.real.site import ServiceProcess

OLA = Number("+4790000001")
TOKEN = "a-token-for-the-tests"
ARRIVED = frozenset({NoticeStatus.SENT, NoticeStatus.DELIVERED})
SHORT_LEASE = {"PERSONSVAR_NOTICE_LEASE_SECONDS": "10", "PERSONSVAR_NOTICE_RETRY_SECONDS": "1"}
"""The shortest there may be: who died is followed soon."""
LIMIT_SECONDS = 60.0
DELIVERED = {
    "esm_class": 4,
    "source_addr": "4790000001",
    "destination_addr": "Personsvar",
    "short_message": "id:{id} sub:001 dlvrd:001 stat:DELIVRD err:000",
}
_CALLER = re.compile(r"fra \+47 90(\d) (\d\d) (\d\d\d)")


@dataclass
class Mailroom:
    """A database, and the notifiers that work on it."""

    url: str
    folder: Path
    environment: dict[str, str]
    store: SqlStore
    _notifiers: list[ServiceProcess] = field(default_factory=list)
    _posted: int = 0

    # ---- what there is to do

    def post(self, count: int, channel: Channel = Channel.SMS) -> None:
        """So many notices, each of another caller's message, all due now."""
        now = datetime.now(UTC)
        with self.store.begin() as uow:
            for number in range(self._posted, self._posted + count):
                caller = Number(f"+47900{number:05}")
                facts = Facts(at=now, seconds=3, new_count=1, caller=caller)
                key = f"message:{number}:{channel}"
                uow.outbox.add(NewNotice(OLA, NoticeKind.NEW_MESSAGE, channel, key, now, facts))
            uow.commit()
        self._posted += count

    # ---- who does it

    async def notifier(self, **environment: str) -> ServiceProcess:
        """One more, at work."""
        service = self.hire(**environment)
        await asyncio.to_thread(service.start)
        return service

    def hire(self, **environment: str) -> ServiceProcess:
        """One that is not started yet; it is ended with the room."""
        own = {"PERSONSVAR_HTTP_BIND": f"127.0.0.1:{free_tcp_port()}"}
        number = len(self._notifiers) + 1
        service = ServiceProcess(
            {**self.environment, **own, **environment}, self.folder / f"log-{number}", "notifier"
        )
        self._notifiers.append(service)
        return service

    def end(self) -> None:
        for service in self._notifiers:
            service.kill()

    # ---- what became of it

    def notices(self) -> list[Notice]:
        with self.store.look() as uow:
            return list(uow.outbox.list(limit=100_000))

    def history(self, notice: Notice) -> History:
        with self.store.look() as uow:
            return uow.outbox.history(notice.id)

    def outcomes(self, notice: Notice) -> list[AttemptOutcome]:
        return [attempt.outcome for attempt in self.history(notice).attempts]

    async def until(
        self, become: Callable[[Sequence[Notice]], bool], *, within: float = LIMIT_SECONDS
    ) -> None:
        """Until that is true of all notices."""
        deadline = asyncio.get_running_loop().time() + patience(within)
        while not become(notices := await asyncio.to_thread(self.notices)):
            if asyncio.get_running_loop().time() > deadline:
                counted = Counter((notice.status.value, notice.error) for notice in notices)
                raise AssertionError(f"after {patience(within)} s: {counted}")
            await asyncio.sleep(0.1)

    async def until_all_are(self, *statuses: NoticeStatus, within: float = LIMIT_SECONDS) -> None:
        wanted = frozenset(statuses) or ARRIVED
        await self.until(lambda notices: all(it.status in wanted for it in notices), within=within)

    def settle_accounts(self, *smscs: NodeSmsc) -> Counter[str]:
        """Each text was there at least once, and never again but after a try whose outcome is unknown.

        How often each was there.
        """
        heard = Counter(caller for smsc in smscs for caller in callers(smsc))
        for notice in self.notices():
            assert notice.status in ARRIVED, (notice, self.history(notice))
            assert notice.facts.caller is not None
            times = heard[notice.facts.caller]
            assert times >= 1, f"lost: {notice}"
            unknown = self.outcomes(notice).count(AttemptOutcome.UNKNOWN)
            assert times <= 1 + unknown, f"{times} times: {self.history(notice)}"
        assert len(heard) == self._posted
        return heard


@contextmanager
def mailroom(url: str, **environment: str) -> Iterator[Mailroom]:
    """With one subscriber, Ola."""
    with tempfile.TemporaryDirectory(prefix="personsvar-notices-") as name:
        folder = Path(name)
        folder.chmod(0o750)
        where = url or f"sqlite:///{folder}/personsvar.db"
        settings = {
            "PERSONSVAR_STATE": str(folder),
            "PERSONSVAR_DATABASE_URL": where,
            "PERSONSVAR_API_TOKEN": TOKEN,
            **SHORT_LEASE,
        }
        storage.upgrade(where)
        store = store_beside(where)
        room = Mailroom(where, folder, {**settings, **environment}, store)
        try:
            _subscribe(store)
            yield room
        finally:
            room.end()
            store.close()


def _subscribe(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.subscribers.add(Subscriber(number=OLA, welcomed=True))
        uow.commit()


async def smpp_to(*smscs: NodeSmsc) -> dict[str, str]:
    """The setting that leads there."""
    ports = [await smsc.port for smsc in smscs]
    return {"PERSONSVAR_SMPP_URL": ",".join(f"smpp://esme:secret@127.0.0.1:{port}" for port in ports)}


def callers(smsc: NodeSmsc) -> list[str]:
    """Of whom each SMS told that the SMSC was given, in the order it was."""
    texts = [line["short_message"]["message"] for line in smsc.lines if line["event"] == "submit"]
    return [f"+4790{''.join(_found(text).groups())}" for text in texts]


def _found(text: str) -> re.Match[str]:
    found = _CALLER.search(text)
    assert found is not None, text
    return found


def get(service: ServiceProcess, path: str) -> str:
    """Over HTTP, as one who has the token."""
    url = f"http://{service.environment['PERSONSVAR_HTTP_BIND']}{path}"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def get_json(service: ServiceProcess, path: str) -> Any:
    return json.loads(get(service, path))


def log_of(service: ServiceProcess) -> list[str]:
    return service.log.read_text(errors="replace").splitlines()


async def ended_in_order(service: ServiceProcess, *, within: float) -> float:
    """SIGTERM; the seconds it took."""
    process = service.process
    assert process is not None
    began = asyncio.get_running_loop().time()
    process.send_signal(signal.SIGTERM)
    code = await asyncio.to_thread(process.wait, within)
    assert code == 0, service.tail()
    return asyncio.get_running_loop().time() - began
