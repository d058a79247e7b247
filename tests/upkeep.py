"""A machine that has been running since the tests began, and retention as it goes on there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from personsvar.mailbox.model.reckoning import Reckoning, Uptime
from personsvar.mailbox.retention import Retention
from personsvar.mailbox.services import Services
from personsvar.mailbox.tidying import tidy_mailboxes

BEGAN = datetime(2000, 1, 1).astimezone()


@dataclass
class MachineClock:
    """Its clock is the office's; how long it runs is what that clock says, until the clock jumps."""

    services: Services
    boot: str = "a-boot"
    jumped: timedelta = timedelta()
    """How far the clock is ahead of what passed."""

    def uptime(self) -> Uptime:
        return Uptime(self.boot, (self.services.clock.now() - self.jumped - BEGAN).total_seconds())


def purge_once(services: Services) -> int:
    """A round on a machine whose clock is right."""
    return Retention(services, believed(services).uptime).once()


def tidy_once(services: Services) -> int:
    """The same, of what is tidied beside recordings."""
    return tidy_mailboxes(services, believed(services).uptime())


def believed(services: Services) -> MachineClock:
    """Its clock was believed a moment ago."""
    machine = MachineClock(services)
    with services.store.begin() as uow:
        uow.upkeep.put(Reckoning(services.clock.now(), machine.uptime(), go_on=True))
        uow.commit()
    return machine
