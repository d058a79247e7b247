"""Accounts of visual voicemail (ports.VisualAccounts)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.ids import PasswordHash, Sealed
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore, subscribe

PLAIN = VisualAccount(KARI, VisualDialect.VVM3)
FULL = VisualAccount(
    KARI,
    VisualDialect.OMTP_13,
    VisualStatus.READY,
    port=5496,
    prefix="//OMTP",
    client="acme.p1.14",
    password=PasswordHash("$sha256$salt$hash"),
    password_sealed=Sealed(b"sealed \x00\xff"),
    activated_at=NOON,
    tutorial_closed=True,
    asked=3,
    asked_since=NOON,
)


def put(store: OpenStore, *accounts: VisualAccount) -> None:
    with store.begin() as work:
        for account in accounts:
            work.visual.put(account)
        work.commit()


def get(store: OpenStore) -> VisualAccount | None:
    with store.look() as work:
        return work.visual.get(KARI)


def test_who_never_asked_has_none(store: OpenStore) -> None:
    assert get(store) is None
    with store.begin() as work:
        assert work.visual.get(CALLER, for_change=True) is None


def test_a_whole_value_in_is_the_whole_value_out(store: OpenStore) -> None:
    for value in (PLAIN, FULL, PLAIN):
        put(store, value)
        assert get(store) == value
        with store.begin() as work:
            assert work.visual.get(KARI, for_change=True) == value


def test_who_is_no_subscriber_can_have_none(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.visual.put(replace(PLAIN, number=CALLER))


def test_a_removed_one_is_gone_and_can_be_made_again(store: OpenStore) -> None:
    put(store, FULL)
    with store.begin() as work:
        work.visual.remove(KARI)
        work.visual.remove(OLA)
        work.commit()
    assert get(store) is None
    put(store, PLAIN)
    assert get(store) == PLAIN


def test_what_is_undone_was_never_put(store: OpenStore) -> None:
    with store.begin() as work:
        work.visual.put(FULL)
    assert get(store) is None


def test_the_active_ones_are_counted_by_dialect(store: OpenStore) -> None:
    subscribe(store, CALLER)
    put(store, FULL, replace(FULL, number=OLA, status=VisualStatus.NEW))
    put(store, replace(FULL, number=CALLER, dialect=VisualDialect.CVVM))
    with store.look() as work:
        assert dict(work.visual.active()) == {VisualDialect.OMTP_13: 2, VisualDialect.CVVM: 1}
    put(store, replace(FULL, status=VisualStatus.BLOCKED))
    put(store, replace(FULL, number=CALLER, status=VisualStatus.PROVISIONED))
    with store.look() as work:
        assert dict(work.visual.active()) == {VisualDialect.OMTP_13: 1}


def test_no_password_stands_in_what_is_logged_of_it() -> None:
    assert "sealed" not in repr(FULL)
    assert "hash" not in repr(FULL)
