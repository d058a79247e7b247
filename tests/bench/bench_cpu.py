"""CPU of a deposit of 20 s, Asterisk and personsvar together, beside that of VoiceMail().

VoiceMail() is there twice: with its messages in a database, as ours are, and in files. Every caller hears the
same greeting of the owner's own (4.6 s) and the same tone, talks for 20 s of A-law, and hangs up. Two rounds
of each in turn, so that a slower minute of the machine is everybody's. The own voicemail has GSM prompts and
WAV messages, as its sample settings do; the others are recordings by the dialplan alone, which nobody takes
in: the least there is, with and without listening for silence. BENCH_DEPOSITS and BENCH_AT_ONCE set how many.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import Protocol

from dialplan.switch.process import Switch
from tests.bench import tables
from tests.bench.callers import OURS, THEIRS, Wave, all_of
from tests.bench.odbc import OdbcVoicemail, odbc_voicemail
from tests.bench.processes import cpu_ms, load
from tests.bench.sounds import RATE, prompt
from tests.bench.voicemail import BARE, DEAF
from tests.bench.yard import MAILBOXES, Cost, Ground, Yard, calls_up, yard
from tests.real.spool import eventually

DEPOSITS = int(os.environ.get("BENCH_DEPOSITS", "100"))
AT_ONCE = int(os.environ.get("BENCH_AT_ONCE", "50"))
A_SECOND = 10
SPOKEN_SECONDS = 20.0
ROUNDS = 2
GREETING = prompt("greeting-has-tones") + prompt("fallback-thanks")
_SECONDS = (len(GREETING) + len(prompt("tone"))) / RATE + SPOKEN_SECONDS


class Peer(Protocol):
    """One voicemail that is measured."""

    def messages(self) -> int: ...

    def seconds(self) -> list[float]: ...


@dataclass
class Bill:
    """What one kind of voicemail took, over all rounds. `peer` None: nobody keeps what is recorded."""

    name: str
    dialled: str
    switch: Switch
    peer: Peer | None
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
    with yard() as ground, odbc_voicemail(ground.switch.setting.folder / "odbc", MAILBOXES) as database:
        for mailbox in MAILBOXES:
            ground.greet(mailbox, GREETING)
            if database is not None:
                database.greet(mailbox, GREETING)
        for bill in _bills(ground, database):  # a first few, so that nobody pays for waking up
            run(ground, bill, 10)
        bills = _bills(ground, database)
        for number in range(ROUNDS):
            for bill in bills:
                tables.tell(f"{bill.name}: {DEPOSITS // ROUNDS} deposits, round {number + 1} of {ROUNDS}")
                run(ground, bill, DEPOSITS // ROUNDS)
        _show(bills)


def _bills(ground: Yard, database: OdbcVoicemail | None) -> list[Bill]:
    with_database = [Bill("VoiceMail(), database", THEIRS, database.switch, database)] if database else []
    return [
        Bill("personsvar", OURS, ground.switch, ground),
        *with_database,
        Bill("VoiceMail(), files", THEIRS, ground.switch, ground.voicemail),
        Bill("Record(), no voicemail", f"{BARE}[field0]", ground.switch, None),
        Bill("Record(), deaf to silence", f"{DEAF}[field0]", ground.switch, None),
    ]


def run(ground: Ground, bill: Bill, deposits: int) -> None:
    before, had = _cost(ground, bill), _stored(bill)
    called = all_of(
        Wave(bill.dialled, MAILBOXES, deposits, AT_ONCE, A_SECOND, _SECONDS), bill.switch.sip_port
    )
    eventually(lambda: calls_up(bill.switch) == 0, within=30, what="the end of all calls")
    if bill.peer is not None:
        eventually(lambda: _stored(bill) >= had + called.ended_well, within=30, what="the messages")
    bill.add(called.ended_well, _cost(ground, bill) - before)


def _cost(ground: Ground, bill: Bill) -> Cost:
    return replace(ground.cost(), asterisk=cpu_ms(bill.switch.pid))


def _stored(bill: Bill) -> int:
    return bill.peer.messages() if bill.peer is not None else 0


def _show(bills: Sequence[Bill]) -> None:
    ours, *others = bills
    files = others[-3]
    stored = [f"{mean(bill.peer.seconds()):.1f}" for bill in bills if bill.peer is not None]
    tables.show(
        "CPU ms for each deposit",
        ("", "deposits", "Asterisk", "ivr", "in all", "ratio to files", "ours to it"),
        [
            (
                bill.name,
                str(bill.deposits),
                f"{bill.each(bill.asterisk):.1f}",
                f"{bill.each(bill.ivr):.1f}",
                f"{bill.in_all:.1f}",
                tables.ratio(bill.in_all, files.in_all),
                tables.ratio(ours.in_all, bill.in_all),
            )
            for bill in bills
        ],
        notes=f"{AT_ONCE} at once · seconds stored: {', '.join(stored)} · telling the subscriber besides "
        f"(notifier): {ours.each(ours.notifier):.1f} ms · load {load():.1f}",
    )


if __name__ == "__main__":
    main()
