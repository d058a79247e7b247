"""What a mail program took to itself and removed gives way to new messages, and fills nobody's mailbox."""

from __future__ import annotations

import pytest

from personsvar.mailbox.deposit import has_room, take_in
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import Quota, expected_bytes
from tests.contract.stores import SOUND
from tests.unit.mailbox.use_cases import KARI, STRANGER
from tests.unit.mailbox.visual.mailbox import INBOX, TRASH, Mailbox

LIMIT = 5


@pytest.fixture
def box() -> Mailbox:
    return Mailbox(rules=Rules(max_messages=LIMIT, nearly_full_percent=80))


def taken(box: Mailbox) -> int:
    """A message that vvmd took and removed."""
    uid = box.leaves()
    box.downloads(uid)
    box.removes(uid)
    return uid


def call(box: Mailbox) -> Kept:
    box.clock.go_on(minutes=1)
    at = box.clock.now()
    header = SpoolHeader(SpoolId(f"call-{at:%d%H%M}"), Purpose.MESSAGE, KARI, STRANGER, at)
    return take_in(box.services, header, alaw=SOUND)


def room(box: Mailbox) -> bool:
    with box.store.look() as uow:
        return has_room(uow, Subscriber(KARI), limit=LIMIT)


def kinds(box: Mailbox) -> set[NoticeKind]:
    with box.store.look() as uow:
        return {notice.kind for notice in uow.outbox.list(to=KARI)}


def test_they_give_way_one_by_one_and_are_among_the_deleted(box: Mailbox) -> None:
    gone = [taken(box) for _ in range(LIMIT)]
    assert room(box)
    assert call(box) is Kept.STORED
    assert [box.state(uid) for uid in gone] == [State.DELETED] + [State.SAVED] * (LIMIT - 1)
    assert len(box.shows()) == 1
    assert box.shows(TRASH) == {}


def test_they_give_way_before_one_that_was_heard(box: Mailbox) -> None:
    heard = box.leaves(State.HEARD)
    for _ in range(LIMIT - 1):
        taken(box)
    assert call(box) is Kept.STORED
    assert box.state(heard) is State.HEARD


def test_what_its_owner_saved_never_gives_way(box: Mailbox) -> None:
    for _ in range(LIMIT):
        box.leaves(State.SAVED)
    assert not room(box)
    assert call(box) is Kept.FULL


def test_nobody_is_told_of_a_mailbox_nearly_full_of_them(box: Mailbox) -> None:
    for _ in range(LIMIT - 2):
        taken(box)
    call(box)
    assert kinds(box) == {NoticeKind.NEW_MESSAGE}


def test_one_nearly_full_of_others_is_told_of(box: Mailbox) -> None:
    for _ in range(LIMIT - 2):
        box.leaves()
    call(box)
    assert kinds(box) == {NoticeKind.NEW_MESSAGE, NoticeKind.NEARLY_FULL}


def test_the_quota_counts_what_is_in_the_inbox(box: Mailbox) -> None:
    box.leaves()
    box.deletes(box.leaves())
    taken(box)
    found = view.quota(box.services, KARI)
    # 3.2 s are 161 frames of 32 bytes and 6 before them: 5,158, in base64 6,878
    assert found == Quota(kept=1, limit=LIMIT, kilobytes=7, kilobytes_limit=found.kilobytes_limit)
    assert found.kilobytes_limit == pytest.approx(LIMIT * expected_bytes(180) * 4 / 3 / 1024, abs=1)


def test_an_empty_mailbox_uses_nothing_of_its_quota(box: Mailbox) -> None:
    found = view.quota(box.services, KARI)
    assert (found.kept, found.kilobytes) == (0, 0)
    assert view.entries(box.services, KARI, INBOX) == []
