"""`kill -9` of a notifier at whatever moment, and several notifiers on one database."""

from __future__ import annotations

import random

import pytest

from personsvar.mailbox.model.ledger import AttemptOutcome
from tests.postgres import PostgresCluster
from tests.real.notices.notifiers import DELIVERED, callers, mailroom, smpp_to
from tests.real.notices.smsc import smsc

pytestmark = pytest.mark.anyio
SMS = 300


@pytest.mark.long(30)
async def test_a_notifier_killed_at_any_moment_loses_nothing_and_the_ledger_tells_of_what_may_come_twice(
    database: str,
) -> None:
    """Three times, wherever it happens to be: between a claim, a submit, its answer, a receipt, a commit."""
    moments = sorted(random.sample(range(10, SMS - 50), 3))
    async with smsc(receipts=[DELIVERED]) as far:
        with mailroom(database, **await smpp_to(far), PERSONSVAR_SMS_PER_SECOND="150") as room:
            room.post(SMS)
            service = await room.notifier()
            for moment in moments:
                await far.heard("submit", moment)
                service.kill()
                service = await room.notifier()
            await room.until_all_are()
            heard = room.settle_accounts(far)
    print(f"killed after {moments}: {heard.total() - SMS} came twice")


async def test_two_notifiers_on_one_database_share_the_work_and_nothing_goes_out_twice(
    cluster: PostgresCluster,
) -> None:
    async with smsc() as first, smsc() as second:
        with mailroom(cluster.url(cluster.new_database())) as room:
            for far in (first, second):
                await room.notifier(**await smpp_to(far))
            room.post(SMS)
            await room.until_all_are()
            heard = room.settle_accounts(first, second)
        assert set(heard.values()) == {1}
        assert callers(first)
        assert callers(second)


@pytest.mark.long(20)
async def test_what_a_killed_notifier_held_is_taken_over_by_the_other(cluster: PostgresCluster) -> None:
    async with smsc() as first, smsc() as second:
        with mailroom(cluster.url(cluster.new_database())) as room:
            killed = await room.notifier(**await smpp_to(first))
            await room.notifier(**await smpp_to(second))
            await first.order(set={"silent": "submit"})  # so that it holds some for certain
            room.post(SMS)
            await first.heard("submit", 5)
            killed.kill()
            await room.until_all_are()
            heard = room.settle_accounts(first, second)
            taken_over = [notice for notice in room.notices() if heard[notice.facts.caller or ""] > 1]
            assert len(taken_over) >= 5
            for notice in taken_over:
                assert room.outcomes(notice) == [AttemptOutcome.UNKNOWN, AttemptOutcome.ACCEPTED]
