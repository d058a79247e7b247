"""Messages of who wishes transcripts, and engines that write them down: as services do it, without one."""

from __future__ import annotations

from itertools import count

from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.transcript import SpokenWord, Transcript, Understanding
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.keeping import keep, take_up

CALLER = Number("+4790000077")
TONE = bytes([0xD5, 0x55, 0x80, 0x10])
"""Half a millisecond of something to hear, in A-law."""
_calls = count(1)


def left(services: Services, mailbox: Number, *, seconds: float = 1) -> int:
    """A caller's message; its uid."""
    spool_id = SpoolId(f"written-{next(_calls)}")
    header = SpoolHeader(spool_id, Purpose.MESSAGE, mailbox, CALLER, services.clock.now())
    take_in(services, header, alaw=sound(seconds))
    with services.store.look() as uow:
        message = uow.messages.by_spool_id(spool_id)
    assert message is not None
    return message.id


def lengthened(services: Services, uid: int, *, seconds: float) -> None:
    """The switch has written more of it since."""
    with services.store.look() as uow:
        message = uow.messages.get(MessageId(uid))
    assert message is not None
    header = SpoolHeader(
        message.spool_id, Purpose.MESSAGE, message.mailbox, message.caller, message.received_at
    )
    take_in(services, header, alaw=sound(seconds))


def written(
    services: Services, uid: int, said: str, understanding: Understanding = Understanding.TEXT
) -> None:
    words = tuple(SpokenWord(word, place, place + 0.9, 0.95) for place, word in enumerate(said.split()))
    heard = Transcript(words, "nb", "faster-whisper 1.2.1", "nb-whisper-base")
    keep(services, take_up(services, MessageId(uid)), heard, understanding)


def sound(seconds: float) -> bytes:
    return TONE * int(2000 * seconds)
