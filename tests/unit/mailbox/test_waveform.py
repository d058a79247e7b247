"""A message's waveform is drawn when it is taken in, and again when more of it comes."""

from __future__ import annotations

from personsvar.mailbox import lookups
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import MessageId, SoundId, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.waveform import BARS, waveform
from tests.contract.stores import NOON
from tests.unit.mailbox.use_cases import KARI, STRANGER, UseCases

QUIET, LOUD = b"\xd5" * 8_000, b"\xaa" * 8_000


def kept(app: UseCases, alaw: bytes) -> SoundId:
    header = SpoolHeader(SpoolId("one"), Purpose.MESSAGE, KARI, STRANGER, NOON)
    take_in(app.services, header, alaw=alaw)
    with app.services.store.look() as uow:
        found = uow.messages.by_spool_id(SpoolId("one"))
        assert found is not None
        return found.sound.id


def test_it_is_high_where_the_sound_is_loud() -> None:
    assert waveform(QUIET + LOUD) == bytes(BARS // 2) + b"\xff" * (BARS // 2)


def test_the_loudest_piece_is_the_highest_and_what_is_faint_all_along_is_low() -> None:
    faint = bytes([0x55 ^ 0x80 ^ 20]) * 8_000
    assert max(waveform(faint)) < 80
    assert max(waveform(bytes([0x55 ^ 0x80 ^ 60]) * 8_000)) == 255


def test_of_next_to_nothing_it_is_as_long() -> None:
    assert [len(waveform(LOUD[:count])) for count in (0, 1, 71, 400)] == [BARS] * 4


def test_it_is_drawn_when_a_message_is_taken_in_and_anew_when_more_comes(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    for alaw in (QUIET + LOUD, QUIET + LOUD + QUIET):
        sound = kept(app, alaw)
        with app.services.store.look() as uow:
            assert uow.sounds.waveform(sound) == waveform(alaw)


def test_of_a_message_from_before_it_is_drawn_when_it_is_looked_at(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    with app.services.store.begin() as uow:
        sound = uow.sounds.add(QUIET + LOUD, of=KARI)
        old = Message(MessageId(0), KARI, SpoolId("old"), STRANGER, NOON, sound)
        uow.messages.add(old)
        uow.commit()
    assert lookups.waveform_of(app.services, sound.id) == waveform(QUIET + LOUD)
