"""A message as its owner reads it: from whom, when and how long, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from markupsafe import Markup

from personsvar.gateways.email.mail_dates import day
from personsvar.http.pages.page_texts import said
from personsvar.http.pages.words_shown import gist, words_shown
from personsvar.mailbox.local_time import local_day, local_wall
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.transcription.beside_messages import SaidInMessage
from personsvar.notifier.words.facts import written

Names = Mapping[Number, str]
"""What callers are called."""

_NEAR = {-1: "message.tomorrow", 0: "message.today", 1: "message.yesterday"}


@dataclass(frozen=True, slots=True)
class ShownMessage:
    id: MessageId
    caller: str
    """The name, or the number, or that it is withheld."""
    written: str | None
    """The number of a caller who is told by name."""
    number: Number | None
    """Where it may be called back; None for a withheld number."""
    digits: str | None
    """The same without its plus."""
    when: str
    at: str
    """The same for machines."""
    length: str
    seconds: int
    is_new: bool
    is_saved: bool
    is_deleted: bool
    is_urgent: bool
    gist: Markup | None
    """How what it says begins; None: that is not known."""
    words: Markup
    """All that it says."""


def shown_message(
    message: Message,
    owner: Subscriber,
    now: datetime,
    names: Names,
    said_in_it: SaidInMessage | None = None,
    *,
    sought: str = "",
) -> ShownMessage:
    """`sought` are the words it was found by."""
    language, seconds = owner.language, max(1, round(message.sound.seconds))
    return ShownMessage(
        id=message.id,
        caller=called(message.caller, names, language),
        written=None if message.caller is None or message.caller not in names else written(message.caller),
        number=message.caller,
        digits=None if message.caller is None else message.caller.removeprefix("+"),
        when=moment(message.received_at, owner, now),
        at=message.received_at.isoformat(),
        length=length_shown(seconds),
        seconds=seconds,
        is_new=message.state is State.NEW,
        is_saved=message.state is State.SAVED,
        is_deleted=message.state is State.DELETED,
        is_urgent=message.urgent,
        gist=gist(said_in_it, sought),
        words=words_shown(message, said_in_it, language),
    )


def length_shown(seconds: float) -> str:
    """`2:05`"""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def called(caller: Number | None, names: Names, language: Language) -> str:
    if caller is None:
        return said(language, "message.withheld")
    return names.get(caller) or written(caller)


def moment(at: datetime, owner: Subscriber, now: datetime) -> str:
    """`i dag kl. 14.32`, `yesterday at 14:32`, `mandag 2. mars kl. 12.00`, with the year if it is another."""
    local, today, language = local_wall(owner, at), local_day(owner, now), owner.language
    on = day_in_words(local.date(), today, language)
    return said(language, "message.when", day=on, clock=clock(local.time(), language))


def clock(at: time, language: Language) -> str:
    """`14.32`, `14:32`."""
    return f"{at:%H.%M}" if language == "nb" else f"{at:%H:%M}"


def day_in_words(on: date, today: date, language: Language) -> str:
    """`i dag`, `mandag 2. mars`."""
    ago = (today - on).days
    if ago in _NEAR:
        return said(language, _NEAR[ago])
    year = "" if on.year == today.year else f" {on.year}"
    return f"{day(on, language)}{year}"
