"""How old a notice may be: from when it was due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.notice import Channel, Facts, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.notices import PINS
from personsvar.notifier.words.rendering import is_stale

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _notice(
    kind: NoticeKind = NoticeKind.NEW_MESSAGE,
    *,
    held_until: datetime | None = None,
    next_at: datetime = NOON,
    facts: Facts | None = None,
) -> Notice:
    return Notice(
        NoticeId(1),
        Number("+4790000001"),
        kind,
        Channel.SMS,
        "message:1:sms",
        created_at=NOON,
        facts=facts or Facts(),
        address=None,
        status=NoticeStatus.LEASED,
        attempts=1,
        next_at=next_at,
        lease="x",
        held_until=held_until,
    )


@pytest.mark.parametrize(("hours", "stale"), [(0, False), (24, False), (24.01, True)])
def test_a_notice_is_worthless_after_a_day(hours: float, *, stale: bool) -> None:
    assert is_stale(_notice(), now=NOON + hours * HOUR, hours=24) == stale


@pytest.mark.parametrize(("hours", "stale"), [(19, False), (24.01, False), (43, False), (43.01, True)])
def test_one_that_was_held_through_quiet_hours_counts_from_their_end(hours: float, *, stale: bool) -> None:
    held = NOON + 19 * HOUR
    assert is_stale(_notice(held_until=held, next_at=held), now=NOON + hours * HOUR, hours=24) == stale


@pytest.mark.parametrize("kind", sorted(PINS))
def test_a_pin_is_worthless_when_its_own_time_is_over(kind: NoticeKind) -> None:
    notice = _notice(kind, facts=Facts(secret_until=NOON + HOUR))
    assert not is_stale(notice, now=NOON + HOUR - timedelta(seconds=1), hours=24)
    assert is_stale(notice, now=NOON + HOUR, hours=24)


def test_one_whose_next_try_comes_after_a_day_is_not_young_for_that() -> None:
    assert is_stale(_notice(next_at=NOON + 25 * HOUR), now=NOON + 25 * HOUR, hours=24)
