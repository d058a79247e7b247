"""A receipt that writes its id otherwise than the answer to the SMS did (ports.Outbox)."""

from __future__ import annotations

import logging

import pytest
from alembic import command
from sqlalchemy import text

from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import NoticeStatus
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.early import UNCLEAR
from personsvar.storage.one_at_a_time import engine_of
from personsvar.storage.parts import canonical
from personsvar.storage.versions import scripts
from tests.contract.outbox import (
    SMSC,
    add,
    claim,
    history,
    look,
    receipt,
    receive,
    send,
    settled,
    tried,
    write_back,
)
from tests.contract.stores import KARI, OpenStore
from tests.contract.test_store_outbox_upgrade import NOTICE, SUBSCRIBER

DELIVERED, SENT = NoticeStatus.DELIVERED, NoticeStatus.SENT
SPELLINGS = [
    ("023", "23"),
    ("4711", "0000004711"),
    ("29095", "0000029095"),
    ("5f3ac0de", "5F3AC0DE"),
    ("0000A1", "a1"),
    ("0", "0000000000"),
    ("3fa85f64-5717-4562-b3fc-2c963f66afa6", "3FA85F64-5717-4562-B3FC-2C963F66AFA6"),
]


@pytest.mark.parametrize(("answered", "told"), [*SPELLINGS, *((b, a) for a, b in SPELLINGS)])
def test_it_finds_its_notice(store: OpenStore, answered: str, told: str) -> None:
    added = send(store, answered)
    assert receive(store, receipt(told)) == [(added, DELIVERED)]
    assert receive(store, receipt(told, seconds=99)) == []
    assert [each.gateway_id for each in history(store, added).receipts] == [told]


@pytest.mark.parametrize(("answered", "told"), SPELLINGS)
def test_it_finds_its_notice_when_it_was_quicker_than_the_answer(
    store: OpenStore, answered: str, told: str
) -> None:
    added = add(store)
    (held,) = claim(store)
    assert receive(store, receipt(told)) == []
    write_back(store, settled(held, SENT, tried(AttemptOutcome.ACCEPTED, answered)))
    assert look(store, added).status is DELIVERED
    assert len(history(store, added).receipts) == 1


@pytest.mark.parametrize(
    ("answered", "told"),
    [("Zz", "zZ"), ("0xyz", "xyz"), ("10", "16"), ("0-1", "-1"), ("23", "230"), ("a_b", "A_b")],
)
def test_what_only_looks_alike_is_another_id(store: OpenStore, answered: str, told: str) -> None:
    added = send(store, answered)
    assert receive(store, receipt(told)) == []
    assert look(store, added).status is SENT


def test_an_id_exactly_alike_goes_first(store: OpenStore) -> None:
    padded = send(store, "023", key="padded")
    bare = send(store, "23", key="bare")
    assert receive(store, receipt("023")) == [(padded, DELIVERED)]
    assert receive(store, receipt("23")) == [(bare, DELIVERED)]


def test_one_that_fits_two_notices_marks_neither_and_the_log_says_so(
    store: OpenStore, caplog: pytest.LogCaptureFixture
) -> None:
    both = [send(store, "023", key="padded"), send(store, "23", key="bare")]
    with caplog.at_level(logging.WARNING):
        assert receive(store, receipt("0023"), receipt("0023", seconds=11)) == []
        assert receive(store, receipt("0023", seconds=12)) == []
    assert [record.getMessage() for record in caplog.records] == [UNCLEAR]
    assert [look(store, each).status for each in both] == [SENT, SENT]
    third = send(store, "00023", key="third")
    assert look(store, third).status is SENT


def test_one_that_fits_two_parts_of_a_notice_marks_neither(store: OpenStore) -> None:
    added = send(store, "023", "23")
    assert receive(store, receipt("0023")) == []
    assert receive(store, receipt("023"), receipt("23")) == [(added, DELIVERED)]


def test_one_that_was_quicker_than_two_notices_it_fits_marks_neither(
    store: OpenStore, caplog: pytest.LogCaptureFixture
) -> None:
    receive(store, receipt("0023"))
    both = [add(store, "padded"), add(store, "bare")]
    held = claim(store)
    answers = [
        settled(each, SENT, tried(AttemptOutcome.ACCEPTED, id_))
        for each, id_ in zip(held, ("023", "23"), strict=True)
    ]
    with caplog.at_level(logging.WARNING):
        write_back(store, *answers)
    assert [record.getMessage() for record in caplog.records] == [UNCLEAR]
    assert [look(store, each).status for each in both] == [SENT, SENT]


