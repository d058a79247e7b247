"""The two forms a prompt is played in, as the switch sends them: raw, without a header.

`.alaw` is G.711 A-law, 8 kHz; `.g722` is G.722 at 64 kbit/s, from 16 kHz sound. Both are 8,000 bytes a
second, and neither costs the switch any transcoding on a call of its kind.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydub import AudioSegment

BYTES_A_SECOND = 8000
NEW = ".new-"
"""Folders where sounds are made, beside where they go."""
_FORMS = {
    ".alaw": ["-ar", "8000", "-ac", "1", "-c:a", "pcm_alaw", "-f", "alaw"],
    ".g722": ["-ar", "16000", "-ac", "1", "-c:a", "g722", "-f", "g722"],
}
SUFFIXES = tuple(_FORMS)
_SECONDS_TO_ENCODE = 60


class EncodingError(Exception):
    """ffmpeg is missing or failed."""


def write(sound: AudioSegment, files: Sequence[Path]) -> None:
    """The files, each in the form its suffix names, and each appearing whole or not at all."""
    folder = files[0].parent
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=NEW) as made:
        new = [Path(made) / file.name for file in files]
        _encode(sound, new)
        for source, file in zip(new, files, strict=True):
            source.replace(file)


def _encode(sound: AudioSegment, files: Sequence[Path]) -> None:
    """One run of ffmpeg for all forms; `-bitexact` keeps its version out of the bytes."""
    source = ["-f", "s16le", "-ar", str(sound.frame_rate), "-ac", "1", "-i", "pipe:0"]
    quiet = [_ffmpeg(), "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"]
    targets = [option for file in files for option in ("-bitexact", *_FORMS[file.suffix], str(file))]
    command = [*quiet, *source, *targets]
    try:
        ended = subprocess.run(  # noqa: S603 - no shell; the names are prompt ids and a folder of our own
            command, input=sound.raw_data, capture_output=True, timeout=_SECONDS_TO_ENCODE, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise EncodingError(f"ffmpeg took over {_SECONDS_TO_ENCODE} s for {files[0].stem}") from late
    if ended.returncode:
        raise EncodingError(f"ffmpeg, {files[0].stem}: {ended.stderr.decode(errors='replace').strip()}")


def _ffmpeg() -> str:
    program = shutil.which("ffmpeg")
    if program is None:
        raise EncodingError("ffmpeg is not installed: apt install ffmpeg")
    return program
