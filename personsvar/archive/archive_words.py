"""What the archive says of itself: files of `texts/`, with the same entries in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from personsvar.mailbox.model.subscriber import Language


@cache
def archive_words(language: Language) -> Mapping[str, str]:
    return tomllib.loads((files(__package__) / f"texts/{language}.toml").read_text("utf-8"))
