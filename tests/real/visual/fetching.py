"""What a subscriber does to get visual voicemail, and what must be true of what the handset then fetched."""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Message
from tests.real.visual.handset import Dialect, Handset, Voicemail
from tests.real.visual.town import Town

KARI, PER, WITHHELD = Number("+4790000902"), Number("+4790000903"), None
ASKS = {Dialect.CVVM: "STATUS:dt=6", Dialect.VVM3: "STATUS", Dialect.IPHONE: "STATE"}
"""What vvmd sends when it is turned on."""
ACTIVATE = "Activate:pv=13;ct=debian.vvmd.11;pt=0;//VVM"
"""OMTP's, which vvmd never learned to send; its owner does."""


async def activate(phone: Handset, dialect: Dialect) -> None:
    await phone.turn_on()
    if dialect is Dialect.OMTP:
        phone.send(ACTIVATE)
    else:
        assert (await phone.sent())[0] == ASKS[dialect]


def check(here: Town, fetched: Sequence[Voicemail], left: Sequence[Message]) -> None:
    """Each is there once, with who called and when; its sound is what was encoded and kept, to the byte."""
    sounds = [here.amr(message) for message in left]
    assert sorted(it.sounds for it in fetched) == sorted((sound,) for sound in sounds if sound)
    assert all(sound is not None and sound.startswith(b"#!AMR\n") for sound in sounds)
    by_sound = {it.sounds[0]: it for it in fetched}
    for message, sound in zip(left, sounds, strict=True):
        assert sound is not None
        voicemail = by_sound[sound]
        assert voicemail.sender == (message.caller or "anonymous")
        assert voicemail.to == message.mailbox
        assert voicemail.at == message.received_at.replace(microsecond=0)
