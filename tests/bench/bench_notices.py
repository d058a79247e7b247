"""Notices: from the hang-up to the SMSC's hands, how many a second, and what a dead gateway's backlog costs.

Hang-up to accepted: real calls through a real Asterisk, `personsvar run` on PostgreSQL, an SMSC (the npm
package smpp) on loopback; counted from the phone's BYE to the PDU in the SMSC's hands. The same again with
100,000 MMS waiting for an MMSC that is away. Then as many SMS as go through one `personsvar notifier`, and
e-mails with a 20 s MP3 each. BENCH_CALLS, BENCH_SMS, BENCH_MAILS and BENCH_BACKLOG set how many.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dialplan.switch.root import find_asterisk
from personsvar import storage
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.storage import SqlStore
from tests.bench import processes, tables
from tests.bench.hang_ups import hang_ups
from tests.beside import store_beside
from tests.postgres import PostgresCluster, running_cluster
from tests.real.notices.postfix import running_postfix
from tests.real.notices.smsc import NodeSmsc, smsc
from tests.real.ports import free_tcp_port
from tests.real.running_site import running_site, telephones
from tests.real.signals import speech
from tests.real.site import ServiceProcess
from tests.real.spool import eventually
from tests.real.walks import Telephone

CALLS = int(os.environ.get("BENCH_CALLS", "100"))
SMS = int(os.environ.get("BENCH_SMS", "10000"))
MAILS = int(os.environ.get("BENCH_MAILS", "100"))
BACKLOG = int(os.environ.get("BENCH_BACKLOG", "100000"))
SPOKEN_SECONDS = 20.0
OWNER = Number("+4790000001")
_PAGE = 1000
_CALLER = re.compile(r"fra 900 (\d\d) (\d\d\d)")


def main() -> None:
    tables.begin("notices")
    with running_cluster() as cluster:
        asyncio.run(_latency(cluster))
        asyncio.run(_throughput(cluster))
        _mails(cluster)


# ---- from the hang-up to the SMSC ---------------------------------------------------------------------


async def _latency(cluster: PostgresCluster) -> None:
    async with AsyncExitStack() as peers:
        peer = await peers.enter_async_context(smsc())
        with ExitStack() as town:
            url = _database(cluster)
            environment = {
                "PERSONSVAR_DATABASE_URL": url,
                "PERSONSVAR_SMPP_URL": f"smpp://esme:secret@127.0.0.1:{await peer.port}",
                "PERSONSVAR_MM7_URL": f"http://127.0.0.1:{free_tcp_port()}/mm7",
                "PERSONSVAR_MMS_HOURS": "24",
            }
            folder = town.enter_context(_folder())
            opened = running_site(find_asterisk(), folder, environment=environment)
            site = await asyncio.to_thread(town.enter_context, opened)
            site.subscriber()  # +47 900 00 001
            telephone = town.enter_context(telephones(site))
            idle = await _calls(telephone, peer, first=100)
            tables.tell(f"{BACKLOG} MMS for an MMSC that is away")
            await asyncio.to_thread(_fill, url, Channel.MMS, BACKLOG)
            behind = await _calls(telephone, peer, first=100 + CALLS)
            _show_latency(idle, behind)


async def _calls(telephone: Telephone, peer: NodeSmsc, *, first: int) -> list[float]:
    """Seconds from each hang-up to its SMS at the SMSC."""
    before = len(await peer.heard("submit", 0))
    hung_up = await hang_ups(telephone, OWNER, range(first, first + CALLS))
    heard = (await peer.heard("submit", before + CALLS))[before:]
    return [line["heard"] - hung_up[_caller(line["short_message"]["message"])] for line in heard]


def _caller(text: str) -> str:
    found = _CALLER.search(text)
    assert found is not None, text
    return found[1] + found[2]


def _show_latency(idle: Sequence[float], behind: Sequence[float]) -> None:
    rows = [
        (name, str(len(seconds)), *(f"{tables.percentile(seconds, p) * 1000:.0f}" for p in (0.5, 0.9, 0.99)))
        for name, seconds in (("idle", idle), (f"{BACKLOG} MMS for a dead MMSC besides", behind))
    ]
    tables.show("Hang-up to accepted by the SMSC, ms", ("", "calls", "p50", "p90", "p99"), rows)


# ---- how many a second --------------------------------------------------------------------------------


async def _throughput(cluster: PostgresCluster) -> None:
    async with smsc(quiet=True) as peer:
        url = _database(cluster)
        await asyncio.to_thread(_fill, url, Channel.SMS, SMS)
        environment = {"PERSONSVAR_SMPP_URL": f"smpp://esme:secret@127.0.0.1:{await peer.port}"}
        tables.tell(f"{SMS} SMS through one notifier")
        seconds, cost = await asyncio.to_thread(_drained, url, environment, Channel.SMS, SMS)
    _show_rate("SMS over SMPP, PostgreSQL", SMS, seconds, cost)


def _mails(cluster: PostgresCluster) -> None:
    url = _database(cluster)
    with running_postfix() as postfix:
        _fill(url, Channel.EMAIL, MAILS, seconds=SPOKEN_SECONDS, address=postfix.new_address())
        environment = {
            "PERSONSVAR_SMTP_URL": f"smtp://127.0.0.1:{postfix.starttls}",
            "PERSONSVAR_GATEWAY_CA": str(postfix.ca),
            "PERSONSVAR_MAIL_FROM": "voicemail@example.test",
        }
        tables.tell(f"{MAILS} e-mails with an MP3 of {SPOKEN_SECONDS:.0f} s")
        seconds, cost = _drained(url, environment, Channel.EMAIL, MAILS)
    _show_rate("E-mails with MP3, Postfix", MAILS, seconds, cost)


def _drained(url: str, environment: dict[str, str], channel: Channel, count: int) -> tuple[float, float]:
    """Seconds until all of them were sent, and the CPU seconds of the notifier and its children."""
    with _notifier(url, environment) as notifier, _store(url) as store:
        began = time.monotonic()
        eventually(lambda: _sent(store, channel) >= count, within=600, what="all of them sent")
        seconds = time.monotonic() - began
        assert notifier.process is not None
        return seconds, processes.cpu_ms_of_family(notifier.process.pid) / 1000


def _show_rate(title: str, count: int, seconds: float, cost: float) -> None:
    cores = len(os.sched_getaffinity(0))
    tables.show(
        title,
        ("", "seconds", "a second", "a second for each core", "notifier CPU ms each"),
        [
            (
                f"{count}",
                f"{seconds:.1f}",
                f"{count / seconds:.0f}",
                f"{count / seconds / cores:.1f}",
                f"{cost * 1000 / count:.1f}",
            )
        ],
        notes=f"from a notifier that is up to the last of them sent · load {processes.load():.1f}",
    )


# ---- what they start with -----------------------------------------------------------------------------


def _database(cluster: PostgresCluster) -> str:
    url = cluster.url(cluster.new_database())
    storage.upgrade(url)
    return url


@contextmanager
def _store(url: str) -> Iterator[SqlStore]:
    store = store_beside(url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="personsvar-bench-") as folder:
        Path(folder).chmod(0o750)
        yield Path(folder)


@contextmanager
def _notifier(url: str, environment: dict[str, str]) -> Iterator[ServiceProcess]:
    with _folder() as folder:
        settings = {
            "PERSONSVAR_STATE": str(folder),
            "PERSONSVAR_DATABASE_URL": url,
            "PERSONSVAR_HTTP_BIND": f"127.0.0.1:{free_tcp_port()}",
            **environment,
        }
        service = ServiceProcess(settings, folder / "log", "notifier")
        service.start()
        try:
            yield service
        finally:
            service.stop()


def _fill(
    url: str, channel: Channel, count: int, *, seconds: float = 3.0, address: str | None = None
) -> None:
    """So many notices of one message, all due now."""
    now = datetime.now(UTC)
    with _store(url) as store:
        _subscribe(store)
        message = _message(store, seconds, now)
        facts = Facts(message=message.id, at=now, seconds=seconds, new_count=1, caller=message.caller)
        for page in range(0, count, _PAGE):
            with store.begin() as uow:
                for number in range(page, min(page + _PAGE, count)):
                    key = f"bench:{channel}:{number}"
                    uow.outbox.add(
                        NewNotice(OWNER, NoticeKind.NEW_MESSAGE, channel, key, now, facts, address)
                    )
                uow.commit()


def _message(store: SqlStore, seconds: float, now: datetime) -> Message:
    with store.begin() as uow:
        sound = uow.sounds.add(speech(seconds, dbfs=-20), of=OWNER)
        caller = Number("+4790000900")
        message = uow.messages.add(Message(MessageId(0), OWNER, SpoolId("bench"), caller, now, sound))
        uow.commit()
    return message


def _subscribe(store: SqlStore) -> None:
    with store.begin() as uow:
        if uow.subscribers.get(OWNER) is None:
            uow.subscribers.add(Subscriber(number=OWNER, welcomed=True))
            uow.commit()


def _sent(store: SqlStore, channel: Channel) -> int:
    with store.look() as uow:
        queued = {it.channel: it.queued for it in uow.outbox.figures(now=datetime.now(UTC))}
        if queued.get(channel, 0):
            return 0
        return sum(it.status is NoticeStatus.SENT for it in uow.outbox.list(channel=channel, limit=10**6))


if __name__ == "__main__":
    main()
