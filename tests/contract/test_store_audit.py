"""The audit trail (ports.AuditTrail): what is found, and what is left of somebody who goes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction, AuditEntry
from personsvar.mailbox.model.ids import AuditEntryId, Number
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.mailbox.ports.store import Store
from tests.contract.stores import KARI, NOON, OLA, OpenStore
from tests.fakes.actors import ROOT

SHOP = Actor(ActorKind.API_KEY, "web-shop")

OPERATOR = Actor(ActorKind.OPERATOR, OLA)


def _noted(store: Store, *entries: AuditEntry) -> list[AuditEntryId]:
    with store.begin() as work:
        ids = [work.audit.add(entry) for entry in entries]
        work.commit()
    return ids


def _three(store: Store) -> list[AuditEntryId]:
    return _noted(
        store,
        AuditEntry(NOON, ROOT, AuditAction.SUBSCRIBER_ADDED, KARI),
        AuditEntry(NOON + timedelta(hours=1), SHOP, AuditAction.SUBSCRIBER_CHANGED, KARI, "name, quiet"),
        AuditEntry(NOON + timedelta(hours=2), SHOP, AuditAction.UNLOCKED, OLA),
    )


def test_an_entry_is_read_as_it_was_written(store: OpenStore) -> None:
    entry = AuditEntry(NOON, SHOP, AuditAction.SUBSCRIBER_CHANGED, KARI, "name, quiet")
    (given,) = _noted(store, entry)
    with store.look() as work:
        (read,) = work.audit.list()
    assert (read.id, read.at, read.actor, read.action) == (given, NOON, SHOP, AuditAction.SUBSCRIBER_CHANGED)
    assert (read.mailbox, read.detail) == (KARI, "name, quiet")


def test_they_are_found_by_whose_who_what_and_when_newest_first(store: OpenStore) -> None:
    first, second, third = _three(store)
    with store.look() as work:
        found = {
            "all": work.audit.list(),
            "mailbox": work.audit.list(AuditWanted(mailbox=KARI)),
            "kind": work.audit.list(AuditWanted(kind=ActorKind.API_KEY)),
            "name": work.audit.list(AuditWanted(name="root")),
            "action": work.audit.list(AuditWanted(action=AuditAction.UNLOCKED)),
            "since": work.audit.list(AuditWanted(since=NOON + timedelta(hours=1))),
            "until": work.audit.list(AuditWanted(until=NOON + timedelta(hours=1))),
            "page": work.audit.list(before_id=third, limit=1),
            "none": work.audit.list(AuditWanted(mailbox=OLA, kind=ActorKind.COMMAND_LINE)),
        }
    assert {asked: [entry.id for entry in entries] for asked, entries in found.items()} == {
        "all": [third, second, first],
        "mailbox": [second, first],
        "kind": [third, second],
        "name": [first],
        "action": [third],
        "since": [third, second],
        "until": [first],
        "page": [second],
        "none": [],
    }


def test_nobodys_mailbox_has_no_entry(store: OpenStore) -> None:
    entry = AuditEntry(NOON, ROOT, AuditAction.SUBSCRIBER_ADDED, Number("+4790000077"))
    with pytest.raises(UnknownSubscriberError), store.begin() as work:
        work.audit.add(entry)


def test_what_is_undone_is_not_written_down(store: OpenStore) -> None:
    with store.begin() as work:
        work.audit.add(AuditEntry(NOON, ROOT, AuditAction.UNLOCKED, KARI))
    with store.look() as work:
        assert work.audit.list() == []


def test_entries_go_with_their_subscriber_and_others_no_longer_name_an_operator_who_went(
    store: OpenStore,
) -> None:
    _three(store)
    _noted(store, AuditEntry(NOON, OPERATOR, AuditAction.PIN_RESET, KARI))
    with store.begin() as work:
        work.subscribers.remove(OLA)
        work.commit()
    with store.look() as work:
        entries = work.audit.list()
        assert [entry.mailbox for entry in entries] == [KARI] * 3
        assert entries[0].actor == Actor(ActorKind.OPERATOR, "")
        assert OLA not in repr(entries)


def test_old_entries_are_removed_a_few_at_a_time(store: OpenStore) -> None:
    _, _, third = _three(store)
    before = NOON + timedelta(hours=2)
    with store.begin() as work:
        assert [work.audit.purge(before=before, limit=1) for _ in range(3)] == [1, 1, 0]
        work.commit()
    with store.look() as work:
        assert [entry.id for entry in work.audit.list()] == [third]
