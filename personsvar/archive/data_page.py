"""The page of an archive: everything in tables. It has no script, and all that is shown is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from personsvar.archive.archive_words import archive_words
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.own_data import DataPart, OwnData
from personsvar.notifier.words.facts import written

InLocalTime = Callable[[datetime], datetime]
_TIMES = ("_at", "at", "until", "_until")


def data_page(data: OwnData, owner: Subscriber, local: InLocalTime) -> Iterator[str]:
    """Piece by piece: what it shows is read as it is written."""
    words = archive_words(owner.language)
    return _template().generate(
        language=owner.language,
        words=words,
        number=written(owner.number),
        parts=[(part, words[part]) for part in DataPart],
        records=data.shown,
        shown=lambda name, value: _shown(name, value, owner.language, local),
        label=lambda name: words.get(f"field_{name}", name),
    )


def _shown(name: str, value: object, language: Language, local: InLocalTime) -> str:
    words = archive_words(language)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return words["yes"] if value else words["no"]
    if isinstance(value, str) and name.endswith(_TIMES) and value.endswith("Z"):
        return f"{local(datetime.fromisoformat(value)):%Y-%m-%d %H:%M:%S}"
    return str(len(value)) if isinstance(value, list) else str(value)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("personsvar.archive"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html")
