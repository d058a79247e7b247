"""A recording that somebody uploads becomes a greeting: known by its content, decoded elsewhere, judged."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from personsvar.mailbox import greeting_desk
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.greeting_desk import NewRecording
from personsvar.mailbox.model.audit import Actor
from personsvar.mailbox.model.greeting import GreetingKind, GreetingVersion
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.services import Services
from personsvar.voice.uploads import AudioForm, BrokenRecordingError, UploadDecoder, form_of

NAMES = {
    AudioForm.WAV: "WAV",
    AudioForm.MP3: "MP3",
    AudioForm.M4A: "M4A",
    AudioForm.OGG: "Ogg",
    AudioForm.WEBM: "WebM",
}


class UnknownFormError(MailboxError):
    """What came begins like no form that is taken."""


@dataclass(frozen=True, slots=True)
class GreetingUploads:
    """`decoder` is of the same event loop as who asks."""

    services: Services
    decoder: UploadDecoder

    async def take(
        self,
        mailbox: Number,
        kind: GreetingKind,
        content: bytes,
        *,
        use: bool,
        until: date | None = None,
        by: Actor,
    ) -> GreetingVersion:
        """Keep it as a version, and in use if wanted.

        Raise UnknownFormError, MailboxError when it is broken or the rules say no, EncodingFailedError when
        it can't be read and that is not its fault. Whatever is raised, nothing was changed.
        """
        recording = await self.read(content)
        return await asyncio.to_thread(
            greeting_desk.put, self.services, mailbox, kind, recording, use=use, until=until, by=by
        )

    async def read(self, content: bytes) -> NewRecording:
        """As callers would hear it, whether the rules allow it or not. It raises the same."""
        form = form_of(content)
        if form is None:
            raise UnknownFormError(f"it begins like no {', '.join(NAMES.values())}")
        try:
            most = self.services.rules.max_greeting_seconds
            made = await self.decoder.uploaded(content, form, max_seconds=most)
        except BrokenRecordingError as broken:  # ffmpeg's own words are for nobody outside
            raise MailboxError(f"it can't be read as {NAMES[form]}") from broken
        return NewRecording(
            made.alaw,
            holds_speech=made.holds_speech,
            holds_keys=made.holds_keys,
            is_too_long=made.is_too_long,
        )
