"""What a round of `make faults` is to do, drawn by lot: one seed gives the same rounds again.

A round is a handful of calls at once, and one fault at some moment of them. Of a kind there are as many
rounds as of every other: the kinds are dealt like cards, and shuffled before each deal.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

CALLS_SECONDS = 6.0
"""So long after the first call most of them are over: the fault comes before."""
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


class FaultKind(StrEnum):
    """In the words of the table."""

    IVR_KILLED = "ivr killed (-9)"
    IVR_HANGS = "ivr hangs (SIGSTOP), killed by its watchdog"
    IVR_STOPPED = "ivr stopped (SIGTERM) in mid-call"
    NOTIFIER_KILLED = "notifier killed (-9)"
    VISUAL_KILLED = "visual killed (-9)"
    ASTERISK_KILLED = "Asterisk killed (-9)"
    IVR_AND_ASTERISK_KILLED = "ivr and Asterisk killed (-9)"
    POSTGRES_KILLED = "PostgreSQL killed (-9)"
    POSTGRES_FAILS_OVER = "PostgreSQL killed, its standby promoted"
    DATABASE_AWAY = "database away for seconds"
    DATABASE_STANDS_STILL = "database stands still (SIGSTOP)"
    DATABASE_SLOW = "database slow"
    DISK_FULL = "disk of the spool full"
    DISK_SLOW = "disk of the spool slow"
    GATEWAYS_AWAY = "SMSC and mail server killed (-9)"
    CLOCK_MINUTES = "clock jumps by minutes"
    CLOCK_HOURS = "clock jumps by hours"
    CLOCK_YEAR = "clock jumps by a year"
    TWO_ON_ONE_SPOOL = "two ivr on one spool"
    ALL_STARTED_ANEW = "everything killed (-9), started anew"


KILLS_THE_SWITCH = frozenset(
    {FaultKind.ASTERISK_KILLED, FaultKind.IVR_AND_ASTERISK_KILLED, FaultKind.ALL_STARTED_ANEW}
)
"""What it held of a call is gone: who has not heard that it is kept was told nothing."""
CUTS_RECORDINGS = KILLS_THE_SWITCH | {FaultKind.DISK_FULL}
CLOCKS = {
    FaultKind.CLOCK_MINUTES: 20 * MINUTE,
    FaultKind.CLOCK_HOURS: 12 * HOUR,
    FaultKind.CLOCK_YEAR: 365 * DAY,
}
"""As far as they go at most."""


class Errand(StrEnum):
    """What somebody does on the phone, or with a phone's inbox."""

    SENDS = "speaks, #, 2"
    SPEAKS_AGAIN = "speaks, #, 3, speaks, #, 2"
    HANGS_UP = "speaks, hangs up"
    HANGS_UP_IN_MENU = "speaks, #, hangs up"
    HANGS_UP_IN_WORDS = "hangs up in mid-word"
    HANGS_UP_IN_GREETING = "hangs up in the greeting"
    HEARS_OUT = "hears the greeting out, speaks, #, 2"
    OWNER = "an owner saves, deletes, skips"
    INBOX = "a mail program marks one as seen, deletes another"
    COUNTS = "an owner hears how many there are"


LEAVES = (
    *[Errand.SENDS] * 5,
    *[Errand.HANGS_UP] * 3,
    Errand.SPEAKS_AGAIN,
    Errand.HANGS_UP_IN_MENU,
    Errand.HANGS_UP_IN_WORDS,
    Errand.HEARS_OUT,
)


@dataclass(frozen=True)
class PlannedCall:
    place: int
    """Among the round's calls: what it says tells it from the others."""
    errand: Errand
    mailbox: int
    """Which of the round's mailboxes."""
    begins: float
    """Seconds after the round's beginning."""
    pause: float
    """How long somebody waits who waits."""


@dataclass(frozen=True)
class RoundPlan:
    seed: int
    number: int
    kind: FaultKind
    at: float
    """Seconds after the round's beginning."""
    seconds: float
    """How long what does not end by itself goes on."""
    amount: float
    """Between -1 and 1: how far a clock jumps, how slow, how full."""
    restarts: bool
    """Whether a service is started anew while it goes on."""
    calls: tuple[PlannedCall, ...]

    def __str__(self) -> str:
        return f"round {self.number} of seed {self.seed}: {self.kind}, {self.at:.1f} s after the first call"


MAILBOXES = 3
WITH_MAIL, PLAIN, WITH_INBOX = range(MAILBOXES)


def plan(seed: int, number: int, kinds: Sequence[FaultKind] = tuple(FaultKind)) -> RoundPlan:
    """`kinds`: those that can be had here."""
    lot = random.Random(f"{seed} {number}")
    return RoundPlan(
        seed=seed,
        number=number,
        kind=_dealt(seed, number, kinds),
        at=lot.uniform(0.0, CALLS_SECONDS),
        seconds=lot.uniform(0.5, 3.0),
        amount=lot.choice((-1, 1)) * lot.uniform(0.05, 1.0),
        restarts=lot.random() < 0.5,
        calls=tuple(_calls(lot)),
    )


def _dealt(seed: int, number: int, kinds: Sequence[FaultKind]) -> FaultKind:
    deal, place = divmod(number, len(kinds))
    deck = list(kinds)
    random.Random(f"{seed} deal {deal}").shuffle(deck)
    return deck[place]


def _calls(lot: random.Random) -> list[PlannedCall]:
    errands = [(lot.choice(LEAVES), lot.randrange(MAILBOXES)) for _ in range(lot.randint(3, 4))]
    errands += [(Errand.OWNER, PLAIN)] if lot.random() < 0.5 else [(Errand.INBOX, WITH_INBOX)]
    errands += [(Errand.HANGS_UP_IN_GREETING, PLAIN)] if lot.random() < 0.3 else []
    errands += [(Errand.COUNTS, lot.randrange(MAILBOXES))] if lot.random() < 0.3 else []
    return [
        PlannedCall(place, errand, mailbox, lot.uniform(0.0, 2.5), lot.uniform(0.1, 1.5))
        for place, (errand, mailbox) in enumerate(errands)
    ]
