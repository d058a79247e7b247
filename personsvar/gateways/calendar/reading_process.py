"""The process that reads feeds: `python -m …reading_process SECONDS BYTES`, feeds in, a line of JSON out.

A feed is written by others, and a line in it can ask for a thousand years of seconds. So each is read by a
child of its own, with bounds that the kernel keeps: of time, of memory, and no file may grow. What a child
learned (what a feed means by a time zone's name) ends with it. Children are copies of this process, which
has the libraries loaded: they begin at once.

It knows no setting and no secret, and what a feed says (a title, an error that repeats one) goes nowhere:
standard error is closed. It ends when nobody asks any more.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from personsvar.gateways.calendar.appointments import LookOut, busy_spells
from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.mailbox.model.calendar_feed import FeedTrouble

NICE = 10
"""Calls come first."""


def main(cpu_seconds: int, memory_bytes: int) -> None:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    while head := asked.readline():
        question = json.loads(head)
        content = asked.read(question["bytes"])
        told.write(_read_by_a_child(question, content, cpu_seconds, memory_bytes) + b"\n")
        told.flush()


def _read_by_a_child(
    question: Mapping[str, Any], content: bytes, cpu_seconds: int, memory_bytes: int
) -> bytes:
    answers, says = os.pipe()
    child = os.fork()
    if not child:
        _be_the_child(question, content, says, cpu_seconds, memory_bytes)
    os.close(says)
    with os.fdopen(answers, "rb") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said or _written({"trouble": str(FeedTrouble.TOO_SLOW)})


def _be_the_child(
    question: Mapping[str, Any], content: bytes, says: int, cpu_seconds: int, memory_bytes: int
) -> None:
    """It ends here, and says nothing where it can't go on: out of memory, out of time, an error."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        answer = _written(_answer(question, content))
        with os.fdopen(says, "wb") as out:
            out.write(answer)
    finally:
        os._exit(0)


def _answer(question: Mapping[str, Any], content: bytes) -> Mapping[str, object]:
    since, until = (datetime.fromtimestamp(question[end], UTC) for end in ("since", "until"))
    try:
        found = busy_spells(content, LookOut(since, until, ZoneInfo(question["zone"]), question["word"]))
    except FeedFailedError as wrong:
        return {"trouble": str(wrong.trouble)}
    spells = [[it.starts_at.timestamp(), it.ends_at.timestamp(), str(it.reason)] for it in found.spells]
    return {"spells": spells, "unread": found.unread}


def _written(said: Mapping[str, object]) -> bytes:
    return json.dumps(said).encode()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
