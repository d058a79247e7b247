"""What others pay when messages are written down: deposits and SMS beside a local engine, and without.

By turns on PostgreSQL: BENCH_DEPOSITS_A_SECOND messages of 20 s (default 5) are stored for BENCH_SECONDS
(default 15) by another process, as calls do it, BENCH_TURNS times (default 4) alone and as often beside a
transcriber at its work (niced, one thread), for which BENCH_WAITING messages (default 1,000) wait. Each SMS
is timed from when its message was stored until the SMSC (the npm package smpp, on loopback) has it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from personsvar.mailbox.model.ids import Number
from tests.bench import processes, tables
from tests.bench.tables import percentile, ratio
from tests.bench.transcript_ground import TranscriptGround, running_transcript_ground
from tests.real.notices.smsc import NodeSmsc, smsc

A_SECOND = int(os.environ.get("BENCH_DEPOSITS_A_SECOND", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
TURNS = int(os.environ.get("BENCH_TURNS", "4"))
WAITING = int(os.environ.get("BENCH_WAITING", "1000"))
A_TURN = round(A_SECOND * SECONDS)
BEFORE = 10
"""So many are stored before those that count, by the process that stores them."""
WHO = ("deposits", "notifier", "PostgreSQL")


@dataclass
class TranscriptTurns:
    """All turns of one kind."""

    took_ms: list[float] = field(default_factory=list)
    sms_ms: list[float] = field(default_factory=list)
    cpu_ms: dict[str, float] = field(default_factory=dict)
    written_down: int = 0

    def had(self, who: str, cpu_ms: float) -> None:
        self.cpu_ms[who] = self.cpu_ms.get(who, 0.0) + cpu_ms

    def each(self, who: str) -> float:
        """Of its CPU, in milliseconds a deposit."""
        return self.cpu_ms[who] / len(self.took_ms)


def main() -> None:
    tables.begin("Messages written down beside deposits and SMS")
    asyncio.run(_measured())


async def _measured() -> None:
    alone, beside = TranscriptTurns(), TranscriptTurns()
    async with smsc() as peer:
        with running_transcript_ground(await peer.port) as ground:
            tables.tell(f"{WAITING} messages to be written down")
            await asyncio.to_thread(ground.leave_to_be_written_down, WAITING)
            await asyncio.to_thread(ground.settle)
            for turn in range(TURNS):
                tables.tell(f"{A_SECOND} deposits a second: turn {turn + 1} of {TURNS}")
                await _turn(ground, peer, alone, 2 * turn)
                with _written_down(ground, beside):
                    await _turn(ground, peer, beside, 2 * turn + 1)
            left = WAITING - ground.written_down()
    _show(alone, beside, left)


@contextmanager
def _written_down(ground: TranscriptGround, turns: TranscriptTurns) -> Iterator[None]:
    ground.begin_writing_down()
    before = ground.written_down()
    try:
        yield
        turns.written_down += ground.written_down() - before
    finally:
        ground.transcriber.stop()


async def _turn(ground: TranscriptGround, peer: NodeSmsc, turns: TranscriptTurns, place: int) -> None:
    """Each message of it goes to a mailbox of its own, by which its SMS is known."""
    numbers = [Number(f"+4791{place:02}{which:04}") for which in range(A_TURN)]
    await asyncio.to_thread(ground.subscribe, numbers)
    sent = len(await peer.heard("submit", 0))
    before = ground.cpu_ms()
    depositing = ground.depositing(numbers, a_second=A_SECOND, seconds=SECONDS)
    await asyncio.to_thread(depositing.end)
    heard = (await peer.heard("submit", sent + A_TURN + BEFORE))[sent:]
    for who, had in ground.cpu_ms().items():
        turns.had(who, had - before[who])
    turns.had("deposits", depositing.cpu_ms)
    turns.took_ms += depositing.took_ms
    arrived = {Number(f"+{line['destination_addr'].removeprefix('+')}"): line["heard"] for line in heard}
    stored = zip(numbers, depositing.stored_at, strict=True)
    turns.sms_ms += [(arrived[number] - at) * 1000 for number, at in stored]


def _show(alone: TranscriptTurns, beside: TranscriptTurns, left: int) -> None:
    kinds = (("alone", alone), (f"beside an engine at work, {WAITING} waiting", beside))
    tables.show(
        f"{A_SECOND} deposits of 20 s a second, by turns",
        ("", "stored p50 ms", "p99", "to it alone", "SMS p50 ms", "p99", "to it alone"),
        [
            (name, *_late(turns.took_ms, alone.took_ms), *_late(turns.sms_ms, alone.sms_ms))
            for name, turns in kinds
        ],
        notes=f"{TURNS} turns of {SECONDS:.0f} s of each; an SMS from when its message was stored"
        f" until the SMSC has it; load {processes.load():.1f}",
    )
    tables.show(
        "CPU ms a deposit",
        ("", *WHO, "in all", "to it alone"),
        [(name, *(f"{turns.each(who):.1f}" for who in WHO), *_in_all(turns, alone)) for name, turns in kinds],
        notes=f"beside, {beside.written_down} were written down at {_of_each(beside):.0f} ms of the"
        f" transcriber's CPU each, and {left} wait still; PostgreSQL's share has theirs in it",
    )


def _late(took_ms: Sequence[float], alone_ms: Sequence[float]) -> Sequence[str]:
    p99 = percentile(took_ms, 0.99)
    return f"{percentile(took_ms, 0.5):.1f}", f"{p99:.1f}", ratio(p99, percentile(alone_ms, 0.99))


def _in_all(turns: TranscriptTurns, alone: TranscriptTurns) -> Sequence[str]:
    every, of_alone = (sum(map(it.each, WHO)) for it in (turns, alone))
    return f"{every:.1f}", ratio(every, of_alone)


def _of_each(turns: TranscriptTurns) -> float:
    return turns.cpu_ms["transcriber"] / max(turns.written_down, 1)


if __name__ == "__main__":
    main()
