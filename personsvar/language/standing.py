"""How it stands with a subscriber, as callers hear it: "som har fri til mandag klokken åtte." """

from __future__ import annotations

from datetime import datetime

from personsvar.language.numbers import Parts
from personsvar.language.prompts import Language, PromptId
from personsvar.language.returns import until
from personsvar.mailbox.model.availability import Availability


def away(stands: Availability, now: datetime, language: Language) -> Parts:
    """Behind the name: why the subscriber is away, and until when. `now` is by the subscriber's clock."""
    why = f"away-{stands.reason}" if stands.reason else "away"
    return (
        (PromptId(f"{why}-final"),)
        if stands.back_at is None
        else (PromptId(why), *back(stands, now, language))
    )


def closed(stands: Availability, now: datetime, language: Language) -> Parts:
    """A sentence of its own: no messages are taken, and when they are again."""
    return (PromptId("voicemail-closed"), *back(stands, now, language))


def back(stands: Availability, now: datetime, language: Language) -> Parts:
    """Until when; nothing where nobody has said."""
    return () if stands.back_at is None else until(stands.back_at.astimezone(now.tzinfo), now, language)
