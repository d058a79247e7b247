"""The database goes away in mid-flow and comes back: the notifier goes on by itself."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import NoticeStatus
from tests.postgres import PostgresCluster, running_cluster
from tests.real.notices.notifiers import DELIVERED, get, log_of, mailroom, smpp_to
from tests.real.notices.smsc import smsc
from tests.real.site import ServiceProcess
from tests.wire.until import until

pytestmark = pytest.mark.anyio
SMS = 200
ROUNDS = 3


@pytest.fixture
def own_cluster() -> Iterator[PostgresCluster]:
    """May be stopped: nobody else's."""
    with running_cluster() as running:
        yield running


def said(service: ServiceProcess, *words: str) -> list[str]:
    return [line for line in log_of(service) if all(word in line for word in words)]


def failures(service: ServiceProcess) -> float:
    """Rounds in vain on the channel of SMS, by the figures: they are there without a database."""
    name = 'personsvar_notice_lane_failures_total{channel="sms"} '
    lines = get(service, "/metrics").splitlines()
    return next((float(line.removeprefix(name)) for line in lines if line.startswith(name)), 0.0)


def check_log(service: ServiceProcess) -> None:
    """That it went away, and that it is back: once each, and nothing was a surprise."""
    assert len(said(service, "level=error", "notices wait: the database is away")) == 1, service.tail()
    assert len(said(service, "notices go on: the database is back")) == 1, service.tail()
    assert said(service, "trace=") == []


@pytest.mark.postgres
async def test_postgresql_stopped_and_started_in_mid_flow(own_cluster: PostgresCluster) -> None:
    async with smsc(receipts=[DELIVERED], again=True) as far:
        url = own_cluster.url(own_cluster.new_database())
        with mailroom(url, **await smpp_to(far), PERSONSVAR_SMS_PER_SECOND="150") as room:
            room.post(SMS)
            service = await room.notifier()
            await far.heard("submit", SMS // 2)
            own_cluster.stop()
            await until(lambda: said(service, "notices wait: the database is away"))
            await until(lambda: failures(service) >= ROUNDS)  # so many in vain are told once
            await asyncio.to_thread(own_cluster.start)
            await room.until_all_are(NoticeStatus.DELIVERED)
            room.settle_accounts(far)
            check_log(service)


async def test_sqlite_locked_by_another_for_longer_than_anybody_waits() -> None:
    async with smsc(receipts=[DELIVERED], again=True) as far:
        with mailroom("", **await smpp_to(far), PERSONSVAR_SMS_PER_SECOND="150") as room:
            room.post(SMS)
            service = await room.notifier()
            await far.heard("submit", SMS // 2)
            with closing(sqlite3.connect(room.folder / "personsvar.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                await until(lambda: said(service, "notices wait: the database is away"))
            await room.until_all_are(NoticeStatus.DELIVERED)
            room.settle_accounts(far)
            # what was under way is written back by who knows of it, though its lease ran out meanwhile
            assert set(map(tuple, map(room.outcomes, room.notices()))) == {(AttemptOutcome.ACCEPTED,)}
            check_log(service)
