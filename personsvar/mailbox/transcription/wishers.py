"""Whose messages are written down: of who wishes it, where there is an engine, at the place agreed to."""

from __future__ import annotations

from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules

NO_WISH = "its owner wishes no transcripts"


def is_wanted(rules: Rules, subscriber: Subscriber | None) -> bool:
    return why_not(rules, subscriber) is None


def why_not(rules: Rules, subscriber: Subscriber | None) -> str | None:
    """Why nothing of theirs is written down; None: it is."""
    if not rules.transcripts:
        return "nothing writes messages down here: PERSONSVAR_TRANSCRIBER is none"
    if subscriber is None or not subscriber.wishes.transcripts:
        return NO_WISH
    if not has_agreed(rules, subscriber):
        return f"its owner did not agree that recordings go to {rules.transcripts_sent_to}"
    return None


def has_agreed(rules: Rules, subscriber: Subscriber) -> bool:
    """To the place of now; what stays on the operator's machine needs no other consent than the wish."""
    return rules.transcripts_sent_to in ("", subscriber.transcripts_consented_to)
