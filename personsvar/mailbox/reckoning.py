"""Whether the clock may be believed where something is removed for good.

A machine that comes up with another year, a snapshot that is put back, two machines that don't agree: by
such a clock every message is past its time. So when it was believed last is written down, with how long that
machine had been running (Linux's CLOCK_BOOTTIME, which nobody sets), and the clock is believed

* on the same start of the same machine: when it went as far as the machine ran, give or take ten minutes;
* on another: when it went no further than a day, and not back;
* the first time: never. That is only written down, and the next round has it to compare with.

What is not believed stays as it is, until the clock is right again or the operator says that it is. An
earlier clock than that is written down by no round, only by the operator: a message's time counts from no
earlier than what is written here (`Messages.add`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from personsvar.mailbox.model.reckoning import Reckoning, Uptime
from personsvar.mailbox.services import Services

TOLERANCE = timedelta(minutes=10)
"""A clock that is set right as a machine starts, or slowly."""
UNCONFIRMED = timedelta(days=1)
"""So far it may go without a machine that ran as long: a restart, another machine's round."""


def is_believed(last: Reckoning | None, now: datetime, uptime: Uptime) -> bool:
    if last is None:
        return False
    went = now - last.at
    if is_same_start(last, uptime):
        ran = timedelta(seconds=uptime.seconds - last.uptime.seconds)
        return abs(went - ran) <= TOLERANCE
    return -TOLERANCE <= went <= UNCONFIRMED


def is_believed_now(services: Services, uptime: Uptime) -> bool:
    """For who removes something elsewhere than in the store."""
    with services.store.look() as uow:
        return is_believed(uow.upkeep.last(), services.clock.now(), uptime)


def is_back(last: Reckoning, now: datetime) -> bool:
    """Whether it says that it is earlier than when it was believed last."""
    return now < last.at - TOLERANCE


def is_same_start(last: Reckoning, uptime: Uptime) -> bool:
    """Whether the same machine has been running since then."""
    return bool(uptime.boot) and uptime.boot == last.uptime.boot


def may_go_on(last: Reckoning | None, now: datetime) -> bool:
    """Whether the operator said so, and not long ago."""
    return last is not None and last.go_on and abs(now - last.at) <= UNCONFIRMED
