"""Lamps of several mailboxes are renewed while others are written back (PostgreSQL): in one order."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from personsvar.mailbox.lamps import lamp_notice
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.storage import SqlStore
from tests.contract.outbox import claim, settled, write_back
from tests.contract.rows_held import ended_or_waiting
from tests.contract.stores import KARI, NOON, OLA, postgres_url, subscribe
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.postgres


@pytest.fixture
def url(cluster: PostgresCluster) -> Iterator[str]:
    with postgres_url(cluster) as url:
        yield url


def test_lamps_renewed_by_number_and_lamps_written_back_wait_for_each_other_in_one_order(url: str) -> None:
    """That of Ola was lit first, and has the lower id; retention goes by number, so Kari comes first."""
    assert KARI < OLA
    store = SqlStore(url)
    subscribe(store, KARI, OLA)
    for mailbox in (OLA, KARI):
        with store.begin() as work:
            work.outbox.renew(lamp_notice(mailbox, NOON))
            work.commit()
    told = [settled(held, NoticeStatus.SENT) for held in claim(store, channels=(Channel.LAMP,))]
    assert len(told) == 2
    with ThreadPoolExecutor(1) as threads:
        with store.begin() as work:
            work.outbox.renew(lamp_notice(KARI, NOON))
            writing = threads.submit(write_back, store, *told)
            ended_or_waiting(writing, url)
            work.outbox.renew(lamp_notice(OLA, NOON))
            work.commit()
        writing.result(60)
    store.close()
