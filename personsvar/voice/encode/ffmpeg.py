"""Running ffmpeg: sound in by a pipe, and out by one or into files. And whether it has the AMR encoder.

By a pipe, because a recording then lies in no temporary file: pydub's own `export` leaves two of them behind
when ffmpeg fails or is killed.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

AMR_ENCODER = "libopencore_amrnb"
AMR_DECODER = "libopencore_amrnb"
"""Named, for ffmpeg's own (`amrnb`) leaves out the frames of a pause: silence is 20 ms a frame, too."""
STDOUT = "pipe:1"
SECONDS_TO_ENCODE = 60
_SECONDS_TO_ASK = 20
_NEVER_BEGAN = (126, 127)
"""It, or one of its libraries, could not be loaded: that is not the sound's fault."""


class EncodingError(Exception):
    """ffmpeg is missing or failed, or there is nothing to encode."""


class BrokenSoundError(EncodingError):
    """The sound that came is not what it is said to be, or more than is taken."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a run over a sound from outside may use: a sound that wants more is refused by the system."""

    cpu_seconds: int
    memory_bytes: int
    file_bytes: int = 0
    """Of each file it writes: none, for what comes out goes into a pipe."""
    files: int = 32

    def take_hold(self) -> None:
        """In the new process, before it becomes ffmpeg."""
        for what, most in (
            (resource.RLIMIT_CPU, self.cpu_seconds),
            (resource.RLIMIT_AS, self.memory_bytes),
            (resource.RLIMIT_FSIZE, self.file_bytes),
            (resource.RLIMIT_NOFILE, self.files),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))


def encoded(
    linear: bytes, targets: Sequence[str], *, rate: int, what: str, passed: Sequence[int] = ()
) -> bytes:
    """One run over 16-bit samples of one channel; returns what a target named STDOUT was given.

    `targets`: options and name of each output; `passed` are open files among them. `what` names the sound
    when it goes wrong.
    """
    source = ["-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "pipe:0"]
    return run(source, linear, targets, what=what, passed=passed)


def run(
    source: Sequence[str],
    given: bytes,
    targets: Sequence[str],
    *,
    what: str,
    passed: Sequence[int] = (),
    bounds: Bounds | None = None,
) -> bytes:
    """The same over whatever `source` says that `given` is, within `bounds` where it came from outside."""
    quiet = [_program(), "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"]
    try:
        ended = subprocess.run(  # noqa: S603 - no shell; the names are prompt ids and folders of our own
            [*quiet, *source, *targets],
            input=given,
            capture_output=True,
            timeout=SECONDS_TO_ENCODE,
            check=False,
            pass_fds=passed,
            preexec_fn=None if bounds is None else bounds.take_hold,
            env=None if bounds is None else {},  # no secret of ours is in it
        )
    except subprocess.TimeoutExpired as late:
        raise EncodingError(f"ffmpeg took over {SECONDS_TO_ENCODE} s for {what}") from late
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip()[:500]
        error = BrokenSoundError if ended.returncode not in _NEVER_BEGAN else EncodingError
        raise error(f"ffmpeg, {what}: {said}")
    return ended.stdout


def why_no_amr() -> str | None:
    """What an operator has to install before recordings can go out as AMR; None when all is there."""
    try:
        if AMR_ENCODER not in _listed("-encoders"):
            return f"ffmpeg has no AMR encoder ({AMR_ENCODER}): apt install libavcodec-extra"
        if AMR_DECODER not in _listed("-decoders"):
            return f"ffmpeg has no AMR decoder ({AMR_DECODER}): apt install libavcodec-extra"
    except (EncodingError, OSError, subprocess.TimeoutExpired) as wrong:
        return str(wrong)
    return None


def _listed(what: str) -> str:
    asked = subprocess.run(  # noqa: S603 - no shell, nothing from outside
        [_program(), "-nostdin", "-hide_banner", what],
        capture_output=True,
        timeout=_SECONDS_TO_ASK,
        check=False,
    )
    return asked.stdout.decode(errors="replace")


def _program() -> str:
    program = shutil.which("ffmpeg")
    if program is None:
        raise EncodingError("ffmpeg is not installed: apt install ffmpeg")
    return program
