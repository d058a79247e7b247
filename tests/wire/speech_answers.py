"""What servers of OpenAI's form answer to the same message, each in its own way."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import Message
from typing import Any

from tests.wire.http_peer import Asked

SAID = "Hei, det er Kari."
_SEGMENT = {
    "id": 0,
    "seek": 0,
    "start": 0.0,
    "end": 2.0,
    "text": " Hei, det er Kari.",
    "tokens": [50364, 2425, 11],
    "temperature": 0.0,
    "avg_logprob": -0.35,
    "compression_ratio": 0.81,
    "no_speech_prob": 0.04,
}


def _words(*words: tuple[str, float, float], named: str = "word") -> list[dict[str, Any]]:
    return [{named: word, "start": start, "end": end} for word, start, end in words]


_TIMES = ((0.1, 0.5), (0.6, 0.8), (0.8, 1.0), (1.1, 1.9))
SPEACHES = {
    "task": "transcribe",
    "language": "no",
    "duration": 2.0,
    "text": SAID,
    "segments": [{**_SEGMENT, "words": None}],
    "words": [
        {"start": start, "end": end, "word": word, "probability": sure}
        for (start, end), word, sure in zip(
            _TIMES, (" Hei,", " det", " er", " Kari."), (0.91, 0.99, 0.98, 0.31), strict=True
        )
    ],
}
OPENAI = {
    "task": "transcribe",
    "language": "norwegian",
    "duration": 2.0,
    "text": SAID,
    "segments": [_SEGMENT],
    "words": _words(
        *((word, *time) for word, time in zip(("Hei", "det", "er", "Kari"), _TIMES, strict=True))
    ),
    "usage": {"type": "duration", "seconds": 2},
}
LOCALAI = {
    "segments": [
        {
            "id": 0,
            "start": 0,
            "end": 2,
            "text": SAID,
            "tokens": [1, 2],
            "words": _words(
                *((word, *time) for word, time in zip(SAID.split(), _TIMES, strict=True)), named="text"
            ),
        }
    ],
    "text": SAID,
    "language": "no",
    "duration": 2,
}
LOCALAI_OF_OLD = {
    "segments": [{"id": 0, "start": 0, "end": 2_000_000_000, "text": SAID, "tokens": [1, 2]}],
    "text": SAID,
}
"""Its times are nanoseconds."""
VLLM = {
    "duration": "2.0",
    "language": "no",
    "text": " " + SAID,
    "segments": [{**_SEGMENT, "avg_logprob": -1.0, "compression_ratio": None, "no_speech_prob": None}],
    "words": None,
}
WHISPER_CPP = {
    "task": "transcribe",
    "language": "norwegian",
    "duration": 2.0,
    "text": " Hei, det er\n Kari.\n",
    "segments": [
        {
            "id": 0,
            "text": " Hei, det er",
            "start": 0.0,
            "end": 1.0,
            "tokens": [1, 2, 3, 4],
            "words": [
                {"word": " He", "start": 0.1, "end": 0.3, "t_dtw": -1, "probability": 0.8},
                {"word": "i", "start": 0.3, "end": 0.5, "t_dtw": -1, "probability": 1.0},
                {"word": ",", "start": 0.5, "end": 0.5, "t_dtw": -1, "probability": 0.9},
                {"word": " det", "start": 0.6, "end": 0.8, "t_dtw": -1, "probability": 0.99},
                {"word": " er", "start": 0.8, "end": 1.0, "t_dtw": -1, "probability": 0.98},
            ],
            "temperature": 0.0,
            "avg_logprob": -0.1,
            "no_speech_prob": 0.01,
        },
        {
            "id": 1,
            "text": " Kari.",
            "start": 1.0,
            "end": 2.0,
            "tokens": [5, 6],
            "words": [
                {"word": " K", "start": 1.1, "end": 1.4, "t_dtw": -1, "probability": 0.25},
                {"word": "ari", "start": 1.4, "end": 1.9, "t_dtw": -1, "probability": 0.35},
                {"word": ".", "start": 1.9, "end": 1.9, "t_dtw": -1, "probability": 0.33},
            ],
            "temperature": 0.0,
            "avg_logprob": -1.2,
            "no_speech_prob": 0.02,
        },
    ],
}
TEXT_ALONE = {"text": SAID}
ALL = {
    "speaches": SPEACHES,
    "openai": OPENAI,
    "localai": LOCALAI,
    "vllm": VLLM,
    "whisper.cpp": WHISPER_CPP,
    "text alone": TEXT_ALONE,
}


def written(answer: object) -> bytes:
    return json.dumps(answer).encode()


def form_of(asked: Asked) -> dict[str, list[bytes]]:
    """The fields of a question (multipart/form-data, RFC 7578), in order."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    fields: dict[str, list[bytes]] = {}
    for part in message_from_bytes(head + asked.body).get_payload():
        assert isinstance(part, Message)
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        fields.setdefault(str(part.get_param("name", header="Content-Disposition")), []).append(value)
    return fields
