"""What a message says, as the text part of its mail: its words, that they may be wrong, and whose they are.

A mail never changes (RFC 3501, 2.3.1.1), so what is told of it once holds: the text is put in as much room as
the one had that was told. These words are part of that: other ones would be cut in mails that are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import MessageTranscript, Understanding
from personsvar.mailbox.transcription.said import marked, may_be_wrong
from personsvar.mailbox.transcription.unsure import is_unsure

CUT = "…"
_BLANK = " "


@dataclass(frozen=True, slots=True)
class _Wording:
    quoted: str
    machine: str
    may_be_wrong: str
    marked: str
    """Some words are."""
    unmeasured: str
    """The engine does not say which."""


_WORDINGS: Mapping[Language, _Wording] = {
    "nb": _Wording(
        quoted="«{}»",
        machine="Skrevet ned av en maskin, {} ({}): {}.",
        may_be_wrong="ord kan være feil",
        marked="ord kan være feil, og de med (?) er usikre",
        unmeasured="alle ord kan være feil",
    ),
    "en": _Wording(
        quoted="“{}”",
        machine="Written down by a machine, {} ({}): {}.",
        may_be_wrong="words may be wrong",
        marked="words may be wrong, and those with (?) are unsure",
        unmeasured="any word may be wrong",
    ),
}


def mail_text(made: MessageTranscript | None) -> str:
    """Empty: nobody wrote it down, or it was not understood."""
    return "" if made is None or not _is_shown(made) else _text(made, marked(made.transcript))


def in_room(made: MessageTranscript | None, octets: int) -> str:
    """The same in exactly so many octets of UTF-8: blanks where there is less to say, or nothing more."""
    text = mail_text(made)
    if made is not None and octets_of(text) > octets:
        text = _cut(made, octets)
    return text + _BLANK * (octets - octets_of(text))


def octets_of(text: str) -> int:
    return len(text.encode())


def _is_shown(made: MessageTranscript) -> bool:
    return made.understanding is not Understanding.NOT_UNDERSTOOD and bool(made.text.strip())


def _cut(made: MessageTranscript, octets: int) -> str:
    """As many of its words as there is room for; nothing where there is none for the rest."""
    words = list(marked(made.transcript))
    while words:
        words.pop()
        text = _text(made, [*words, CUT])
        if octets_of(text) <= octets:
            return text
    return ""


def _text(made: MessageTranscript, words: Sequence[str]) -> str:
    wording, by = _WORDINGS[made.transcript.language], made.transcript
    said = wording.quoted.format(" ".join(words))
    return f"{said}\n\n{wording.machine.format(by.model, by.engine, _caution(wording, made))}"


def _caution(wording: _Wording, made: MessageTranscript) -> str:
    if may_be_wrong(made):
        return wording.unmeasured
    return wording.marked if any(map(is_unsure, made.transcript.words)) else wording.may_be_wrong
