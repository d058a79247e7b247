"""The mailbox nearly full: told when a new message makes it so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personsvar.mailbox import listening
from personsvar.mailbox.call_notices import nearly_full
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import MessageId, SpoolId
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from tests.unit.mailbox.use_cases import KARI, STRANGER, UseCases

SPEECH = b"\x2a" * 16_000


@pytest.fixture
def kari(app: UseCases) -> UseCases:
    app.add(Subscriber(KARI))
    app.services = replace(app.services, rules=Rules(max_messages=10, nearly_full_percent=75))
    return app


def _leave(app: UseCases, many: int) -> list[Kept]:
    """Messages, a minute apart."""
    kept = []
    for _ in range(many):
        app.clock.go_on(minutes=1)
        spool_id = SpoolId(f"{app.clock.now():%H%M%S.%d}")
        kept.append(
            take_in(
                app.services,
                SpoolHeader(spool_id, Purpose.MESSAGE, KARI, STRANGER, app.clock.now()),
                alaw=SPEECH,
            )
        )
    return kept


def _told(app: UseCases) -> list[int | None]:
    return [it.facts.count for it in app.notices() if it.kind is NoticeKind.NEARLY_FULL]


def _delete(app: UseCases, *messages: int) -> None:
    for which in messages:
        listening.delete(app.services, MessageId(which))


def test_it_is_told_when_a_message_makes_it_so_and_how_many_there_is_room_for(kari: UseCases) -> None:
    _leave(kari, 7)
    assert _told(kari) == []
    _leave(kari, 1)
    assert _told(kari) == [2]
    _leave(kari, 2)
    assert _told(kari) == [2]


def test_a_call_that_leaves_nothing_says_nothing_of_it(kari: UseCases) -> None:
    _leave(kari, 10)
    assert _leave(kari, 1) == [Kept.FULL]
    assert _told(kari) == [2]


def test_again_in_the_same_week_it_is_not_told_and_in_the_next_it_is(kari: UseCases) -> None:
    _leave(kari, 8)
    _delete(kari, 1, 2)
    _leave(kari, 2)
    assert _told(kari) == [2]
    _delete(kari, 3, 4)
    kari.clock.go_on(days=7)
    _leave(kari, 2)
    assert _told(kari) == [2, 2]


def test_the_same_recording_taken_in_again_is_no_message_more(kari: UseCases) -> None:
    _leave(kari, 8)
    header = SpoolHeader(
        SpoolId(f"{kari.clock.now():%H%M%S.%d}"), Purpose.MESSAGE, KARI, STRANGER, kari.clock.now()
    )
    take_in(kari.services, header, alaw=SPEECH)
    assert _told(kari) == [2]


def test_who_wants_no_notice_of_messages_wants_none_of_this(kari: UseCases) -> None:
    kari.put(Subscriber(KARI, wishes=Wishes(sms=False)))
    _leave(kari, 8)
    assert _told(kari) == []


@pytest.mark.parametrize(
    ("size", "percent", "many"),
    [(100, 90, 90), (5, 90, 5), (10, 75, 8), (1, 90, 1), (100, 100, 100), (1, 1, 1), (3, 1, 1)],
)
def test_the_percentage_is_rounded_up_to_whole_messages(size: int, percent: int, many: int) -> None:
    assert nearly_full(Rules(max_messages=size, nearly_full_percent=percent)) == many
