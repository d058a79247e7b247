"""A message is written down by the lane of transcripts: kept, told of, tried again, or let be."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from personsvar.mailbox.listening import delete, take_back
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.notice import Channel, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Wishes
from personsvar.mailbox.model.transcript import Understanding
from personsvar.mailbox.ports.transcriber import (
    NotTranscribableError,
    TranscriberAwayError,
    TranscriberBusyError,
    TranscriberFaultError,
)
from personsvar.mailbox.preferences import set_wishes
from tests.fakes.listener import SECRET_WORDS, heard
from tests.unit.gateways.transcripts.desk import SECONDS, SPEECH, TranscriptDesk


def told(desk: TranscriptDesk, channel: Channel) -> list[NoticeKind]:
    return [it.kind for it in desk.notices(channel) if it.kind is NoticeKind.MESSAGE_TRANSCRIBED]


def test_what_was_heard_is_kept_and_told_of(desk: TranscriptDesk) -> None:
    desk.wish(transcript_sms=True)
    message = desk.leave()
    assert desk.round() == 1
    kept = desk.kept(message)
    assert kept is not None
    assert (kept.text, kept.understanding) == (" ".join(SECRET_WORDS), Understanding.TEXT)
    assert (kept.transcript.engine, kept.transcript.model) == ("listener 1.0", "ear-small")
    assert desk.engine.asked == [(SPEECH, "nb")]
    (row,) = desk.notices()
    assert (row.kind, row.status) == (NoticeKind.TRANSCRIPT_WANTED, NoticeStatus.SENT)
    assert len(told(desk, Channel.SMS)) == len(told(desk, Channel.WEBHOOK)) == 1
    assert (desk.gateway.figures.sound_seconds, desk.gateway.figures.cpu_seconds) == (SECONDS, 2.5)


def test_one_that_was_not_understood_is_told_to_systems_and_to_nobody_else(desk: TranscriptDesk) -> None:
    desk.wish(transcript_sms=True)
    desk.engine.hears = replace(heard(), words=())
    message = desk.leave()
    desk.round()
    kept = desk.kept(message)
    assert kept is not None
    assert (kept.text, kept.understanding) == ("", Understanding.NOT_UNDERSTOOD)
    assert told(desk, Channel.SMS) == []
    assert len(told(desk, Channel.WEBHOOK)) == 1


def test_who_wishes_no_sms_gets_none(desk: TranscriptDesk) -> None:
    desk.leave()
    desk.round()
    assert told(desk, Channel.SMS) == []


def test_nothing_that_was_said_stands_in_the_log_or_the_ledger(
    desk: TranscriptDesk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.leave()
        desk.round()
    assert "a message is written down" in caplog.text
    written = [caplog.text, *(repr(record.__dict__) for record in caplog.records)]
    with desk.services.store.look() as uow:
        written += [repr(uow.outbox.history(it.id)) + repr(it) for it in uow.outbox.list()]
    for word in SECRET_WORDS:
        assert not any(word in line for line in written)


def test_the_newest_is_written_down_first(desk: TranscriptDesk) -> None:
    messages = []
    for number in range(3):
        messages.append(desk.leave(f"1.{number}"))
        desk.clock.go_on(seconds=10)
    for done in (1, 2, 3):
        assert desk.round() == 1
        made = [message for message in messages if desk.kept(message) is not None]
        assert made == messages[-done:]
    assert desk.round() == 0


@pytest.mark.parametrize(
    ("fault", "status", "attempts", "counts"),
    [
        (TranscriberAwayError("nobody is there"), NoticeStatus.READY, 0, False),
        (TranscriberBusyError("later", seconds=40), NoticeStatus.READY, 0, False),
        (TranscriberFaultError("500"), NoticeStatus.READY, 1, True),
        (NotTranscribableError("never"), NoticeStatus.FAILED, 1, True),
    ],
)
def test_an_engine_that_does_not_do_it_is_asked_again_or_not(
    desk: TranscriptDesk, fault: Exception, status: NoticeStatus, attempts: int, counts: bool
) -> None:
    message = desk.leave()
    desk.engine.fail = fault
    desk.round()
    (row,) = desk.notices()
    assert (row.status, row.attempts, row.error) == (status, attempts, str(fault))
    assert desk.kept(message) is None
    assert desk.minutes_today() == (SECONDS / 60 if counts else 0)
    desk.engine.fail = None
    desk.clock.go_on(minutes=5)
    desk.round()
    assert (desk.kept(message) is not None) == (status is NoticeStatus.READY)


def test_an_engine_that_fails_again_and_again_is_let_be(desk: TranscriptDesk) -> None:
    desk.leave()
    desk.engine.fail = TranscriberFaultError("it fell")
    for _ in range(5):
        desk.round()
        desk.clock.go_on(minutes=10)
    (row,) = desk.notices()
    assert (row.status, len(desk.engine.asked)) == (NoticeStatus.DEAD, 3)


def test_what_is_too_old_is_given_up(desk: TranscriptDesk) -> None:
    desk.leave()
    desk.clock.go_on(hours=7)
    desk.round()
    assert [(it.status, it.error) for it in desk.notices()] == [(NoticeStatus.DEAD, "too old")]
    assert desk.engine.asked == []


def removed(desk: TranscriptDesk, message: MessageId) -> None:
    with desk.services.store.begin() as uow:
        uow.messages.remove(message)
        uow.commit()


def deleted(desk: TranscriptDesk, message: MessageId) -> None:
    delete(desk.services, message)


def wish_is_off(desk: TranscriptDesk, _: MessageId) -> None:
    desk.wish(transcripts=False)


def switched_off_and_on(desk: TranscriptDesk, _: MessageId) -> None:
    """As on the page: who wishes it anew means what comes from then on."""
    for wish in (False, True):
        set_wishes(desk.services, desk.owner.number, Wishes(transcripts=wish))


def lengthened(desk: TranscriptDesk, _: MessageId) -> None:
    desk.leave(longer=2)


@pytest.mark.parametrize(
    ("happens", "is_asked", "why"),
    [
        (removed, False, "the message is gone"),
        (removed, True, "the message is gone"),
        (deleted, False, "the message was deleted before it was written down"),
        (wish_is_off, False, "its owner wishes no transcripts"),
        (wish_is_off, True, "its owner wishes no transcripts"),
        (switched_off_and_on, False, "its owner wishes no transcripts"),
        (switched_off_and_on, True, "its owner wishes no transcripts"),
    ],
)
def test_what_nobody_wants_any_more_ends_without_a_transcript(
    desk: TranscriptDesk, happens: Callable[[TranscriptDesk, MessageId], None], is_asked: bool, why: str
) -> None:
    """Before the engine has it, or while it listens. The ledger says why, and not that it was sent."""
    message = desk.leave()
    if is_asked:
        desk.engine.meanwhile = meanwhile(desk, happens, message)
    else:
        happens(desk, message)
    desk.round()
    assert len(desk.engine.asked) == is_asked
    assert desk.kept(message) is None
    assert [(it.status, it.error) for it in desk.notices()] == [(NoticeStatus.FAILED, why)]
    assert told(desk, Channel.WEBHOOK) == []
    assert desk.gateway.figures.failures["not-kept"] == is_asked


def test_what_is_deleted_while_the_engine_listens_is_kept_and_told_nobody(desk: TranscriptDesk) -> None:
    """It may be taken back for days: then its words are there."""
    desk.wish(transcript_sms=True)
    message = desk.leave()
    desk.engine.meanwhile = meanwhile(desk, deleted, message)
    desk.round()
    assert desk.kept(message) is not None
    assert [(it.status, it.error) for it in desk.notices()] == [(NoticeStatus.SENT, None)]
    assert told(desk, Channel.WEBHOOK) == told(desk, Channel.SMS) == []
    take_back(desk.services, message)
    assert desk.kept(message) is not None


def meanwhile(
    desk: TranscriptDesk, happens: Callable[[TranscriptDesk, MessageId], None], message: MessageId
) -> Callable[[], Awaitable[None]]:
    async def happening() -> None:
        await asyncio.to_thread(happens, desk, message)

    return happening


def test_who_is_gone_while_the_engine_listens_leaves_nothing_behind(desk: TranscriptDesk) -> None:
    desk.leave()

    def gone() -> None:
        with desk.services.store.begin() as uow:
            uow.subscribers.remove(desk.owner.number)
            uow.commit()

    async def meanwhile() -> None:
        await asyncio.to_thread(gone)

    desk.engine.meanwhile = meanwhile
    desk.round()
    assert list(desk.notices()) == []


def test_a_message_that_is_lengthened_is_written_down_anew(desk: TranscriptDesk) -> None:
    message = desk.leave()

    async def meanwhile() -> None:
        await asyncio.to_thread(lengthened, desk, message)
        desk.engine.meanwhile = None

    desk.engine.meanwhile = meanwhile
    desk.round()
    assert desk.kept(message) is None
    assert desk.round() == 1
    assert [alaw for alaw, _ in desk.engine.asked] == [SPEECH, SPEECH * 2]
    assert desk.kept(message) is not None
    lengthened(desk, message)  # as long as before: nothing is done
    assert desk.round() == 0
