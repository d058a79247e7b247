"""Many callers at once: how many can leave a message with us, and with Asterisk's own VoiceMail().

BENCH_CALLS callers (default 800), 40 new ones a second, each hears the greeting, talks 20 s and hangs up:
all of them are up at the same time. Refused: the call was not answered, or ended by the switch. Lost: hung
up as it should be, and no message is there. Besides, what the ivr process takes of memory with all of them
up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench import processes, tables
from tests.bench.bench_cpu import GREETING, Peer
from tests.bench.callers import OURS, THEIRS, Called, Callers, Wave, calling
from tests.bench.processes import load
from tests.bench.sounds import RATE, prompt
from tests.bench.yard import MAILBOXES, Ground, yard

CALLS = int(os.environ.get("BENCH_CALLS", "800"))
A_SECOND = int(os.environ.get("BENCH_A_SECOND", "40"))
SPOKEN_SECONDS = 20.0
SECONDS = max((len(GREETING) + len(prompt("tone"))) / RATE + SPOKEN_SECONDS, CALLS / A_SECOND + 5)
"""All are up at once: the first stays until the last has come."""
TRIES = 3
SETTLING_SECONDS = 60.0
"""Longest time for the last messages to be stored after the last call."""


@dataclass
class WaveOutcome:
    """What became of one wave."""

    name: str
    called: Called
    up: int
    """The most calls up at once, as the switch counts them."""
    stored: int
    shortest: float
    """Seconds of the shortest message: what was cut shows here."""
    settled_seconds: float
    idle_mb: float
    memory_mb: float
    threads: int


def main() -> None:
    tables.begin("Many callers at once")
    ours, theirs = _crowd("personsvar", OURS), _crowd("VoiceMail()", THEIRS)
    show((ours, theirs), f"{CALLS} callers, {A_SECOND} new ones a second")
    _show_memory(ours)


def _crowd(name: str, dialled: str) -> WaveOutcome:
    """On a yard of its own, so that what is stored is of this crowd. SIPp itself may die of so many calls."""
    for _ in range(TRIES):
        with yard() as ground:
            for mailbox in MAILBOXES:
                ground.greet(mailbox, GREETING)
            peer = ground if dialled == OURS else ground.voicemail
            crowd = call(ground, peer, Wave(dialled, MAILBOXES, CALLS, CALLS, A_SECOND, SECONDS), name)
        if crowd is not None:
            return crowd
        tables.tell("SIPp crashed, which tells nothing of the switch: once more")
    raise SystemExit(f"SIPp crashed {TRIES} times")


def call(ground: Ground, peer: Peer, wave: Wave, name: str) -> WaveOutcome | None:
    """`peer`: whose voicemail is called. None when SIPp crashed."""
    idle = processes.memory_mb(ground.ivr_pid)
    tables.tell(f"{name}: {wave.calls} callers, {wave.a_second} new ones a second")
    with calling(wave, ground.switch.sip_port) as callers:
        up, memory, threads = _watch(
            ground, callers, wave.seconds + wave.calls / wave.a_second + SETTLING_SECONDS
        )
        if (callers.process.poll() or 0) < 0:
            return None
        called = callers.called()
    ended = time.monotonic()
    _settle(ground, peer, called.ended_well)
    return WaveOutcome(
        name,
        called,
        up,
        peer.messages(),
        min(peer.seconds(), default=0.0),
        time.monotonic() - ended,
        idle,
        memory,
        threads,
    )


def _watch(ground: Ground, callers: Callers, within: float) -> tuple[int, float, int]:
    """Once a second until the wave is over: the most calls, memory and threads."""
    up, memory, threads = 0, 0.0, 0
    deadline = time.monotonic() + within
    while callers.process.poll() is None and time.monotonic() < deadline:
        up = max(up, ground.calls())
        memory = max(memory, processes.memory_mb(ground.ivr_pid))
        threads = max(threads, processes.threads(ground.ivr_pid))
        time.sleep(1)
    return up, memory, threads


def _settle(ground: Ground, peer: Peer, wanted: int) -> None:
    deadline = time.monotonic() + SETTLING_SECONDS
    while time.monotonic() < deadline and (peer.messages() < wanted or ground.calls()):
        time.sleep(0.2)


def show(crowds: Sequence[WaveOutcome], title: str) -> None:
    tables.show(
        title,
        ("", "started", "up at once", "refused", "stored", "lost", "shortest, s", "settled, s"),
        [
            (
                crowd.name,
                str(crowd.called.started),
                str(crowd.up),
                str(crowd.called.failed),
                str(crowd.stored),
                str(crowd.called.ended_well - crowd.stored),
                f"{crowd.shortest:.1f}",
                f"{crowd.settled_seconds:.1f}",
            )
            for crowd in crowds
        ],
        notes=f"load {load():.1f}",
    )


def _show_memory(ours: WaveOutcome) -> None:
    tables.show(
        "Memory of the ivr process (RSS), MB",
        ("calls up", "MB", "threads"),
        (("0", f"{ours.idle_mb:.0f}", ""), (str(ours.up), f"{ours.memory_mb:.0f}", str(ours.threads))),
    )


if __name__ == "__main__":
    main()
