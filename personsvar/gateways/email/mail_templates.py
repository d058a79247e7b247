"""The e-mails' words and looks: Jinja templates, one folder a language, any of them the operator's own.

    layout.html               the frame of every page: an operator's name and colours go here
    nb/subject.txt            the subject, one line
    nb/text.txt               the mail for those who read text
    nb/page.html              the mail for those who see it set
    nb/recording.html         the page behind a link: a player
    nb/gone.html              the same page when there is nothing to play any more

Names are those of `MailContent` and `Recording`. In .html everything is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    select_autoescape,
)
from jinja2.exceptions import TemplateError, TemplateSyntaxError

from personsvar.gateways.email.mail_content import Carrying, MailContent
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import Understanding
from personsvar.mailbox.transcription.said import Run

LANGUAGES: tuple[Language, ...] = get_args(Language)
MAIL = ("subject.txt", "text.txt", "page.html")
LAYOUT = "layout.html"
NAMES = frozenset(
    {LAYOUT} | {f"{of}/{name}" for of in LANGUAGES for name in (*MAIL, "recording.html", "gone.html")}
)
_NUMBER = "+47 900 00 002"
WhyGone = Literal["expired", "deleted", "unknown", "later"]


class TemplatesError(Exception):
    """The operator's templates can't be used: which file, and why."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What the page behind a link shows."""

    caller: str | None
    when: str
    length: str
    sound: str
    """Where the sound is, as seen from the page."""


@dataclass(frozen=True, slots=True)
class Wording:
    environment: Environment

    def subject(self, content: MailContent, language: Language) -> str:
        return " ".join(self.fill(language, "subject.txt", _fields(content)).split())

    def text(self, content: MailContent, language: Language) -> str:
        return self.fill(language, "text.txt", _fields(content)).strip() + "\n"

    def page(self, content: MailContent, language: Language) -> str:
        return self.fill(language, "page.html", _fields(content))

    def recording(self, recording: Recording, language: Language) -> str:
        return self.fill(language, "recording.html", asdict(recording))

    def gone(self, why: WhyGone, language: Language) -> str:
        return self.fill(language, "gone.html", {"why": why})

    def fill(self, language: Language, name: str, fields: dict[str, Any]) -> str:
        template = self.environment.get_template(f"{language}/{name}")
        return template.render(fields, language=language)


def wording(folder: Path | None = None) -> Wording:
    """The built-in words, and the operator's own in place of those that `folder` holds.

    Every file is tried out with every kind of mail. Raise TemplatesError.
    """
    own = [] if folder is None else [FileSystemLoader(_checked(folder))]
    environment = Environment(
        loader=ChoiceLoader([*own, PackageLoader("personsvar.gateways.email")]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    words = Wording(environment)
    if folder is not None:
        _try_out(words, folder)
    return words


def _checked(folder: Path) -> Path:
    if not folder.is_dir():
        raise TemplatesError(f"{folder}: there is no such folder")
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if name in LANGUAGES and not file.is_dir():
            raise TemplatesError(f"{file}: should be a folder")
        if name in NAMES and not file.is_file():  # a folder or a dead link: it would be passed over
            raise TemplatesError(f"{file}: should be a file")
        if file.is_file() and file.suffix in (".txt", ".html") and name not in NAMES:
            raise TemplatesError(f"{file}: no template has this name; they are {', '.join(sorted(NAMES))}")
    return folder


def _try_out(words: Wording, folder: Path) -> None:
    for language in LANGUAGES:
        for name, fields in _everything():
            try:
                words.fill(language, name, fields)
            except (TemplateError, OSError, ValueError, TypeError, LookupError, ArithmeticError) as wrong:
                raise TemplatesError(_fault(folder, f"{language}/{name}", wrong)) from wrong


def _fault(folder: Path, name: str, wrong: Exception) -> str:
    if isinstance(wrong, TemplateSyntaxError):
        return f"{wrong.filename or folder / name}, line {wrong.lineno}: {wrong.message}"
    if isinstance(wrong, UnicodeDecodeError):
        return f"{folder / name}: is not text in UTF-8"
    why = (
        wrong.strerror if isinstance(wrong, OSError) else None
    )  # a TemplateNotFound is an OSError without one
    return f"{folder / name}: {why or wrong}"


def _fields(content: MailContent) -> dict[str, Any]:
    return asdict(content)


def _everything() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each template with all it may ever have to show."""
    for name, content in product(MAIL, _samples()):
        yield name, _fields(content)
    for caller in (_NUMBER, None):
        yield "recording.html", asdict(Recording(caller, "mandag 2. mars kl. 12.32", "23 sek", "sound"))
    for why in get_args(WhyGone):
        yield "gone.html", {"why": why}


def _samples() -> Iterator[MailContent]:
    yield from (MailContent(kind=str(kind), text="Hei", title="Fra personsvareren") for kind in NoticeKind)
    message = MailContent(
        kind=str(NoticeKind.NEW_MESSAGE),
        text="Ny beskjed",
        title=f"Ny beskjed fra {_NUMBER}",
        when="mandag 2. mars kl. 12.32",
        length="23 sek",
        access="+47 474 71 000",
        access_number="+4747471000",
        link="https://voicemail.example.test/r/x",
        link_until="mandag 16. mars kl. 13.00",
    )
    known = replace(message, who=_NUMBER, caller=_NUMBER, caller_number="+4790000002")
    named = replace(known, who=f"Kari Nordmann ({_NUMBER})")
    bases = (message, known, named, *_written_down(known))
    for base, carried, urgent, new in product(bases, get_args(Carrying), (True, False), (0, 1, 2)):
        yield replace(base, carried=carried, urgent=urgent, new_count=new)


def _written_down(message: MailContent) -> Iterator[MailContent]:
    runs = (
        Run("Kan du ringe på", unsure=False),
        Run("fredag,", unsure=True),
        Run("hilsen Kari.", unsure=False),
    )
    said = replace(message, said="Kan du ringe på fredag (?), hilsen Kari.", said_runs=runs, engine="m (e)")
    yield replace(said, understanding=str(Understanding.UNSURE))
    yield replace(said, understanding=str(Understanding.UNSURE), said_runs=runs[:1], may_be_wrong=True)
    yield replace(said, understanding=str(Understanding.TEXT), said_runs=runs[:1])
    yield replace(said, understanding=str(Understanding.NOT_UNDERSTOOD), said="", said_runs=())
