"""What the templates may name: the facts of one e-mail, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from personsvar.gateways.email.attachment import Attachment, Carried, Linked
from personsvar.gateways.email.dates import day_and_time
from personsvar.mailbox.model import NoticeKind
from personsvar.notifier.words.facts import NoticeFacts
from personsvar.notifier.words.rendering import Rendered

Carrying = Literal["attached", "link", "call", "none"]


@dataclass(frozen=True, slots=True)
class MailContent:
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


def shown(rendered: Rendered, carried: Carried | None) -> MailContent:
    kind, told = rendered.notice.kind, rendered.notice_facts
    if kind is not NoticeKind.NEW_MESSAGE or told is None:
        return MailContent(kind=str(kind), text=rendered.text, title=rendered.subject)
    return _message(rendered, told, carried)


def _message(rendered: Rendered, told: NoticeFacts, carried: Carried | None) -> MailContent:
    link, until = _link(rendered, told, carried)
    return MailContent(
        kind=str(rendered.notice.kind),
        text=rendered.text,
        title=rendered.subject,
        caller=told.caller,
        caller_number=rendered.notice.facts.caller,
        when=day_and_time(told.at, rendered.language),
        length=rendered.length,
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
    return (
        "attached" if isinstance(carried, Attachment) else "link" if isinstance(carried, Linked) else "call"
    )


def _link(rendered: Rendered, told: NoticeFacts, carried: Carried | None) -> tuple[str, str]:
    if not isinstance(carried, Linked):
        return "", ""
    return carried.url, day_and_time(carried.until.astimezone(told.at.tzinfo), rendered.language)
