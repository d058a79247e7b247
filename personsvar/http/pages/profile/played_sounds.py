"""Messages as browsers play them: MP3, made when somebody first wants to hear, and its picture.

Players ask for one sound in several parts, and for the next message soon, so the last ones are kept ready. A
picture costs two milliseconds for three minutes, beside reading the sound: it is drawn when it is asked for,
by who opens a message, and kept by the browser.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field

from personsvar.gateways.email.attachment import Attachment, as_mp3, as_wav
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.profile.inbox import own_sound
from personsvar.mailbox.services import Services
from personsvar.voice.encoder import Encoder, EncodingFailedError
from personsvar.voice.waveform import heights

log = logging.getLogger(__name__)

KEPT_READY = 16
BARS, BAR_WIDTH, HEIGHT = 72, 4, 48
_LEAST = 0.06
"""Silence is a dot."""


@dataclass
class PlayedSounds:
    """`encoder` is of the same event loop as who asks."""

    services: Services
    encoder: Encoder
    _ready: OrderedDict[MessageId, Attachment] = field(default_factory=OrderedDict)

    async def sound(self, owner: Number, which: MessageId) -> Attachment | None:
        """None when the owner has no such message."""
        alaw = await self._alaw(owner, which)
        if alaw is None:
            return None
        if which not in self._ready:
            self._ready[which] = await self._made(which, alaw)
        self._ready.move_to_end(which)
        while len(self._ready) > KEPT_READY:
            self._ready.popitem(last=False)
        return self._ready[which]

    async def picture(self, owner: Number, which: MessageId) -> str | None:
        """The waveform as SVG: its shape alone, coloured by the page."""
        alaw = await self._alaw(owner, which)
        return None if alaw is None else await asyncio.to_thread(waveform, alaw)

    async def _alaw(self, owner: Number, which: MessageId) -> bytes | None:
        """Looked up each time: what was removed meanwhile is not played from what is kept."""
        return await asyncio.to_thread(own_sound, self.services, owner, which)

    async def _made(self, which: MessageId, alaw: bytes) -> Attachment:
        try:
            return as_mp3(await self.encoder.mp3(alaw), alaw)
        except EncodingFailedError as wrong:
            more = {"message_id": which, "why": str(wrong)}
            log.warning("a message is played as WAV: there is no MP3 of it", extra=more)
            return await asyncio.to_thread(as_wav, alaw)


def waveform(alaw: bytes) -> str:
    bars = "".join(_bar(place, loud) for place, loud in enumerate(heights(alaw, BARS)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BARS * BAR_WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="none"><path d="{bars}"/></svg>'
    )


def _bar(place: int, loud: float) -> str:
    tall = round(max(_LEAST, loud) * HEIGHT, 1)
    return f"M{place * BAR_WIDTH + 1} {(HEIGHT - tall) / 2:.1f}h2v{tall}h-2z"
