"""What phones record: AMR by the same library they have, in the messages their clients send."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Sequence
from functools import cache

SPEECH = "sine=frequency=300:duration={seconds},tremolo=f=5:d=0.9"
KEY_FIVE = (
    "sine=frequency=770:duration={seconds}[a];sine=frequency=1336:duration={seconds}[b];[a][b]amix=inputs=2"
)


@cache
def amr(seconds: float = 2, source: str = SPEECH) -> bytes:
    """AMR-NB at 12.2 kbit/s."""
    return _encoded(["-filter_complex", source.format(seconds=seconds)])


def amr_of(alaw: bytes) -> bytes:
    """What was said, as a phone records it."""
    return _encoded(["-f", "alaw", "-ar", "8000", "-ac", "1", "-i", "-"], alaw)


def _encoded(source: Sequence[str], given: bytes = b"") -> bytes:
    form = ["-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb", "-b:a", "12200", "-f", "amr", "-"]
    program = ["ffmpeg", "-v", "error", *source, *form]
    return subprocess.run(program, input=given, check=True, capture_output=True).stdout


def single(sound: bytes, kind: str = "normal-greeting") -> bytes:
    """As Google's app sends it."""
    return _lines(
        "X-CNS-Message-Context: x-voice-greeting-message",
        "X-CNS-Media-Size: x-voice-greeting=1msgs;",
        "Importance: normal",
        f"X-CNS-Greeting-Type: {kind}",
        "Content-Duration: 7",
        'Content-Type: audio/amr; name="greetings.amr"',
        "Content-Transfer-Encoding: base64",
        'Content-Disposition: attachment; filename="greetings.amr"',
        "",
    ) + _base64(sound)


def several(sound: bytes) -> bytes:
    """As an iPhone sends it (7.2)."""
    return (
        _lines(
            "X-AppleVM-Message-Version: 1.0",
            'Content-Type: multipart/mixed; boundary="apple-1"',
            "",
            "--apple-1",
            'Content-Type: audio/amr; name="Greeting.amr"',
            "Content-Transfer-Encoding: base64",
            'Content-Disposition: attachment; filename="Greeting.amr"',
            "X-AppleVM-Duration: 2",
            "",
        )
        + _base64(sound)
        + _lines("", "--apple-1--")
    )


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def _base64(sound: bytes) -> bytes:
    return base64.encodebytes(sound).replace(b"\n", b"\r\n")
