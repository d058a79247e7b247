"""A mailbox service with a spool of its own, and a switch that leaves files in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from personsvar.intake.header import EndMark, Unsorted, format_end, format_header
from personsvar.intake.sweeper import Sweeper, Swept
from personsvar.intake.takes import SpoolTakes
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolHeader, Take
from personsvar.voice.alaw import linear
from tests.dialplan_header import dialplan_header
from tests.fakes.memory import MemoryStore
from tests.unit.voice_play.line import LONG, alaw, at, hiss, seconds_of, spoken
from tests.world import KARI, OLA, STRANGER, World

__all__ = ["KARI", "OLA", "STRANGER"]


@cache
def voice(seconds: float = 14, dbfs: float = -30) -> bytes:
    return alaw(at(dbfs, seconds_of(seconds, spoken(LONG))))


@cache
def quiet_line(seconds: float = 14) -> bytes:
    return alaw(at(-70, hiss(seconds)))


@dataclass
class Switch:
    """What a switch does to the spool, and what a sweep makes of it."""

    world: World
    store: MemoryStore
    runs: float = 0
    """How long its machine runs, as the last sweep was told."""
    jumped: float = 0
    believed: bool = True
    """Whether the clock is."""

    @property
    def takes(self) -> SpoolTakes:
        return self.world.takes

    @property
    def folder(self) -> Path:
        return self.world.spool

    def header(
        self,
        spool_id: str = "1772631120.1",
        *,
        mailbox: Number = OLA,
        caller: Number | None = STRANGER,
        purpose: Purpose = Purpose.MESSAGE,
    ) -> SpoolHeader:
        return SpoolHeader(SpoolId(spool_id), purpose, mailbox, caller, self.world.clock.now())

    def records(self, take: Take, sound: bytes) -> Take:
        """Into the place it was given."""
        take.file.write_bytes(linear(sound))
        return take

    def finish(self, header: SpoolHeader, *, urgent: bool = False, missed: bool = False) -> Kept:
        """The call's end, and the switch told of it."""
        kept = self.takes.finish(header, urgent=urgent, missed=missed)
        self.takes.clear(header)
        return kept

    def leaves(
        self,
        header: SpoolHeader | Unsorted,
        *sounds: bytes,
        end: EndMark | None = None,
        seconds_ago: float = 0,
    ) -> None:
        """The files of a call whose service is gone; nobody holds them."""
        self.takes.spool.open()
        spool_id = header.spool_id
        head = format_header(header) if isinstance(header, SpoolHeader) else dialplan_header(header)
        self.file(f"{spool_id}.head", head, seconds_ago=seconds_ago)
        for number, sound in enumerate(sounds, start=1):
            self.file(f"{spool_id}-{number}.sln", linear(sound), seconds_ago=seconds_ago)
        if end is not None:
            self.file(f"{spool_id}.end", format_end(end), seconds_ago=seconds_ago)

    def file(self, name: str, content: bytes, *, seconds_ago: float = 0) -> Path:
        self.takes.spool.open()
        file = self.folder / name
        file.write_bytes(content)
        self.touch(file, seconds_ago=seconds_ago)
        return file

    def touch(self, file: Path, *, seconds_ago: float = 0) -> None:
        moment = self.world.clock.now().timestamp() - seconds_ago
        os.utime(file, (moment, moment))

    def raw(self, spool_id: str = "1772631120.7", **facts: Any) -> Unsorted:
        """A call the dialplan took, diverted from OLA."""
        known: dict[str, Any] = {
            "dialled": "+4747471000",
            "trunk": True,
            "asserted": (f"<sip:{STRANGER}@example.test>",),
            "diversion": (f"<sip:{OLA}@example.test>;reason=no-answer",),
        } | facts
        setup = CallSetup(call_id=spool_id, **known)
        return Unsorted(SpoolId(spool_id), self.world.clock.now(), setup)

    def sweeper(self) -> Sweeper:
        self.runs = self.world.clock.now().timestamp()
        return Sweeper(
            self.takes,
            rtp_timeout_seconds=30,
            running=lambda: self.runs,
            is_believed=lambda: self.believed,
        )

    def later(self, seconds: float) -> None:
        self.world.clock.pass_seconds(seconds)

    def sweep(self, sweeper: Sweeper | None = None, *, in_seconds: float = 0) -> Swept:
        """`in_seconds` that really pass."""
        sweeper = sweeper or self.sweeper()
        now = self.world.clock.now() + timedelta(seconds=in_seconds)
        self.runs = now.timestamp() - self.jumped
        return sweeper.sweep_once(now)

    def jump(self, seconds: float) -> None:
        """Its clock, and nothing else."""
        self.jumped += seconds
        self.world.clock.pass_seconds(seconds)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.is_file())

    def broken(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "broken").iterdir())

    def stored(self, mailbox: Number = OLA) -> list[bytes]:
        return [self.world.sound(message.sound.id) for message in self.world.messages(mailbox)]


@pytest.fixture
def switch(tmp_path: Path) -> Switch:
    store = MemoryStore()
    world = World(store, tmp_path / "spool")
    world.subscriber(OLA)
    return Switch(world, store)


Sayings = Callable[[], list[str]]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Sayings:
    caplog.set_level("INFO")
    return lambda: [record.getMessage() for record in caplog.records]
