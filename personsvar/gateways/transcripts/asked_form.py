"""The question: OpenAI's form, `POST /v1/audio/transcriptions` (multipart/form-data).

    file                         the recording, as WAV: 16 bits, 8,000 samples a second; every server reads it
    model                        as the server calls it
    language                     ISO 639-1; Whisper knows Norwegian as `no`, whatever its written form
    response_format              verbose_json: with times
    timestamp_granularities[]    word and segment: who has no words at least times its phrases
    temperature                  0: the likeliest words, the same each time

No prompt goes with it: an engine that is unsure repeats it.
"""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from personsvar.gateways.transcripts.transcriber_options import HttpTranscriberOptions
from personsvar.mailbox.model.subscriber import Language

SPOKEN: Mapping[Language, str] = {"nb": "no", "en": "en"}


def asked_form(options: HttpTranscriberOptions, wav: bytes, language: Language) -> httpx.Request:
    return httpx.Request(
        "POST",
        options.destination.bare,
        headers={
            "User-Agent": "personsvar",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            **options.login,
        },
        data={
            "model": options.model,
            "language": SPOKEN[language],
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
            "temperature": "0",
        },
        files={"file": ("message.wav", wav, "audio/wav")},
        extensions={"timeout": _stages(options.seconds)},
    )


def _stages(seconds: float) -> dict[str, float]:
    """A connection that takes long is none; the words may take all the time there is."""
    connect = min(10.0, seconds / 2)
    return {"connect": connect, "pool": connect, "write": seconds, "read": seconds}
