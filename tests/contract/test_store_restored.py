"""After a backup was restored no id is given a second time (SQLite and PostgreSQL)."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId
from personsvar.storage import raise_ids
from personsvar.storage.counters import LAST_UID
from tests.contract.stores import KARI, NOON, OpenStore, Shop, leave, message, notice, subscribe


@pytest.fixture
def url(sql_shop: Shop) -> str:
    assert sql_shop.url is not None
    return sql_shop.url


def ids(store: OpenStore, spool_id: str) -> tuple[int, int, int, int]:
    """Of a new message, its sound, a greeting and a notice."""
    left = leave(store, message(spool_id))
    with store.begin() as work:
        greeting = work.greetings.add(KARI, GreetingKind.PERSONAL, left.sound, NOON)
        work.outbox.add(notice(spool_id))
        work.commit()
    with store.look() as work:
        newest = max(it.id for it in work.outbox.list())
    return left.id, left.sound.id, greeting.id, newest


def test_all_ids_go_on_far_above_those_that_were_given(sql_shop: Shop, url: str) -> None:
    store = sql_shop.store()
    subscribe(store, KARI)
    before = ids(store, "before")
    raise_ids(url, NOON, by=1000)
    assert ids(store, "after") == tuple(it + 1001 for it in before)
    with store.look() as work:
        assert work.messages.get(MessageId(before[0])) is not None


def test_a_mailbox_that_never_had_a_message_is_raised_too(sql_shop: Shop, url: str) -> None:
    raise_ids(url, NOON, by=1000)
    store = sql_shop.store()
    subscribe(store, KARI)
    assert min(ids(store, "first")) >= 1000


def test_a_uid_stays_one_that_mail_programs_can_take(url: str) -> None:
    with pytest.raises(OverflowError, match="is too much"):
        raise_ids(url, NOON, by=LAST_UID + 1)
