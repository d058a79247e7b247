"""How often something happened in each stretch of time: what the operator's graphs are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.notice import Channel, NoticeStatus

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


class Stretch(StrEnum):
    """How finely it is counted: a quarter of an hour for the last days, an hour for longer."""

    QUARTER = "quarter"
    HOUR = "hour"

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=15) if self is Stretch.QUARTER else timedelta(hours=1)

    def begin(self, at: datetime) -> datetime:
        """When the stretch began in which that moment lies."""
        return at - (at - _FIRST) % self.length


class TallySubject(StrEnum):
    CALL = "call"
    """By what came of it."""
    NOTICE = "notice"
    """By channel, and what became of it."""
    GATEWAY = "gateway"
    """By channel: how often it was looked at, and how often it was there."""


class GatewayLook(StrEnum):
    LOOKED = "looked"
    UP = "up"


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """What is counted."""

    subject: TallySubject
    name: str
    """Of a call what came of it, else the channel."""
    outcome: str = ""

    @classmethod
    def call(cls, came_of: CameOf) -> Self:
        return cls(TallySubject.CALL, str(came_of))

    @classmethod
    def notice(cls, channel: Channel, became: NoticeStatus) -> Self:
        return cls(TallySubject.NOTICE, str(channel), str(became))

    @classmethod
    def gateway(cls, channel: Channel, look: GatewayLook) -> Self:
        return cls(TallySubject.GATEWAY, str(channel), str(look))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """It happened, so many times."""

    at: datetime
    what: Counted
    times: int = 1
