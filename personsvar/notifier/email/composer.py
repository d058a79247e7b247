"""From a letter to the bytes that go out: with the recording, or with a link to one that is too large."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from personsvar.notifier.email.connection import Envelope
from personsvar.notifier.email.message import mail, recipient
from personsvar.notifier.email.options import EmailOptions
from personsvar.notifier.email.sound import Attached, CallToHear, Carried, Linked, as_mp3, as_wav
from personsvar.notifier.email.wording import Wording
from personsvar.notifier.errors import EncodingFailedError
from personsvar.notifier.gateway import Encoder
from personsvar.notifier.letters import Letter
from personsvar.notifier.links import Links

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Composed:
    envelope: Envelope
    holds_sound: bool


@dataclass(frozen=True, slots=True)
class Composer:
    options: EmailOptions
    wording: Wording
    encoder: Encoder
    links: Links | None
    """None: nobody outside reaches this service, and who has a large recording is told to call."""

    async def whole(self, letter: Letter) -> Composed:
        """With the recording if it fits. Raise UndeliverableError without an address."""
        sound = None if letter.alaw is None else await self._sound(letter, letter.alaw)
        composed = await self._composed(letter, sound)
        if sound is not None and len(composed.envelope.content) > self.options.max_bytes:
            return await self.without_sound(letter)
        return composed

    async def without_sound(self, letter: Letter) -> Composed:
        return await self._composed(letter, self._in_place_of_sound(letter))

    async def _sound(self, letter: Letter, alaw: bytes) -> Attached:
        if self.options.sound == "mp3":
            try:
                async with asyncio.timeout(self.options.encode_seconds):
                    return as_mp3(await self.encoder.mp3(alaw), alaw)
            except (EncodingFailedError, TimeoutError) as wrong:
                more = {"notice": letter.notice.id, "why": str(wrong) or "not in time"}
                log.warning("a recording goes as WAV: there is no MP3 of it", extra=more)
        return await asyncio.to_thread(as_wav, alaw)

    def _in_place_of_sound(self, letter: Letter) -> Linked | CallToHear:
        message = letter.notice.facts.message
        if self.links is None or message is None:
            return CallToHear()
        link = self.links.to(message, letter.language)
        return Linked(link.url, link.until)

    async def _composed(self, letter: Letter, carried: Carried | None) -> Composed:
        """In a thread: a large mail takes longer to build than the loop may stand still."""
        content = await asyncio.to_thread(self._content, letter, carried)
        envelope = Envelope(self.options.sender, recipient(letter), content)
        return Composed(envelope, holds_sound=isinstance(carried, Attached))

    def _content(self, letter: Letter, carried: Carried | None) -> bytes:
        sender, name = self.options.sender, self.options.sender_name
        built = mail(letter, sender=sender, sender_name=name, wording=self.wording, carried=carried)
        return built.as_bytes()
