"""Where a link's recording is found, and put in the form that browsers play."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field

from personsvar.gateways.email.attachment import Attachment, as_mp3, as_wav
from personsvar.gateways.email.mail_dates import day_and_time
from personsvar.gateways.email.mail_templates import Recording, WhyGone
from personsvar.gateways.email.signed_links import LinkBrokenError, LinkTarget, SignedLinks
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.services import Services
from personsvar.notifier.words import texts
from personsvar.notifier.words.facts import notice_facts
from personsvar.voice.encoder import Encoder, EncodingFailedError

log = logging.getLogger(__name__)

KEPT_READY = 8
"""Players ask for one sound several times over; so many are not made anew."""


class RecordingGoneError(Exception):
    """There is nothing to hear, and why; told in `language`."""

    def __init__(self, why: WhyGone, language: Language) -> None:
        super().__init__(why)
        self.why = why
        self.language = language


@dataclass(frozen=True, slots=True)
class FoundRecording:
    message: Message
    owner: Subscriber
    alaw: bytes = field(repr=False)
    language: Language


class LinkedRecordings:
    """`encoder` is of the same event loop as who asks."""

    def __init__(self, services: Services, links: SignedLinks, encoder: Encoder) -> None:
        self._services = services
        self._links = links
        self._encoder = encoder
        self._ready: OrderedDict[MessageId, Attachment] = OrderedDict()

    async def find(self, token: str, *, fallback_language: Language) -> FoundRecording:
        """Raise RecordingGoneError; `stranger`: the language for who has no link of ours."""
        try:
            target = self._links.read(token)
        except LinkBrokenError as wrong:
            raise RecordingGoneError("unknown", fallback_language) from wrong
        if target.expired:
            raise RecordingGoneError("expired", target.language)
        try:
            return await asyncio.to_thread(self._look, target)
        except StoreUnavailableError as wrong:
            raise RecordingGoneError("later", target.language) from wrong

    def shown(self, found: FoundRecording, *, sound: str) -> Recording:
        message, language = found.message, found.language
        facts = Facts(caller=message.caller, at=message.received_at, seconds=message.sound.seconds)
        about = notice_facts(
            NoticeKind.NEW_MESSAGE,
            facts,
            found.owner,
            access=Number(self._services.rules.access_number),
            secret=None,
            now=self._services.clock.now(),
        )
        when = day_and_time(about.at, language)
        return Recording(about.caller, when, texts.length(about, language), sound)

    async def sound(self, found: FoundRecording) -> Attachment:
        """The recording as MP3, or as WAV where that can't be made."""
        key = found.message.id
        if key not in self._ready:
            self._ready[key] = await self._made(found)
        self._ready.move_to_end(key)
        while len(self._ready) > KEPT_READY:
            self._ready.popitem(last=False)
        return self._ready[key]

    def _look(self, target: LinkTarget) -> FoundRecording:
        with self._services.store.look() as uow:
            message = uow.messages.get(target.message)
            if message is None or message.state is State.DELETED:
                raise RecordingGoneError("deleted", target.language)
            owner = uow.subscribers.get(message.mailbox)
            if owner is None:
                raise RecordingGoneError("deleted", target.language)
        try:
            alaw = self._services.store.sound(message.sound.id)
        except KeyError as broken:
            raise RecordingGoneError("deleted", target.language) from broken
        return FoundRecording(message, owner, alaw, target.language)

    async def _made(self, found: FoundRecording) -> Attachment:
        try:
            return as_mp3(await self._encoder.mp3(found.alaw), found.alaw)
        except EncodingFailedError as wrong:
            more = {"message_id": found.message.id, "why": str(wrong)}
            log.warning("a recording is served as WAV: there is no MP3 of it", extra=more)
            return await asyncio.to_thread(as_wav, found.alaw)
