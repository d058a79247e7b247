"""A database that can't be written to as a call back ends (key 0; docs/call-flow.md, 6)."""

from __future__ import annotations

from pathlib import Path

import pytest

from personsvar.dialogue.call import ALL_KEYS, Dialled, DialOutcome, Key
from personsvar.dialogue.manual import answer
from personsvar.language.sentence import Sentence
from personsvar.mailbox.model.ids import CallBackId, Number
from tests.fakes.memory import MemoryStore
from tests.phone import HANG_UP, SILENCE, Answers, Listen, Press, ScriptedPhone, steps
from tests.unit.dialogue.test_listening import stretches
from tests.world import KARI, World, said, speech, spoken_seconds


class LockedAsItEnds(ScriptedPhone):
    """The database goes away while the two talk, and is back at the owner's next key."""

    store: MemoryStore

    def dial(
        self, number: Number, *, showing: Number, ring_seconds: float, charge: CallBackId | None = None
    ) -> Dialled:
        dialled = super().dial(number, showing=showing, ring_seconds=ring_seconds, charge=charge)
        self.store.away = True
        return dialled

    def play(self, sentence: Sentence, *, keys: str = ALL_KEYS) -> Key | None:
        self.store.away = False
        return super().play(sentence, keys=keys)


def test_a_database_that_is_locked_as_a_call_back_ends_ends_no_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The dialplan left word of the charge: the owner is back at the message."""
    store = MemoryStore()
    world = World(store, tmp_path / "spool")
    world.subscriber()
    world.message(caller=KARI, seconds=20)
    script = steps("1", Press("4", 0.1), Listen(6), "00", Answers(DialOutcome.ANSWERED, 40), SILENCE, HANG_UP)
    phone = LockedAsItEnds(world.setup(), script, world.clock, speech=speech(), seconds_of=spoken_seconds)
    phone.store = store
    answer(phone, world.context)
    assert "call-back-over" in said(phone)
    assert stretches(phone)[-1] == (6, 20)
    assert "the charge waits in the spool: the database is away" in caplog.messages
