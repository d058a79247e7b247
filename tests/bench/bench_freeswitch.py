"""The same on FreeSWITCH, beside its own mod_voicemail in the same FreeSWITCH: where one is on PATH.

From a key to the next prompt, CPU of a deposit of 20 s, and callers at once, as bench_key, bench_cpu and
bench_many measure them. FreeSWITCH moves in steps of 20 ms (a frame), and tells a key when it is over.
BENCH_KEYS, BENCH_DEPOSITS, BENCH_AT_ONCE and BENCH_FREESWITCH_CALLS set how many.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from dialplan.switch.freeswitch import NoFreeSwitchError
from tests.bench import bench_cpu, bench_many, tables
from tests.bench.bench_cpu import AT_ONCE, DEPOSITS, GREETING, ROUNDS, Bill
from tests.bench.bench_key import EVERY_STEP, FROM_DOWN, OWNER, STEPS, Samples, Way, measure
from tests.bench.callers import OURS, THEIRS, Wave
from tests.bench.freeswitch import ModVoicemail, freeswitch_ground, with_voicemail
from tests.bench.processes import load
from tests.bench.sounds import PROMPTS, talk
from tests.bench.voicemail import BARE, LISTEN
from tests.bench.yard import MAILBOXES, Ground
from tests.real.heard import PromptSounds
from tests.real.sip_phone import ACCESS_NUMBER

CALLS = int(os.environ.get("BENCH_FREESWITCH_CALLS", "200"))
A_SECOND = 20
SECONDS = CALLS / A_SECOND + 8.0
"""All are up at once, and the last one still talks for a few seconds."""
MESSAGES = 20
WAYS = (
    Way("personsvar", ACCESS_NUMBER, OURS, "3*1#*"),
    Way("mod_voicemail", f"{LISTEN}{OWNER}", THEIRS, "50"),
)


def main() -> None:
    tables.begin("FreeSWITCH")
    try:
        installed = with_voicemail()
    except NoFreeSwitchError as none:
        tables.tell(f"not measured: {none}")
        return
    with freeswitch_ground(installed) as (ground, theirs):
        theirs.greet(GREETING)
        ground.fill(OWNER, talk(8.0), MESSAGES)
        ear = PromptSounds(PROMPTS)
        _show_keys([measure(ground, way, ear, 0) for way in WAYS])
        for mailbox in MAILBOXES:
            ground.greet(mailbox, GREETING)
        _show_bills(_deposits(ground, theirs))
    for name, dialled in (("personsvar", OURS), ("mod_voicemail", THEIRS)):
        with freeswitch_ground(installed) as (ground, theirs):
            theirs.greet(GREETING)
            for mailbox in MAILBOXES:
                ground.greet(mailbox, GREETING)
            wave = Wave(dialled, MAILBOXES, CALLS, CALLS, A_SECOND, SECONDS)
            crowd = bench_many.call(ground, ground if dialled == OURS else theirs, wave, name)
        if crowd is None:
            tables.tell("SIPp crashed, which tells nothing of the switch")
        else:
            bench_many.show((crowd,), f"{CALLS} callers, {A_SECOND} new ones a second")


def _deposits(ground: Ground, theirs: ModVoicemail) -> list[Bill]:
    """By turns, after a first few of each, so that nobody pays for waking up."""

    def bills() -> list[Bill]:
        return [
            Bill("personsvar", OURS, ground.switch, ground),
            Bill("mod_voicemail", THEIRS, ground.switch, theirs),
            Bill("record, no voicemail", f"{BARE}[field0]", ground.switch, None),
        ]

    for bill in bills():
        bench_cpu.run(ground, bill, 10)
    measured = bills()
    for number in range(ROUNDS):
        for bill in measured:
            tables.tell(f"{bill.name}: {DEPOSITS // ROUNDS} deposits, round {number + 1} of {ROUNDS}")
            bench_cpu.run(ground, bill, DEPOSITS // ROUNDS)
    return measured


def _show_bills(bills: Sequence[Bill]) -> None:
    ours = bills[0]
    tables.show(
        "CPU ms for each deposit, FreeSWITCH",
        ("", "deposits", "FreeSWITCH", "ivr", "in all", "ours to it"),
        [
            (
                bill.name,
                str(bill.deposits),
                f"{bill.each(bill.asterisk):.1f}",
                f"{bill.each(bill.ivr):.1f}",
                f"{bill.in_all:.1f}",
                tables.ratio(ours.in_all, bill.in_all),
            )
            for bill in bills
        ],
        notes=f"{AT_ONCE} at once · load {load():.1f}",
    )


def _show_keys(taken: Sequence[Samples]) -> None:
    for way in taken:
        way[EVERY_STEP] = [value for step in STEPS for value in way[step]]
    rows = [
        (
            step,
            *(str(len(way[step])) for way in taken),
            *(_percentile(way[step], share) for share in (0.5, 0.95) for way in taken),
        )
        for step in (*STEPS, EVERY_STEP, FROM_DOWN)
    ]
    tables.show(
        "ms from a key to the next prompt, FreeSWITCH",
        ("", "keys, ours", "theirs", "p50, ours", "theirs", "p95, ours", "theirs"),
        rows,
        notes=f"load {load():.1f}",
    )


def _percentile(values: Sequence[float], share: float) -> str:
    return f"{tables.percentile(values, share):.1f}" if values else "–"


if __name__ == "__main__":
    main()
