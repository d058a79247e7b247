"""A recording in a file, made into what callers hear: by the same rules as one that is made by phone."""

from __future__ import annotations

from pathlib import Path

from personsvar.cli import CannotStartError
from personsvar.mailbox.errors import MailboxError
from personsvar.voice.encode.ffmpeg import EncodingError
from personsvar.voice.encode.uploaded import DecodedUpload, uploaded
from personsvar.voice.uploads import MOST_BYTES, AudioForm, form_of


def recording_of(file: Path, max_seconds: float) -> bytes:
    """Raise MailboxError when it will not do, CannotStartError when it can't be read."""
    content = _content(file)
    form = form_of(content)
    if form is None:
        raise MailboxError(f"{file}: should be one of {', '.join(AudioForm)}")
    try:
        recording = uploaded(content, form, max_seconds)
    except EncodingError as wrong:
        raise MailboxError(f"{file}: no sound can be read from it") from wrong
    why = _refusal(recording, max_seconds)
    if why is not None:
        raise MailboxError(f"{file}: {why}")
    return recording.alaw


def _refusal(recording: DecodedUpload, max_seconds: float) -> str | None:
    if recording.is_too_long:
        return f"is longer than {max_seconds:g} s"
    if recording.holds_keys:
        return "holds tones of a keypad, which could dial for a caller"
    return None if recording.holds_speech else "nothing is said in it"


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise CannotStartError(f"{file}: {wrong.strerror}") from wrong
    if len(content) > MOST_BYTES:
        raise MailboxError(f"{file}: is longer than {MOST_BYTES // 1_000_000} MB")
    return content