def test_one_quicker_than_its_answer_is_its_own_though_another_looks_alike(store: OpenStore) -> None:
    receive(store, receipt("23"))
    padded, bare = add(store, "padded"), add(store, "bare")
    held = claim(store)
    answers = [
        settled(each, SENT, tried(AttemptOutcome.ACCEPTED, id_))
        for each, id_ in zip(held, ("023", "23"), strict=True)
    ]
    write_back(store, *answers)
    assert [look(store, padded).status, look(store, bare).status] == [SENT, DELIVERED]


def test_parts_are_told_apart_in_another_spelling_too(store: OpenStore) -> None:
    added = send(store, "0a", "0b")
    assert receive(store, receipt("A")) == []
    assert receive(store, receipt("B")) == [(added, DELIVERED)]


IDS = [
    "023",
    "000",
    "0",
    "5F3AC0DE",
    "00A",
    "3FA8-11B0",
    "-",
    "0-A",
    "Zz",
    "a_B",
    "0x1A",
    "",
    "12-1-5f0c9a1e",
    "é",
    "0 1",
]
PART = """
    INSERT INTO notice_parts (notice_id, number, position, gateway, gateway_id, detail)
    VALUES (1, 1, :position, :gateway, :id, '')
"""
WAITING = """
    INSERT INTO receipts (gateway, gateway_id, state, at, detail) VALUES (:gateway, :id, 'delivered', :at, '')
"""


def test_what_was_stored_before_has_its_canonical_ids(empty_url: str) -> None:
    at = "2025-03-03 12:00:00.000000"
    engine = engine_of(empty_url)
    with engine.begin() as connection:
        command.upgrade(scripts(connection), "0007")
        connection.execute(text(SUBSCRIBER), {"number": KARI})
        notice = {"id": 1, "number": KARI, "key": "n1", "at": at, "status": "sent", "attempts": 1}
        connection.execute(text(NOTICE), {**notice, "due": None, "lease": None})
        for position, id_ in enumerate(IDS):
            connection.execute(text(PART), {"position": position, "gateway": SMSC, "id": id_})
            connection.execute(text(WAITING), {"gateway": SMSC, "id": id_, "at": at})
    upgrade(empty_url)
    with engine.begin() as connection:
        for table in ("notice_parts", "receipts"):
            told = connection.execute(text(f"SELECT gateway_id, canonical_id FROM {table}"))
            assert {row[0]: row[1] for row in told} == {id_: canonical(id_) for id_ in IDS}
        command.downgrade(scripts(connection), "0007")
        assert connection.execute(text("SELECT count(*) FROM notice_parts")).scalar() == len(IDS)
    engine.dispose()


def test_a_part_of_a_service_of_the_version_before_is_found_by_the_exact_id(empty_url: str) -> None:
    """In a rolling upgrade it goes on writing them, without a canonical id."""
    upgrade(empty_url)
    engine = engine_of(empty_url)
    with engine.begin() as connection:
        connection.execute(text(SUBSCRIBER), {"number": KARI})
        notice = {"id": 1, "number": KARI, "key": "n1", "at": "2025-03-03 12:00:00.000000", "status": "sent"}
        connection.execute(text(NOTICE), {**notice, "attempts": 1, "due": None, "lease": None})
        connection.execute(text(PART), {"position": 0, "gateway": SMSC, "id": "023"})
    engine.dispose()
    store = SqlStore(empty_url)
    assert receive(store, receipt("0023")) == []
    assert receive(store, receipt("023")) == [(1, DELIVERED)]
    store.close()


def test_an_id_that_the_gateway_uses_again_is_of_the_newest_in_any_spelling(store: OpenStore) -> None:
    first = send(store, "023", key="first")
    assert receive(store, receipt("23")) == [(first, DELIVERED)]
    again = send(store, "023", key="again")
    assert receive(store, receipt("23", seconds=99)) == [(again, DELIVERED)]
    assert receive(store, receipt("0023", seconds=100)) == []
