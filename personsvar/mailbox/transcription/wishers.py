"""Whose messages are written down: those of who wishes it, where there is an engine."""

from __future__ import annotations

from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules


def is_wanted(rules: Rules, subscriber: Subscriber | None) -> bool:
    return rules.transcripts and subscriber is not None and subscriber.wishes.transcripts
