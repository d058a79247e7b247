"""What the pages say, in each language: files of `texts/`, with the same entries in each language.

The subscriber's page and the operator's have one each.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import get_args

from personsvar.mailbox.model.subscriber import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def page_texts(language: Language) -> Mapping[str, str]:
    """By their names: `inbox.title`."""
    folder = files(__package__) / "texts"
    return {
        f"{part}.{name}": text
        for file in (folder / f"{language}.toml", folder / f"operator.{language}.toml")
        for part, entries in tomllib.loads(file.read_text("utf-8")).items()
        for name, text in entries.items()
    }


def said(language: Language, name: str, /, **facts: object) -> str:
    return page_texts(language)[name].format(**facts)


def spoken(accept_language: str) -> Language:
    """Of somebody we don't know yet: Norwegian, unless English is asked for before it."""
    wanted = [part.partition(";")[0].strip().lower()[:2] for part in accept_language.split(",")]
    known = [language for language in wanted if language in ("nb", "no", "nn", "en")]
    return "en" if known[:1] == ["en"] else "nb"
