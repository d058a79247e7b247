"""Keys of the HTTP API (ports.ApiKeys)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.errors import TakenError
from personsvar.mailbox.model.api_key import ApiKey, KeyUse, Scope
from personsvar.mailbox.model.ids import ApiKeyId
from personsvar.mailbox.ports.store import Store
from tests.contract.stores import NOON, OpenStore

KEY = ApiKey(
    name="web-shop",
    scopes=frozenset({Scope.SUBSCRIBERS_READ, Scope.SUBSCRIBERS_WRITE}),
    public_id="0123456789",
    digest="d" * 64,
    created_at=NOON,
    expires_at=NOON + timedelta(days=90),
)
LATER = NOON + timedelta(hours=1)


def _added(store: Store, key: ApiKey = KEY) -> ApiKey:
    with store.begin() as work:
        added = work.api_keys.add(key)
        work.commit()
    return added


def test_a_key_is_found_by_what_stands_in_it_in_clear(store: OpenStore) -> None:
    added = _added(store)
    with store.look() as work:
        assert work.api_keys.by_public_id(KEY.public_id) == added == replace(KEY, id=added.id)
        assert work.api_keys.by_public_id("9876543210") is None


def test_a_name_is_one_key_s_until_that_is_revoked(store: OpenStore) -> None:
    _added(store)
    again = replace(KEY, public_id="1111111111")
    with pytest.raises(TakenError), store.begin() as work:
        work.api_keys.add(again)
    with store.begin() as work:
        assert work.api_keys.revoke(KEY.name, at=LATER)
        assert not work.api_keys.revoke(KEY.name, at=LATER)
        assert not work.api_keys.revoke("nobodys", at=LATER)
        work.commit()
    _added(store, again)
    _added(store, replace(KEY, name="a-first", public_id="2222222222"))
    with store.look() as work:
        listed = [(key.name, key.revoked_at) for key in work.api_keys.list()]
    assert listed == [("a-first", None), ("web-shop", LATER), ("web-shop", None)]


def test_uses_are_added_up_and_the_last_one_stays(store: OpenStore) -> None:
    key = _added(store)
    with store.begin() as work:
        work.api_keys.used({key.id: KeyUse(3, LATER), ApiKeyId(999): KeyUse(1, LATER)})
        work.api_keys.used({key.id: KeyUse(2, NOON)})
        work.commit()
    with store.look() as work:
        (used,) = work.api_keys.list()
    assert (used.uses, used.last_used_at) == (5, LATER)


def test_keys_that_ended_long_ago_are_removed(store: OpenStore) -> None:
    _added(store)
    _added(store, replace(KEY, name="for-ever", public_id="1111111111", expires_at=None))
    _added(store, replace(KEY, name="revoked", public_id="2222222222", expires_at=None))
    with store.begin() as work:
        work.api_keys.revoke("revoked", at=LATER)
        assert work.api_keys.purge(before=LATER, limit=10) == 0
        assert work.api_keys.purge(before=NOON + timedelta(days=91), limit=10) == 2
        work.commit()
    with store.look() as work:
        assert [key.name for key in work.api_keys.list()] == ["for-ever"]
