"""A lamp's letter holds the counts as they are when it is written, and no words."""

from __future__ import annotations

from dataclasses import replace

from personsvar.mailbox.lamps import lamp_notice
from personsvar.mailbox.model.ids import MessageId, SoundId, SpoolId
from personsvar.mailbox.model.message import Counts, Message, Sound
from personsvar.notifier.words.rendering import LampCounts
from tests.unit.conftest import Backend
from tests.wire.letters import rendered


def test_what_is_in_the_mailbox_is_looked_up_when_the_letter_is_written(backend: Backend) -> None:
    row = backend.post(lamp_notice(backend.ola.number, backend.clock.now()))
    assert rendered(backend.services, backend.notice(row)).content == LampCounts(Counts())
    with backend.services.store.begin() as uow:
        new = Message(
            id=MessageId(0),
            mailbox=backend.ola.number,
            spool_id=SpoolId("1.1"),
            caller=None,
            received_at=backend.clock.now(),
            sound=Sound(SoundId(0), 0),
            urgent=True,
        )
        uow.messages.add(replace(new, sound=uow.sounds.add(b"\xd5", of=backend.ola.number)))
        uow.commit()
    assert rendered(backend.services, backend.notice(row)).content == LampCounts(Counts(new=1, urgent=1))
