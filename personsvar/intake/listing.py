"""What lies in the spool, for `personsvar spool list`; and a second chance for what was put aside."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


def retry(spool: Spool, name: str | None = None) -> list[str]:
    """Bring files put aside back into the spool, of one call or all, for the next sweep; their names."""
    brought = []
    for file in sorted(spool.broken.iterdir()) if spool.broken.is_dir() else []:
        back = spool.folder / file.name
        if (name is None or file.name == name or file.name.startswith((f"{name}.", f"{name}-"))) and (
            not back.exists()
        ):
            file.rename(back)
            brought.append(file.name)
    return brought


def _state(spool: Spool, entry: SpooledCall) -> WaitingState:
    if not entry.has_head:
        return WaitingState.BROKEN
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
    found = [(file.name, file.stat()) for file in sorted(spool.broken.iterdir())]
    return [
        ListedRecording(name, WaitingState.BROKEN, max(now - status.st_mtime, 0.0), status.st_size, 0)
        for name, status in found
    ]
