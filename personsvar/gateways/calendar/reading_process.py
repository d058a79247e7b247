"""The process that reads one feed: `python -m …reading_process SECONDS BYTES`, the feed in, JSON out.

A feed is written by others, and a line in it can ask for a thousand years of seconds. So whoever reads it has
bounds that the kernel keeps: of time, of memory, and no file may grow. It knows no setting and no secret, and
what it was told (a title, an error that repeats one) goes nowhere: standard error is closed.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

NICE = 10
"""Calls come first."""


def main(cpu_seconds: int, memory_bytes: int) -> None:
    settle_in(cpu_seconds, memory_bytes)
    from personsvar.gateways.calendar.appointments import LookOut, busy_spells  # noqa: PLC0415 - within the bounds
    from personsvar.gateways.calendar.feed_errors import FeedFailedError  # noqa: PLC0415

    asked = json.loads(sys.stdin.buffer.readline())
    look_out = LookOut(
        _moment(asked["since"]), _moment(asked["until"]), ZoneInfo(asked["zone"]), asked["word"]
    )
    try:
        found = busy_spells(sys.stdin.buffer.read(), look_out)
    except FeedFailedError as wrong:
        _say(sys.stdout.buffer, {"trouble": str(wrong.trouble)})
        return
    spells = [[it.starts_at.timestamp(), it.ends_at.timestamp(), str(it.reason)] for it in found.spells]
    _say(sys.stdout.buffer, {"spells": spells, "unread": found.unread})


def settle_in(cpu_seconds: int, memory_bytes: int) -> None:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def _say(out: BinaryIO, said: Mapping[str, object]) -> None:
    out.write(json.dumps(said).encode())
    out.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
