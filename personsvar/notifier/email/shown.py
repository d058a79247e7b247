"""What the templates may name: the facts of one e-mail, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from personsvar.mailbox.model import NoticeKind
from personsvar.notifier.email.dates import day_and_time
from personsvar.notifier.email.sound import Attached, Carried, Linked
from personsvar.notifier.letters import Letter
from personsvar.notifier.said import Told

Carrying = Literal["attached", "link", "call", "none"]


@dataclass(frozen=True, slots=True)
class Shown:
    kind: str
    """Why it is sent: `new-message`."""
    text: str = field(repr=False)
    """The notice in one or two sentences, as its SMS says it."""
    title: str
    """A subject that fits every kind."""
    caller: str | None = None
    """As people write it: `+47 900 00 002`. None: withheld."""
    caller_number: str | None = None
    """The same in E.164 form, for `tel:`."""
    when: str = ""
    """When the message came. Empty: there are no details, only `text`."""
    length: str = ""
    urgent: bool = False
    new_count: int = 0
    access: str = ""
    """The number to call, as people write it."""
    access_number: str = ""
    """The same in E.164 form, for `tel:`."""
    carried: Carrying = "none"
    """How it carries the recording."""
    link: str = field(default="", repr=False)
    link_until: str = ""


def shown(letter: Letter, carried: Carried | None) -> Shown:
    kind, told = letter.notice.kind, letter.told
    if kind is not NoticeKind.NEW_MESSAGE or told is None:
        return Shown(kind=str(kind), text=letter.text, title=letter.subject)
    return _message(letter, told, carried)


def _message(letter: Letter, told: Told, carried: Carried | None) -> Shown:
    link, until = _link(letter, told, carried)
    return Shown(
        kind=str(letter.notice.kind),
        text=letter.text,
        title=letter.subject,
        caller=told.caller,
        caller_number=letter.notice.facts.caller,
        when=day_and_time(told.at, letter.language),
        length=letter.length,
        urgent=told.urgent,
        new_count=told.new_count,
        access=told.access,
        access_number=told.access_number,
        carried=_carrying(carried),
        link=link,
        link_until=until,
    )


def _carrying(carried: Carried | None) -> Carrying:
    if carried is None:
        return "none"
    return "attached" if isinstance(carried, Attached) else "link" if isinstance(carried, Linked) else "call"


def _link(letter: Letter, told: Told, carried: Carried | None) -> tuple[str, str]:
    if not isinstance(carried, Linked):
        return "", ""
    return carried.url, day_and_time(carried.until.astimezone(told.at.tzinfo), letter.language)
