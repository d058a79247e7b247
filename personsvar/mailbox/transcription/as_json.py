"""A message's transcript as programs have it: by the API, a webhook, the command line (docs/json.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from personsvar.mailbox.model.transcript import MessageTranscript, SpokenWord
from personsvar.mailbox.transcription.unsure import is_unsure
from personsvar.mailbox.written_times import in_json

Plain = str | int | float | bool | None


def transcript_json(made: MessageTranscript) -> dict[str, Plain | Sequence[Mapping[str, Plain]]]:
    heard = made.transcript
    return {
        "understanding": str(made.understanding),
        "text": made.text,
        "language": heard.language,
        "engine": heard.engine,
        "model": heard.model,
        "made_at": in_json(made.made_at),
        "words": [_word(word) for word in heard.words],
    }


def _word(word: SpokenWord) -> Mapping[str, Plain]:
    return {
        "text": word.text,
        "start": round(word.starts_at, 2),
        "end": round(word.ends_at, 2),
        "probability": None if word.probability is None else round(word.probability, 2),
        "unsure": is_unsure(word),
    }
