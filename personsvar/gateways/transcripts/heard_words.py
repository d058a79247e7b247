"""The answer: words with their times, out of what each server makes of OpenAI's `verbose_json`.

| server | words | how sure it is of each |
|---|---|---|
| speaches to 0.8, faster-whisper-server | `words`, a space before each | `probability` |
| whisper.cpp's server | `segments[].words`: pieces of words, a space where one begins | `probability` |
| OpenAI whisper-1, Groq, speaches from 0.9 | `words`, some without their commas | – |
| LocalAI | `words` or `segments[].words`, named `text`; or none | – |
| vLLM | none: `segments` alone | – |

What is no such answer at all is a fault, and may be none the next time: a page of a proxy, half an answer.
One of this form that can't be true of the recording would be the same again: this message has no transcript.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from personsvar.gateways.transcripts.heard_values import (
    NonsenseError,
    begin_and_end,
    clean_text,
    probability,
    spell_of,
)
from personsvar.gateways.transcripts.word_pieces import WordPiece, joined, spelled_as, spread
from personsvar.mailbox.model.transcript import SpokenWord
from personsvar.mailbox.ports.transcriber import NotTranscribableError, TranscriberFaultError

MOST_OBJECTS = 20_000
MOST_WORDS_A_SECOND, WORDS_BESIDE = 15, 20
"""The quickest speakers say half as many; a word may be cut into pieces."""
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    starts_at: float
    ends_at: float
    pieces: Sequence[WordPiece]


def heard_words(body: bytes, *, sound_seconds: float) -> tuple[SpokenWord, ...]:
    """Raise TranscriberFaultError for what is no answer, NotTranscribableError for one that can't be true."""
    answer = _object(body)
    try:
        words = tuple(_words(answer, sound_seconds))
    except NonsenseError as wrong:
        raise NotTranscribableError(f"it answered with nonsense: {wrong}") from wrong
    if len(words) > MOST_WORDS_A_SECOND * sound_seconds + WORDS_BESIDE:
        raise NotTranscribableError("it answered with nonsense: more words than anybody says in that time")
    return words


def _object(body: bytes) -> Json:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise TranscriberFaultError("it answered with no JSON") from wrong
    if not isinstance(answer, dict) or "text" not in answer:
        raise TranscriberFaultError("it answered with no transcript")
    return answer


def _words(answer: Json, sound_seconds: float) -> Iterable[SpokenWord]:
    """The finest there is: words of the whole, else those of each segment, else segments, else the text."""
    text = clean_text(answer["text"])
    phrases = _phrases(answer, sound_seconds)
    pieces = _pieces(answer, sound_seconds) or _all_pieces(phrases)
    if pieces:
        return spelled_as(text, joined(pieces))
    phrases = phrases or [_Phrase(text, 0.0, sound_seconds, ())]
    return [word for phrase in phrases for word in _of_phrase(phrase)]


def _all_pieces(phrases: Sequence[_Phrase]) -> Sequence[WordPiece]:
    """None where a phrase has none of its own. whisper.cpp may break one off within a word."""
    if any(phrase.text.strip() and not phrase.pieces for phrase in phrases):
        return ()
    return [piece for phrase in phrases for piece in phrase.pieces]


def _of_phrase(phrase: _Phrase) -> Sequence[SpokenWord]:
    if phrase.pieces:
        return spelled_as(phrase.text, joined(phrase.pieces))
    return spread(phrase.text, phrase.starts_at, phrase.ends_at)


def _phrases(answer: Json, sound_seconds: float) -> Sequence[_Phrase]:
    return [
        _Phrase(clean_text(one.get("text")), *begin_and_end(one, sound_seconds), _pieces(one, sound_seconds))
        for one in _objects(answer, "segments")
    ]


def _pieces(holder: Json, sound_seconds: float) -> Sequence[WordPiece]:
    return [
        WordPiece(spell_of(one), *begin_and_end(one, sound_seconds), probability(one.get("probability")))
        for one in _objects(holder, "words")
    ]


def _objects(holder: Json, name: str) -> Sequence[Json]:
    found = holder.get(name)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise NonsenseError(f"{name} is no list of objects")
    if len(found) > MOST_OBJECTS:
        raise NonsenseError(f"over {MOST_OBJECTS} {name}")
    return found
