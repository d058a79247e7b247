"""Transcripts as an operator's program reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.transcript import MessageTranscript, Understanding
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.beside_messages import said_in
from personsvar.mailbox.transcription.said_numbers import SaidNumber


@dataclass(frozen=True, slots=True)
class ReadTranscript:
    made: MessageTranscript
    numbers: tuple[SaidNumber, ...]
    """Those that its owner may call back now."""


def understood(services: Services, messages: Iterable[Message]) -> Mapping[MessageId, Understanding]:
    """How well each was understood of which there is a transcript."""
    with services.store.look() as uow:
        return uow.transcripts.understood([message.id for message in messages])


def transcript_of(services: Services, message: Message) -> ReadTranscript | None:
    """None: there is none, as yet or at all."""
    with services.store.look() as uow:
        owner = uow.subscribers.get(message.mailbox)
        found = {} if owner is None else said_in(uow, services, owner, [message])
    said = found.get(message.id)
    return None if said is None or said.made is None else ReadTranscript(said.made, tuple(said.numbers))
