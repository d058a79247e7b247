"""A machine that has been running since the tests began, and retention as it goes on there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from personsvar.mailbox.model import Reckoning, Uptime
from personsvar.mailbox.ports import Office
from personsvar.mailbox.retention import Retention

BEGAN = datetime(2000, 1, 1).astimezone()


@dataclass
class Machine:
    """Its clock is the office's; how long it runs is what that clock says, until the clock jumps."""

    office: Office
    boot: str = "a-boot"
    jumped: timedelta = timedelta()
    """How far the clock is ahead of what passed."""

    def uptime(self) -> Uptime:
        return Uptime(self.boot, (self.office.clock.now() - self.jumped - BEGAN).total_seconds())


def purge_once(office: Office) -> int:
    """A round on a machine whose clock is right: it was believed a moment ago."""
    machine = Machine(office)
    with office.store.begin() as uow:
        uow.upkeep.put(Reckoning(office.clock.now(), machine.uptime(), go_on=True))
        uow.commit()
    return Retention(office, machine.uptime).once()
