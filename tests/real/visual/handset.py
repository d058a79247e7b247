"""A real handset: Debian's vvmd in its private root, with a SIM, and what comes of it (tests/peers/vvm)."""

from __future__ import annotations

import asyncio
import json
import shlex
import time
from asyncio import Condition, Task
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from personsvar.mailbox.model.ids import Number
from tests.peers.vvm.roots import AUTHORITIES, Vvmd

CHECKOUT = Path(__file__).resolve().parents[3]
SERVICE_NUMBER = "2020"
"""Where voicemail's SMS go to and come from. vvmd takes them from a number only that nobody can have."""
LIMIT_SECONDS = 120.0
"""On a machine that is busy with other tests: vvmd gives a fetch up after 5 s and tries again after 60."""

Line = dict[str, Any]


class Dialect(StrEnum):
    """vvmd's names for them."""

    CVVM = "cvvm"
    OMTP = "otmp"
    VVM3 = "vvm3"
    IPHONE = "ios"


PREFIXES = {Dialect.VVM3: "//VZWVVM"}
"""What their SMS begin with where it is not //VVM."""


@dataclass(frozen=True)
class Voicemail:
    """One that the handset fetched and keeps."""

    sender: str
    to: str
    at: datetime
    sounds: tuple[bytes, ...]


class Handset:
    """Told what happens to it, and asked what it did."""

    def __init__(self, process: Process, home: Path) -> None:
        self._process = process
        self._home = home
        self._news = Condition()
        self._reading: Task[None] = asyncio.get_running_loop().create_task(self._read())
        self.lines: list[Line] = []

    # ---- what happens to it

    async def turn_on(self) -> None:
        """Its owner wants visual voicemail."""
        await self.heard("on")
        self._order(turn_on=True)

    async def turn_off(self) -> None:
        self._order(turn_on=False)

    def send(self, text: str) -> None:
        """An SMS to the service that vvmd itself does not know how to send."""
        self._order(send={"to": SERVICE_NUMBER, "text": text})

    def receive(self, text: str, sender: str = SERVICE_NUMBER) -> None:
        """An SMS, whole."""
        self._order(receive={"sender": sender, "text": text})

    # ---- what it did

    async def sent(self, count: int = 1) -> list[str]:
        """The texts of its SMS to the service, once there are so many."""
        return [line["text"] for line in await self.heard("sent", count)]

    async def read(self, count: int = 1) -> list[str]:
        """The SMS it took for its own, once there are so many; a person would not see them."""
        return [line["text"] for line in await self.heard("read", count)]

    async def voicemails(self, count: int) -> list[Voicemail]:
        """Those it fetched, once there are so many."""
        return [self._voicemail(line) for line in await self.heard("voicemail", count)]

    async def heard(self, event: str, count: int = 1) -> list[Line]:
        """Its lines of that kind, once there are so many."""
        try:
            async with asyncio.timeout(LIMIT_SECONDS), self._news:
                await self._news.wait_for(lambda: len(self._of(event)) >= count or self._of("ended"))
        except TimeoutError as late:
            raise AssertionError(f"no {event}: {self.lines}; {self.log()[-4000:]}") from late
        assert len(self._of(event)) >= count, f"no {event}: {self.lines}; {self.log()[-4000:]}"
        return self._of(event)

    async def each(self, event: str) -> AsyncIterator[Line]:
        """Its lines of that kind as they come."""
        passed = 0
        while True:
            for line in self._of(event)[passed:]:
                passed += 1
                yield line
            async with self._news:
                if len(self._of(event)) == passed:
                    await self._news.wait()

    def log(self) -> str:
        """vvmd's own, with its IMAP: `> A003 EXPUNGE` is what it said, `< A003 OK` what it heard."""
        log = self._home / "vvmd.log"
        return log.read_text(errors="replace") if log.exists() else ""

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        async with asyncio.timeout(LIMIT_SECONDS):
            await self._process.wait()
            await self._reading

    def _order(self, **order: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    def _of(self, event: str) -> list[Line]:
        return [line for line in self.lines if line["event"] == event]

    def _voicemail(self, line: Line) -> Voicemail:
        files = [self._home / Path(name).relative_to("/srv") for name in line["Attachments"].split(";")]
        return Voicemail(
            sender=line["Sender"],
            to=line["To"],
            at=datetime.fromisoformat(line["Date"]),
            sounds=tuple(file.read_bytes() for file in files),
        )

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._news:
                self.lines.append({**json.loads(line), "heard": time.monotonic()})
                self._news.notify_all()


@asynccontextmanager
async def handset(
    vvmd: Vvmd, dialect: Dialect, *, number: Number, home: Path, authority: Path
) -> AsyncIterator[Handset]:
    """With a SIM of the Norwegian network 242 01, trusting `authority`; visual voicemail is still off."""
    imsi = f"24201{number[-8:]:0>10}"
    _configure(home, dialect, imsi=imsi)
    process = await asyncio.create_subprocess_exec(
        *_command(vvmd.root, home, authority, number, imsi), stdin=PIPE, stdout=PIPE
    )
    started = Handset(process, home)
    try:
        yield started
    finally:
        await started.stop()


def _configure(home: Path, dialect: Dialect, *, imsi: str) -> None:
    settings = home / ".vvm/modemmanager/vvm"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        f"""[Modem Manager]
VVMEnabled=false
VVMType={dialect}
VVMDestinationNumber={SERVICE_NUMBER}
CarrierPrefix={PREFIXES.get(dialect, "//VVM")}
IMSI={imsi}
"""
    )


def _command(root: Path, home: Path, authority: Path, number: str, imsi: str) -> list[str]:
    """In namespaces of its own: several may use the root at once, and all its processes end as one."""
    within = {CHECKOUT: root / "mnt", home: root / "srv", authority: root / AUTHORITIES}
    mounts = [["mount", "--bind", str(what), str(at)] for what, at in within.items()]
    mounts.append(["mount", "-t", "tmpfs", "handset", str(root / "tmp")])
    environment = ["PATH=/usr/bin:/bin", "HOME=/srv", "LC_ALL=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1"]
    program = ["python3", "-m", "tests.peers.vvm.handset", number, imsi]
    entered = ["chroot", str(root), "env", "-i", "--chdir=/mnt", *environment, *program]
    script = " && ".join([*map(shlex.join, mounts), "exec " + shlex.join(entered)])
    namespaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
    return ["unshare", *namespaces, "sh", "-c", script]
