"""The rows of an inbox: a template writes one of each kind, and the others are that one with their own facts.

A page has twenty that differ in a caller and a time, and what a template writes costs several times what it
costs to put a few words into something written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from personsvar.http.pages.message_shown import ShownMessage

WriteRow = Callable[[ShownMessage], str]
"""The template's. What it says of a message beside its facts may depend on the message's kind alone."""
_FACTS = ("id", "caller", "written", "number", "digits", "when", "at", "length", "seconds", "gist", "words")
_PLACE = re.compile("\0([a-z]+)\0")


def message_rows(messages: Sequence[ShownMessage], write: WriteRow) -> Markup:
    rows = "".join(_rows(messages, write))
    return Markup(rows)  # noqa: S704 - what is no template's was escaped


def _rows(messages: Sequence[ShownMessage], write: WriteRow) -> Iterator[str]:
    pieces = dict[tuple[bool, ...], list[str]]()
    for message in messages:
        kind = _kind(message)
        if kind not in pieces:
            pieces[kind] = _PLACE.split(write(_with_places(message)))
        facts = {fact: escape(getattr(message, fact)) for fact in _FACTS}
        row = pieces[kind].copy()
        row[1::2] = [facts[fact] for fact in row[1::2]]  # between the pieces stand the facts' names
        yield "".join(row)


def _kind(message: ShownMessage) -> tuple[bool, ...]:
    """Whatever a row is written by."""
    return (
        message.is_new,
        message.is_saved,
        message.is_deleted,
        message.is_urgent,
        message.number is None,
        message.written is None,
        message.gist is None,
    )


def _with_places(message: ShownMessage) -> ShownMessage:
    """The same kind, with a mark in the place of each fact."""
    there = [fact for fact in _FACTS if getattr(message, fact) is not None]
    return replace(message, **{fact: f"\0{fact}\0" for fact in there})  # type: ignore[arg-type] # a mark for each fact
