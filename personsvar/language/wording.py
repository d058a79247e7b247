"""A sentence's parts as the text a person would read: for the telephone in the terminal, and the tests."""

from __future__ import annotations

import re
from collections.abc import Iterable

from personsvar.language.prompts import Catalogue, Language, PromptId

_TEN = re.compile(r"n[2-9]0")
_UNIT = re.compile(r"n[1-9](-neuter|-final)?")
_PAUSED = re.compile(r"(?<=[.!?,])( ,)+")
_SPACE_BEFORE_COMMA = re.compile(r" +,")
_NEW_SENTENCE = re.compile(r"(?<=[.!?] )(?<!\.m\. )\w")  # "two p.m. from" goes on


def words(parts: Iterable[PromptId], catalogue: Catalogue, language: Language) -> str:
    """The texts one after the other, with a capital where a sentence begins after another."""
    text, before = "", ""
    for part in parts:
        text += _space(before, part, language) + catalogue.text(part, language)
        before = part
    text = _SPACE_BEFORE_COMMA.sub(",", _PAUSED.sub("", text))  # a pause is read as a comma where none stands
    return _NEW_SENTENCE.sub(lambda letter: letter[0].upper(), text)


def _space(before: str, part: PromptId, language: Language) -> str:
    """Ten and unit are one word: "tjueett", "sixty-three"."""
    if _TEN.fullmatch(before) and _UNIT.fullmatch(part):
        return "" if language == "nb" else "-"
    return " " if before else ""
