"""Does the help of a menu call a key's work what the menu's own row calls it?

A row is "For å slå den av, tast 4", its help "… eller 4 for å slå av fraværshilsenen": the verb is the same,
and so are the small words that turn it into another one (av, på, tilbake, på nytt).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from personsvar.language.prompts import Language

KEY = {"nb": re.compile(r"\b\d\b|stjerne|firkant"), "en": re.compile(r"\b\d\b|\bstar\b|\bhash\b")}
NAMES = {"stjerne": "*", "star": "*", "firkant": "#", "hash": "#"}
_OFFER = {"nb": re.compile(r"for (å )?(.*), tast"), "en": re.compile(r"(to|for) (.*), press")}
_TURNS = {"nb": {"av", "på", "tilbake", "ny"}, "en": {"off", "on", "back", "new"}}
_ANEW = {"nb": re.compile(r"\bpå nytt\b|\bnytt\b"), "en": re.compile(r"\bagain\b")}
_SMALL = {"en", "et", "the", "your", "an", "a"}
_STEM = 5
"""«Slettede» is what was «slettet»."""


def otherwise(help_: str, rows: Iterable[str], language: Language) -> list[str]:
    """The rows whose key the help tells of in other words; of a key that it does not name, nothing."""
    told = list(_told(help_.lower(), language))
    return [row for row in rows if not _is_told(row.lower(), told, language)]


def _is_told(row: str, told: list[tuple[str, str]], language: Language) -> bool:
    (key, *_), offer = KEY[language].findall(row), _OFFER[language].search(row)
    assert offer is not None, row
    words = _words(offer[2], language)
    heads = [word for word in words if word not in _SMALL][:1]
    action = {word[:_STEM] for word in (*heads, *(_TURNS[language] & set(words)))}
    ways = [{word[:_STEM] for word in _words(text, language)} for named, text in told if named == key]
    return not ways or any(action <= way for way in ways)


def _told(help_: str, language: Language) -> Iterator[tuple[str, str]]:
    """Each key, and what is told of it: what follows up to the next one; of a key alone, its sentence."""
    for sentence in help_.split("."):
        keys = list(KEY[language].finditer(sentence))
        ends = [key.start() for key in keys[1:]] + [len(sentence)]
        for key, end in zip(keys, ends, strict=False):
            yield key[0], sentence if len(keys) == 1 else sentence[key.start() : end]


def _words(text: str, language: Language) -> list[str]:
    new = {"nb": "ny", "en": "new"}[language]
    return re.findall(r"\w+", _ANEW[language].sub(new, text))
