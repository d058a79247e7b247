"""Transcripts are made for who wishes them, where they agreed to, and kept no longer than that.

Consent is to a place: the host that recordings are sent to, or the operator's own machine. Where the operator
moves to another host nothing is sent there until its owner agrees anew; the own machine needs no new consent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.transcription.wishers import NO_WISH


class NoTranscriptsError(MailboxError):
    """They are wished where nothing makes them."""


class OtherPlaceError(MailboxError):
    """What is agreed to is not where recordings go."""


def consented(rules: Rules, before: Subscriber | None, after: Subscriber, *, to: str | None) -> Subscriber:
    """`after`, with the place agreed to: `to` where it is named, else that of now as the wish begins.

    Raise NoTranscriptsError: nobody consents to an engine that is not there yet. Raise OtherPlaceError.
    """
    wished = before is not None and before.wishes.transcripts
    if not after.wishes.transcripts:
        if to is not None:
            raise OtherPlaceError("a place is agreed to with the wish for transcripts, and there is none")
        return lapsed(after)
    if not wished and not rules.transcripts:
        raise NoTranscriptsError("there are no transcripts here (PERSONSVAR_TRANSCRIBER)")
    if to is None:
        return after if wished else replace(after, transcripts_consented_to=rules.transcripts_sent_to)
    if not rules.transcripts or to.lower() != rules.transcripts_sent_to:
        raise OtherPlaceError(f"this is not where recordings go: that is {place_of(rules)}")
    return replace(after, transcripts_consented_to=rules.transcripts_sent_to)


def lapsed(after: Subscriber) -> Subscriber:
    """Who wishes no transcripts any more agrees to no place either."""
    return after if after.wishes.transcripts else replace(after, transcripts_consented_to=None)


def place_of(rules: Rules) -> str:
    if not rules.transcripts:
        return "nowhere"
    return rules.transcripts_sent_to or "the operator's own machine, an empty name"


def noted_consent(subscriber: Subscriber) -> str:
    """For the audit trail: who gave it stands there beside it."""
    return f"transcripts_consented_to {subscriber.transcripts_consented_to or 'this machine'}"


def forget_unwished(uow: UnitOfWork, before: Subscriber, after: Subscriber, now: datetime) -> None:
    """Who switches them off has none of those either that were made, are being made or wait to be: a wish of
    later is one for messages of later. The owner's row is held.
    """
    if before.wishes.transcripts and not after.wishes.transcripts:
        uow.transcripts.remove_all(after.number)
        uow.outbox.withdraw(Channel.TRANSCRIPT, to=after.number, why=NO_WISH, at=now)
        uow.mail_texts.expect_none(after.number)
