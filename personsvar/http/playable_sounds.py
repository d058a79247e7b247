"""Recordings in the forms that players play: made when they are asked for, and not kept in the database.

Few recordings are ever fetched, and most of them once; one in MP3 or M4A would make the database a half
larger. A player asks for one sound many times over, in parts: what was made last is held in memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from personsvar.mailbox import lookups
from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.services import Services
from personsvar.voice.encoder import EncodingFailedError, PlayerEncoder
from personsvar.voice.wav import wav

log = logging.getLogger(__name__)

HELD_BYTES = 32_000_000


class SoundForm(StrEnum):
    WAV = "wav"
    MP3 = "mp3"
    M4A = "m4a"

    @property
    def media_type(self) -> str:
        """As RFC 3003 (MPEG) and RFC 4337 (MP4) have it, and as browsers know WAV."""
        return {"wav": "audio/wav", "mp3": "audio/mpeg", "m4a": "audio/mp4"}[self]


@dataclass(frozen=True, slots=True)
class PlayableSound:
    content: bytes = field(repr=False)
    form: SoundForm


_Key: TypeAlias = tuple[SoundId, SoundForm]


class PlayableSounds:
    """`encoder` is of the same event loop as who asks."""

    def __init__(self, services: Services, encoder: PlayerEncoder, *, held_bytes: int = HELD_BYTES) -> None:
        self._services = services
        self._encoder = encoder
        self._held_bytes = held_bytes
        self._held: OrderedDict[_Key, bytes] = OrderedDict()
        self._making: dict[_Key, asyncio.Task[bytes]] = {}

    async def get(self, which: SoundId, form: SoundForm) -> bytes:
        """Raise KeyError when there is no such sound any more, EncodingFailedError when it can't be made."""
        key = which, form
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        if key not in self._making:
            self._making[key] = asyncio.create_task(self._make(key))
            self._making[key].add_done_callback(_heard_of)
        return await asyncio.shield(self._making[key])  # who goes away takes nobody's sound with him

    async def for_a_browser(self, which: SoundId) -> PlayableSound:
        """As MP3, or as WAV while that can't be made. Raise KeyError when there is no such sound any more."""
        try:
            return PlayableSound(await self.get(which, SoundForm.MP3), SoundForm.MP3)
        except EncodingFailedError as wrong:
            log.warning("a recording is played as WAV: there is no MP3 of it", extra={"why": str(wrong)})
        return PlayableSound(await self.get(which, SoundForm.WAV), SoundForm.WAV)

    async def _make(self, key: _Key) -> bytes:
        try:
            made = await self._made(*key)
        finally:
            del self._making[key]
        self._held[key] = made
        while sum(map(len, self._held.values())) > self._held_bytes:
            self._held.popitem(last=False)
        return made

    async def _made(self, which: SoundId, form: SoundForm) -> bytes:
        alaw = await asyncio.to_thread(lookups.sound, self._services, which)
        match form:
            case SoundForm.WAV:
                return await asyncio.to_thread(wav, alaw)
            case SoundForm.MP3:
                return await self._encoder.mp3(alaw)
            case SoundForm.M4A:
                return await self._encoder.m4a(alaw)


def _heard_of(made: asyncio.Task[bytes]) -> None:
    """What went wrong is told to who waits; if nobody does any more, it is nobody's."""
    if not made.cancelled():
        made.exception()
