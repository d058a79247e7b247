"""The demo's SMSC in a process of its own, with the npm packages of the tests' peers, and its shelf."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from docker.demo.shelf import Item, Shelf
from personsvar.gateways.sms.smsc import Smsc
from tests.real.notices.smsc import LIMIT_SECONDS, PEERS

PROGRAM = Path(__file__).resolve().parents[3] / "docker/demo/smsc"
SYSTEM_ID, PASSWORD = "personsvar", "hemmelig"


@dataclass(frozen=True)
class DemoSmsc:
    process: Process
    port: int
    shelf: Shelf

    @property
    def address(self) -> Smsc:
        return Smsc("127.0.0.1", self.port, system_id=SYSTEM_ID, password=PASSWORD)

    async def line(self) -> str:
        """The next it prints."""
        assert self.process.stdout is not None
        async with asyncio.timeout(LIMIT_SECONDS):
            return (await self.process.stdout.readline()).decode().rstrip("\n")

    async def sms(self) -> Item:
        """The one SMS on its shelf, once it has told of one."""
        while not (await self.line()).startswith("SMS"):
            pass
        (item,) = self.shelf.items()
        return item


@asynccontextmanager
async def demo_smsc(folder: Path) -> AsyncIterator[DemoSmsc]:
    program, shelf = folder / "smsc", folder / "shelf"
    shutil.copytree(PROGRAM, program, ignore=shutil.ignore_patterns("node_modules"))
    (program / "node_modules").symlink_to(PEERS / "node_modules")
    shelf.mkdir()
    settings = {
        "SMSC_BIND": "127.0.0.1:0",
        "SMSC_SYSTEM_ID": SYSTEM_ID,
        "SMSC_PASSWORD": PASSWORD,
        "SMSC_RECEIPT_SECONDS": "0.05",
        "DEMO_SHELF": str(shelf),
    }
    process = await asyncio.create_subprocess_exec(
        "node", str(program / "smsc.mjs"), stdout=PIPE, env={**os.environ, **settings}
    )
    try:
        yield await _listening(process, Shelf(shelf))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listening(process: Process, shelf: Shelf) -> DemoSmsc:
    found = re.search(r":(\d+)$", await DemoSmsc(process, 0, shelf).line())
    assert found is not None
    return DemoSmsc(process, int(found[1]), shelf)
