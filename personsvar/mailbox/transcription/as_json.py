"""A message's transcript as programs have it: by the API, a webhook, the command line (docs/json.md)."""

from __future__ import annotations

from personsvar.mailbox.model.transcript import MessageTranscript, SpokenWord
from personsvar.mailbox.transcription.unsure import is_unsure
from personsvar.mailbox.written_times import in_json


def transcript_json(made: MessageTranscript) -> dict[str, object]:
    heard = made.transcript
    return {
        "understanding": str(made.understanding),
        "text": made.text,
        "words": [_word(word) for word in heard.words],
        "language": heard.language,
        "engine": heard.engine,
        "model": heard.model,
        "made_at": in_json(made.made_at),
    }


def _word(word: SpokenWord) -> dict[str, object]:
    return {
        "text": word.text,
        "start": round(word.starts_at, 2),
        "end": round(word.ends_at, 2),
        "probability": None if word.probability is None else round(word.probability, 2),
        "unsure": is_unsure(word),
    }
