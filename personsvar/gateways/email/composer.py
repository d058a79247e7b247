"""From a letter to the bytes that go out: with the recording, or with a link to one that is too large."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from personsvar.gateways.email.attachment import Attachment, CallToHear, Carried, Linked, as_mp3, as_wav
from personsvar.gateways.email.email_options import EmailOptions
from personsvar.gateways.email.mail_message import mail, recipient
from personsvar.gateways.email.mail_templates import Wording
from personsvar.gateways.email.signed_links import SignedLinks
from personsvar.gateways.email.smtp_connection import Envelope
from personsvar.notifier.words.rendering import Mail, Rendered
from personsvar.voice.encoder import Encoder, EncodingFailedError

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
    links: SignedLinks | None
    """None: nobody outside reaches this service, and who has a large recording is told to call."""

    async def whole(self, rendered: Rendered) -> Composed:
        """With the recording if it fits. Raise UndeliverableError without an address."""
        alaw = rendered.content_as(Mail).alaw
        sound = None if alaw is None else await self._sound(rendered, alaw)
        composed = await self._composed(rendered, sound)
        if sound is not None and len(composed.envelope.content) > self.options.max_bytes:
            return await self.without_sound(rendered)
        return composed

    async def without_sound(self, rendered: Rendered) -> Composed:
        return await self._composed(rendered, self._in_place_of_sound(rendered))

    async def _sound(self, rendered: Rendered, alaw: bytes) -> Attachment:
        if self.options.sound == "mp3":
            try:
                async with asyncio.timeout(self.options.encode_seconds):
                    return as_mp3(await self.encoder.mp3(alaw), alaw)
            except (EncodingFailedError, TimeoutError) as wrong:
                more = {"notice": rendered.notice.id, "why": str(wrong) or "not in time"}
                log.warning("a recording goes as WAV: there is no MP3 of it", extra=more)
        return await asyncio.to_thread(as_wav, alaw)

    def _in_place_of_sound(self, rendered: Rendered) -> Linked | CallToHear:
        message = rendered.notice.facts.message
        if self.links is None or message is None:
            return CallToHear()
        link = self.links.to(message, rendered.language)
        return Linked(link.url, link.until)

    async def _composed(self, rendered: Rendered, carried: Carried | None) -> Composed:
        """In a thread: a large mail takes longer to build than the loop may stand still."""
        content = await asyncio.to_thread(self._content, rendered, carried)
        envelope = Envelope(self.options.sender, recipient(rendered), content)
        return Composed(envelope, holds_sound=isinstance(carried, Attachment))

    def _content(self, rendered: Rendered, carried: Carried | None) -> bytes:
        sender, name = self.options.sender, self.options.sender_name
        built = mail(rendered, sender=sender, sender_name=name, wording=self.wording, carried=carried)
        return built.as_bytes()
