"""What lies in the spool, for who looks after it; and a second chance for what was put aside."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from personsvar.intake.files import hold
from personsvar.intake.header import HeaderError, parse_header
from personsvar.intake.spool import Spool, SpooledCall
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader


class WaitingState(StrEnum):
    LIVE = "live"
    """A call of this service goes on."""
    ENDED = "ended"
    """The call is over, and the next sweep takes it in."""
    OPEN = "open"
    """It has no end mark: a sweep takes it in once nothing of it grows."""
    TAKEN = "taken"
    """It is taken in; without an end mark the switch may write on, so its files stay till no call could."""
    GREETING = "greeting"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class ListedRecording:
    name: str
    """The spool id; of what is broken, the file's name."""
    state: WaitingState
    age_seconds: float
    """How long ago it last grew."""
    bytes: int
    takes: int


def listing(spool: Spool, now: datetime) -> list[ListedRecording]:
    """Everything in the spool, the longest waiting first, then what was put aside."""
    moment = now.timestamp()
    waiting = [
        ListedRecording(
            entry.spool_id,
            _state(spool, entry),
            max(moment - entry.grew_at, 0.0),
            entry.bytes,
            len(entry.sounds),
        )
        for entry in spool.entries()
    ]
    return waiting + _broken(spool, moment)


def put_aside(spool: Spool, name: str | None = None) -> list[Path]:
    """Files put aside that can come back, of one call or all."""
    return [
        file
        for file in (sorted(spool.broken.iterdir()) if spool.broken.is_dir() else ())
        if (name is None or _is_of(shown_name(file.name), name)) and not (spool.folder / file.name).exists()
    ]


def bring_back(spool: Spool, files: Sequence[Path]) -> None:
    """Into the spool, for the next sweep; one that somebody else brought back in this moment is there."""
    for file in files:
        with suppress(FileNotFoundError):
            file.rename(spool.folder / file.name)


def shown_name(name: str) -> str:
    """A file's name may be any bytes; shown are letters."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _is_of(name: str, wanted: str) -> bool:
    return name == wanted or name.startswith((f"{wanted}.", f"{wanted}-"))


def _state(spool: Spool, entry: SpooledCall) -> WaitingState:
    if not entry.has_head:
        return WaitingState.BROKEN if spool.lacks_header(entry) else WaitingState.TAKEN
    held = hold(entry.head)
    if held is None:
        return WaitingState.LIVE
    os.close(held)
    if _is_greeting(entry):
        return WaitingState.GREETING
    if spool.taken_as(entry.spool_id) is not None:
        return WaitingState.TAKEN
    return WaitingState.ENDED if entry.has_end else WaitingState.OPEN


def _is_greeting(entry: SpooledCall) -> bool:
    try:
        header = parse_header(entry.head.read_bytes())
    except (HeaderError, OSError):
        return False
    return isinstance(header, SpoolHeader) and header.purpose is Purpose.GREETING


def _broken(spool: Spool, now: float) -> list[ListedRecording]:
    if not spool.broken.is_dir():
        return []
    listed = []
    for file in sorted(spool.broken.iterdir()):
        with suppress(FileNotFoundError):  # brought back in this moment
            status, name = file.stat(), shown_name(file.name)
            age = max(now - status.st_mtime, 0.0)
            listed.append(ListedRecording(name, WaitingState.BROKEN, age, status.st_size, 0))
    return listed
