"""An outbox from before there was a ledger goes on where it was (SQLite and PostgreSQL)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import NoticeStatus
from personsvar.storage import SqlStore, is_current, upgrade
from personsvar.storage.one_at_a_time import engine_of
from personsvar.storage.versions import scripts
from tests.contract.outbox import (
    DELIVERED,
    claim,
    history,
    look,
    receipt,
    receive,
    settled,
    tried,
    write_back,
)
from tests.contract.stores import KARI, NOON

FIRST_TABLES = "0001"
SUBSCRIBER = """
    INSERT INTO subscribers (
        number, name, language, time_zone, pin_by_operator, previous_pins, pin_requests, voicemail_on,
        always_ask_pin, oldest_first, call_back_from_elsewhere, wants_sms, wants_mms, wants_missed_calls,
        wants_email_copy, welcomed
    ) VALUES (:number, '', 'nb', 'Europe/Oslo', false, '[]', 0, true,
        false, true, false, true, false, true, true, true)
"""
NOTICE = """
    INSERT INTO notices (
        id, to_number, kind, channel, dedup_key, created_at, urgent, status, attempts, next_at, due_at, lease
    ) VALUES (:id, :number, 'new-message', 'sms', :key, :at, false, :status, :attempts, :at, :due, :lease)
"""


@pytest.fixture
def old(empty_url: str) -> Iterator[SqlStore]:
    """One notice waiting after two tries, one under way for the third time, one sent; then upgraded."""
    at = "2025-03-03 12:00:00.000000"
    engine = engine_of(empty_url)
    with engine.begin() as connection:
        command.upgrade(scripts(connection), FIRST_TABLES)
        connection.execute(text(SUBSCRIBER), {"number": KARI})
        for id_, status, attempts, due, lease in (
            (1, "ready", 2, at, None),
            (2, "leased", 3, "2025-03-03 12:01:00.000000", "held"),
            (3, "sent", 1, None, None),
        ):
            row = {"id": id_, "number": KARI, "key": f"n{id_}", "at": at, "status": status}
            connection.execute(text(NOTICE), {**row, "attempts": attempts, "due": due, "lease": lease})
    engine.dispose()
    assert not is_current(empty_url)
    upgrade(empty_url)
    assert is_current(empty_url)
    store = SqlStore(empty_url)
    yield store
    store.close()


def test_every_notice_is_there_with_an_empty_history(old: SqlStore) -> None:
    with old.look() as work:
        found = [(each.id, each.status, each.attempts, each.owner_told) for each in work.outbox.list()]
    assert found == [
        (3, NoticeStatus.SENT, 1, False),
        (2, NoticeStatus.LEASED, 3, False),
        (1, NoticeStatus.READY, 2, False),
    ]
    assert [history(old, NoticeId(each)).attempts for each in (1, 2, 3)] == [(), (), ()]


def test_the_next_try_is_the_ledger_s_first(old: SqlStore) -> None:
    (held,) = claim(old)
    assert (held.id, held.attempts) == (1, 3)
    said = settled(held, NoticeStatus.SENT, tried(AttemptOutcome.ACCEPTED, "a"))
    assert write_back(old, said) == {held.id}
    assert [each.number for each in history(old, held.id).attempts] == [1]
    assert receive(old, receipt("a", DELIVERED)) == [(held.id, NoticeStatus.DELIVERED)]


def test_a_try_under_way_is_written_back_or_told_as_lost(old: SqlStore) -> None:
    under_way = look(old, NoticeId(2))
    (held,) = claim(old, now=NOON + timedelta(minutes=2), limit=1)
    assert held.id == 1
    assert write_back(old, settled(under_way, NoticeStatus.SENT, tried())) == {2}
    assert [each.number for each in history(old, NoticeId(2)).attempts] == [1]


def test_a_try_that_was_lost_in_between_is_told_as_unknown(old: SqlStore) -> None:
    both = claim(old, now=NOON + timedelta(minutes=2))
    assert [each.id for each in both] == [1, 2]
    outcomes = [each.outcome for each in history(old, NoticeId(2)).attempts]
    assert outcomes == [AttemptOutcome.UNKNOWN]


def test_the_versions_are_one_line() -> None:
    assert len(ScriptDirectory.from_config(scripts()).get_heads()) == 1
