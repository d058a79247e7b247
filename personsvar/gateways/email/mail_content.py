"""What the templates may name: the facts of one e-mail, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from personsvar.gateways.email.attachment import Attachment, Carried, Linked
from personsvar.gateways.email.mail_dates import day_and_time
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.mailbox.transcription.said import Run, marked, may_be_wrong, runs
from personsvar.notifier.words.facts import NoticeFacts
from personsvar.notifier.words.rendering import Mail, Rendered

Carrying = Literal["attached", "link", "call", "none"]


@dataclass(frozen=True, slots=True)
class MailContent:
    kind: str
    """Why it is sent: `new-message`."""
    text: str = field(repr=False)
    """The notice in one or two sentences, as its SMS says it."""
    title: str
    """A subject that fits every kind."""
    who: str | None = None
    """Who called: `Kari Nordmann (+47 900 00 002)`, or the number alone. None: withheld."""
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
    understanding: str = ""
    """How well it was understood: `text`, `unsure`, `not-understood`. Empty: nobody wrote it down."""
    said: str = field(default="", repr=False)
    """What it says, with a mark behind words that may be others: `fredag (?)`."""
    said_runs: tuple[Run, ...] = field(default=(), repr=False)
    """The same as runs of words, sure (`unsure` is false) and unsure in turn, without marks."""
    may_be_wrong: bool = False
    """Any word of it may be another: the engine does not say how sure it was."""
    engine: str = ""
    """Who wrote it down: `nb-whisper-small (http speech.example.test)`."""


def mail_content(rendered: Rendered, carried: Carried | None) -> MailContent:
    kind, mail = rendered.notice.kind, rendered.content_as(Mail)
    plain = MailContent(kind=str(kind), text=mail.text, title=mail.subject)
    if kind is not NoticeKind.NEW_MESSAGE:
        return plain
    facts, language = mail.facts, rendered.language
    link, until = _link(carried, facts, language)
    return replace(
        with_transcript(plain, mail.transcript),
        who=facts.who,
        caller=facts.caller,
        caller_number=rendered.notice.facts.caller,
        when=day_and_time(facts.at, language),
        length=mail.length,
        urgent=facts.urgent,
        new_count=facts.new_count,
        access=facts.access,
        access_number=facts.access_number,
        carried=_carrying(carried),
        link=link,
        link_until=until,
    )


def with_transcript(content: MailContent, made: MessageTranscript | None) -> MailContent:
    if made is None:
        return content
    return replace(
        content,
        understanding=str(made.understanding),
        said=" ".join(marked(made.transcript)),
        said_runs=tuple(runs(made.transcript)),
        may_be_wrong=may_be_wrong(made),
        engine=f"{made.transcript.model} ({made.transcript.engine})",
    )


def _carrying(carried: Carried | None) -> Carrying:
    if carried is None:
        return "none"
    return (
        "attached" if isinstance(carried, Attachment) else "link" if isinstance(carried, Linked) else "call"
    )


def _link(carried: Carried | None, facts: NoticeFacts, language: Language) -> tuple[str, str]:
    if not isinstance(carried, Linked):
        return "", ""
    return carried.url, day_and_time(carried.until.astimezone(facts.at.tzinfo), language)
