"""The spool's files, one by one: written whole, made durable, held by a live call, read."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from personsvar.durable import put
from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.ports.takes import TAKE_SUFFIX
from personsvar.voice.alaw import from_linear

FILE_MODE = 0o660
MAX_SOUND_BYTES = 128 * 1024 * 1024
"""Over two hours: no call lasts that long, what is behind it is not read."""


def write(file: Path, content: bytes, *, durable: bool) -> None:
    """Write the file whole or not at all. Its content is durable; its name is once the folder is synced."""
    half = file.with_name(file.name + ".new")
    opened = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, FILE_MODE)
    try:
        try:
            os.fchmod(opened, FILE_MODE)  # whatever the umask
            put(opened, content)
            if durable:
                os.fsync(opened)
        finally:
            os.close(opened)
        half.rename(file)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def hold(head: Path) -> int | None:
    """Lock a header: the open file that holds it until closed; None when another has it, or it is gone."""
    try:
        opened = os.open(head, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(opened).st_ino == head.stat().st_ino:  # else it was taken in while we came
            return opened
    except OSError:
        pass
    os.close(opened)
    return None


def read_sound(file: Path) -> bytes:
    """A take as A-law; nothing of one that is not there. OSError when it is, and can't be read."""
    try:
        with file.open("rb", buffering=0) as opened:
            # no more is asked for than there is: room for all of it would be made first
            octets = opened.read(min(os.fstat(opened.fileno()).st_size, MAX_SOUND_BYTES)) or b""
    except FileNotFoundError:
        return b""
    return from_linear(octets) if file.suffix == TAKE_SUFFIX else octets


def bytes_a_second(file: Path) -> int:
    """Of a take: linear, or the A-law of the dialplan and of earlier versions."""
    return 2 * SAMPLE_RATE if file.suffix == TAKE_SUFFIX else SAMPLE_RATE
