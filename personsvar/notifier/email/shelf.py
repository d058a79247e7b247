"""Where a link's recording is found, and put in the form that browsers play."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model import (
    Facts,
    Language,
    Message,
    MessageId,
    NoticeKind,
    Number,
    State,
    Subscriber,
)
from personsvar.mailbox.ports import Office
from personsvar.notifier import texts
from personsvar.notifier.email.dates import day_and_time
from personsvar.notifier.email.sound import Attached, as_mp3, as_wav
from personsvar.notifier.email.wording import Recording, WhyGone
from personsvar.notifier.errors import EncodingFailedError
from personsvar.notifier.gateway import Encoder
from personsvar.notifier.links import LinkBrokenError, Links, Pointed
from personsvar.notifier.said import told

log = logging.getLogger(__name__)

KEPT_READY = 8
"""Players ask for one sound several times over; so many are not made anew."""


class GoneError(Exception):
    """There is nothing to hear, and why; told in `language`."""

    def __init__(self, why: WhyGone, language: Language) -> None:
        super().__init__(why)
        self.why = why
        self.language = language


@dataclass(frozen=True, slots=True)
class Found:
    message: Message
    owner: Subscriber
    alaw: bytes = field(repr=False)
    language: Language


class Shelf:
    """`encoder` is of the same event loop as who asks."""

    def __init__(self, office: Office, links: Links, encoder: Encoder) -> None:
        self._office = office
        self._links = links
        self._encoder = encoder
        self._ready: OrderedDict[MessageId, Attached] = OrderedDict()

    async def find(self, token: str, *, stranger: Language) -> Found:
        """Raise GoneError; `stranger`: the language for who has no link of ours."""
        try:
            pointed = self._links.read(token)
        except LinkBrokenError as wrong:
            raise GoneError("unknown", stranger) from wrong
        if pointed.expired:
            raise GoneError("expired", pointed.language)
        try:
            return await asyncio.to_thread(self._look, pointed)
        except StoreUnavailableError as wrong:
            raise GoneError("later", pointed.language) from wrong

    def shown(self, found: Found, *, sound: str) -> Recording:
        message, language = found.message, found.language
        facts = Facts(caller=message.caller, at=message.received_at, seconds=message.sound.seconds)
        about = told(
            NoticeKind.NEW_MESSAGE,
            facts,
            found.owner,
            access=Number(self._office.rules.access_number),
            secret=None,
            now=self._office.clock.now(),
        )
        when = day_and_time(about.at, language)
        return Recording(about.caller, when, texts.length(about, language), sound)

    async def sound(self, found: Found) -> Attached:
        """MP3, or WAV where that can't be made."""
        key = found.message.id
        if key not in self._ready:
            self._ready[key] = await self._made(found)
        self._ready.move_to_end(key)
        while len(self._ready) > KEPT_READY:
            self._ready.popitem(last=False)
        return self._ready[key]

    def _look(self, pointed: Pointed) -> Found:
        with self._office.store.look() as uow:
            message = uow.messages.get(pointed.message)
            if message is None or message.state is State.DELETED:
                raise GoneError("deleted", pointed.language)
            owner = uow.subscribers.get(message.mailbox)
            if owner is None:
                raise GoneError("deleted", pointed.language)
            return Found(message, owner, uow.sounds.read(message.sound.id), pointed.language)

    async def _made(self, found: Found) -> Attached:
        try:
            return as_mp3(await self._encoder.mp3(found.alaw), found.alaw)
        except EncodingFailedError as wrong:
            more = {"message_id": found.message.id, "why": str(wrong)}
            log.warning("a recording is served as WAV: there is no MP3 of it", extra=more)
            return await asyncio.to_thread(as_wav, found.alaw)
