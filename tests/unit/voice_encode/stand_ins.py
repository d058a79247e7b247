"""Programs that stand in for ffmpeg on PATH."""

from __future__ import annotations

from pathlib import Path

import pytest

WITHOUT_AMR = 'echo " A....D libmp3lame           libmp3lame MP3 (MPEG audio layer 3) (codec mp3)"'
HANGING = 'echo $$ >>"$0.pids"; exec sleep 600'
BROKEN = 'cat >/dev/null; echo "pipe:0: Invalid data found" >&2; exit 1'


def ffmpeg_is(does: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first `ffmpeg` on PATH does this, a line of sh."""
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
