"""The two forms a prompt is played in, as the switch sends them: raw, without a header.

`.alaw` is G.711 A-law, 8 kHz; `.g722` is G.722 at 64 kbit/s, from 16 kHz sound. Both are 8,000 bytes a
second, and neither costs the switch any transcoding on a call of its kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydub import AudioSegment

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.encode.ffmpeg import encoded

BYTES_A_SECOND = 8000
NEW = ".new-"
"""Folders where sounds are made, beside where they go."""
_FORMS = {
    ".alaw": ["-ar", str(SAMPLE_RATE), "-ac", "1", "-c:a", "pcm_alaw", "-f", "alaw"],
    ".g722": ["-ar", "16000", "-ac", "1", "-c:a", "g722", "-f", "g722"],
}
SUFFIXES = tuple(_FORMS)


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
    targets = [option for file in files for option in ("-bitexact", *_FORMS[file.suffix], str(file))]
    encoded(sound.raw_data, targets, rate=sound.frame_rate, what=files[0].stem)
