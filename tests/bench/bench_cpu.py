"""CPU of a deposit of 20 s, Asterisk and personsvar together, beside that of VoiceMail().

Every caller hears the same greeting of the owner's own (4.6 s) and the same tone, talks for 20 s of A-law,
and hangs up. Two rounds of each in turn, so that a slower minute of the machine is everybody's. The own
voicemail has GSM prompts and WAV messages, as its sample settings do; the others are recordings by the
dialplan alone, which nobody takes in: the floor, with and without listening for silence. BENCH_DEPOSITS and
BENCH_AT_ONCE set how many.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from tests.bench import tables
from tests.bench.callers import OURS, THEIRS, Wave, all_of
from tests.bench.processes import load
from tests.bench.sounds import RATE, prompt
from tests.bench.voicemail import BARE, DEAF
from tests.bench.yard import MAILBOXES, Cost, Yard, yard
from tests.real.spool import eventually

DEPOSITS = int(os.environ.get("BENCH_DEPOSITS", "100"))
AT_ONCE = int(os.environ.get("BENCH_AT_ONCE", "50"))
A_SECOND = 10
SPOKEN_SECONDS = 20.0
ROUNDS = 2
RECORDED_ONLY = f"{BARE}[field0]"
RECORDED_DEAF = f"{DEAF}[field0]"
KINDS = (
    ("personsvar", OURS),
    ("VoiceMail()", THEIRS),
    ("Record(), no voicemail", RECORDED_ONLY),
    ("Record(), deaf to silence", RECORDED_DEAF),
)
GREETING = prompt("greeting-has-tones") + prompt("fallback-thanks")
_SECONDS = (len(GREETING) + len(prompt("tone"))) / RATE + SPOKEN_SECONDS


@dataclass
class Bill:
    """What one kind of voicemail took, over all rounds."""

    name: str
    dialled: str
    deposits: int = 0
    asterisk: float = 0.0
    ivr: float = 0.0
    notifier: float = 0.0

    def add(self, deposits: int, cost: Cost) -> None:
        self.deposits += deposits
        self.asterisk += cost.asterisk
        self.ivr += cost.ivr
        self.notifier += cost.notifier

    def each(self, milliseconds: float) -> float:
        return milliseconds / max(self.deposits, 1)

    @property
    def in_all(self) -> float:
        return self.each(self.asterisk + self.ivr)


def main() -> None:
    tables.begin("CPU of a deposit")
    with yard() as ground:
        for mailbox in MAILBOXES:
            ground.greet(mailbox, GREETING)
        for kind in KINDS:  # a first few, so that nobody pays for waking up
            _run(ground, Bill(*kind), 10)
        bills = [Bill(*kind) for kind in KINDS]
        for number in range(ROUNDS):
            for bill in bills:
                tables.tell(f"{bill.name}: {DEPOSITS // ROUNDS} deposits, round {number + 1} of {ROUNDS}")
                _run(ground, bill, DEPOSITS // ROUNDS)
        _show(ground, bills)


def _run(ground: Yard, bill: Bill, deposits: int) -> None:
    before, had = ground.cost(), _stored(ground, bill)
    called = all_of(
        Wave(bill.dialled, MAILBOXES, deposits, AT_ONCE, A_SECOND, _SECONDS), ground.switch.sip_port
    )
    eventually(lambda: ground.calls() == 0, within=30, what="the end of all calls")
    if bill.dialled in {OURS, THEIRS}:
        eventually(lambda: _stored(ground, bill) >= had + called.ended_well, within=30, what="the messages")
    bill.add(called.ended_well, ground.cost() - before)


def _stored(ground: Yard, bill: Bill) -> int:
    return ground.messages() if bill.dialled == OURS else ground.voicemail.messages()


def _show(ground: Yard, bills: Sequence[Bill]) -> None:
    ours, theirs, *_ = bills
    tables.show(
        "CPU ms for each deposit",
        ("", "deposits", "Asterisk", "ivr", "in all", "ratio"),
        [
            (
                bill.name,
                str(bill.deposits),
                f"{bill.each(bill.asterisk):.1f}",
                f"{bill.each(bill.ivr):.1f}",
                f"{bill.in_all:.1f}",
                tables.ratio(bill.in_all, theirs.in_all),
            )
            for bill in bills
        ],
        notes=f"{AT_ONCE} at once · {mean(ground.seconds()):.1f} s and "
        f"{mean(ground.voicemail.seconds()):.1f} s stored · telling the subscriber besides (notifier): "
        f"{ours.each(ours.notifier):.1f} ms · load {load():.1f}",
    )


if __name__ == "__main__":
    main()
