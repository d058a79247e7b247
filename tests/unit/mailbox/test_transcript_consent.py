"""Who wishes transcripts has them, and who does not has none, whoever changes the wish and how."""

from __future__ import annotations

import dataclasses

import pytest

from personsvar.mailbox import preferences
from personsvar.mailbox.details import Details, Switches
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction
from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Message, Sound
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.provision import add_subscriber, check_subscriber, set_subscriber
from personsvar.mailbox.transcription.consent import NoTranscriptsError
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, UseCases
from tests.unit.spoken import heard, write_down

BY = Actor(ActorKind.COMMAND_LINE, "root")
ON, OFF = Details(switches=Switches(transcripts=True)), Details(switches=Switches(transcripts=False))


@pytest.fixture
def written(app: UseCases) -> UseCases:
    """Two who wish it, each with a message that was written down, where there is an engine."""
    app.services = dataclasses.replace(
        app.services, rules=dataclasses.replace(app.services.rules, transcripts=True)
    )
    for owner in (KARI, OLA):
        app.add(Subscriber(owner, wishes=Wishes(transcripts=True)))
        with app.store.begin() as uow:
            sound = uow.sounds.add(b"\xd5" * 8000, of=owner)
            plain = Message(MessageId(0), owner, SpoolId(owner), None, MONDAY, Sound(SoundId(0), 0))
            message = uow.messages.add(dataclasses.replace(plain, sound=sound))
            uow.commit()
        write_down(app.store, message, heard("hei"))
    return app


def kept(app: UseCases, of: Number) -> int:
    with app.store.look() as uow:
        return len(uow.transcripts.of_mailbox(of))


def test_who_switches_them_off_has_none_left(written: UseCases) -> None:
    set_subscriber(written.services, KARI, OFF, by=BY)
    assert (kept(written, KARI), kept(written, OLA)) == (0, 1)
    with written.store.look() as uow:
        (entry,) = uow.audit.list()
    assert (entry.action, entry.detail) == (AuditAction.SUBSCRIBER_CHANGED, "transcripts")


def test_another_wish_leaves_them(written: UseCases) -> None:
    set_subscriber(written.services, KARI, Details(switches=Switches(sms=False, transcript_sms=True)), by=BY)
    set_subscriber(written.services, KARI, ON, by=BY)
    preferences.set_wishes(written.services, KARI, Wishes(transcripts=True, mms=True))
    assert kept(written, KARI) == 1


def test_wishes_that_are_set_whole_count_too(written: UseCases) -> None:
    preferences.set_wishes(written.services, KARI, Wishes())
    assert (kept(written, KARI), kept(written, OLA)) == (0, 1)


def test_nobody_wishes_them_where_nothing_makes_them(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    for wish in (
        lambda: set_subscriber(app.services, KARI, ON, by=BY),
        lambda: add_subscriber(app.services, OLA, ON, by=BY),
        lambda: check_subscriber(app.services, KARI, ON),
    ):
        with pytest.raises(NoTranscriptsError, match="PERSONSVAR_TRANSCRIBER"):
            wish()
    assert not app.get(KARI).wishes.transcripts
    set_subscriber(app.services, KARI, OFF, by=BY)


def test_who_wished_them_before_the_engine_went_can_change_other_things(app: UseCases) -> None:
    app.add(Subscriber(KARI, wishes=Wishes(transcripts=True)))
    set_subscriber(app.services, KARI, Details(name="Kari"), by=BY)
    set_subscriber(app.services, KARI, ON, by=BY)
    set_subscriber(app.services, KARI, OFF, by=BY)
    assert not app.get(KARI).wishes.transcripts
