"""What a message says, by SMS: the first 100 letters of it, cut at a word.

One SMS, as a rule: what 3GPP TS 23.038 has no letter for goes without its accent, and between quotation marks
of that alphabet. Where that is not enough (emoji, Greek in small letters) the text is UCS-2, and may be two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.mailbox.transcription.said import marked, may_be_wrong
from personsvar.notifier.words.sms_letters import CUT, CUT_OF_GSM, as_people_count, in_gsm, shortened
from personsvar.notifier.words.sms_parts_needed import is_gsm

MOST_LETTERS = 100


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    may_be_wrong: bool = False

    def quoted(self, begins: str, ends: str) -> str:
        """Between these quotation marks, or between those that cost no second SMS."""
        if is_gsm(self.text):
            return '"' + self.text.replace('"', "'") + '"'
        return f"{begins}{self.text}{ends}"


NOTHING_SAID = Said("")


def said_in_sms(made: MessageTranscript) -> Said:
    words = in_gsm(" ".join(marked(made.transcript))).split(" ")
    return Said(_first(_with_their_marks(words)), may_be_wrong(made))


def _with_their_marks(words: Sequence[str]) -> Sequence[str]:
    """A word and its mark are not parted."""
    kept: list[str] = []
    for word in words:
        if kept and word.startswith("(?)"):
            kept[-1] += f" {word}"
        else:
            kept.append(word)
    return kept


def _first(words: Sequence[str]) -> str:
    words = words[:MOST_LETTERS]
    whole = " ".join(words)
    if _length(whole) <= MOST_LETTERS:
        return whole
    mark = CUT_OF_GSM if is_gsm(whole) else CUT
    room = MOST_LETTERS - len(mark)
    fitting = [number for number in range(1, len(words)) if _length(" ".join(words[:number])) <= room]
    if not fitting:
        return shortened(words[0], MOST_LETTERS)
    return " ".join(words[: fitting[-1]]).rstrip(".,;:") + mark


def _length(text: str) -> int:
    return sum(1 for _ in as_people_count(text))
