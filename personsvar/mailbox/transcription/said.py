"""What a message says, with the words marked that its engine was unsure of: `Ring på fredag (?), hilsen`.

Wherever it is shown as plain text: in e-mails, by SMS, in the list of messages, in the file with all of a
subscriber's data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from personsvar.mailbox.model.transcript import MessageTranscript, Transcript, Understanding
from personsvar.mailbox.transcription.unsure import is_measured, is_unsure

DOUBT = " (?)"
"""Behind a word that may be another, or behind its engine where any may be."""
_ENDS = re.compile(r"(.*?)([.,;:!?]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row of which the engine was sure, or of none of which it was."""

    text: str
    unsure: bool


def runs(transcript: Transcript) -> Sequence[Run]:
    grouped = groupby(transcript.words, key=is_unsure)
    return tuple(Run(" ".join(word.text for word in words), unsure) for unsure, words in grouped)


def marked(transcript: Transcript) -> Sequence[str]:
    """Its words; the last of an unsure run carries a mark, before its comma."""
    return [word for run in runs(transcript) for word in marked_run(run)]


def marked_run(run: Run) -> Iterator[str]:
    *words, last = run.text.split() or [""]
    yield from words
    ends = _ENDS.fullmatch(last)
    yield f"{ends[1]}{DOUBT}{ends[2]}" if run.unsure and ends else last


def may_be_wrong(made: MessageTranscript) -> bool:
    """Nobody can say which words: its engine does not tell how sure it was."""
    return made.understanding is Understanding.UNSURE and not is_measured(made.transcript)


def signed_text(made: MessageTranscript) -> str:
    """For a file: the words with their marks, and who wrote them down."""
    heard = made.transcript
    doubt = DOUBT if may_be_wrong(made) else ""
    return f"{' '.join(marked(heard))}\n\n– {heard.engine}, {heard.model}{doubt}\n"
