"""Transcripts are made for who wishes them, and kept no longer than that."""

from __future__ import annotations

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules


class NoTranscriptsError(MailboxError):
    """They are wished where nothing makes them."""


def check_wish(rules: Rules, before: Subscriber | None, after: Subscriber) -> None:
    """Raise NoTranscriptsError: nobody consents to an engine that is not there yet."""
    wished = before is not None and before.wishes.transcripts
    if after.wishes.transcripts and not wished and not rules.transcripts:
        raise NoTranscriptsError("there are no transcripts here (PERSONSVAR_TRANSCRIBER)")


def forget_unwished(uow: UnitOfWork, before: Subscriber, after: Subscriber) -> None:
    """Who switches them off has none of those either that were made; the owner's row is held."""
    if before.wishes.transcripts and not after.wishes.transcripts:
        uow.transcripts.remove_all(after.number)
