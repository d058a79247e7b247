"""So much sound is written down a day: what does not fit waits for the next, and nothing waits for it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from personsvar.mailbox.model.ids import MessageId, SoundId
from personsvar.mailbox.model.notice import NoticeStatus
from personsvar.mailbox.transcription.days_minutes import let_go_on
from personsvar.storage.store import SqlStore
from tests.unit.gateways.transcripts.desk import SECONDS, TranscriptDesk


def allow(desk: TranscriptDesk, *, messages: float) -> None:
    """As the service does that is started with another setting."""
    rules = replace(desk.services.rules, transcript_minutes_a_day=messages * SECONDS / 60)
    desk.services = replace(desk.services, rules=rules)
    desk.__post_init__()


def leave(desk: TranscriptDesk, *lengths: float) -> list[MessageId]:
    """The last is the newest."""
    left = []
    for number, length in enumerate(lengths):
        left.append(desk.leave(f"1.{number}", longer=length))
        desk.clock.go_on(seconds=1)
    return left


def rounds(desk: TranscriptDesk) -> None:
    """Until nothing is due."""
    while desk.round():
        pass


def written_down(desk: TranscriptDesk, *messages: MessageId) -> list[bool]:
    return [desk.kept(message) is not None for message in messages]


def midnight_after(at: datetime) -> datetime:
    return (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def test_what_does_not_fit_is_due_as_the_next_day_begins(
    desk: TranscriptDesk, caplog: pytest.LogCaptureFixture
) -> None:
    allow(desk, messages=1.5)
    left = leave(desk, 1, 1, 1)
    rounds(desk)
    assert written_down(desk, *left) == [False, False, True]
    assert desk.gateway.is_up
    midnight = midnight_after(desk.clock.now())
    waiting = [it for it in desk.notices() if it.status is NoticeStatus.READY]
    assert [(it.next_at, it.attempts) for it in waiting] == [(midnight, 0)] * 2
    (told,) = [it for it in caplog.records if it.getMessage() == "messages wait for the next day"]
    assert told.levelno == logging.WARNING
    assert told.__dict__["until"] == midnight.isoformat()


def test_a_message_that_waited_for_the_next_day_is_written_down_then(desk: TranscriptDesk) -> None:
    desk.clock.time = desk.clock.time.replace(hour=22)
    allow(desk, messages=1)
    left = leave(desk, 1, 1)
    rounds(desk)
    desk.clock.time = midnight_after(desk.clock.now())
    rounds(desk)
    assert written_down(desk, *left) == [True, True]


def test_a_long_message_that_does_not_fit_keeps_no_shorter_one_waiting(desk: TranscriptDesk) -> None:
    allow(desk, messages=3)
    left = leave(desk, 1, 1, 4)
    rounds(desk)
    assert written_down(desk, *left) == [True, True, False]


@pytest.mark.parametrize("allowed", [0, 10])
def test_who_allows_more_has_what_waits_written_down_at_once(desk: TranscriptDesk, allowed: float) -> None:
    allow(desk, messages=1)
    left = leave(desk, 1, 1, 1)
    rounds(desk)
    assert let_go_on(desk.services) == 0
    allow(desk, messages=allowed)
    assert let_go_on(desk.services) == 2
    rounds(desk)
    assert written_down(desk, *left) == [True, True, True]


def test_a_recording_that_can_not_be_read_takes_nothing_of_the_day(
    desk: TranscriptDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: SqlStore, which: SoundId) -> bytes:
        raise KeyError(which)

    monkeypatch.setattr(SqlStore, "sound", gone)
    desk.leave()
    rounds(desk)
    assert desk.engine.asked == []
    assert desk.minutes_today() == 0
