"""What messages say, as it is shown beside them: the words, or that they are still to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import Channel, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.said_numbers import SaidNumber, offered_numbers

_LATEST = 100
"""Wishes for a transcript that are looked at, newest first: an older one is no longer waited for."""


@dataclass(frozen=True, slots=True)
class SaidInMessage:
    made: MessageTranscript | None
    is_waiting: bool = False
    """It is being made, or will be."""
    numbers: Sequence[SaidNumber] = ()
    """Those that may be called back."""


def said_in(
    uow: UnitOfWork, services: Services, owner: Subscriber, messages: Sequence[Message]
) -> Mapping[MessageId, SaidInMessage]:
    """Of each of the owner's messages of which anything is known; who wishes no transcripts has none."""
    if not owner.wishes.transcripts or not messages:
        return {}
    made = uow.transcripts.some([message.id for message in messages])
    found = _with_numbers(uow, services, owner, [it for it in messages if it.id in made], made)
    if len(made) < len(messages):
        found |= dict.fromkeys(_waiting(uow, owner) - made.keys(), SaidInMessage(None, is_waiting=True))
    return found


def _with_numbers(
    uow: UnitOfWork,
    services: Services,
    owner: Subscriber,
    messages: Sequence[Message],
    made: Mapping[MessageId, MessageTranscript],
) -> dict[MessageId, SaidInMessage]:
    heard = [(made[message.id].transcript, message.caller) for message in messages]
    offered = offered_numbers(uow, services, owner, heard)
    pairs = zip(messages, offered, strict=True)
    return {message.id: SaidInMessage(made[message.id], numbers=numbers) for message, numbers in pairs}


def _waiting(uow: UnitOfWork, owner: Subscriber) -> set[MessageId]:
    wanted = uow.outbox.list(
        to=owner.number,
        channel=Channel.TRANSCRIPT,
        kind=NoticeKind.TRANSCRIPT_WANTED,
        limit=_LATEST,
    )
    under_way = (it for it in wanted if it.status in (NoticeStatus.READY, NoticeStatus.LEASED))
    return {it.facts.message for it in under_way if it.facts.message is not None}
