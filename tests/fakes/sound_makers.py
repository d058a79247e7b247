"""What reads and makes sounds, in the test's own process; what was asked of it is counted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from personsvar.voice.encode import uploaded as upload
from personsvar.voice.encode.ffmpeg import BrokenSoundError
from personsvar.voice.encoder import EncodingFailedError
from personsvar.voice.uploads import AudioForm, BrokenRecordingError


class HereDecoder:
    """The decoder of production, without a process of its own."""

    def __init__(self) -> None:
        self.works = True

    async def uploaded(self, content: bytes, form: AudioForm, *, max_seconds: float) -> upload.DecodedUpload:
        if not self.works:
            raise EncodingFailedError("ffmpeg is not installed")
        try:
            return upload.uploaded(content, form, max_seconds)
        except BrokenSoundError as wrong:
            raise BrokenRecordingError(str(wrong)) from wrong


@dataclass
class CountingEncoder:
    """Makes little of much, and counts how often it was asked."""

    asked: list[str] = field(default_factory=list)
    works: bool = True

    async def mp3(self, alaw: bytes) -> bytes:
        return await self._made("mp3", alaw)

    async def m4a(self, alaw: bytes) -> bytes:
        return await self._made("m4a", alaw)

    async def _made(self, form: str, alaw: bytes) -> bytes:
        self.asked.append(form)
        await asyncio.sleep(0)
        if not self.works:
            raise EncodingFailedError("ffmpeg is not installed")
        return form.encode() + alaw[:1000]
