"""A file whole or not at all, and there after a power cut: a secret in one of its own, for its owner alone.

One that is `shared` may be read by the group of its folder, too: of service and switch.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o750
"""The group may pass through; the files are for their owner, unless they are shared."""


def write(file: Path, content: bytes, *, shared: bool = False) -> None:
    """Its content is on the disk before its name is."""
    _half(file, content, shared=shared).replace(file)
    sync(file.parent)


def write_first(file: Path, content: bytes, *, shared: bool = False) -> None:
    """Unless there is one already: of several at once, the first wins."""
    half = _half(file, content, shared=shared)
    try:
        os.link(half, file)
    except FileExistsError:
        pass
    finally:
        half.unlink()
    sync(file.parent)


def kept(file: Path, make: Callable[[], str], *, shared: bool = False) -> str:
    """What the file holds, made by the first who needs it; what is no ASCII is replaced. Raise OSError."""
    if not file.exists():
        file.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        write_first(file, make().encode(), shared=shared)
    return file.read_text("ascii", errors="replace").strip()


def _half(file: Path, content: bytes, *, shared: bool) -> Path:
    """OSError blames the file, not what it is called until it is whole."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        _write_half(half, content, shared=shared)
    except OSError as wrong:
        wrong.filename = str(file)
        raise
    return half


def _write_half(half: Path, content: bytes, *, shared: bool) -> None:
    opened = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        put(opened, content)
        if shared:
            with suppress(PermissionError):  # a group that is not ours
                os.fchown(opened, -1, half.parent.stat().st_gid)
            os.fchmod(opened, 0o640)
        os.fsync(opened)
    finally:
        os.close(opened)


def put(opened: int, content: bytes) -> None:
    """All of it goes into the open file: write(2) may take a part of it only. Raise OSError.

    A file object would ask the kernel four things more, and let go of Python's lock for each.
    """
    left = memoryview(content)
    while left:
        left = left[os.write(opened, left) :]


def sync(path: Path) -> None:
    """A file that is written, or the names in a folder, are on the disk from here on."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
